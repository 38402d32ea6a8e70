import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { memoryCounters } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const one = '<limit-concurrency key="backend" max-count="1"><forward-request /></limit-concurrency>'

test('limit-concurrency refuses the call that is one too many, and lets the next in when a place is free', async () => {
  const counters = memoryCounters()
  const gate = Promise.withResolvers<undefined>()
  const slow = runPolicies({ backend: one }, {}, { counters, forward: () => gate.promise })
  const refused = await runPolicies({ backend: one }, {}, { counters })
  assert.equal(refusalWith(refused.outcome, 'concurrency.exceeded').statusCode, 429)
  gate.resolve(undefined)
  assert.equal((await slow).outcome, next)
  assert.equal((await runPolicies({ backend: one }, {}, { counters })).outcome, next)
})

test('a place is given back when what is inside fails', async () => {
  const counters = memoryCounters()
  const failing = {
    backend:
      '<limit-concurrency key="k" max-count="1"><set-variable name="x" value="@(1 / int.Parse(&quot;0&quot;))" /></limit-concurrency>',
  }
  for (let i = 0; i < 2; i++) refusalWith((await runPolicies(failing, {}, { counters })).outcome, 'policy.expression')
})

test('a computed key counts apart from others', async () => {
  const counters = memoryCounters()
  const inbound =
    '<limit-concurrency key="@(context.Request.IpAddress)" max-count="1"><set-variable name="x" value="1" /></limit-concurrency>'
  assert.equal((await runPolicies({ inbound }, {}, { counters })).outcome, next)
  assert.deepEqual(
    faultsOf({ inbound: '<limit-concurrency key="k" max-count="0" />' }).map(({ code }) => code),
    ['policy.bad-value'],
  )
})

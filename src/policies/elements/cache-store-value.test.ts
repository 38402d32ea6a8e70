import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { memoryCache } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('cache-store-value keeps a value for its duration', async () => {
  const cache = memoryCache()
  let now = 0
  const run = (inbound: string) => runPolicies({ inbound }, {}, { cache, now: () => now })
  await run('<cache-store-value key="@(context.Request.Method)" value="v" duration="10" />')
  now = 9_999
  assert.equal((await run('<cache-lookup-value key="GET" variable-name="x" />')).ctx.variables.get('x'), 'v')
  now = 10_000
  assert.equal((await run('<cache-lookup-value key="GET" variable-name="x" />')).ctx.variables.has('x'), false)
})

test('a value without a lasting form is a refusal that names its type', async () => {
  const { outcome } = await runPolicies({ inbound: '<cache-store-value key="k" value="@(new List<string>())" duration="10" />' })
  assert.match(refusalWith(outcome, 'policy.failed').errorMessage ?? '', /List/)
  assert.equal(
    (await runPolicies({ inbound: '<cache-store-value key="k" value="@((string)null)" duration="10" />' })).outcome,
    next,
  )
})

test('all three attributes are needed', () => {
  assert.deepEqual(
    faultsOf({ inbound: '<cache-store-value key="k" value="v" />' }).map(({ code }) => code),
    ['policy.missing-attribute'],
  )
})

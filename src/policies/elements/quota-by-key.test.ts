import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { memoryCounters } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('quota-by-key counts each key apart, in periods from the given start', async () => {
  const counters = memoryCounters()
  let now = Date.parse('2026-01-31T12:30:00Z')
  const call = async (ipAddress: string) =>
    (
      await runPolicies(
        {
          inbound:
            '<quota-by-key calls="1" renewal-period="3600" counter-key="@(context.Request.IpAddress)" first-period-start="2026-01-01T00:10:00Z" />',
        },
        { request: { ipAddress } },
        { counters, now: () => now },
      )
    ).outcome
  assert.equal(await call('198.51.100.1'), next)
  assert.equal(await call('198.51.100.2'), next)
  const refusal = refusalWith(await call('198.51.100.1'), 'quota.exceeded')
  assert.match(refusal.message, /replenished in 00:40:00\.$/, 'periods begin ten minutes past the hour')
  now += 40 * 60_000
  assert.equal(await call('198.51.100.1'), next)
})

test('with an increment condition a call counts by its answer', async () => {
  const counters = memoryCounters()
  const inbound =
    '<quota-by-key calls="1" renewal-period="300" counter-key="k" increment-condition="@(context.Request.Method == &quot;GET&quot;)" />'
  const first = await runPolicies({ inbound }, {}, { counters })
  assert.equal(first.outcome, next)
  assert.equal((await runPolicies({ inbound }, {}, { counters })).outcome, next, 'nothing counts before the answer')
  for (const finalizer of first.ctx.finalizers) finalizer(first.ctx)
  refusalWith((await runPolicies({ inbound }, {}, { counters })).outcome, 'quota.exceeded')
})

test('short periods, a bad start and neither calls nor bandwidth are faults', () => {
  const codes = (attributes: string) => faultsOf({ inbound: `<quota-by-key ${attributes} />` }).map(({ code }) => code)
  assert.deepEqual(codes('calls="1" renewal-period="299" counter-key="k"'), ['policy.bad-value'])
  assert.deepEqual(codes('calls="1" renewal-period="300" counter-key="k" first-period-start="yesterday"'), ['policy.bad-value'])
  assert.deepEqual(codes('renewal-period="300" counter-key="k"'), ['policy.missing-attribute'])
})

test('a call may count several times over', async () => {
  const counters = memoryCounters()
  const inbound = '<quota-by-key calls="5" renewal-period="300" counter-key="k" increment-count="@(1 + 2)" />'
  assert.equal((await runPolicies({ inbound }, {}, { counters })).outcome, next)
  refusalWith((await runPolicies({ inbound }, {}, { counters })).outcome, 'quota.exceeded')
})

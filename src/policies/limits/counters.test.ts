import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Counters } from '../ports.ts'
import { makeCall } from '../testing/make-call.ts'
import { memoryCache, memoryPorts } from '../testing/memory-ports.ts'
import { planOf, runPolicies } from '../testing/run-policies.ts'

const rateByKey = '<rate-limit-by-key calls="2" renewal-period="60" counter-key="k" />'
const quotaByKey = '<quota-by-key calls="2" bandwidth="40" renewal-period="3600" counter-key="k" />'
const rate = '<rate-limit calls="2" renewal-period="60" />'

test('limits that count in memory answer at once: no promise is made for a call', () => {
  const ctx = makeCall({ subscription: {} })
  const plan = planOf({ inbound: rateByKey + quotaByKey + rate }, ctx, memoryPorts())
  const result = plan.inbound(ctx)
  assert.ok(!(result instanceof Promise))
  assert.equal(result.outcome, 'next')
})

/** Counters of somewhere else, with the same outcome each time. */
function remote(answer: Awaited<ReturnType<Counters['slide']>>): Counters {
  const later = async () => answer
  return { slide: later, fill: later, enter: async () => true, leave: () => {} }
}

test('limits that count elsewhere are waited for, and refuse what cannot be counted with a reason of its own', async () => {
  for (const inbound of [rateByKey, quotaByKey, rate]) {
    const call = { subscription: {} }
    const through = await runPolicies({ inbound }, call, { counters: remote({ allowed: true, remaining: 1, retryAfter: 0 }) })
    assert.equal(through.outcome, 'next')
    for (const [answer, reason] of [
      ['away', 'counters.away'],
      ['full', 'counters.full'],
    ] as const) {
      const { outcome } = await runPolicies({ inbound }, call, { counters: remote(answer) })
      assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
      assert.deepEqual([outcome.reason, outcome.statusCode], [reason, 503])
    }
  }
})

test('caching-type says which cache: the external one for external and by preference, and the gateway’s own where there is none', async () => {
  const stored = async (type: string, external: boolean) => {
    const [cache, externalCache] = [memoryCache(), memoryCache()]
    const inbound = `<cache-store-value key="k" value="v" duration="60"${type} />`
    await runPolicies({ inbound }, {}, external ? { cache, externalCache } : { cache })
    const now = memoryPorts().now()
    return [cache, externalCache].map(one => one.get('value k', now) !== undefined)
  }
  assert.deepEqual(await stored(' caching-type="internal"', true), [true, false])
  assert.deepEqual(await stored(' caching-type="external"', true), [false, true])
  assert.deepEqual(await stored(' caching-type="prefer-external"', true), [false, true])
  assert.deepEqual(await stored('', true), [false, true])
  assert.deepEqual(await stored(' caching-type="external"', false), [true, false])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { memoryCounters } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const limit = `<rate-limit calls="3" renewal-period="90" remaining-calls-variable-name="left">
  <api id="colors" calls="2" renewal-period="90"><operation name="Random color" calls="1" renewal-period="90" /></api>
</rate-limit>`

test('rate-limit counts each subscription apart, and APIs and operations on their own', async () => {
  const counters = memoryCounters()
  const call = async (subscription: string | null, operation = {}) =>
    runPolicies(
      { inbound: limit },
      { subscription: subscription === null ? null : { name: subscription }, product: {}, operation },
      { counters },
      { scope: 'product' },
    )
  assert.equal((await call('a')).outcome, next)
  refusalWith((await call('a')).outcome, 'rate.exceeded') // the operation allows one
  assert.equal((await call('b')).outcome, next)
  // the refused call counted for product and API before the operation refused it
  refusalWith((await call('a', { displayName: 'Other', name: 'other' })).outcome, 'rate.exceeded')
})

test('a call without a subscription is not counted', async () => {
  const counters = memoryCounters()
  for (let i = 0; i < 5; i++) {
    const { outcome } = await runPolicies(
      { inbound: '<rate-limit calls="1" renewal-period="90" />' },
      { subscription: null },
      { counters },
    )
    assert.equal(outcome, next)
  }
})

test('it may stand once, not at global scope, and its parts need a name', () => {
  const codes = (inbound: string, scope: 'api' | 'global' = 'api') => faultsOf({ inbound }, { scope }).map(({ code }) => code)
  assert.deepEqual(codes('<rate-limit calls="1" renewal-period="9" />'.repeat(2)), ['policy.too-many'])
  assert.deepEqual(codes('<rate-limit calls="1" renewal-period="9"><api calls="1" renewal-period="9" /></rate-limit>'), [
    'policy.missing-attribute',
  ])
  assert.deepEqual(codes('<rate-limit calls="@(1)" renewal-period="9" />'), ['policy.expression-not-allowed'])
})

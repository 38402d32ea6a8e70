import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { memoryCounters } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

function gateway(inbound: string) {
  const counters = memoryCounters()
  let now = Date.UTC(2026, 0, 1, 12)
  return {
    later: (ms: number) => {
      now += ms
    },
    call: (subscription: string | null = 'first') =>
      runPolicies(
        { inbound },
        { product: {}, subscription: subscription === null ? null : { name: subscription } },
        { counters, now: () => now },
        { scope: 'product' },
      ),
  }
}

test('quota answers 403 once the calls of the period are used up, and renews with the next period', async () => {
  const { call, later } = gateway('<quota calls="2" renewal-period="3600" />')
  assert.equal((await call()).outcome, next)
  assert.equal((await call()).outcome, next)
  const refusal = refusalWith((await call()).outcome, 'quota.exceeded')
  assert.deepEqual([refusal.statusCode, refusal.errorReason], [403, 'QuotaExceeded'])
  assert.equal(refusal.message, 'Out of call volume quota. Quota will be replenished in 01:00:00.')
  assert.deepEqual(refusal.headers, [['Retry-After', '3600']])
  assert.equal((await call('second')).outcome, next, 'another subscription has its own')
  later(3_600_000)
  assert.equal((await call()).outcome, next)
})

test('bandwidth is counted when the call has ended, in both directions', async () => {
  const { call } = gateway('<quota bandwidth="1" renewal-period="0" />')
  const { outcome, ctx } = await call()
  assert.equal(outcome, next)
  ctx.transferred = 5000
  for (const finalizer of ctx.finalizers) finalizer(ctx)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(refusalWith((await call()).outcome, 'quota.exceeded').message, 'Out of bandwidth quota.')
})

test('an operation may have a quota of its own, and calls without a subscription have none', async () => {
  const { call } = gateway(
    '<quota calls="9" renewal-period="0"><api name="Colors" calls="9" renewal-period="0"><operation id="get-random" calls="1" renewal-period="0" /></api></quota>',
  )
  assert.equal((await call()).outcome, next)
  refusalWith((await call()).outcome, 'quota.exceeded')
  for (let i = 0; i < 3; i++) assert.equal((await call(null)).outcome, next)
})

test('it needs calls or bandwidth and stands at product scope only', () => {
  const codes = (scope: 'product' | 'api', inbound: string) => faultsOf({ inbound }, { scope }).map(({ code }) => code)
  assert.deepEqual(codes('api', '<quota calls="1" renewal-period="0" />'), ['policy.wrong-scope'])
})

test('periods begin with the subscription, and parts without a period have that of the whole', async () => {
  const inbound = '<quota calls="9" renewal-period="3600"><api name="Colors" calls="1" /></quota>'
  const counters = memoryCounters()
  const call = async (dates: { readonly startDate?: string; readonly createdDate?: string }, name: string) => {
    const surroundings = { scope: 'product' } as const
    const ports = { counters, now: () => Date.UTC(2026, 0, 1, 12) }
    return (await runPolicies({ inbound }, { product: {}, subscription: { name, ...dates } }, ports, surroundings)).outcome
  }
  for (const [dates, rest] of [
    [{ startDate: '2025-12-31T23:50:00Z', createdDate: '2025-12-01T00:20:00Z' }, '00:50:00'],
    [{ createdDate: '2025-12-01T00:20:00Z' }, '00:20:00'],
    [{}, '01:00:00'],
  ] as const) {
    assert.equal(await call(dates, rest), next)
    assert.match(refusalWith(await call(dates, rest), 'quota.exceeded').message, new RegExp(`in ${rest}\\.$`))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '../outcome.ts'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { memoryCounters } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const perCaller = `<rate-limit-by-key calls="2" renewal-period="60" counter-key="@(context.Request.IpAddress)"
  remaining-calls-header-name="X-Left" remaining-calls-variable-name="left" total-calls-header-name="X-Total" retry-after-variable-name="wait" />`

function gateway(inbound: string) {
  const counters = memoryCounters()
  let now = Date.UTC(2026, 0, 1)
  return {
    later: (ms: number) => {
      now += ms
    },
    call: (ipAddress = '203.0.113.7') => runPolicies({ inbound }, { request: { ipAddress } }, { counters, now: () => now }),
  }
}

test('rate-limit-by-key lets the limit through for each key, then answers 429 with when to come back', async () => {
  const { call } = gateway(perCaller)
  const first = await call()
  assert.deepEqual(first.ctx.lateHeaders, [
    ['X-Left', '1'],
    ['X-Total', '2'],
  ])
  assert.equal(first.ctx.variables.get('left'), 1)
  assert.equal((await call()).outcome, next)
  const third = await call()
  const refusal = refusalWith(third.outcome, 'rate.exceeded')
  assert.equal(refusal.statusCode, 429)
  assert.equal(refusal.errorReason, 'RateLimitExceeded')
  assert.match(refusal.message, /^Rate limit is exceeded\. Try again in \d+ seconds\.$/)
  const retryAfter = refusal.headers?.find(([name]) => name === 'Retry-After')?.[1]
  assert.ok(Number(retryAfter) > 0 && Number(retryAfter) <= 62, `${retryAfter}`)
  assert.equal(third.ctx.variables.get('wait'), Number(retryAfter))
  assert.equal((await call('198.51.100.1')).outcome, next, 'another key has its own count')
})

test('calls are let through again when the window has passed', async () => {
  const { call, later } = gateway(perCaller)
  for (let i = 0; i < 3; i++) await call()
  later(61_000)
  assert.equal((await call()).outcome, next)
})

test('with an increment condition only calls whose answer fits count', async () => {
  const { call } = gateway(
    '<rate-limit-by-key calls="1" renewal-period="60" counter-key="k" increment-condition="@(context.Response.StatusCode == 500)" />',
  )
  const answered = async (statusCode: number): Promise<Outcome> => {
    const { outcome, ctx } = await call()
    if (outcome === next) {
      ctx.response = {
        ...(ctx.response ?? { statusReason: '', headers: ctx.request.headers, body: ctx.request.body }),
        statusCode,
      }
      for (const finalizer of ctx.finalizers) finalizer(ctx)
    }
    return outcome
  }
  assert.equal(await answered(200), next)
  assert.equal(await answered(200), next)
  assert.equal(await answered(500), next)
  refusalWith(await answered(200), 'rate.exceeded')
})

test('a call may count several times over', async () => {
  const { call } = gateway('<rate-limit-by-key calls="5" renewal-period="60" counter-key="k" increment-count="@(1 + 2)" />')
  assert.equal((await call()).outcome, next)
  refusalWith((await call()).outcome, 'rate.exceeded')
})

test('two policies with one key count a call once', async () => {
  const { call } = gateway('<rate-limit-by-key calls="2" renewal-period="60" counter-key="k" />'.repeat(2))
  assert.equal((await call()).outcome, next)
  assert.equal((await call()).outcome, next)
  refusalWith((await call()).outcome, 'rate.exceeded')
})

test('a table without room refuses rather than lets through uncounted', async () => {
  const counters = { ...memoryCounters(), slide: () => 'full' as const }
  const { outcome } = await runPolicies({ inbound: perCaller }, {}, { counters })
  assert.equal(refusalWith(outcome, 'counters.full').statusCode, 503)
})

test('periods past 300 seconds and a missing key are faults', () => {
  const codes = (attributes: string) => faultsOf({ inbound: `<rate-limit-by-key ${attributes} />` }).map(({ code }) => code)
  assert.deepEqual(codes('calls="1" renewal-period="301" counter-key="k"'), ['policy.bad-value'])
  assert.deepEqual(codes('calls="1" renewal-period="60"'), ['policy.missing-attribute'])
  assert.deepEqual(codes('calls="0" renewal-period="60" counter-key="k"'), ['policy.bad-value'])
})

test('told so, a call is counted when it has been answered', async () => {
  const { call } = gateway('<rate-limit-by-key calls="1" renewal-period="60" counter-key="k" increment-after-response="true" />')
  const { outcome, ctx } = await call()
  assert.equal(outcome, next)
  assert.equal((await call()).outcome, next)
  for (const finalizer of ctx.finalizers) finalizer(ctx)
  refusalWith((await call()).outcome, 'rate.exceeded')
})

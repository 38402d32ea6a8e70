import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { makeCall } from '../testing/make-call.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { faultsOf, planOf, runPolicies } from '../testing/run-policies.ts'

const shop = `
  <cors allow-credentials="true">
    <allowed-origins><origin>https://shop.example</origin><origin>http://localhost:8080/</origin></allowed-origins>
    <allowed-methods preflight-result-max-age="300"><method>GET</method><method>PATCH</method></allowed-methods>
    <allowed-headers><header>x-team</header></allowed-headers>
    <expose-headers><header>X-Total</header></expose-headers>
  </cors>`

const preflight = (origin: string, method: string, headers?: string) => ({
  request: {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      ...(headers === undefined ? {} : { 'Access-Control-Request-Headers': headers }),
    },
  },
})

test('a preflight that fits is answered with what is allowed', async () => {
  const { outcome, ctx } = await runPolicies({ inbound: shop }, preflight('https://shop.example', 'PATCH', 'X-Team'))
  assert.ok(outcome !== next && outcome.reason === 'cors.preflight')
  const headers = ctx.response?.headers
  assert.equal(headers?.get('Access-Control-Allow-Origin'), 'https://shop.example')
  assert.equal(headers?.get('Access-Control-Allow-Methods'), 'PATCH')
  assert.equal(headers?.get('Access-Control-Allow-Headers'), 'X-Team')
  assert.equal(headers?.get('Access-Control-Allow-Credentials'), 'true')
  assert.equal(headers?.get('Access-Control-Max-Age'), '300')
})

for (const [what, call] of [
  ['another origin', preflight('https://evil.example', 'GET')],
  ['a method that is not listed', preflight('https://shop.example', 'DELETE')],
  ['a header that is not listed', preflight('https://shop.example', 'GET', 'x-team, x-other')],
  ['the origin null', preflight('null', 'GET')],
  ['a name that merely begins alike', preflight('https://shop.example.evil.example', 'GET')],
] as const)
  test(`a preflight with ${what} gets an empty 200 without any permission`, async () => {
    const { outcome, ctx } = await runPolicies({ inbound: shop }, call)
    assert.ok(outcome !== next && outcome.reason === 'cors.origin')
    assert.equal(ctx.response?.statusCode, 200)
    assert.deepEqual(ctx.response?.headers.raw, [])
  })

test('the answer of an allowed call says so, whatever outbound does; origins are compared as origins', async () => {
  const { outcome, ctx } = await runPolicies({ inbound: shop }, { request: { headers: { Origin: 'http://localhost:8080' } } })
  assert.equal(outcome, next)
  assert.deepEqual(ctx.lateHeaders, [
    ['Access-Control-Allow-Origin', 'http://localhost:8080'],
    ['Vary', 'Origin'],
    ['Access-Control-Allow-Credentials', 'true'],
    ['Access-Control-Expose-Headers', 'X-Total'],
  ])
})

test('a simple call of another origin ends in an empty 200, or goes on unmarked when it may', async () => {
  const call = { request: { headers: { Origin: 'https://evil.example' } } }
  const ended = await runPolicies({ inbound: shop }, call)
  assert.ok(ended.outcome !== next && ended.outcome.reason === 'cors.origin')
  const lenient = await runPolicies({ inbound: shop.replace('<cors ', '<cors terminate-unmatched-request="false" ') }, call)
  assert.equal(lenient.outcome, next)
  assert.deepEqual(lenient.ctx.lateHeaders, [])
})

test('any origin is allowed with *, and then never with credentials', async () => {
  const open = `<cors allow-credentials="true"><allowed-origins><origin>*</origin></allowed-origins><allowed-headers><header>*</header></allowed-headers></cors>`
  const { ctx } = await runPolicies({ inbound: open }, preflight('https://any.example', 'POST', 'a, b'))
  assert.equal(ctx.response?.headers.get('Access-Control-Allow-Origin'), '*')
  assert.equal(ctx.response?.headers.has('Access-Control-Allow-Credentials'), false)
  assert.deepEqual(
    faultsOf({ inbound: open }).map(({ code, severity }) => [code, severity]),
    [['policy.cors-credentials', 'warning']],
  )
})

test('a preflight runs the cors policies alone', async () => {
  const ctx = makeCall(preflight('https://shop.example', 'GET'))
  const plan = planOf(
    {
      inbound: `<check-header name="X-No" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="true" />${shop}`,
    },
    ctx,
    memoryPorts(),
  )
  const { outcome } = await plan.preflight(ctx)
  assert.ok(outcome !== next && outcome.reason === 'cors.preflight')
})

test('allowed-origins is needed', () => {
  assert.deepEqual(
    faultsOf({ inbound: '<cors><allowed-headers><header>*</header></allowed-headers></cors>' }).map(({ code }) => code),
    ['policy.missing-child'],
  )
})

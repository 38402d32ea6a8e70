import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('return-response ends the call with the response that its policies shape', async () => {
  const inbound = `<return-response>
    <set-status code="401" reason="Unauthorized" />
    <set-header name="WWW-Authenticate" exists-action="override"><value>Bearer error="invalid_token"</value></set-header>
    <set-body>@(context.Request.Method + " is not for you")</set-body>
  </return-response><set-variable name="after" value="1" />`
  const { outcome, decidedBy, ctx } = await runPolicies({ inbound })
  assert.deepEqual(outcome !== 'next' && { kind: outcome.kind, reason: outcome.reason }, {
    kind: 'reply',
    reason: 'policy.returned-response',
  })
  assert.equal(decidedBy?.policy, 'return-response')
  assert.equal(ctx.response?.statusCode, 401)
  assert.equal(ctx.response?.statusReason, 'Unauthorized')
  assert.deepEqual(ctx.response?.headers.raw, ['WWW-Authenticate', 'Bearer error="invalid_token"'])
  assert.equal(Buffer.from(ctx.response?.body.bytes ?? []).toString(), 'GET is not for you')
  assert.equal(ctx.variables.has('after'), false)
  assert.deepEqual(ctx.request.headers.raw, [])
})

test('return-response without anything is an empty 200', async () => {
  const { ctx } = await runPolicies({ inbound: '<return-response />' })
  assert.equal(ctx.response?.statusCode, 200)
  assert.equal(ctx.response?.body.isEmpty, true)
})

test('its policies see the response that the context had before', async () => {
  const outbound =
    '<return-response><set-status code="@(context.Response.StatusCode + 1)" reason="@(context.Response.StatusReason)" /></return-response>'
  const { ctx } = await runPolicies({ outbound }, { response: { statusCode: 500, statusReason: 'Broken', headers: { A: '1' } } })
  assert.equal(ctx.response?.statusCode, 501)
  assert.equal(ctx.response?.statusReason, 'Broken')
  assert.deepEqual(ctx.response?.headers.raw, [])
})

test('a failing expression inside is a refusal, and no response is made', async () => {
  const { outcome, ctx } = await runPolicies({
    inbound: '<return-response><set-body>@((string)context.Variables["none"])</set-body></return-response>',
  })
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'policy.expression')
  assert.equal(ctx.response, null)
})

test('only policies that shape a response may stand in it', () => {
  const inbound = '<return-response><set-variable name="a" value="b" /></return-response>'
  assert.deepEqual(
    faultsOf({ inbound }).map(({ column, code }) => `${column} ${code}`),
    ['18 policy.wrong-parent'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '../context/headers.ts'
import { next } from '../outcome.ts'
import type { OutboundRequest, OutboundResponse } from '../ports.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const answer: OutboundResponse = {
  kind: 'response',
  statusCode: 201,
  statusReason: 'Created',
  headers: new Headers(['X-Id', '7']),
  body: Buffer.from('{"active":true}'),
}

function service(given: OutboundResponse | { kind: 'failure'; reason: 'backend.timeout'; message: string } = answer) {
  const sent: OutboundRequest[] = []
  return {
    sent,
    ports: {
      send: async (request: OutboundRequest) => {
        sent.push(request)
        return given
      },
    },
  }
}

test('send-request sends what its policies shape and keeps the answer as an IResponse', async () => {
  const { sent, ports } = service()
  const inbound = `
    <send-request mode="new" response-variable-name="state" timeout="20">
      <set-url>@("https://auth.example/introspect?" + "a=b")</set-url>
      <set-method>POST</set-method>
      <set-header name="X-Team" exists-action="override"><value>red</value></set-header>
      <set-body>@("token=" + context.Request.Method)</set-body>
    </send-request>
    <set-variable name="active" value="@((bool)((IResponse)context.Variables["state"]).Body.As<JObject>()["active"])" />
    <set-variable name="seen" value="@(((IResponse)context.Variables["state"]).StatusCode + ((IResponse)context.Variables["state"]).Headers.GetValueOrDefault("x-id", ""))" />`
  const { outcome, ctx } = await runPolicies({ inbound }, {}, ports)
  assert.equal(outcome, next)
  const [request] = sent
  assert.deepEqual([request?.method, request?.url, request?.timeout], ['POST', 'https://auth.example/introspect?a=b', 20_000])
  assert.equal(request?.headers.get('x-team'), 'red')
  assert.equal(Buffer.from(request?.body.bytes ?? []).toString(), 'token=GET')
  assert.deepEqual([ctx.variables.get('active'), ctx.variables.get('seen')], [true, '2017'])
  assert.equal(ctx.request.headers.has('X-Team'), false, "the caller's own request is not touched")
})

test('mode copy takes over method, headers and body of the request', async () => {
  const { sent, ports } = service()
  const inbound = '<send-request mode="copy" response-variable-name="r"><set-url>https://copy.example/</set-url></send-request>'
  await runPolicies({ inbound }, { request: { method: 'PUT', headers: { A: '1', Host: 'gateway' }, body: 'text' } }, ports)
  const [request] = sent
  assert.deepEqual([request?.method, request?.headers.get('A'), request?.headers.get('Host')], ['PUT', '1', null])
  assert.equal(Buffer.from(request?.body.bytes ?? []).toString(), 'text')
})

test('a failure is a refusal, or null in the variable when errors are ignored', async () => {
  const failing = service({ kind: 'failure', reason: 'backend.timeout', message: 'no answer of auth.example within 20 seconds' })
  const policy = (attributes: string) =>
    `<send-request response-variable-name="r" ${attributes}><set-url>https://auth.example/</set-url></send-request>`
  const { outcome } = await runPolicies({ inbound: policy('') }, {}, failing.ports)
  assert.match(refusalWith(outcome, 'policy.failed').errorMessage ?? '', /no answer of auth\.example/)
  const ignored = await runPolicies({ inbound: policy('ignore-error="true"') }, {}, failing.ports)
  assert.equal(ignored.outcome, next)
  assert.equal(ignored.ctx.variables.get('r'), null)
})

test('a new request needs a URL, and what cannot shape it may not stand inside', () => {
  const codes = (inner: string) =>
    faultsOf({ inbound: `<send-request response-variable-name="r">${inner}</send-request>` }).map(({ code }) => code)
  assert.deepEqual(codes(''), ['policy.missing-child'])
  assert.deepEqual(codes('<set-url>https://a.example</set-url><authentication-certificate thumbprint="x" />'), [
    'policy.certificate',
  ])
  assert.equal(codes('<set-url>https://a.example</set-url><rate-limit calls="1" renewal-period="1" />').length, 1)
})

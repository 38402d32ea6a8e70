import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const call = {
  api: { serviceUrl: 'https://backend.example/v1' },
  request: { url: 'https://backend.example/v1/orders/7?x=1' },
}
const backends = [{ name: 'blue', url: 'http://blue.example:8080/b' }]

test('set-backend-service puts the path below the new address and keeps the query', async () => {
  const { ctx } = await runPolicies({ inbound: '<set-backend-service base-url="http://other.example/api/8.2/" />' }, call)
  assert.equal(ctx.request.url.toString(), 'http://other.example/api/8.2/orders/7?x=1')
  assert.equal(ctx.backendName, null)
})

test('a backend entity is noted by name, and the last one wins', async () => {
  const inbound =
    '<set-backend-service base-url="http://other.example/long/base" /><set-backend-service backend-id="@("bl" + "ue")" />'
  const { ctx } = await runPolicies({ inbound }, call, {}, { backends })
  assert.equal(ctx.request.url.toString(), 'http://blue.example:8080/b/orders/7?x=1')
  assert.equal(ctx.backendName, 'blue')
})

test('rewrite-uri after it stays below the new address', async () => {
  const inbound = '<set-backend-service backend-id="blue" /><rewrite-uri template="/new" copy-unmatched-params="false" />'
  const { ctx } = await runPolicies({ inbound }, call, {}, { backends })
  assert.equal(ctx.request.url.toString(), 'http://blue.example:8080/b/new')
})

test('a computed backend that is not there, or no URL, is a refusal', async () => {
  for (const attribute of ['backend-id="@("no" + "ne")"', 'base-url="@("file:///etc")"']) {
    const { outcome } = await runPolicies({ inbound: `<set-backend-service ${attribute} />` }, call, {}, { backends })
    assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
    assert.equal(outcome.reason, 'backend.missing')
  }
})

test('what cannot be right is told when the policy is loaded', () => {
  const codes = (attributes: string) =>
    faultsOf({ inbound: `<set-backend-service ${attributes} />` }, { backends }).map(({ code }) => code)
  assert.deepEqual(codes(''), ['policy.exclusive-attributes'])
  assert.deepEqual(codes('base-url="http://a" backend-id="blue"'), ['policy.exclusive-attributes'])
  assert.deepEqual(codes('base-url="/relative"'), ['policy.bad-value'])
  assert.deepEqual(codes('backend-id="none"'), ['policy.backend'])
  assert.deepEqual(codes('backend-id="blue" sf-partition-key="1"'), ['policy.unsupported'])
  assert.deepEqual(codes('backend-id="dapr" dapr-app-id="orders"'), ['policy.unsupported'])
})

test('a WebSocket address is the HTTP address of its handshake', async () => {
  const { ctx } = await runPolicies({ inbound: '<set-backend-service base-url="wss://socket.example/live" />' }, call)
  assert.equal(ctx.request.url.toString(), 'https://socket.example/live/orders/7?x=1')
})

test('a query of the new address goes along, once, before that of the call', async () => {
  const policy = '<set-backend-service base-url="https://bus.example/queue/messages?api-version=2015-01" />'
  const { ctx } = await runPolicies({ inbound: policy + policy }, call)
  assert.equal(ctx.request.url.toString(), 'https://bus.example/queue/messages/orders/7?api-version=2015-01&x=1')
  const plain = await runPolicies({ inbound: policy }, { ...call, request: { url: 'https://backend.example/v1/' } })
  assert.equal(plain.ctx.request.url.toString(), 'https://bus.example/queue/messages/?api-version=2015-01')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '../context/headers.ts'
import { next } from '../outcome.ts'
import type { OutboundRequest, Ports } from '../ports.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

/** An identity that gives a token naming what was asked for. */
function identity(): { readonly asked: unknown[]; readonly ports: Pick<Ports, 'managedIdentityToken'> } {
  const asked: unknown[] = []
  return {
    asked,
    ports: {
      managedIdentityToken: (resource, clientId) => {
        asked.push([resource, clientId])
        return Promise.resolve({ kind: 'token', token: `token-${asked.length}` })
      },
    },
  }
}

test('the token goes into the Authorization header, in place of the caller’s', async () => {
  const { asked, ports } = identity()
  const inbound = '<authentication-managed-identity resource="@("https://" + "vault.azure.net")" client-id="abc" />'
  const { outcome, ctx } = await runPolicies({ inbound }, { request: { headers: { authorization: 'Basic eDp5' } } }, ports)
  assert.equal(outcome, next)
  assert.deepEqual(asked, [['https://vault.azure.net', 'abc']])
  assert.deepEqual(ctx.request.headers.getAll('Authorization'), ['Bearer token-1'])
})

test('with a variable’s name the token goes there and the header is left alone', async () => {
  const inbound = `<authentication-managed-identity resource="https://a.example" output-token-variable-name="t" />
    <set-header name="X-Seen" exists-action="override"><value>@((string)context.Variables["t"])</value></set-header>`
  const { ctx } = await runPolicies({ inbound }, {}, identity().ports)
  assert.equal(ctx.request.headers.get('X-Seen'), 'token-1')
  assert.equal(ctx.request.headers.has('Authorization'), false)
})

test('inside send-request the token goes to that request alone', async () => {
  const sent: OutboundRequest[] = []
  const send: Ports['send'] = async request => {
    sent.push(request)
    return { kind: 'response', statusCode: 200, statusReason: 'OK', headers: new Headers(), body: Buffer.from('') }
  }
  const outbound = `<send-request response-variable-name="r"><set-url>https://vault.example/</set-url>
    <authentication-managed-identity resource="https://vault.azure.net" /></send-request>`
  const { ctx } = await runPolicies({ outbound }, {}, { ...identity().ports, send })
  assert.equal(sent[0]?.headers.get('Authorization'), 'Bearer token-1')
  assert.equal(ctx.request.headers.has('Authorization'), false)
})

test('without a token the call is refused, unless errors are ignored', async () => {
  const ports: Partial<Ports> = { managedIdentityToken: () => ({ kind: 'failure', message: 'nobody is home' }) }
  const policy = (more: string) => `<authentication-managed-identity resource="https://a.example" ${more} />`
  const { outcome } = await runPolicies({ inbound: policy('') }, {}, ports)
  assert.match(refusalWith(outcome, 'policy.failed').errorMessage ?? '', /nobody is home/)
  const ignored = await runPolicies({ inbound: policy('ignore-error="true" output-token-variable-name="t"') }, {}, ports)
  assert.equal(ignored.outcome, next)
  assert.equal(ignored.ctx.variables.has('t'), false)
})

test('the resource is required, and the client id is no expression', () => {
  const codes = (xml: string) => faultsOf({ inbound: xml }).map(({ code }) => code)
  assert.deepEqual(codes('<authentication-managed-identity />'), ['policy.missing-attribute'])
  assert.deepEqual(codes('<authentication-managed-identity resource="a" client-id="@("x")" />'), [
    'policy.expression-not-allowed',
  ])
})

test('in outbound no token goes back to the caller', async () => {
  const outbound = '<authentication-managed-identity resource="https://a.example" />'
  const { outcome, ctx } = await runPolicies({ outbound }, {}, identity().ports)
  assert.equal(outcome, next)
  assert.equal(ctx.response?.headers.has('Authorization') ?? false, false)
  assert.equal(ctx.request.headers.get('Authorization'), 'Bearer token-1')
})

test('the workload’s identity is asked when the policy says so, and excludes a client id', async () => {
  const asked: unknown[] = []
  const ports: Partial<Ports> = {
    managedIdentityToken: (...all) => {
      asked.push(all)
      return { kind: 'token', token: 't' }
    },
  }
  const policy = (more: string) => `<authentication-managed-identity resource="https://a.example" ${more} />`
  await runPolicies({ inbound: policy('authentication-provider="WorkloadIdentity"') }, {}, ports)
  await runPolicies({ inbound: policy('authentication-provider="ManagedIdentity" client-id="c"') }, {}, ports)
  assert.deepEqual(asked, [
    ['https://a.example', undefined, 'WorkloadIdentity'],
    ['https://a.example', 'c'],
  ])
  const codes = (more: string) => faultsOf({ inbound: policy(more) }).map(({ code }) => code)
  assert.deepEqual(codes('authentication-provider="WorkloadIdentity" client-id="c"'), ['policy.exclusive-attributes'])
  assert.deepEqual(codes('authentication-provider="Secret"'), ['policy.bad-value'])
})

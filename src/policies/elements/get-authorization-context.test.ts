import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionAnswer, ConnectionCaller } from '../../identity/connections/connection-manager.ts'
import { next } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import type { MadeCall } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const asked: { provider: string; connection: string; caller: ConnectionCaller }[] = []

function answering(answer: ConnectionAnswer): Pick<Ports, 'connection'> {
  asked.length = 0
  return {
    connection: async (provider, connection, caller) => {
      asked.push({ provider, connection, caller })
      return answer
    },
  }
}

const token = answering({
  kind: 'token',
  accessToken: 'abc',
  claims: { scope: 'read', expires_in: 3600, ok: true, more: { a: 1 } },
})
const denied = answering({ kind: 'failure', reason: 'connection.denied', message: 'no access policy names you' })

/** The reference page's examples. */
const tail = `<return-response><set-status code="200" /><set-body template="none">@(((Authorization)context.Variables.GetValueOrDefault("auth-context"))?.AccessToken)</set-body></return-response>`
const getBack = `<get-authorization-context provider-id="github-01" authorization-id="auth-01" context-variable-name="auth-context" identity-type="managed" ignore-error="false" />${tail}`
const dynamic = `<get-authorization-context provider-id="@(context.Request.Url.Query.GetValueOrDefault("authorizationProviderId"))" authorization-id="@(context.Request.Url.Query.GetValueOrDefault("authorizationId"))" context-variable-name="auth-context" ignore-error="false" identity-type="managed" />${tail}`
const attach = `<get-authorization-context provider-id="github-01" authorization-id="auth-01" context-variable-name="auth-context" identity-type="managed" ignore-error="false" />
<set-header name="Authorization" exists-action="override"><value>@("Bearer " + ((Authorization)context.Variables.GetValueOrDefault("auth-context"))?.AccessToken)</value></set-header>`
const fromCaller = `<get-authorization-context provider-id="github-01" authorization-id="auth-01" context-variable-name="auth-context" identity-type="jwt" identity="@(context.Request.Headers["Authorization"][0].Replace("Bearer ", ""))" ignore-error="false" />${tail}`

async function body(inbound: string, call: MadeCall = {}) {
  const { ctx } = await runPolicies({ inbound }, call, token)
  return Buffer.from(ctx.response?.body.bytes ?? []).toString()
}

test('the page’s examples get the token of the connection that they name', async () => {
  assert.equal(await body(getBack), 'abc')
  assert.deepEqual(asked.pop(), { provider: 'github-01', connection: 'auth-01', caller: { kind: 'managed' } })
  assert.equal(await body(dynamic, { request: { url: 'https://a.example/?authorizationProviderId=p&authorizationId=a' } }), 'abc')
  assert.deepEqual(asked.pop(), { provider: 'p', connection: 'a', caller: { kind: 'managed' } })
  const { ctx } = await runPolicies({ inbound: attach }, {}, token)
  assert.equal(ctx.request.headers.get('Authorization'), 'Bearer abc')
  assert.equal(await body(fromCaller, { request: { headers: { Authorization: 'Bearer e.y.j' } } }), 'abc')
  assert.deepEqual(asked.pop()?.caller, { kind: 'jwt', token: 'e.y.j' })
})

test('Claims are the other members of the token endpoint’s answer', async () => {
  const claims = (expression: string) =>
    body(
      `<get-authorization-context provider-id="p" authorization-id="a" context-variable-name="v" /><return-response><set-body>@{ var claims = ((Authorization)context.Variables["v"]).Claims; return ${expression}; }</set-body></return-response>`,
    )
  assert.equal(await claims('(string)claims["scope"]'), 'read')
  assert.equal(await claims('((long)claims["expires_in"] + 1).ToString()'), '3601')
  assert.equal(await claims('string.Join(",", claims.Keys)'), 'scope,expires_in,ok,more')
  assert.equal(await claims('claims["ok"].ToString() + claims["more"]'), 'True{"a":1}')
  assert.equal(await claims('claims.ContainsKey("access_token").ToString()'), 'False')
})

test('a connection that gives no token ends the call with 500, and on-error sees why', async () => {
  const { outcome, ctx } = await runPolicies(
    { inbound: getBack, 'on-error': '<set-variable name="why" value="@(context.LastError.Message)" />' },
    {},
    denied,
  )
  const refusal = refusalWith(outcome, 'connection.denied')
  assert.deepEqual([refusal.statusCode, refusal.message], [500, 'Internal server error'])
  assert.equal(ctx.variables.get('why'), 'The authorization context could not be obtained: no access policy names you.')
})

test('with ignore-error the variable is null, and the call goes on', async () => {
  const inbound = getBack.replace('ignore-error="false"', 'ignore-error="@(true)"').replace(tail, '')
  const { outcome, ctx } = await runPolicies({ inbound }, { variables: { 'auth-context': 'old' } }, denied)
  assert.equal(outcome, next)
  assert.equal(ctx.variables.get('auth-context'), null)
})

test('without a credential manager no connection is known', async () => {
  refusalWith((await runPolicies({ inbound: getBack })).outcome, 'connection.missing')
})

test('identity is needed for jwt, and the policy stands in inbound', () => {
  const codes = (attributes: string) =>
    faultsOf({
      inbound: `<get-authorization-context provider-id="p" authorization-id="a" context-variable-name="v" ${attributes} />`,
    }).map(({ code }) => code)
  assert.deepEqual(codes('identity-type="jwt"'), ['policy.missing-attribute'])
  assert.deepEqual(codes('identity-type="oauth"'), ['policy.bad-value'])
  assert.deepEqual(codes('identity-type="jwt" identity="@("a")"'), [])
  assert.equal(faultsOf({ outbound: getBack })[0]?.code, 'policy.wrong-section')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deny, inbound, inChain, token, workspace } from './testing/workspace.ts'

test('claims of a token that nobody validated are found, those behind a token policy are not', () => {
  const read =
    '<set-variable name="u" value=\'@(context.Request.Headers.GetValueOrDefault("Authorization","").Split(\' \')[1].AsJwt().Subject)\' />'.replace(
      "' '",
      '&quot; &quot;',
    )
  assert.deepEqual(inChain(workspace(inbound(read), inbound('<base />'))), ['unvalidated-token apis/orders/policy.xml:3'])
  assert.deepEqual(inChain(workspace(inbound(token, read), inbound('<base />'))), [])
  assert.deepEqual(inChain(workspace(inbound(token), inbound('<base />', read))), [])
})

const audience = '<audiences><audience>api://x</audience></audiences>'
const jwt = (attributes: string) =>
  `<validate-jwt ${attributes}><openid-config url="https://login.example/openid-configuration" />${audience}</validate-jwt>`
const header = (name: string) => `context.Request.Headers.GetValueOrDefault("${name}", "")`
const parameter = 'context.Request.Url.Query.GetValueOrDefault("token", "")'
const reads = (expression: string) =>
  `<set-header name="X-User" exists-action="override"><value>@(${expression})</value></set-header>`

/** Lines of the API's inbound section on which claims are read that nobody vouches for. */
const lines = (...policies: readonly string[]) =>
  inChain(workspace(inbound(...policies), inbound('<base />')))
    .filter(found => found.startsWith('unvalidated-token'))
    .map(found => Number(found.split(':').at(-1)))

test('a token policy vouches for the place where it looks, and only if it checks signatures', () => {
  const read = reads(`${header('Authorization')}.Split((char)32)[1].AsJwt()?.Subject`)
  assert.deepEqual(lines(jwt('header-name="authorization"'), read), [])
  assert.deepEqual(lines(jwt('header-name="Authorization" require-signed-tokens="false"'), read), [4])
  assert.deepEqual(lines(jwt('header-name="X-Token"'), read), [4])
  assert.deepEqual(lines(jwt('header-name="X-Token"'), reads(`${header('X-Token')}.AsJwt()?.Subject`)), [])
  assert.deepEqual(lines(token, reads(`${parameter}.AsJwt()?.Subject`)), [4])
  assert.deepEqual(lines(jwt('query-parameter-name="token"'), reads(`${parameter}.AsJwt()?.Subject`)), [])
  assert.deepEqual(lines(token, reads(`(${header('Authorization')} ?? ${parameter}).AsJwt()?.Subject`)), [4])
})

test('the parts of a token that are decoded by hand are claims too; a user and a password are not', () => {
  const part = `Encoding.UTF8.GetString(Convert.FromBase64String(${header('Authorization')}.Split((char)46)[1]))`
  assert.deepEqual(lines(reads(part)), [3])
  assert.deepEqual(lines(token, reads(part)), [])
  const block = `{ var parts = ${header('Authorization')}.Split('.'); var body = parts[1].PadRight(8, '='); return Encoding.UTF8.GetString(Convert.FromBase64String(body)); }`
  assert.deepEqual(lines(`<set-variable name="p" value="@${block.replaceAll('"', '&quot;')}" />`), [3])
  assert.deepEqual(lines(reads(`Encoding.UTF8.GetString(Convert.FromBase64String(${header('Authorization')}.Substring(6)))`)), [])
})

test('a token is followed through variables, headers and token-value', () => {
  const set = (value: string) => `<set-variable name="t" value='@(${value})' />`
  const read = reads('((string)context.Variables["t"]).AsJwt()?.Subject')
  assert.deepEqual(lines(set(parameter), read), [4])
  assert.deepEqual(lines(set(parameter), jwt('token-value=\'@((string)context.Variables["t"])\''), read), [])
  assert.deepEqual(
    lines('<send-request mode="new" response-variable-name="t"><set-url>https://x.example</set-url></send-request>', read),
    [],
  )
  // the backend's own token stands in the header by then; the variable still has the caller's
  const own = '<authentication-managed-identity resource="https://x.example" />'
  assert.deepEqual(lines(own, reads(`${header('Authorization')}.AsJwt()?.Subject`)), [])
  assert.deepEqual(lines(set(header('Authorization')), own, read), [5])
})

test('what a branch validates counts in it, and behind it when every other branch does so or answers', () => {
  const read = reads(`${header('Authorization')}.AsJwt()?.Subject`)
  const choose = (...branches: readonly string[]) => `<choose>${branches.join('')}</choose>`
  const when = (...held: readonly string[]) => `<when condition='@(context.Api.Id == "a")'>${held.join('\n')}</when>`
  assert.deepEqual(lines(choose(when(token, read))), [])
  assert.deepEqual(lines(choose(when(token)), read), [4])
  assert.deepEqual(lines(choose(when(token), `<otherwise>${token}</otherwise>`), read), [])
  assert.deepEqual(lines(choose(when(token), `<otherwise>${deny}</otherwise>`), read), [])
  assert.deepEqual(lines(choose(when(token), `<otherwise>${read}</otherwise>`)), [3])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from '../../catalog/catalog.ts'
import { api, catalog, operation } from '../../gateway/testing/catalog.ts'
import { accessRows } from '../access-rows.ts'
import { accessDiff } from './access-diff.ts'
import { shadowedRules } from './shadowed-rules.ts'
import { principalText, whoMay } from './who-may.ts'

const token = (roles: readonly string[], more = '') => `
<validate-jwt header-name="Authorization" output-token-variable-name="jwt">
  <openid-config url="https://login.invalid/keys" /><audiences><audience>api://orders</audience></audiences>
  ${roles.length === 0 ? '' : `<required-claims><claim name="roles" match="any">${roles.map(role => `<value>${role}</value>`).join('')}</claim>${more}</required-claims>`}
</validate-jwt>`

const policy = (file: string, inbound: string) => ({
  file,
  text: `<policies>\n<inbound>\n<base />\n${inbound}\n</inbound>\n</policies>`,
})

function workspace(apiInbound: string, operationInbound = '', more: Partial<Catalog> = {}): Catalog {
  const list = { ...operation('list', 'GET', '/list/{id}'), policy: policy('operation.xml', operationInbound) }
  const orders = api('orders', 'orders', [list], {
    serviceUrl: 'http://backend.invalid',
    policy: policy('api.xml', apiInbound),
  })
  return catalog('/nowhere', { apis: [orders], ...more })
}

async function who(given: Catalog): Promise<readonly (readonly string[])[]> {
  return (await whoMay(given)).map(({ may }) => may.map(principalText))
}

test('an operation without any demand lets anybody in; one with a token policy whoever has a token', async () => {
  assert.deepEqual(await who(workspace('')), [['anybody']])
  assert.deepEqual(await who(workspace(token([]))), [['any valid token']])
})

test('the roles of a token policy are found by trying, other claims that it asks for are brought along', async () => {
  const scope = '<claim name="scp" separator=" "><value>read</value></claim>'
  assert.deepEqual(await who(workspace(token(['buyers', 'admins'], scope), token(['admins', 'others']))), [['role admins']])
})

test('a role that only an expression asks for is found', async () => {
  const condition = `@(!((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("roles", "").Contains("admins"))`
  const choose = `${token([])}<choose><when condition='${condition}'><return-response><set-status code="403" reason="No" /></return-response></when></choose>`
  assert.deepEqual(await who(workspace(choose)), [['role admins']])
})

test('addresses, headers and limits are no matter of who calls', async () => {
  const beside = `<ip-filter action="allow"><address>10.1.2.3</address></ip-filter>
<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>red</value></check-header>
<rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />`
  assert.deepEqual(await who(workspace(`${beside}${token(['buyers'])}`)), [['role buyers']])
})

test('an operation that answers 403 to everybody can be reached by nobody', async () => {
  const never = '<return-response><set-status code="403" reason="No" /></return-response>'
  assert.deepEqual(await who(workspace(token(['buyers']), never)), [[]])
})

test('a change of policy is a line for each role that gains or loses', async () => {
  const [before, after] = [
    await whoMay(workspace(token(['buyers', 'admins']))),
    await whoMay(workspace(token(['admins', 'guests']))),
  ]
  const lines = (changes: ReturnType<typeof accessDiff>) =>
    changes.map(({ principal, kind, path }) => `${principal} ${kind} ${path}`)
  assert.deepEqual(lines(accessDiff(before, after)), [
    'role guests gains /orders/list/{id}',
    'role buyers loses /orders/list/{id}',
  ])
  assert.deepEqual(accessDiff(before, before), [])
  const opened = accessDiff(before, await whoMay(workspace('')))
  assert.deepEqual(
    opened.map(({ principal, kind, opensToAll }) => [principal, kind, opensToAll]),
    [['anybody', 'gains', true]],
  )
})

test('a value that a narrower rule lists and a wider one refuses is shadowed, with both places', () => {
  const rows = accessRows(workspace(token(['admins', 'buyers']), token(['admins', 'guests'])))
  assert.deepEqual(
    shadowedRules(rows).map(({ claim, value, file, line, by }) => [claim, value, `${file}:${line}`, `${by.file}:${by.line}`]),
    [['roles', 'guests', 'operation.xml:5', 'api.xml:5']],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from '../../catalog/catalog.ts'
import { answer, claim, claimText, guardedWorkspace, roleGuard, tokenGuard, when } from '../testing/guarded-workspace.ts'
import { principalText } from './principal.ts'
import { type DirectoryCaller, whoMay } from './who-may.ts'

async function who(given: Catalog): Promise<readonly (readonly string[])[]> {
  return (await whoMay(given)).map(({ may }) => may.map(principalText))
}

test('an operation without any demand lets anybody in; one with a token policy whoever has a token', async () => {
  assert.deepEqual(await who(guardedWorkspace('')), [['anybody']])
  assert.deepEqual(await who(guardedWorkspace(roleGuard([]))), [['any valid token']])
})

test('the roles of a token policy are found by trying, other claims that it asks for are brought along', async () => {
  const scope = '<claim name="scp" separator=" "><value>read</value></claim>'
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers', 'admins'], scope), roleGuard(['admins', 'others']))), [
    ['role admins', 'roles buyers + others'],
  ])
})

test('a role that only an expression asks for is found', async () => {
  const condition = `@(!((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("roles", "").Contains("admins"))`
  const choose = `${roleGuard([])}<choose><when condition='${condition}'><return-response><set-status code="403" reason="No" /></return-response></when></choose>`
  assert.deepEqual(await who(guardedWorkspace(choose)), [['role admins']])
})

test('addresses, headers and limits are no matter of who calls', async () => {
  const beside = `<ip-filter action="allow"><address>10.1.2.3</address></ip-filter>
<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>red</value></check-header>
<rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />`
  assert.deepEqual(await who(guardedWorkspace(`${beside}${roleGuard(['buyers'])}`)), [['role buyers']])
})

test('an operation that answers 403 to everybody can be reached by nobody', async () => {
  const never = '<return-response><set-status code="403" reason="No" /></return-response>'
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers']), never)), [[]])
})

test('roles that are all demanded, and roles and groups of several policies, are tried together', async () => {
  assert.deepEqual(await who(guardedWorkspace(tokenGuard(claim('roles', 'all', 'buyers', 'admins')))), [
    ['roles admins + buyers'],
  ])
  const groups = tokenGuard(claim('groups', 'any', 'north', 'south'))
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers']), groups)), [
    ['role buyers + group north', 'role buyers + group south'],
  ])
})

test('what several expressions ask for is found by leaving out one role after the other', async () => {
  const lacks = (role: string) => `!${claimText('roles')}.Contains("${role}")`
  const each = ['admins', 'buyers', 'sellers'].map(role => when(lacks(role), answer(403))).join('')
  assert.deepEqual(await who(guardedWorkspace(tokenGuard('') + each)), [['roles admins + buyers + sellers']])
})

test('a scope that only an expression asks for is brought along; where scopes are refused, an application calls', async () => {
  const scope = when(`!${claimText('scp')}.Contains("read")`, answer(403))
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers']) + scope)), [['role buyers']])
  const noScope = when(`${claimText('scp')} != ""`, answer(403))
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers'], claim('scp', 'any', 'read')), noScope)), [[]])
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers']) + scope.replace('read', 'write') + noScope)), [[]])
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers']) + noScope)), [['role buyers']])
})

test('of clients the one is brought that every policy takes; where there is none, nobody gets in', async () => {
  const clients = (...ids: readonly string[]) => tokenGuard(claim('azp', 'any', ...ids))
  assert.deepEqual(await who(guardedWorkspace(clients('a', 'b'), clients('b', 'c'))), [['any valid token']])
  assert.equal(await reach(guardedWorkspace(clients('a'), clients('c'))), 'nobody')
})

test('a token is brought where the policies look for it', async () => {
  const roles = claim('roles', 'any', 'buyers')
  assert.deepEqual(await who(guardedWorkspace(tokenGuard(roles, 'header-name="X-Token"'))), [['role buyers']])
  assert.deepEqual(await who(guardedWorkspace(tokenGuard(roles, 'query-parameter-name="t"'))), [['role buyers']])
  const cookie = `token-value='@(context.Request.Headers.GetValueOrDefault("Cookie", ""))'`
  assert.equal(await reach(guardedWorkspace(tokenGuard(roles, cookie))), 'unknown')
})

const isRita = `${claimText('preferred_username')}.StartsWith("rita")`

test('a condition on something else than roles and groups lets in nobody that is known of, which is not to say nobody', async () => {
  const [row] = await whoMay(guardedWorkspace(tokenGuard('') + when(isRita, '', answer(403))))
  assert.deepEqual([row?.may, row?.reach], [[], 'unknown'])
  const nested = when('context.Request.Method == "GET"', when(`!${isRita}`, answer(401)))
  assert.equal(await reach(guardedWorkspace(tokenGuard('') + nested)), 'unknown')
})

test('callers of the directory are tried as they are, and named when no role or group of theirs tells why they get in', async () => {
  const callers = [caller('rita', ['buyers']), caller('paul', ['buyers']), caller('ruth', ['admins'])]
  const tried = async (inbound: string) =>
    (await whoMay(guardedWorkspace(inbound), callers)).flatMap(({ may }) => may.map(principalText))
  assert.deepEqual(await tried(tokenGuard('') + when(isRita, '', answer(403))), ['user rita'])
  assert.deepEqual(await tried(tokenGuard('') + when(`${isRita} || ${claimText('roles')}.Contains("admins")`, '', answer(403))), [
    'role admins',
    'user rita',
  ])
})

function caller(name: string, roles: readonly string[]): DirectoryCaller {
  return { kind: 'user', name, claimsFor: () => [{ oid: name, preferred_username: `${name}@example.org`, roles }] }
}

test('an error that only some get is about who they are, whatever its status; one that all get is not', async () => {
  const others = (code: number) => tokenGuard('') + when(`!${claimText('roles')}.Contains("admins")`, answer(code))
  for (const code of [302, 400, 404]) assert.deepEqual(await who(guardedWorkspace(others(code))), [['role admins']], String(code))
  const header = when('!context.Request.Headers.ContainsKey("X-Team")', answer(400))
  assert.deepEqual(await who(guardedWorkspace(header + roleGuard(['buyers']))), [['role buyers']])
})

test('nobody gets in where the documents say so, and no condition may answer before', async () => {
  assert.equal(await reach(guardedWorkspace(roleGuard(['buyers']), answer(403))), 'nobody')
  assert.equal(await reach(guardedWorkspace(when('true', answer(401)))), 'nobody')
  assert.equal(await reach(guardedWorkspace(when(`context.Request.IpAddress == "1"`, answer(200)) + answer(403))), 'unknown')
  assert.equal(await reach(guardedWorkspace(when(`context.Request.IpAddress == "1"`, answer(401)) + answer(403))), 'nobody')
  const expression = answer(403).replace('"403"', `'@(context.Request.Headers.ContainsKey("X") ? 200 : 403)'`)
  assert.equal(await reach(guardedWorkspace(expression)), 'unknown')
})

const has = (role: string) => `${claimText('roles')}.Contains("${role}")`

test('a role that turns callers away is told, be it a condition that answers or a token policy beside it', async () => {
  const banned = tokenGuard('') + when(has('guests'), answer(403))
  assert.deepEqual(await who(guardedWorkspace(banned)), [['any valid token without role guests']])
  const ofHeader = `context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Claims.GetValueOrDefault("roles", "").Contains("guests") == true`
  assert.deepEqual(await who(guardedWorkspace(when(ofHeader, answer(401), tokenGuard('')))), [
    ['any valid token without role guests'],
  ])
  assert.deepEqual(await who(guardedWorkspace(tokenGuard('') + when(has('guests'), answer(404)))), [
    ['any valid token without role guests'],
  ])
})

test('a role that turns away whoever has another is told with that one; several are told together', async () => {
  const banned = when(`${has('guests')} || ${has('trainees')}`, answer(403))
  assert.deepEqual(await who(guardedWorkspace(roleGuard(['buyers']) + banned)), [
    ['role buyers without role guests or role trainees'],
  ])
  const both = when(`${has('payers')} && ${has('approvers')}`, answer(403))
  assert.deepEqual(await who(guardedWorkspace(tokenGuard('') + both)), [['any valid token without roles approvers + payers']])
})

test('a role that turns away is told beside an error that all get', async () => {
  const header = when('!context.Request.Headers.ContainsKey("X-Team")', answer(400))
  const banned = when(has('guests'), answer(403))
  assert.deepEqual(await who(guardedWorkspace(header + tokenGuard('') + banned)), [['any valid token without role guests']])
  assert.deepEqual(await who(guardedWorkspace(header + roleGuard(['buyers']) + banned)), [['role buyers without role guests']])
})

test('who is turned away unless another role is there gets in with that one', async () => {
  const unless = when(`${has('guests')} && !${has('admins')}`, answer(403))
  assert.deepEqual(await who(guardedWorkspace(tokenGuard('') + unless)), [['any valid token without role guests', 'role admins']])
})

test('a caller of the directory who has the role that turns away is not named, one who gets in nevertheless is', async () => {
  const callers = [caller('rita', ['guests']), caller('paul', ['guests']), caller('ruth', [])]
  const banned = tokenGuard('') + when(`${has('guests')} && !${isRita}`, answer(403))
  const [row] = await whoMay(guardedWorkspace(banned), callers)
  assert.deepEqual(row?.may.map(principalText), ['any valid token without role guests', 'user rita'])
})

test('a role that is secret is not shown, and so not tried', async () => {
  const namedValues = [{ name: 'r', displayName: 'r', value: 'publishers', secret: true, file: 'f' }]
  assert.equal(await reach(guardedWorkspace(roleGuard(['{{r}}']), '', { namedValues })), 'unknown')
})

async function reach(given: Catalog): Promise<string | undefined> {
  const [row] = await whoMay(given)
  return row?.reach
}

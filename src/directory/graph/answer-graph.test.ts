import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { DirectoryDocument, DirectoryGroup } from '../../catalog/directory.ts'
import { microsoftGraph } from '../../workspace/local-directory/microsoft-graph.ts'
import { archive, articles, cli, gazette, newsroom, paul, rita } from '../testing/gazette.ts'
import { type Got, runDirectory } from '../testing/running.ts'

const desk: DirectoryGroup = { id: 'd0000000-0000-4000-8000-000000000001', displayName: "Editor's desk", members: [newsroom.id] }
const held = ['Directory.Read.All'].map(value => ({
  principalId: archive.servicePrincipalId,
  principalType: 'ServicePrincipal' as const,
  resourceAppId: microsoftGraph.appId,
  appRoleId: microsoftGraph.appRoles.find(role => role.value === value)?.id ?? '',
}))
const document: DirectoryDocument = {
  ...gazette,
  groups: [newsroom, desk],
  appRoleAssignments: [...gazette.appRoleAssignments, ...held],
}
const running = await runDirectory(document)
after(() => running[Symbol.asyncDispose]())

async function authorization(client: string, scope: string, user?: string): Promise<Record<string, string>> {
  const issued = await running.directory.issueToken({ client, scope, ...(user === undefined ? {} : { user }) })
  if (issued.kind === 'refused') assert.fail(issued.code)
  return { authorization: `Bearer ${issued.accessToken}` }
}

const asService = await authorization('Archive Service', 'https://graph.microsoft.com/.default')
const asRita = await authorization(cli.appId, 'User.Read', rita.userPrincipalName)

const get = (path: string, headers = asService) => running.get(`/v1.0/${path}`, headers)
const values = ({ json }: Got) => json.value as Record<string, unknown>[]
const names = (got: Got) => values(got).map(entity => entity.displayName)
const code = ({ json }: Got) => (json.error as { code?: string } | undefined)?.code

test('a user reads about itself with User.Read, and about nobody else', async () => {
  const me = await get('me', asRita)
  assert.deepEqual([me.json.id, me.json.userPrincipalName], [rita.id, rita.userPrincipalName])
  assert.ok(!me.text.includes(rita.password))
  assert.equal((await get('me/memberOf', asRita)).status, 200)
  assert.equal(code(await get('users', asRita)), 'Authorization_RequestDenied')
  assert.equal(code(await get(`users/${paul.id}`, asRita)), 'Authorization_RequestDenied')
  assert.equal(code(await get('applications', asRita)), 'Authorization_RequestDenied')
  assert.equal(code(await get('me')), 'Request_BadRequest')
})

test('only a token of this directory for Graph opens it', async () => {
  assert.equal(code(await running.get('/v1.0/users')), 'InvalidAuthenticationToken')
  const other = await authorization('Archive Service', 'api://articles/.default')
  const answer = await get('users', other)
  assert.deepEqual([answer.status, code(answer)], [401, 'InvalidAuthenticationToken'])
  assert.equal((await get('users', { authorization: `${asService.authorization?.slice(0, -4)}AAAA` })).status, 401)
})

test('a service reads users by id and by name, groups and who is in them', async () => {
  assert.deepEqual(names(await get('users')), ['The rita', 'The paul', 'The dora'])
  assert.equal((await get(`users/${rita.userPrincipalName}`)).json.id, rita.id)
  assert.deepEqual(
    values(await get(`groups/${desk.id}/transitiveMembers`)).map(entity => entity['@odata.type']),
    ['#microsoft.graph.group', '#microsoft.graph.user'],
  )
  assert.deepEqual(names(await get(`groups/${desk.id}/transitiveMembers/microsoft.graph.user`)), ['The paul'])
  assert.equal(code(await get('users/nobody@x')), 'Request_ResourceNotFound')
})

test('groups are found directly, through groups, and as the ids that tokens leave out', async () => {
  assert.deepEqual(names(await get(`users/${paul.id}/memberOf`)), ['Newsroom'])
  assert.deepEqual(names(await get(`users/${paul.id}/transitiveMemberOf/microsoft.graph.group`)), ['Newsroom', "Editor's desk"])
  const post = (path: string, body: unknown) =>
    running.send('POST', `/v1.0/${path}`, { ...asService, 'content-type': 'application/json' }, JSON.stringify(body))
  assert.deepEqual((await post(`users/${paul.id}/getMemberObjects`, { securityEnabledOnly: false })).json.value, [
    newsroom.id,
    desk.id,
  ])
  assert.deepEqual((await post(`users/${paul.id}/checkMemberGroups`, { groupIds: [desk.id, 'other'] })).json.value, [desk.id])
  assert.equal(code(await post(`users/${paul.id}/checkMemberGroups`, {})), 'Request_BadRequest')
  assert.equal((await post('users', {})).status, 405)
})

test('applications and service principals by id and appId, without their secrets', async () => {
  const app = await get(`applications(appId='${archive.appId}')`)
  assert.equal(app.json.displayName, 'Archive Service')
  assert.ok(!app.text.includes('archive-secret'))
  const principal = await get(`servicePrincipals(appId='${articles.appId}')`)
  assert.equal(principal.json.id, articles.servicePrincipalId)
  const assigned = values(await get(`servicePrincipals/${articles.servicePrincipalId}/appRoleAssignedTo`))
  assert.deepEqual(new Set(assigned.map(one => one.principalDisplayName)), new Set(['The rita', 'Newsroom', 'Archive Service']))
  assert.equal(values(await get(`users/${rita.id}/appRoleAssignments`)).length, 2)
})

test('filters, search, selection, order and counts', async () => {
  const filter = async (path: string, text: string) => names(await get(`${path}?$filter=${encodeURIComponent(text)}`))
  assert.deepEqual(await filter('users', "userPrincipalName eq 'RITA@gazette.onmicrosoft.com'"), ['The rita'])
  assert.deepEqual(await filter('users', "startswith(displayName,'the r') or (accountEnabled eq false and not (id eq null))"), [
    'The rita',
    'The dora',
  ])
  assert.deepEqual(await filter('groups', "displayName eq 'Editor''s desk'"), ["Editor's desk"])
  assert.deepEqual(await filter('applications', "identifierUris/any(x:x eq 'api://articles')"), ['Articles API'])
  assert.deepEqual(await filter('servicePrincipals', `appId in ('${articles.appId}', '${archive.appId}')`), [
    'Articles API',
    'Archive Service',
  ])
  assert.deepEqual(await filter('applications', "appRoles/any(r: r/value eq 'Color.Members')"), ['Colors API'])
  for (const bad of ['displayName eq', 'x eq y eq z', "displayName like 'x'", '(', `${'('.repeat(50)}a eq 1${')'.repeat(50)}`])
    assert.equal(code(await get(`users?$filter=${encodeURIComponent(bad)}`)), 'Request_BadRequest')
  assert.deepEqual(names(await get(`users?$search=${encodeURIComponent('"displayName:rita"')}`)), ['The rita'])
  assert.deepEqual(values(await get('users?$select=displayName&$orderby=displayName&$top=1'))[0], { displayName: 'The dora' })
  assert.equal((await get('users?$count=true')).json['@odata.count'], 3)
  assert.equal((await get('users/$count')).text, '3')
  assert.equal(code(await get('users?$expand=memberOf')), 'Request_BadRequest')
})

test('long lists come in pages, each with the whole address of the next', async () => {
  const first = await get('users?$top=2&$select=displayName')
  assert.equal(values(first).length, 2)
  const next = String(first.json['@odata.nextLink'])
  assert.ok(next.startsWith(`${running.origin}/v1.0/users?`))
  const second = await running.get(next.slice(running.origin.length), asService)
  assert.deepEqual(second.json.value, [{ displayName: 'The dora' }])
  assert.equal(second.json['@odata.nextLink'], undefined)
  assert.equal(code(await get('users?$top=0')), 'Request_BadRequest')
})

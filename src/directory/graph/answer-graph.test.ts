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
const readers = { displayName: 'Directory Readers', roleTemplateId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', members: [desk.id] }
const running = await runDirectory({ ...document, directoryRoles: [readers] })
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
  assert.equal(code(await get('me/photo/$value', asRita)), 'ImageNotFound')
  assert.equal(code(await get('me/manager', asRita)), 'Request_ResourceNotFound')
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
  assert.deepEqual((await post(`users/${paul.id}/getMemberObjects`, { securityEnabledOnly: true })).json.value, [
    newsroom.id,
    desk.id,
  ])
  assert.deepEqual((await post(`users/${paul.id}/checkMemberGroups`, { groupIds: [desk.id, 'other'] })).json.value, [desk.id])
  assert.equal(code(await post(`users/${paul.id}/checkMemberGroups`, {})), 'Request_BadRequest')
  assert.equal(code(await post(`users/${paul.id}/getMemberObjects`, {})), 'Request_BadRequest')
  assert.equal(code(await post('users', {})), 'Authorization_RequestDenied')
  assert.equal((await post('organization', {})).status, 405)
})

test('directory roles are found by their template, and among what somebody is a member of', async () => {
  const role = await get(`directoryRoles(roleTemplateId='${readers.roleTemplateId}')`)
  assert.equal(role.json.displayName, 'Directory Readers')
  assert.deepEqual(
    values(await get(`directoryRoles/${role.json.id}/members?$select=id`)).map(({ id }) => id),
    [desk.id],
  )
  assert.deepEqual(names(await get(`users/${paul.id}/transitiveMemberOf/microsoft.graph.directoryRole`)), ['Directory Readers'])
  assert.deepEqual(names(await get(`users/${paul.id}/memberOf/microsoft.graph.directoryRole`)), [])
  const ids = await running.send(
    'POST',
    `/v1.0/users/${paul.id}/getMemberObjects`,
    { ...asService, 'content-type': 'application/json' },
    JSON.stringify({ securityEnabledOnly: false }),
  )
  assert.deepEqual(ids.json.value, [newsroom.id, desk.id, role.json.id])
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

/** What Graph answers only with this header and `$count=true`. */
const advanced = (path: string) =>
  get(`${path}${path.includes('?') ? '&' : '?'}$count=true`, { ...asService, consistencylevel: 'eventual' })
const filterOf = (text: string) => `$filter=${encodeURIComponent(text)}`

test('filters find what they describe', async () => {
  const filter = async (path: string, text: string) => names(await get(`${path}?${filterOf(text)}`))
  assert.deepEqual(await filter('users', "userPrincipalName eq 'RITA@gazette.onmicrosoft.com'"), ['The rita'])
  assert.deepEqual(await filter('users', "startsWith(displayName,'the r') OR (accountEnabled eq false)"), [
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
  assert.deepEqual(await filter('applications', 'appRoles/any()'), ['Articles API', 'Colors API'])
  assert.deepEqual(await filter('users', 'mail eq null and jobTitle eq null'), ['The rita', 'The paul', 'The dora'])
  for (const bad of ['displayName eq', 'x eq y eq z', "displayName like 'x'", '(', `${'('.repeat(50)}a eq 1${')'.repeat(50)}`])
    assert.equal(code(await get(`users?${filterOf(bad)}`)), 'BadRequest')
  const unknown = await get(`users?${filterOf("shoeSize eq '44'")}`)
  assert.match(unknown.text, /Could not find a property named 'shoeSize' on type 'microsoft\.graph\.user'/)
  assert.equal(code(await get(`users?${filterOf("contains(displayName,'rita')")}`)), 'Request_UnsupportedQuery')
})

test('what Graph answers only as an advanced query needs the header and $count', async () => {
  for (const path of [
    `users?${filterOf("displayName ne 'The rita'")}`,
    `users?${filterOf("not startswith(displayName,'The r')")}`,
    `users?${filterOf("endswith(userPrincipalName,'microsoft.com')")}`,
    `users?${filterOf("startswith(displayName,'The')")}&$orderby=displayName`,
    'applications?$orderby=displayName',
    `applications?${filterOf('identifierUris/$count eq 1')}`,
  ]) {
    assert.equal(code(await get(path)), 'Request_UnsupportedQuery', path)
    assert.ok(names(await advanced(path)).length > 0, path)
  }
  assert.deepEqual(names(await advanced(`applications?${filterOf('identifierUris/$count eq 2')}`)), ['Colors API'])
  const search = `users?$search=${encodeURIComponent('"displayName:rit"')}`
  assert.equal(code(await get(search)), 'Request_UnsupportedQuery')
  assert.deepEqual(names(await advanced(search)), ['The rita'])
  assert.equal(code(await advanced('users?$search=rita')), 'Request_BadRequest')
  assert.deepEqual(
    names(await advanced(`users?$search=${encodeURIComponent('"displayName:rita" OR "userPrincipalName:paul"')}`)),
    ['The rita', 'The paul'],
  )
  assert.equal((await get('users?$count=true')).json['@odata.count'], undefined)
  assert.equal((await advanced('users')).json['@odata.count'], 3)
  assert.equal(code(await get('users/$count')), 'Request_BadRequest')
  const count = await get(`users/$count?${filterOf("displayName ne 'The rita'")}`, { ...asService, consistencylevel: 'eventual' })
  assert.equal(count.text, '2')
})

test('selection and order; an option or property that Graph does not know is refused', async () => {
  assert.deepEqual(values(await get('users?$select=displayName&$orderby=displayName desc&$top=1'))[0], {
    displayName: 'The rita',
  })
  assert.deepEqual(values(await get('users?$select=id,department&$top=1'))[0], { id: rita.id, department: null })
  assert.match((await get('users?$select=shoeSize')).text, /Could not find a property named 'shoeSize'/)
  assert.equal((await get(`users/${rita.id}`)).json.accountEnabled, undefined, 'told only when it is selected')
  assert.equal((await get(`users/${rita.id}?$select=accountEnabled`)).json.accountEnabled, true)
  assert.equal(code(await get('users?$orderby=displayName sideways')), 'Request_BadRequest')
  assert.equal(code(await get('users?$apply=aggregate')), 'Request_BadRequest')
})

test('a mixed list takes properties of any kind, and each thing tells those of its own', async () => {
  const path = `groups/${desk.id}/transitiveMembers?$select=displayName,userPrincipalName,department`
  assert.deepEqual(
    values(await get(path)).map(({ '@odata.type': _, ...rest }) => rest),
    [{ displayName: 'Newsroom' }, { displayName: 'The paul', userPrincipalName: paul.userPrincipalName, department: null }],
  )
  assert.equal((await get(`groups/${desk.id}/members?$select=userPrincipalName`)).status, 200)
  assert.equal((await get(`groups/${desk.id}/members?$select=shoeSize`)).status, 400)
})

test('what hangs on a thing is expanded into it', async () => {
  const group = await get(`groups/${desk.id}?$expand=members($select=id)`)
  assert.deepEqual(group.json.members, [{ '@odata.type': '#microsoft.graph.group', id: newsroom.id }])
  const [first] = values(await get('users?$expand=memberOf&$select=id'))
  assert.deepEqual(first, { id: rita.id, memberOf: [] })
  const principal = await get(`servicePrincipals(appId='${articles.appId}')?$select=id&$expand=appRoleAssignedTo`)
  assert.equal((principal.json.appRoleAssignedTo as unknown[]).length, 4)
  assert.equal(code(await get('users?$expand=shoes')), 'BadRequest')
  assert.equal(code(await get('me?$expand=appRoleAssignments', asRita)), 'Authorization_RequestDenied')
})

test('a thing goes by key in parentheses, by alternate key, and as a directory object', async () => {
  assert.equal((await get(`users('${rita.id}')`)).json.id, rita.id)
  assert.equal((await get(`users(userPrincipalName='${rita.userPrincipalName}')`)).json.id, rita.id)
  assert.equal((await get(`groups('${newsroom.id}')/members`)).status, 200)
  assert.equal((await get(`applications(appId='${articles.appId}')`)).json.id, articles.id)
  assert.equal(code(await get("applications(appId='nobody')")), 'Request_ResourceNotFound')
  assert.equal((await get(`directoryObjects/${newsroom.id}`)).json['@odata.type'], '#microsoft.graph.group')
  const body = JSON.stringify({ ids: [rita.id, newsroom.id, 'nobody'], types: ['user', 'group'] })
  const json = { ...asService, 'content-type': 'application/json' }
  const found = await running.send('POST', '/v1.0/directoryObjects/getByIds', json, body)
  assert.deepEqual(names(found), ['The rita', 'Newsroom'])
})

test('requests in a batch are answered one by one, each as if it had come alone', async () => {
  const batch = async (requests: unknown) => {
    const body = JSON.stringify({ requests })
    return running.send('POST', '/v1.0/$batch', { ...asService, 'content-type': 'application/json' }, body)
  }
  const { json } = await batch([
    { id: '1', method: 'GET', url: `/users/${rita.id}?$select=id` },
    { id: '2', method: 'GET', url: 'users/nobody' },
    { id: '3', method: 'GET', url: '/groups', dependsOn: ['2'] },
    { id: '4', method: 'GET', url: '/users/$count', headers: { ConsistencyLevel: 'eventual' } },
    { id: '5', method: 'POST', url: `/users/${paul.id}/getMemberGroups`, body: { securityEnabledOnly: true } },
  ])
  const responses = json.responses as { id: string; status: number; body: Record<string, unknown> }[]
  assert.deepEqual(
    responses.map(({ id, status }) => [id, status]),
    [
      ['1', 200],
      ['2', 404],
      ['3', 424],
      ['4', 200],
      ['5', 200],
    ],
  )
  assert.equal(responses[0]?.body.id, rita.id)
  assert.deepEqual(responses[4]?.body.value, [newsroom.id, desk.id])
  const step = { method: 'GET', url: '/users' }
  const many = Array.from({ length: 21 }, (_, at) => ({ ...step, id: String(at) }))
  for (const bad of [
    undefined,
    [],
    many,
    [
      { ...step, id: '1' },
      { ...step, id: '1' },
    ],
    [{ ...step, id: '1', url: '/$batch' }],
    [7],
  ])
    assert.equal(code(await batch(bad)), 'Request_BadRequest')
  const nobody = await running.send('POST', '/v1.0/$batch', {}, JSON.stringify({ requests: [{ ...step, id: '1' }] }))
  assert.equal((nobody.json.responses as { status: number }[])[0]?.status, 401)
})

test('clauses of any length are answered at once', async () => {
  const begun = performance.now()
  const batch = (url: string) => ({ id: url.slice(0, 12), method: 'GET', url })
  const requests = ['$expand', '$orderby', '$select', '$search', '$filter'].map(name =>
    batch(`/users?${name}=${'a,'.repeat(5000)}`),
  )
  const { json } = await running.send('POST', '/v1.0/$batch', asService, JSON.stringify({ requests }))
  const responses = json.responses as { status: number }[]
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([400]))
  assert.ok(performance.now() - begun < 3000)
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
  assert.equal(code(await get('users?$top=1000')), 'Request_BadRequest')
  for (const token of ['2', 'x', Buffer.from('from:-1').toString('base64url')])
    assert.equal(code(await get(`users?$skiptoken=${token}`)), 'Directory_ExpiredPageToken')
  const narrowed = await get(
    `groups/${desk.id}/transitiveMembers/microsoft.graph.user?$top=1&${filterOf("displayName eq 'The paul'")}`,
  )
  assert.deepEqual(names(narrowed), ['The paul'])
})

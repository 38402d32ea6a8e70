import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { DirectoryGroup } from '../catalog/directory.ts'
import { microsoftGraph } from '../workspace/local-directory/microsoft-graph.ts'
import { type DirectoryTokenRequest, issueDirectoryToken } from './issue-directory-token.ts'
import { archive, articles, cli, colors, gazette, newsroom, paul, rita, stateFolder, tenantId } from './testing/gazette.ts'

const state = stateFolder()
const now = Date.parse('2026-01-01T00:00:00Z')

async function claimsOf(request: Omit<DirectoryTokenRequest, 'now'>, document = gazette) {
  const issued = await issueDirectoryToken(document, state, { now, ...request })
  if (issued.kind === 'refused') assert.fail(`${issued.code}: ${issued.message}`)
  return { header: decodeProtectedHeader(issued.accessToken), claims: decodeJwt(issued.accessToken) as Record<string, unknown> }
}

async function refusalOf(request: Omit<DirectoryTokenRequest, 'now'>) {
  const issued = await issueDirectoryToken(gazette, state, { now, ...request })
  return issued.kind === 'refused' ? issued.code : issued.kind
}

test('a v2 user token has the API id as audience, roles by direct assignment, and the scopes of .default', async () => {
  const { header, claims } = await claimsOf({
    client: 'Gazette CLI',
    user: rita.userPrincipalName,
    scope: 'api://articles/.default',
  })
  assert.deepEqual(Object.keys(header), ['typ', 'alg', 'kid'])
  assert.equal(claims.aud, articles.appId)
  assert.equal(claims.iss, `https://login.microsoftonline.com/${tenantId}/v2.0`)
  assert.deepEqual([claims.azp, claims.azpacr, claims.ver, claims.tid], [cli.appId, '0', '2.0', tenantId])
  assert.deepEqual([claims.roles, claims.scp], [['readers'], 'access_as_user drafts'])
  assert.deepEqual([claims.oid, claims.preferred_username, claims.name], [rita.id, 'rita@gazette.onmicrosoft.com', 'The rita'])
  assert.equal((claims.exp as number) - now / 1000, 3600)
  for (const name of ['appid', 'upn', 'nonce', 'groups', 'jti', 'idtyp']) assert.ok(!(name in claims), name)
})

test('a v1 user token has the named identifier as audience, appid, upn and the certificate in its header', async () => {
  const { header, claims } = await claimsOf({
    client: cli.appId,
    user: 'RITA@gazette.onmicrosoft.com',
    scope: 'api://colors/user_impersonation',
  })
  assert.equal(header.x5t, header.kid)
  assert.deepEqual([claims.aud, claims.iss, claims.ver], ['api://colors', `https://sts.windows.net/${tenantId}/`, '1.0'])
  assert.deepEqual([claims.appid, claims.appidacr, claims.scp], [cli.appId, '0', 'user_impersonation'])
  assert.deepEqual(
    [claims.upn, claims.unique_name, claims.family_name, claims.given_name],
    [rita.userPrincipalName, rita.userPrincipalName, 'Reader', 'Rita'],
  )
  assert.ok(!('roles' in claims) && !('azp' in claims) && !('preferred_username' in claims))
  const byGuid = await claimsOf({ client: cli.appId, user: rita.userPrincipalName, scope: `${colors.appId}/.default` })
  assert.equal(byGuid.claims.aud, colors.appId)
  const bySlash = await claimsOf({ client: cli.appId, user: rita.userPrincipalName, scope: 'https://colors.example//.default' })
  assert.equal(bySlash.claims.aud, 'https://colors.example/')
})

test('roles and groups come through groups', async () => {
  const { claims } = await claimsOf({
    client: 'Gazette CLI',
    user: paul.userPrincipalName,
    scope: 'api://articles/access_as_user',
  })
  assert.deepEqual([claims.roles, claims.groups, claims.scp], [['readers', 'publishers'], [newsroom.id], 'access_as_user'])
})

test('past 200 groups a token says where to ask for them', async () => {
  const groups = (count: number): DirectoryGroup[] =>
    Array.from({ length: count }, (_, i) => ({ id: `group-${i}`, displayName: `g${i}`, members: [rita.id] }))
  const ask = { client: 'Gazette CLI', user: rita.userPrincipalName, scope: 'api://articles/.default' }
  const full = await claimsOf(ask, { ...gazette, groups: groups(200) })
  assert.equal((full.claims.groups as string[]).length, 200)
  const over = await claimsOf(ask, { ...gazette, groups: groups(201) })
  assert.equal(over.claims.groups, undefined)
  assert.deepEqual(over.claims._claim_names, { groups: 'src1' })
  assert.match(JSON.stringify(over.claims._claim_sources), new RegExp(`users/${rita.id}/getMemberObjects`))
})

test('an app-only token has the service principal as oid and sub, its roles, and no scp', async () => {
  const { claims } = await claimsOf({ client: 'Archive Service', scope: 'api://articles/.default' })
  assert.deepEqual([claims.oid, claims.sub], [archive.servicePrincipalId, archive.servicePrincipalId])
  assert.deepEqual([claims.roles, claims.azpacr], [['admins'], '1'])
  for (const name of ['scp', 'preferred_username', 'idtyp', 'groups']) assert.ok(!(name in claims), name)
})

test('an application without roles has no roles claim, not an empty one', async () => {
  const { claims } = await claimsOf({ client: 'Gazette CLI', scope: 'api://articles' })
  assert.ok(!('roles' in claims))
})

test('sub differs from API to API, oid does not', async () => {
  const ask = { client: cli.appId, user: rita.userPrincipalName }
  const [one, two] = [
    await claimsOf({ ...ask, scope: 'api://articles/.default' }),
    await claimsOf({ ...ask, scope: 'api://colors/.default' }),
  ]
  assert.notEqual(one.claims.sub, two.claims.sub)
  assert.equal(one.claims.oid, two.claims.oid)
})

test('a scope without an API is one of Microsoft Graph', async () => {
  const { claims } = await claimsOf({ client: cli.appId, user: rita.userPrincipalName, scope: 'User.Read openid profile' })
  assert.deepEqual([claims.aud, claims.scp, claims.ver], ['https://graph.microsoft.com', 'User.Read openid profile', '1.0'])
  const guid = await claimsOf({ client: cli.appId, user: rita.userPrincipalName, scope: `${microsoftGraph.appId}/User.Read` })
  assert.equal(guid.claims.aud, microsoftGraph.appId)
})

test('a lifetime is kept to the second', async () => {
  const { claims } = await claimsOf({ client: 'Archive Service', scope: 'api://articles/.default', lifetime: 1 })
  assert.equal((claims.exp as number) - (claims.iat as number), 1)
})

test('what the directory does not grant is refused by number', async () => {
  const user = rita.userPrincipalName
  assert.equal(await refusalOf({ client: 'Nobody', scope: 'api://articles/.default' }), 'AADSTS700016')
  assert.equal(await refusalOf({ client: cli.appId, user: 'eve@x', scope: 'api://articles/.default' }), 'AADSTS50034')
  assert.equal(
    await refusalOf({ client: cli.appId, user: `dora@gazette.onmicrosoft.com`, scope: 'api://articles/.default' }),
    'AADSTS50057',
  )
  assert.equal(await refusalOf({ client: cli.appId, user, scope: 'api://nothing/.default' }), 'AADSTS500011')
  assert.equal(await refusalOf({ client: cli.appId, user, scope: 'api://articles/nothing' }), 'AADSTS650053')
  assert.equal(await refusalOf({ client: cli.appId, user, scope: 'api://articles/drafts api://colors/.default' }), 'AADSTS28000')
  assert.equal(await refusalOf({ client: 'Archive Service', scope: 'api://articles/drafts' }), 'AADSTS1002012')
  assert.equal(await refusalOf({ client: cli.appId, scope: 'api://colors/.default' }), 'AADSTS501051')
  const paulOnColors = { client: cli.appId, user: paul.userPrincipalName, scope: 'api://colors/.default' }
  assert.equal(await refusalOf(paulOnColors), 'AADSTS50105')
})

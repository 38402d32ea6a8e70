import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { DirectoryApplication, DirectoryDocument, DirectoryGroup, OptionalClaims } from '../../catalog/directory.ts'
import { articles, cli, colors, domain, gazette, newsroom, paul, rita, tenantId } from '../testing/gazette.ts'
import { type Running, runDirectory } from '../testing/running.ts'

type Claims = Record<string, unknown>

/** The gazette with an application changed. */
function changed(
  change: Partial<DirectoryApplication>,
  whole: Partial<DirectoryDocument> = {},
  app = articles,
): DirectoryDocument {
  const applications = gazette.applications.map(one => (one.appId === app.appId ? { ...one, ...change } : one))
  return { ...gazette, applications, ...whole }
}

const optional = (kind: keyof OptionalClaims, ...names: string[]): OptionalClaims => {
  const claims = names.map(text => {
    const [name = '', ...additionalProperties] = text.split(' ')
    return { name, additionalProperties }
  })
  return { idToken: [], accessToken: [], [kind]: claims }
}

async function askAs(running: Running, user = rita, change: Record<string, string> = {}) {
  const scope = 'openid profile email api://articles/access_as_user'
  const form = { grant_type: 'password', client_id: cli.appId, scope, username: user.userPrincipalName, password: user.password }
  const { json } = await running.token({ ...form, ...change })
  assert.ok(json.access_token !== undefined, JSON.stringify(json))
  return { access: decodeJwt(String(json.access_token)) as Claims, id: decodeJwt(String(json.id_token)) as Claims }
}

async function appToken(running: Running, secret = 'archive-secret'): Promise<Claims> {
  const client = gazette.applications.find(one => one.displayName === 'Archive Service')?.appId ?? ''
  const form = { grant_type: 'client_credentials', client_id: client, client_secret: secret, scope: 'api://articles/.default' }
  return decodeJwt(String((await running.token(form)).json.access_token)) as Claims
}

const person = {
  ...rita,
  mail: `rita@${domain}`,
  otherMails: ['rita@home.example'],
  country: 'ch',
  preferredLanguage: 'de-CH',
  onPremisesSecurityIdentifier: 'S-1-5-21-1',
}

test('an access token has the optional claims of the API, each with its value', async () => {
  const names = [
    'acct',
    'auth_time',
    'ctry',
    'email',
    'family_name',
    'given_name',
    'ipaddr',
    'login_hint',
    'onprem_sid',
    'sid',
    'upn',
  ]
  const more = [
    'tenant_region_scope',
    'verified_primary_email',
    'verified_secondary_email',
    'xms_edov',
    'xms_pl',
    'xms_tpl',
    'fwd',
  ]
  const optionalClaims = optional('accessToken', ...names, ...more)
  await using running = await runDirectory(changed({ optionalClaims }, { users: [person, paul] }))
  const { access, id } = await askAs(running)
  const expected = {
    acct: 0,
    ctry: 'CH',
    email: `rita@${domain}`,
    family_name: 'Reader',
    given_name: 'Rita',
    onprem_sid: 'S-1-5-21-1',
    upn: rita.userPrincipalName,
    tenant_region_scope: 'WW',
    verified_primary_email: [`rita@${domain}`],
    verified_secondary_email: ['rita@home.example'],
    xms_edov: true,
    xms_pl: 'de-ch',
    xms_tpl: 'en',
  }
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(access[name], value, name)
  assert.match(String(access.ipaddr), /127\.0\.0\.1/)
  assert.match(String(access.sid), /^[0-9a-f-]{36}$/)
  assert.ok(Math.abs(Number(access.auth_time) - Number(access.iat)) < 5)
  assert.ok(!('fwd' in access), 'a claim without a value is not there')
  assert.ok(!('ctry' in id), 'the id token follows the client')
})

test('without optional claims a v2 token has none of them, and a v1 token those of its version', async () => {
  await using running = await runDirectory()
  const { access } = await askAs(running)
  const v2 = [
    'aio',
    'aud',
    'azp',
    'azpacr',
    'exp',
    'iat',
    'iss',
    'name',
    'nbf',
    'oid',
    'preferred_username',
    'rh',
    'roles',
    'scp',
  ]
  assert.deepEqual(Object.keys(access).sort(), [...v2, 'sub', 'tid', 'uti', 'ver'])
  const v1 = (await askAs(running, rita, { scope: 'openid api://colors/user_impersonation' })).access
  const names = ['acr', 'aio', 'amr', 'app_displayname', 'appid', 'appidacr', 'aud', 'exp', 'family_name', 'given_name', 'iat']
  const rest = ['ipaddr', 'iss', 'name', 'nbf', 'oid', 'rh', 'scp', 'sub', 'tid', 'unique_name', 'upn', 'uti', 'ver']
  assert.deepEqual(Object.keys(v1).sort(), [...names, ...rest])
  assert.deepEqual([v1.amr, v1.acr], [['pwd'], '1'])
})

test('idtyp tells an app-only token from a user’s, which has it only when the API says so', async () => {
  await using plain = await runDirectory(changed({ optionalClaims: optional('accessToken', 'idtyp') }))
  assert.equal((await appToken(plain)).idtyp, 'app')
  assert.ok(!('idtyp' in (await askAs(plain)).access))
  await using both = await runDirectory(changed({ optionalClaims: optional('accessToken', 'idtyp include_user_token') }))
  assert.deepEqual([(await appToken(both)).idtyp, (await askAs(both)).access.idtyp], ['app', 'user'])
  await using none = await runDirectory()
  assert.ok(!('idtyp' in (await appToken(none))))
})

test('aud with use_guid is the appId in a v1 token whatever name the request had; preferred_username may be there', async () => {
  const optionalClaims = optional('accessToken', 'aud use_guid', 'preferred_username')
  await using running = await runDirectory(changed({ optionalClaims }, {}, colors))
  const { access } = await askAs(running, rita, { scope: 'openid api://colors/user_impersonation' })
  assert.deepEqual([access.aud, access.ver, access.preferred_username], [colors.appId, '1.0', rita.userPrincipalName])
})

test('an id token has the client’s optional claims and those of the claims request; names only with profile', async () => {
  await using running = await runDirectory(
    changed({ optionalClaims: optional('idToken', 'upn', 'auth_time') }, { users: [person, paul] }, cli),
  )
  const claims = JSON.stringify({ id_token: { login_hint: null, ctry: { essential: true }, nonsense: null } })
  const { id } = await askAs(running, rita, { claims })
  assert.deepEqual([id.upn, typeof id.auth_time, id.ctry, id.email], [rita.userPrincipalName, 'number', 'CH', person.mail])
  assert.match(String(id.login_hint), /^O\./)
  assert.ok(!('nonsense' in id))
  const bare = (await askAs(running, rita, { scope: 'openid api://articles/access_as_user' })).id
  for (const name of ['upn', 'name', 'oid', 'preferred_username', 'email']) assert.ok(!(name in bare), name)
})

const staff: DirectoryGroup = {
  ...newsroom,
  onPremisesSamAccountName: 'NEWS',
  onPremisesDomainName: 'gazette.example',
  onPremisesNetBiosName: 'GAZETTE',
}
const cloud: DirectoryGroup = { id: '7a3c1b52-8a55-4a3e-9c59-0d8e8b0a6f11', displayName: 'Cloud', members: [paul.id] }
const list: DirectoryGroup = {
  id: '7a3c1b52-8a55-4a3e-9c59-0d8e8b0a6f12',
  displayName: 'List',
  members: [paul.id],
  securityEnabled: false,
}

async function groupsWith(claims: DirectoryApplication['groupMembershipClaims'], ...properties: string[]): Promise<Claims> {
  const optionalClaims = optional('accessToken', ['groups', ...properties].join(' '))
  const change = { optionalClaims, ...(claims === undefined ? {} : { groupMembershipClaims: claims }) }
  await using running = await runDirectory(changed(change, { groups: [staff, cloud, list] }))
  return (await askAs(running, paul)).access
}

test('groups come by id, or by their names on premises; as roles in place of the app roles', async () => {
  assert.deepEqual((await groupsWith('SecurityGroup')).groups, [cloud.id, staff.id])
  assert.deepEqual((await groupsWith('All')).groups, [list.id, cloud.id, staff.id])
  assert.deepEqual((await groupsWith('SecurityGroup', 'sam_account_name')).groups, [cloud.id, 'NEWS'])
  assert.deepEqual((await groupsWith('SecurityGroup', 'dns_domain_and_sam_account_name')).groups, [
    cloud.id,
    'gazette.example\\NEWS',
  ])
  assert.deepEqual((await groupsWith('SecurityGroup', 'netbios_domain_and_sam_account_name')).groups, [cloud.id, 'GAZETTE\\NEWS'])
  assert.deepEqual((await groupsWith('ApplicationGroup', 'cloud_displayname')).groups, ['Newsroom'])
  const asRoles = await groupsWith('ApplicationGroup', 'sam_account_name', 'emit_as_roles')
  assert.deepEqual([asRoles.roles, asRoles.groups], [['NEWS'], undefined])
  assert.equal((await groupsWith('None')).groups, undefined)
})

test('wids are the directory roles, direct and through groups, where groupMembershipClaims asks for them', async () => {
  const [global, reader] = ['62e90394-69f5-4237-9190-012177145e10', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451']
  const directoryRoles = [
    { displayName: 'Global Administrator', roleTemplateId: global, members: [paul.id] },
    { displayName: 'Global Reader', roleTemplateId: reader, members: [newsroom.id] },
  ]
  const widsWith = async (groupMembershipClaims: DirectoryApplication['groupMembershipClaims'], user = paul) => {
    await using running = await runDirectory(
      changed(groupMembershipClaims === undefined ? {} : { groupMembershipClaims }, { directoryRoles }),
    )
    return (await askAs(running, user)).access
  }
  for (const claims of ['All', 'DirectoryRole', 'SecurityGroup'] as const)
    assert.deepEqual((await widsWith(claims)).wids, [global, reader], claims)
  assert.equal((await widsWith('DirectoryRole')).groups, undefined)
  for (const claims of ['ApplicationGroup', 'None'] as const) assert.equal((await widsWith(claims)).wids, undefined, claims)
  assert.equal((await widsWith('All', rita)).wids, undefined)
})

test('a guest’s token says where the guest is at home', async () => {
  const guest = {
    ...rita,
    userPrincipalName: `rita_home.example#EXT#@${domain}`,
    userType: 'Guest' as const,
    mail: 'rita@home.example',
  }
  const optionalClaims = optional('accessToken', 'acct', 'upn include_externally_authenticated_upn_without_hash')
  await using running = await runDirectory(changed({ optionalClaims }, { users: [guest, paul] }))
  const { access, id } = await askAs(running, guest)
  assert.deepEqual([access.acct, access.idp, access.email], [1, 'mail', 'rita@home.example'])
  assert.equal(access.upn, `rita_home.example_EXT_@${domain}`)
  assert.deepEqual([access.preferred_username, id.preferred_username], ['rita@home.example', 'rita@home.example'])
})

test('a lifetime is kept to the second at every endpoint', async () => {
  await using running = await runDirectory(gazette, { accessTokenLifetime: 7 })
  const { access, id } = await askAs(running)
  assert.deepEqual([Number(access.exp) - Number(access.iat), Number(id.exp) - Number(id.iat)], [7, 7])
  assert.equal(Number((await appToken(running)).exp) - Number((await appToken(running)).iat) <= 7, true)
  assert.equal(access.tid, tenantId)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guidFromName } from '../guid.ts'
import { createReport } from '../report.ts'
import { readYaml } from '../text/read-yaml.ts'
import { readDirectory } from './read-directory.ts'

const tenant = '7f3d0000-0000-4000-8000-000000000001'

function read(text: string) {
  const report = createReport()
  const root = readYaml('directory.yaml', text, report)
  const directory = root?.kind === 'object' ? readDirectory('directory.yaml', root, report) : undefined
  const faults = report.diagnostics.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`)
  return { directory, faults, diagnostics: report.diagnostics }
}

const small = `tenant: { id: ${tenant.toUpperCase()}, displayName: The Gazette }
users:
  - { userPrincipalName: rita@gazette.example, password: 0123, displayName: Rita }
  - { userPrincipalName: paul@gazette.example, password: p, displayName: Paul, accountEnabled: false }
groups:
  - { displayName: Staff, members: [Newsroom, rita@GAZETTE.example] }
  - { displayName: Newsroom, members: [paul@gazette.example, Robot] }
applications:
  - displayName: Articles
    identifierUris: [api://articles]
    appRoles:
      - { value: readers, displayName: Read, allowedMemberTypes: [User], isEnabled: true }
      - { value: robots, allowedMemberTypes: [Application] }
    api:
      requestedAccessTokenVersion: 2
      oauth2PermissionScopes: [{ value: access_as_user, type: User }]
      preAuthorizedApplications: [{ appId: 04B07795-8DDB-461A-BBEE-02F9E1BF7B46, delegatedPermissionIds: [access_as_user] }]
    groupMembershipClaims: securitygroup
  - displayName: Robot
    appId: c4a7e912-3f5b-4d68-b0c2-9e1d8f7a6b33
    passwordCredentials: [{ secretText: s, endDateTime: 2030-01-01T00:00:00Z }]
    federatedIdentityCredentials: [{ issuer: https://ci.example, subject: main }]
    web: { redirectUris: [https://robot.example/cb], logoutUrl: https://robot.example/out }
appRoleAssignments:
  - { principal: Newsroom, resource: Articles, role: readers }
  - { principal: Robot, resource: Articles, role: robots }
  - { principal: c4a7e912-3f5b-4d68-b0c2-9e1d8f7a6b33, resource: 00000003-0000-0000-c000-000000000000, role: User.Read.All }
  - { principal: rita@gazette.example, resource: Articles }
`

test('names are resolved and ids that are left out are made from them', () => {
  const { directory, faults } = read(small)
  assert.deepEqual(faults, [])
  assert.deepEqual(directory?.tenant, { id: tenant, domain: 'thegazette.onmicrosoft.com', displayName: 'The Gazette' })
  const [rita, paul] = directory?.users ?? []
  assert.equal(rita?.id, guidFromName(tenant, 'user', 'RITA@gazette.example'))
  assert.deepEqual([rita?.password, paul?.accountEnabled], ['0123', false])
  const [staff, newsroom] = directory?.groups ?? []
  const [articles, robot] = directory?.applications ?? []
  assert.deepEqual(staff?.members, [newsroom?.id, rita?.id])
  assert.deepEqual(newsroom?.members, [paul?.id, robot?.servicePrincipalId])
  assert.deepEqual(directory?.appRoleAssignments, [
    { principalId: newsroom?.id, principalType: 'Group', resourceAppId: articles?.appId, appRoleId: articles?.appRoles[0]?.id },
    {
      principalId: robot?.servicePrincipalId,
      principalType: 'ServicePrincipal',
      resourceAppId: articles?.appId,
      appRoleId: articles?.appRoles[1]?.id,
    },
    {
      principalId: robot?.servicePrincipalId,
      principalType: 'ServicePrincipal',
      resourceAppId: '00000003-0000-0000-c000-000000000000',
      appRoleId: 'df021288-bdef-4463-88db-98f22de89214',
    },
    {
      principalId: rita?.id,
      principalType: 'User',
      resourceAppId: articles?.appId,
      appRoleId: '00000000-0000-0000-0000-000000000000',
    },
  ])
})

test('an application is read in the words of Microsoft Graph, with its defaults', () => {
  const [articles, robot] = read(small).directory?.applications ?? []
  assert.equal(articles?.groupMembershipClaims, 'SecurityGroup')
  assert.deepEqual(articles?.api.preAuthorizedApplications, [
    { appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', delegatedPermissionIds: [articles?.api.oauth2PermissionScopes[0]?.id] },
  ])
  assert.equal(robot?.api.requestedAccessTokenVersion, 1)
  assert.deepEqual(robot?.redirectUris, { web: ['https://robot.example/cb'], spa: [], publicClient: [] })
  assert.deepEqual(robot?.passwordCredentials, [{ secretText: 's', endDateTime: '2030-01-01T00:00:00Z' }])
  assert.deepEqual(robot?.federatedIdentityCredentials, [
    { name: 'main', issuer: 'https://ci.example', subject: 'main', audiences: ['api://AzureADTokenExchange'] },
  ])
})

test('made ids have the form of version 5 and differ by kind and tenant', () => {
  const id = guidFromName(tenant, 'user', 'a@b.example')
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.notEqual(id, guidFromName(tenant, 'group', 'a@b.example'))
  assert.notEqual(id, guidFromName(tenant.replace('7', '8'), 'user', 'a@b.example'))
})

test('what must be unique and is not names both places', () => {
  const { faults, diagnostics } = read(`tenant: { id: ${tenant} }
users:
  - { userPrincipalName: a@b.example, password: x, id: 11111111-1111-4111-8111-111111111111 }
  - { userPrincipalName: A@b.example, password: x, id: 11111111-1111-4111-8111-111111111111 }
applications:
  - displayName: One
    appId: 22222222-2222-4222-8222-222222222222
    identifierUris: [api://one]
    appRoles: [{ value: r }, { value: R }]
  - displayName: Two
    appId: 22222222-2222-4222-8222-222222222222
    identifierUris: [API://one]
`)
  assert.ok(faults.every(fault => fault.endsWith('error directory.duplicate')))
  const places = faults.map(fault => fault.split(' ')[0])
  for (const place of ['4:26', '4:56', '9:39', '11:12', '12:22']) assert.ok(places.includes(place), `${place} in ${places}`)
  assert.equal(
    diagnostics.find(({ line, column }) => line === 4 && column === 26)?.message,
    "the userPrincipalName 'A@b.example' is taken already, at line 3, column 26",
  )
})

test('every other fault is found at once, each with its place', () => {
  const { faults } = read(`tenant: { id: ${tenant}, domain: nowhere }
users:
  - { userPrincipalName: rita, password: x, diplayName: Rita }
  - { userPrincipalName: paul@b.example, displayName: Paul }
groups: [{ displayName: Both, members: [nobody] }]
applications:
  - displayName: Both
    appId: nine
    appRoles: [{ value: two words }, { value: users, allowedMemberTypes: [User, Robot] }]
    api: { requestedAccessTokenVersion: 3, preAuthorizedApplications: [{ appId: a, delegatedPermissionIds: [none] }] }
    spa: { redirectUris: [not an address] }
    passwordCredentials: [{ secretText: x, endDateTime: soon }]
appRoleAssignments:
  - { principal: Both, resource: Both, role: users }
  - { principal: rita, resource: Both, role: usres }
  - { principal: rita, resource: Boath }
  - { principal: rita, resource: Microsoft Graph, role: User.Read.All }
  - { resource: Both }
`)
  assert.deepEqual(faults.toSorted(), [
    '10:109 error reference.unknown',
    '10:41 error value.range',
    '11:27 error value.format',
    '12:57 error value.format',
    '14:18 error directory.ambiguous',
    '15:46 error reference.unknown',
    '16:34 error reference.unknown',
    '17:57 error directory.memberType',
    '18:5 error value.missing',
    '1:61 error value.format',
    '3:26 error value.format',
    '3:45 error key.unknown',
    '4:5 error value.missing',
    '5:41 error reference.unknown',
    '8:12 error value.format',
    '9:25 error value.format',
    '9:81 error value.choice',
  ])
})

test('a directory without a tenant id is none', () => {
  assert.deepEqual(read('users: []\n'), { ...read('users: []\n'), directory: undefined, faults: ['1:1 error value.missing'] })
  assert.deepEqual(read('tenant: { id: contoso }\n').faults, ['1:15 error value.format'])
})

test('faults never repeat a password or a secret', () => {
  const { diagnostics } = read(`tenant: { id: ${tenant} }
users: [{ userPrincipalName: bad, password: [hunter2], displayName: 1 }]
applications: [{ displayName: A, passwordCredentials: [{ secretText: { x: hunter3 } }] }]
`)
  assert.ok(diagnostics.length >= 2)
  assert.doesNotMatch(JSON.stringify(diagnostics), /hunter/)
})

test('a disabled role can be given to nobody', () => {
  const { faults } = read(`tenant: { id: ${tenant} }
applications: [{ displayName: A, appRoles: [{ value: r, isEnabled: false }] }]
appRoleAssignments:
  - { principal: A, resource: A, role: r }
`)
  assert.deepEqual(faults, ['4:40 error reference.unknown'])
})

const guarded = `tenant: { id: ${tenant} }
users:
  - userPrincipalName: ada@b.example
    passwordProfile: { password: x, forceChangePasswordNextSignIn: true }
    country: CH
    softwareOathMethods: [{ secretKey: jbsw y3dp ehpk 3pxp }]
groups: [{ displayName: Guards, securityEnabled: false, onPremisesSamAccountName: GUARDS, members: [ada@b.example] }]
applications:
  - displayName: Vault
    web: { logoutUrl: https://vault.example/out, implicitGrantSettings: { enableAccessTokenIssuance: true } }
    optionalClaims:
      accessToken: [{ name: groups, additionalProperties: [emit_as_roles] }]
      idToken: [{ name: email, essential: false }]
    api: { oauth2PermissionScopes: [{ value: open, type: Admin, adminConsentDisplayName: Open the vault }] }
directoryRoles:
  - { displayName: global administrator, members: [ada@b.example] }
  - { roleTemplateId: 11111111-1111-4111-8111-111111111111 }
conditionalAccessPolicies:
  - displayName: Second factor
    conditions:
      users: { includeUsers: [All], excludeGroups: [Guards] }
      applications: { includeApplications: [Vault] }
    grantControls: { builtInControls: [mfa] }
    sessionControls: { signInFrequency: { type: hours, value: 2 } }
`

test('optional claims, directory roles and conditional access are read in the words of Microsoft Graph', () => {
  const { directory, faults } = read(guarded)
  assert.deepEqual(faults, [])
  const [ada, vault] = [directory?.users[0], directory?.applications[0]]
  assert.deepEqual([ada?.password, ada?.country, ada?.passwordProfile], ['x', 'CH', { forceChangePasswordNextSignIn: true }])
  assert.deepEqual(ada?.softwareOathMethods, [{ secretKey: 'JBSWY3DPEHPK3PXP' }])
  assert.deepEqual(vault?.optionalClaims, {
    accessToken: [{ name: 'groups', additionalProperties: ['emit_as_roles'] }],
    idToken: [{ name: 'email', additionalProperties: [] }],
  })
  assert.deepEqual(
    [vault?.logoutUrl, vault?.implicitGrantSettings],
    ['https://vault.example/out', { enableAccessTokenIssuance: true }],
  )
  assert.equal(vault?.api.oauth2PermissionScopes[0]?.type, 'Admin')
  assert.deepEqual(directory?.directoryRoles?.[0], {
    displayName: 'Global Administrator',
    roleTemplateId: '62e90394-69f5-4237-9190-012177145e10',
    members: [ada?.id],
  })
  const policy = directory?.conditionalAccessPolicies?.[0]
  assert.deepEqual(policy?.conditions.applications.includeApplications, [vault?.appId])
  assert.deepEqual(policy?.conditions.users.excludeGroups, [directory?.groups[0]?.id])
  assert.deepEqual(policy?.grantControls, { operator: 'OR', builtInControls: ['mfa'], customAuthenticationFactors: [] })
  assert.deepEqual(policy?.sessionControls, { signInFrequency: 7200 })
})

test('a control, a context, a role or a secret that is not known is a fault, never ignored', () => {
  const { faults } = read(`tenant: { id: ${tenant} }
users: [{ userPrincipalName: a@b.example, password: x, softwareOathMethods: [{ secretKey: short }] }]
directoryRoles: [{ displayName: King, members: [nobody] }]
conditionalAccessPolicies:
  - displayName: P
    conditions: { applications: { includeApplications: [Nothing], includeAuthenticationContextClassReferences: [c26] } }
    grantControls: { builtInControls: [terms] }
`)
  assert.deepEqual(faults.map(fault => fault.replace(/^\S+ error /, '')).toSorted(), [
    'reference.unknown',
    'reference.unknown',
    'reference.unknown',
    'value.choice',
    'value.choice',
    'value.format',
  ])
})

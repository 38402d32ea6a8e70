import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { bareApplication } from '../../catalog/bare-application.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { DirectoryApplication, DirectoryDocument, DirectoryUser } from '../../catalog/directory.ts'
import { api, catalog, operation } from '../../gateway/testing/catalog.ts'
import { registrationsOfDirectory } from './directory-registrations.ts'
import { examine } from './examine.ts'
import { type Finding, findingCodes } from './finding.ts'

const tenantId = '5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10'
const apiId = '8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60'
const clientId = '2b9e5d70-1c84-4f3a-8e6d-7a0b9c3d5f21'
const now = Date.parse('2026-03-01T00:00:00Z')

function application(displayName: string, appId: string, more: Partial<DirectoryApplication> = {}): DirectoryApplication {
  return {
    ...bareApplication,
    id: `object ${displayName}`,
    servicePrincipalId: `principal ${displayName}`,
    appId,
    displayName,
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
    ...more,
  }
}

const role = (value: string) => ({ id: `role ${value}`, value, displayName: value, allowedMemberTypes: ['User' as const] })

const orders = application('Orders API', apiId, {
  identifierUris: ['api://orders'],
  appRoles: [role('readers'), role('admins'), role('auditors')],
  api: {
    requestedAccessTokenVersion: 2,
    oauth2PermissionScopes: [{ id: 'scope', value: 'access' }],
    preAuthorizedApplications: [],
  },
  appRoleAssignmentRequired: true,
})
const client = application('Client', clientId)
const assigned = (value: string) => ({
  principalId: 'rita',
  principalType: 'User' as const,
  resourceAppId: apiId,
  appRoleId: `role ${value}`,
})
const rita: DirectoryUser = {
  id: 'rita',
  userPrincipalName: 'rita@gazette.onmicrosoft.com',
  password: 'x',
  displayName: 'Rita',
  accountEnabled: true,
}
const staff = { id: '11111111-2222-4333-8444-555555555555', displayName: 'Staff', members: ['rita'] }

function directory(app: Partial<DirectoryApplication> = {}, more: Partial<DirectoryDocument> = {}): DirectoryDocument {
  return {
    file: 'directory.yaml',
    tenant: { id: tenantId, domain: 'gazette.onmicrosoft.com', displayName: 'The Gazette' },
    users: [rita],
    groups: [staff],
    applications: [{ ...orders, ...app }, client],
    appRoleAssignments: [assigned('readers'), assigned('admins')],
    ...more,
  }
}

/** Findings for one operation whose inbound section holds this, but for `leaveOut`. */
function findings(
  inbound: string,
  document = directory(),
  portal?: string,
  fragments: Catalog['fragments'] = [],
): readonly Finding[] {
  const text = `<policies>\n<inbound>\n${inbound}\n</inbound>\n</policies>`
  const base = catalog('/nowhere', {
    fragments,
    apis: [api('orders', 'orders', [operation('list', 'GET', '/', { policy: { file: 'policy.xml', text } })])],
  })
  const [host = '127.0.0.1', port = '0'] = portal?.split(':') ?? []
  const settings = { ...base.settings, portal: { listen: { host, port: Number(port) } } }
  return examine({ ...base, settings }, registrationsOfDirectory(document), now)
}

const codes = (...args: Parameters<typeof findings>) => findings(...args).map(({ severity, code }) => `${severity} ${code}`)

interface Written {
  readonly audiences?: readonly string[]
  readonly claims?: string
  readonly clients?: readonly string[]
  readonly tenant?: string
}

const list = (outer: string, inner: string, values: readonly string[]) =>
  values.length === 0 ? '' : `<${outer}>${values.map(value => `<${inner}>${value}</${inner}>`).join('')}</${outer}>`

const required = (name: string, match: string, ...values: readonly string[]) =>
  `<required-claims><claim name="${name}" match="${match}">${values.map(value => `<value>${value}</value>`).join('')}</claim></required-claims>`

const readers = required('roles', 'any', 'readers')

function entra({ audiences = [apiId], claims = readers, clients = [], tenant = tenantId }: Written = {}): string {
  return `<validate-azure-ad-token tenant-id="${tenant}">${list('client-application-ids', 'application-id', clients)}${list('audiences', 'audience', audiences)}${claims}</validate-azure-ad-token>`
}

interface WrittenJwt extends Written {
  readonly url?: string
  readonly issuers?: readonly string[]
}

const v2Url = `https://login.microsoftonline.com/${tenantId}/v2.0/.well-known/openid-configuration`
const v1Url = `https://login.microsoftonline.com/${tenantId}/.well-known/openid-configuration`

function jwt({ url = v2Url, issuers = [], audiences = [apiId], claims = readers }: WrittenJwt = {}): string {
  return `<validate-jwt header-name="Authorization"><openid-config url="${url}" />${list('audiences', 'audience', audiences)}${list('issuers', 'issuer', issuers)}${claims}</validate-jwt>`
}

const v1 = directory({ api: { ...orders.api, requestedAccessTokenVersion: 1 } })

test('policies and a directory that fit give nothing', () => {
  assert.deepEqual(findings(entra()), [])
  assert.deepEqual(findings(jwt()), [])
  assert.deepEqual(findings(jwt({ url: v1Url, audiences: ['api://orders'] }), v1), [])
  assert.deepEqual(findings(entra({ tenant: 'gazette.onmicrosoft.com', clients: [clientId] })), [])
})

test('an audience that nobody registered is told, with what is near, where it stands', () => {
  const [found] = findings(entra({ audiences: ['api://order'] }))
  assert.equal(found?.code, 'audience.unknown')
  assert.match(found?.message ?? '', /did you mean api:\/\/orders/)
  assert.deepEqual(found?.policy, { name: 'validate-azure-ad-token', file: 'policy.xml', line: 3 })
  assert.deepEqual(codes(entra({ audiences: ['api://orders/', apiId] })), ['warning audience.unknown'])
  assert.deepEqual(codes(entra({ audiences: [apiId.toUpperCase()] })), ['error audience.unknown'])
})

test('audiences are held against the form that the token version has', () => {
  assert.deepEqual(codes(entra({ audiences: ['api://orders'] })), ['error audience.version'])
  assert.deepEqual(codes(entra({ audiences: ['api://orders'] }), v1), [])
  assert.deepEqual(codes(entra(), v1), ['warning audience.version'])
  assert.deepEqual(codes(entra({ audiences: ['api://orders', apiId] })), [])
})

test('issuers of validate-jwt are held against the token version, whether configured or listed', () => {
  const uri = ['api://orders', apiId]
  const sts = `https://sts.windows.net/${tenantId}/`
  assert.deepEqual(codes(jwt({ audiences: uri }), v1), ['error issuer.version'])
  assert.deepEqual(codes(jwt({ audiences: uri, issuers: [sts] }), v1), [])
  assert.deepEqual(codes(jwt({ url: v1Url })), ['error issuer.version'])
  assert.deepEqual(codes(jwt({ url: v2Url.replace(tenantId, 'common'), audiences: uri }), v1), ['error issuer.version'])
  assert.deepEqual(codes(jwt({ url: v2Url.replace(tenantId, 'gazette.onmicrosoft.com') })), [])
  const [found] = findings(jwt({ url: v1Url }))
  assert.match(found?.mend ?? '', /openid-config of version 2\.0/)
})

test('a policy for another tenant is told once, and nothing else of it is judged', () => {
  const other = '99999999-8f0e-4d1b-9f6a-2f5d4c7b9e10'
  assert.deepEqual(codes(entra({ tenant: other, clients: ['nobody'] })), ['error tenant.unknown'])
  assert.deepEqual(codes(jwt({ url: v2Url.replace(tenantId, other) })), ['error tenant.unknown'])
  assert.deepEqual(codes(jwt({ url: 'https://accounts.example/.well-known/openid-configuration', audiences: ['other'] })), [])
})

test('clients that do not exist are told; a display name is answered with the appId', () => {
  assert.deepEqual(codes(entra({ clients: [clientId, apiId.replace('8', '9')] })), ['warning client.unknown'])
  const [found] = findings(entra({ clients: ['Client'] }))
  assert.equal(found?.severity, 'error')
  assert.ok(found?.mend.includes(clientId))
  assert.deepEqual(codes(entra({ claims: required('azp', 'any', apiId.replace('8', '9')) })).slice(0, 1), [
    'error client.unknown',
  ])
})

test('roles must be declared and held by somebody', () => {
  assert.deepEqual(codes(entra({ claims: required('roles', 'any', 'readers', 'auditors') })), ['warning role.unassigned'])
  assert.deepEqual(codes(entra({ claims: required('roles', 'all', 'readers', 'auditors') })), ['error role.unassigned'])
  assert.match(findings(entra({ claims: required('roles', 'any', 'Readers') }))[0]?.message ?? '', /did you mean readers/)
  assert.deepEqual(codes(entra({ claims: required('roles', 'any', 'owners') })), ['error role.undeclared'])
})

test('scopes must be declared; a long name is answered with the short one', () => {
  assert.deepEqual(codes(entra({ claims: required('scp', 'any', 'access') })), [])
  assert.deepEqual(codes(entra({ claims: required('scp', 'any', 'write') })), ['error scope.undeclared'])
  const [found] = findings(entra({ claims: required('scp', 'any', 'api://orders/access') }))
  assert.match(found?.mend ?? '', /write access/)
})

test('roles and scopes that expressions look for are seen too', () => {
  const use = (expression: string) =>
    codes(
      `${entra({ claims: '' })}<choose><when condition="@(${expression})"><set-variable name="a" value="b" /></when></choose>`,
    ).filter(code => !code.endsWith('assignment.not-required'))
  const jwtOf = '((Jwt)context.Variables["token"])'
  assert.deepEqual(use(`${jwtOf}.Claims["roles"].Contains("readers")`), [])
  assert.deepEqual(use(`${jwtOf}.Claims["roles"].Contains("owners")`), ['error role.undeclared'])
  assert.deepEqual(use(`${jwtOf}.Claims.GetValueOrDefault("roles", "none").Split(',').Any(r => r == "owners")`), [
    'error role.undeclared',
  ])
  assert.deepEqual(use(`new[] { "access", "write" }.Contains(${jwtOf}.Claims["scp"][0])`), ['error scope.undeclared'])
  assert.deepEqual(use('context.Variables.GetValueOrDefault("roles", "").Contains("owners")'), [])
})

test('a token policy in a fragment that a condition includes is judged where it stands', () => {
  const fragments = [
    { name: 'guard', policy: { file: 'guard.xml', text: `<fragment>\n${entra({ audiences: ['api://nobody'] })}</fragment>` } },
  ]
  const included = '<choose><when condition="@(true)"><include-fragment fragment-id="guard" /></when></choose>'
  const [found] = findings(included, directory(), undefined, fragments)
  assert.deepEqual([found?.code, found?.policy?.file, found?.policy?.line], ['audience.unknown', 'guard.xml', 2])
})

test('an expression that goes through a local variable is followed', () => {
  const body = (text: string) =>
    `${entra({ claims: '' })}<set-variable name="ok" value="@{ var jwt = (Jwt)context.Variables["token"]; ${text} }" />`
  const found = (text: string) => codes(body(text)).filter(code => code.includes('role'))
  assert.deepEqual(found('var roles = jwt.Claims["roles"]; return roles.Contains("owners");'), ['error role.undeclared'])
  assert.deepEqual(found('string[] held; jwt.Claims.TryGetValue("roles", out held); return held.Contains("readers");'), [])
  assert.deepEqual(
    found('if (jwt.Claims.TryGetValue("roles", out var held)) { return held.Contains("owners"); } return false;'),
    ['error role.undeclared'],
  )
})

test('groups must be emitted, known by their ids, and assigned where only assigned ones are emitted', () => {
  const asks = (value: string) => entra({ claims: required('groups', 'any', value) })
  assert.deepEqual(codes(asks(staff.id)), ['error groups.not-emitted'])
  assert.deepEqual(codes(asks(staff.id), directory({ groupMembershipClaims: 'SecurityGroup' })), [])
  assert.deepEqual(codes(asks('Staff'), directory({ groupMembershipClaims: 'All' })), ['error group.unknown'])
  assert.deepEqual(codes(asks(staff.id), directory({ groupMembershipClaims: 'ApplicationGroup' })), ['error group.unassigned'])
})

test('a user in more than 200 groups, nested ones counted, is told where tokens carry groups', () => {
  const groups = Array.from({ length: 201 }, (_, at) => ({
    id: `group ${at}`,
    displayName: `g${at}`,
    members: at === 0 ? ['rita'] : ['group 0'],
  }))
  const document = directory({ groupMembershipClaims: 'SecurityGroup' }, { groups })
  const [found] = findings(entra(), document)
  assert.equal(found?.code, 'groups.overage')
  assert.match(found?.message ?? '', /rita@gazette\.onmicrosoft\.com \(201 groups\)/)
  assert.deepEqual(findings(entra(), directory({ groupMembershipClaims: 'SecurityGroup' }, { groups: groups.slice(1) })), [])
})

test('an API without appRoleAssignmentRequired is a note when every operation asks for more, else a warning', () => {
  const open = directory({ appRoleAssignmentRequired: false })
  assert.deepEqual(codes(entra(), open), ['note assignment.not-required'])
  assert.deepEqual(codes(entra({ claims: '' }), open), ['warning assignment.not-required'])
})

test('credentials that ended or end within thirty days are told, and the last good one more gravely', () => {
  const secrets = (...ends: readonly (string | undefined)[]) =>
    directory({
      passwordCredentials: ends.map(endDateTime => ({
        secretText: 'very-secret',
        ...(endDateTime === undefined ? {} : { endDateTime }),
      })),
    })
  assert.deepEqual(codes(entra(), secrets('2026-02-01T00:00:00Z')), ['error secret.expired'])
  assert.deepEqual(codes(entra(), secrets('2026-02-01T00:00:00Z', undefined)), ['warning secret.expired'])
  assert.deepEqual(codes(entra(), secrets('2026-03-20T00:00:00Z')), ['warning secret.expiring'])
  assert.deepEqual(codes(entra(), secrets('2026-04-20T00:00:00Z')), [])
  const [found] = findings(entra(), secrets('2026-03-20T00:00:00Z'))
  assert.match(found?.message ?? '', /ends on 2026-03-20, in 19 days/)
  assert.ok(!JSON.stringify(found).includes('very-secret'))
})

/** A certificate that was good from 2025-01-01 to 2026-02-01, base64 DER. */
const certificate =
  'MIIBdjCCARygAwIBAgIQZC57u6ZMW7WSXqRLOPviqDAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF0MB4XDTI1MDEwMTAwMDAwMFoXDTI2MDIwMTAwMDAwMFowDDEKMAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMrfRMz+dRzwsEueGZAgAW1YQC2/uV+w0AEVHLU4vRWy6oeLZE5DH+ly/b+q70NDwQWeDQRaKjUw35kwA9Xyw5SjYDBeMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgeAMB0GA1UdDgQWBBT00LY1AwtxFaKlIlbdeMJqQm7tMzAfBgNVHSMEGDAWgBT00LY1AwtxFaKlIlbdeMJqQm7tMzAKBggqhkjOPQQDAgNIADBFAiEAxG3nSr77Lb3agJdkrcc0ctTmX/B5OMzTtsZmmJcVHj8CIFBYb3HXdudyuHIX/oXL+yRTUpb9tSQXtXvKd7DYrtcM'

test('a certificate says itself when it ends; what is none is left to whoever uses it', () => {
  const keys = (...all: readonly string[]) =>
    directory({ keyCredentials: all.map(key => ({ type: 'AsymmetricX509Cert', usage: 'Verify', key })) })
  assert.deepEqual(codes(entra(), keys(certificate)), ['error certificate.expired'])
  assert.match(findings(entra(), keys(certificate))[0]?.message ?? '', /ended on 2026-02-01/)
  assert.deepEqual(codes(entra(), keys(certificate, 'AAAA')), ['warning certificate.expired'])
})

test('redirect addresses are held against the portal’s', () => {
  const spa = (uri: string) => directory({ redirectUris: { web: [], spa: [uri], publicClient: [] } })
  assert.deepEqual(codes(entra(), spa('http://localhost:8081/'), '127.0.0.1:8081'), [])
  assert.deepEqual(codes(entra(), spa('http://localhost:3000/'), '127.0.0.1:8081'), ['warning redirect.portal'])
  assert.deepEqual(codes(entra(), spa('https://localhost:8081/'), '127.0.0.1:8081'), ['warning redirect.portal'])
  assert.deepEqual(codes(entra(), spa('https://elsewhere.example/'), '127.0.0.1:8081'), [])
})

test('every code is documented, and nothing else is', () => {
  const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `([a-z-]+\.[a-z-]+)` \|/gm)].map(match => match[1])
  assert.deepEqual([...documented].sort(), [...findingCodes].sort())
})

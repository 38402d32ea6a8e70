import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TokenExchange } from '../http-fetch.ts'
import { GraphClient } from './graph-client.ts'
import { readRegistrations } from './read-registrations.ts'

const tenant = '0f4c2a5e-93d1-4c6b-8a7e-1b2c3d4e5f60'
const apiId = '8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60'
const nothingNamed = { audiences: [], appIds: [], groups: [], tenantByDomain: false }

/** A client whose Graph answers by path (without its query), and what it was asked, decoded. */
function graph(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = []
  const exchange: TokenExchange = async url => {
    const { pathname } = new URL(url)
    asked.push(decodeURIComponent(url.slice('https://graph.example/v1.0/'.length)))
    const body = answers[decodeURIComponent(pathname.slice('/v1.0/'.length))]
    return body === undefined ? { status: 404, body: '{}' } : { status: 200, body: JSON.stringify(body) }
  }
  const client = new GraphClient({
    origin: 'https://graph.example',
    exchange,
    token: () => ({ kind: 'token', token: 'T' }),
    now: () => 0,
    delay: async () => {},
    patience: 1000,
  })
  return { client, asked }
}

const application = {
  appId: apiId.toUpperCase(),
  displayName: 'Orders',
  identifierUris: ['api://orders'],
  appRoles: [
    { id: 'r1', value: 'readers', allowedMemberTypes: ['User'], isEnabled: true },
    { id: 'r2', value: 'former', allowedMemberTypes: ['User'], isEnabled: false },
    { id: 'r3', value: 'admins', allowedMemberTypes: ['User'] },
  ],
  api: { requestedAccessTokenVersion: null, oauth2PermissionScopes: [{ value: 'access', isEnabled: true }] },
  web: { redirectUris: ['https://orders.example/'] },
  spa: null,
  passwordCredentials: [{ keyId: 'k', displayName: 'ci', endDateTime: '2030-01-01T00:00:00Z', secretText: null }],
  keyCredentials: [{ keyId: 'c', displayName: null, endDateTime: '2029-01-01T00:00:00Z' }],
  groupMembershipClaims: 'SecurityGroup, ApplicationGroup',
}

test('an application is read as Graph writes it, with who is assigned to it and whose groups are too many', async () => {
  const { client } = graph({
    applications: { value: [application] },
    [`servicePrincipals(appId='${apiId.toUpperCase()}')`]: { id: 'sp', appRoleAssignmentRequired: true },
    'servicePrincipals/sp/appRoleAssignedTo': {
      value: [
        { principalId: 'u1', principalType: 'User', appRoleId: 'r1' },
        { principalId: 'g1', principalType: 'Group', appRoleId: '0' },
      ],
    },
    'users/u1/transitiveMemberOf/microsoft.graph.group/$count': 201,
    'users/u1': { userPrincipalName: 'rita@example' },
  })
  const found = await readRegistrations(client, tenant.toUpperCase(), { ...nothingNamed, audiences: ['api://orders'] })
  assert.ok(!('kind' in found))
  const [app] = found.applications
  assert.deepEqual([found.tenant.id, app?.appId, app?.accessTokenVersion, app?.assignmentRequired], [tenant, apiId, 1, true])
  assert.deepEqual(
    app?.appRoles.map(({ value, isAssigned }) => [value, isAssigned]),
    [
      ['readers', true],
      ['admins', false],
    ],
  )
  assert.deepEqual(app?.redirectUris, { web: ['https://orders.example/'], spa: [], publicClient: [] })
  assert.deepEqual(app?.credentials, [
    { kind: 'secret', name: 'ci', endsAt: Date.parse('2030-01-01') },
    { kind: 'certificate', name: 'c', endsAt: Date.parse('2029-01-01') },
  ])
  assert.deepEqual([app?.groupMembershipClaims, app?.assignedGroups], [['SecurityGroup', 'ApplicationGroup'], ['g1']])
  assert.deepEqual(found.crowdedUsers, [{ name: 'rita@example', groups: 201 }])
})

test('only what is named is asked for, ten names a filter, quotes doubled', async () => {
  const ids = Array.from({ length: 21 }, (_, at) => `8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d${String(at).padStart(2, '0')}`)
  const { client, asked } = graph({
    applications: { value: [] },
    servicePrincipals: { value: [{ appId: ids[0], servicePrincipalNames: ["api://o'hara"] }] },
    groups: { value: [] },
  })
  const named = { ...nothingNamed, audiences: ["api://o'hara"], appIds: [...ids, 'Client'], groups: ['Staff'] }
  const found = await readRegistrations(client, tenant, named)
  assert.ok(!('kind' in found))
  assert.ok(asked.every(path => path.split(' or ').length <= 10))
  assert.ok(asked.some(path => path.includes("identifierUris/any(x:x eq 'api://o''hara')")))
  assert.ok(!asked.some(path => path.includes("'Client'") || path.startsWith('organization')))
  assert.ok(asked.some(path => path.includes("displayName eq 'Staff'")))
  assert.deepEqual([...new Set(found.elsewhere)], [ids[0], "api://o'hara"])
})

test('an application without a service principal is one that nobody is assigned to', async () => {
  const { client } = graph({ applications: { value: [application] } })
  const found = await readRegistrations(client, tenant, { ...nothingNamed, appIds: [apiId] })
  assert.ok(!('kind' in found))
  assert.deepEqual([found.applications[0]?.assignmentRequired, found.applications[0]?.assignedGroups], [false, []])
})

test('what Graph does not answer is told, not guessed', async () => {
  const { client } = graph({ applications: { value: 'none' } })
  const found = await readRegistrations(client, tenant, { ...nothingNamed, appIds: [apiId] })
  assert.ok('kind' in found && found.why === 'unreachable')
})

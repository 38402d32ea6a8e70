import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecisionRecord } from '../audit/record.ts'
import { madeRecord } from '../audit/testing/made-record.ts'
import { bareApplication } from '../catalog/bare-application.ts'
import type { AppRole, DirectoryApplication, DirectoryDocument } from '../catalog/directory.ts'
import { catalog } from '../gateway/testing/catalog.ts'
import { isGrantedSince } from './held-now.ts'
import { mendFor } from './mend-for.ts'
import type { Refused } from './refused.ts'

const [tenant, orders, daemon] = [1, 2, 3].map(n => `${n}1111111-2222-3333-4444-555555555555`) as [string, string, string]
const rita = 'rita@gazette.onmicrosoft.com'

const role = (value: string, ...allowedMemberTypes: AppRole['allowedMemberTypes']): AppRole => {
  return { id: `id of ${value}`, value, displayName: value, allowedMemberTypes }
}

function application(displayName: string, appId: string, more: Partial<DirectoryApplication> = {}): DirectoryApplication {
  return {
    ...bareApplication,
    id: `object ${appId}`,
    servicePrincipalId: `principal ${appId}`,
    appId,
    displayName,
    appRoles: [role('readers', 'User'), role('publishers', 'User', 'Application'), role('machines', 'Application')],
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
    groupMembershipClaims: 'SecurityGroup',
    ...more,
  }
}

const assigned = (principalId: string, value: string) =>
  ({ principalId, principalType: 'User', resourceAppId: orders, appRoleId: `id of ${value}` }) as const

const directory = (more: Partial<DirectoryDocument> = {}): DirectoryDocument => ({
  file: 'directory.yaml',
  tenant: { id: tenant, domain: 'gazette.onmicrosoft.com', displayName: 'The Gazette' },
  users: [{ id: 'rita', userPrincipalName: rita, password: 'x', displayName: 'Rita', accountEnabled: true }],
  groups: [],
  applications: [application('Orders API', orders), application('Archive', daemon)],
  appRoleAssignments: [],
  ...more,
})

const group = (id: string, ...members: string[]) => ({ id, displayName: `group ${id}`, members })

const asUser = { objectId: 'rita', userPrincipalName: rita, scopes: ['read'] }
const asApplication = { objectId: `principal ${daemon}`, clientApplication: daemon }

function refused(
  claim: 'roles' | 'groups',
  values: readonly string[],
  caller: DecisionRecord['caller'],
  document: DirectoryDocument | undefined,
  match: 'any' | 'all' = 'any',
): Refused {
  const place = { scope: 'api', file: 'p.xml', line: 3 }
  return {
    record: madeRecord(1, {
      decision: 'refused',
      reason: claim === 'roles' ? 'token.role' : 'token.group',
      policy: { name: 'validate-jwt', section: 'inbound', ...place },
      ...(caller === undefined ? {} : { caller }),
    }),
    demands: [{ kind: 'token', policy: 'validate-jwt', ...place, claims: [{ claim, match, values }] }],
    audiences: [orders],
    tenants: [],
    claims: { iat: 1_700_000_000, aud: orders },
    catalog: catalog('/nowhere', document === undefined ? {} : { directory: document }),
  }
}

test('a role that the directory has by now is said to have come after the token, directly or through a group', () => {
  const direct = directory({ appRoleAssignments: [assigned('rita', 'publishers')] })
  const byGroup = directory({ groups: [group('g', 'rita')], appRoleAssignments: [assigned('g', 'publishers')] })
  for (const document of [direct, byGroup]) {
    const one = refused('roles', ['publishers', 'admins'], asUser, document)
    assert.equal(isGrantedSince(one), true)
    assert.equal(
      mendFor(one),
      `User ${rita} has the app role publishers of the application Orders API since the token was issued (2023-11-14T22:13:20.000Z): get a new token, a cached one does not do.`,
    )
  }
  const machine = directory({ appRoleAssignments: [assigned(`principal ${daemon}`, 'machines')] })
  assert.match(
    mendFor(refused('roles', ['machines'], asApplication, machine)),
    /^Application Archive \(.*\) has the app role machines/,
  )
})

test('a role that only counts with others, through a nested group, or on another caller has not come', () => {
  const one = directory({ appRoleAssignments: [assigned('rita', 'publishers')] })
  assert.equal(isGrantedSince(refused('roles', ['publishers', 'readers'], asUser, one, 'all')), false)
  assert.equal(isGrantedSince(refused('roles', ['publishers'], asApplication, one)), false)
  const nested = directory({ groups: [group('g', 'h'), group('h', 'rita')], appRoleAssignments: [assigned('g', 'publishers')] })
  assert.equal(isGrantedSince(refused('roles', ['publishers'], asUser, nested)), false)
  assert.match(mendFor(refused('roles', ['publishers'], asUser, nested)), /assigns the app role publishers .* to user rita/)
})

test('a group, nested or not, comes with a new token when the API’s tokens have groups at all', () => {
  const groups = [group('g', 'h'), group('h', 'rita')]
  const one = refused('groups', ['g'], asUser, directory({ groups }))
  assert.equal(isGrantedSince(one), true)
  assert.match(mendFor(one), /^User rita@.* is in the group group g \(g\) since the token was issued \(.*\): get a new token/)
  const { groupMembershipClaims: _, ...silent } = application('Orders API', orders)
  assert.equal(isGrantedSince(refused('groups', ['g'], asUser, directory({ groups, applications: [silent] }))), false)
})

test('without a directory nobody can tell', () => {
  assert.equal(isGrantedSince(refused('roles', ['publishers'], asUser, undefined)), undefined)
  assert.match(mendFor(refused('roles', ['publishers'], asUser, undefined)), /^An administrator of the directory assigns/)
})

test('a role for applications is not to be assigned to a user, nor one for users to an application', () => {
  assert.equal(
    mendFor(refused('roles', ['machines'], asUser, directory())),
    'The app role machines of the application Orders API is for applications only: an application that has it calls with a token of its own (client credentials); or the owner of the application Orders API adds User to its allowedMemberTypes, and an administrator assigns it.',
  )
  assert.match(
    mendFor(refused('roles', ['readers'], asApplication, directory())),
    /^The app role readers of the application Orders API is for users and groups only: a user who has it signs in to the client; or .* adds Application/,
  )
  assert.match(
    mendFor(refused('roles', ['machines', 'publishers'], asUser, directory())),
    /assigns the app role publishers of .* to user/,
  )
})

test('a role that the application does not declare has to be declared first; of several, one that is there is assigned', () => {
  assert.match(
    mendFor(refused('roles', ['editors'], asUser, directory())),
    /^The owner of the application Orders API declares the app role editors first: it has none of that name\. An administrator of the directory assigns the app role editors/,
  )
  assert.match(
    mendFor(refused('roles', ['editors', 'publishers'], asUser, directory())),
    /^An administrator of the directory assigns the app role publishers of the application Orders API to user/,
  )
  assert.match(
    mendFor(refused('roles', ['editors', 'publishers'], asUser, directory(), 'all')),
    /^The owner of the application Orders API declares the app role editors first: .* assigns the app role editors and publishers/,
  )
})

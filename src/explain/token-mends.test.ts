import assert from 'node:assert/strict'
import { test } from 'node:test'
import { madeRecord } from '../audit/testing/made-record.ts'
import { bareApplication } from '../catalog/bare-application.ts'
import type { DirectoryApplication, DirectoryDocument } from '../catalog/directory.ts'
import { catalog } from '../gateway/testing/catalog.ts'
import { mendFor } from './mend-for.ts'
import type { Refused } from './refused.ts'

const orders = '33333333-2222-3333-4444-555555555555'
const place = { scope: 'api', file: 'p.xml', line: 3 }

function refused(reason: 'token.audience' | 'token.missing' | 'token.scope', more: Partial<Refused['record']> = {}): Refused {
  return {
    record: madeRecord(1, { reason, policy: { name: 'validate-jwt', section: 'inbound', ...place }, ...more }),
    demands: [
      { kind: 'token', policy: 'validate-jwt', ...place, claims: [{ claim: 'scp', match: 'any', values: ['Orders.Read'] }] },
    ],
    audiences: [orders],
    tenants: [],
    claims: undefined,
    catalog: catalog('/nowhere'),
  }
}

test('no address is made up for an application that is not known here', () => {
  assert.equal(
    mendFor(refused('token.audience', { expected: [orders], received: ['x'] })),
    `Ask for a token for the audience ${orders}.`,
  )
  assert.equal(
    mendFor(refused('token.missing', { received: ['no header Authorization'] })),
    `The client sends an access token for the audience ${orders} in the header \`Authorization: Bearer …\`.`,
  )
  assert.match(mendFor(refused('token.scope')), new RegExp(`asks for the scope Orders\\.Read of the application ${orders}:`))
})

test('a scope that the application does not declare has to be declared first', () => {
  const application = (...scopes: string[]): DirectoryApplication => ({
    ...bareApplication,
    id: 'object',
    servicePrincipalId: 'principal',
    appId: orders,
    displayName: 'Orders API',
    identifierUris: ['api://orders'],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: scopes.map(value => ({ id: value, value })),
      preAuthorizedApplications: [],
    },
  })
  const among = (one: DirectoryApplication): Refused => ({
    ...refused('token.scope', { caller: { scopes: ['other'], userPrincipalName: 'rita@x.example' } }),
    catalog: catalog('/nowhere', { directory: { ...document, applications: [one] } }),
  })
  assert.match(
    mendFor(among(application())),
    /^The owner of the application Orders API declares the scope Orders\.Read first: it has none of that name\. The client asks for the scope api:\/\/orders\/Orders\.Read/,
  )
  assert.match(mendFor(among(application('Orders.Read'))), /^The client asks for the scope api:\/\/orders\/Orders\.Read/)
})

const document: DirectoryDocument = {
  file: 'directory.yaml',
  tenant: { id: orders, domain: 'x.example', displayName: 'X' },
  users: [],
  groups: [],
  applications: [],
  appRoleAssignments: [],
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { DirectoryApplication } from '../../src/catalog/directory.ts'
import { archive, articles, cli, gazette, newsroom, paul, rita, tenantId } from '../../src/directory/testing/gazette.ts'
import { runDirectory } from '../../src/directory/testing/running.ts'
import { microsoftGraph } from '../../src/workspace/local-directory/microsoft-graph.ts'
import { type Line, runClient } from './directory/run-client.ts'

/** Microsoft's own Graph client, unmodified, fed by @azure/identity. */
const held = [
  'Directory.Read.All',
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'GroupMember.ReadWrite.All',
].map(value => ({
  principalId: archive.servicePrincipalId,
  principalType: 'ServicePrincipal' as const,
  resourceAppId: microsoftGraph.appId,
  appRoleId: microsoftGraph.appRoles.find(role => role.value === value)?.id ?? '',
}))
const scopeOf = (name: string) => microsoftGraph.oauth2PermissionScopes.find(scope => scope.value === name)?.id ?? ''
/** Lets the API ask Graph for its callers without asking them. */
const graph: DirectoryApplication = {
  ...archive,
  id: '3d0f1f7e-0000-4000-8000-000000000001',
  servicePrincipalId: '3d0f1f7e-0000-4000-8000-000000000002',
  appId: microsoftGraph.appId,
  displayName: 'Microsoft Graph',
  identifierUris: [...microsoftGraph.identifierUris],
  appRoles: microsoftGraph.appRoles.map(role => ({ ...role, displayName: role.value, allowedMemberTypes: ['Application'] })),
  api: {
    requestedAccessTokenVersion: 1,
    oauth2PermissionScopes: microsoftGraph.oauth2PermissionScopes,
    preAuthorizedApplications: [{ appId: articles.appId, delegatedPermissionIds: [scopeOf('User.Read')] }],
  },
  redirectUris: { web: [], spa: [], publicClient: [] },
  passwordCredentials: [],
}
const document = {
  ...gazette,
  applications: [...gazette.applications, graph],
  appRoleAssignments: [...gazette.appRoleAssignments, ...held],
}
const running = await runDirectory(document, { managedIdentity: archive.appId })
after(() => running[Symbol.asyncDispose]())

const asService = { clientId: archive.appId, clientSecret: 'archive-secret', group: newsroom.id, user: rita.id }
const run = (settings: Line, more: Record<string, string> = {}) =>
  runClient(
    'graph-client.ts',
    { origin: running.origin, tenantId, ...asService, ...settings },
    running.directory.caFile,
    undefined,
    more,
  )

test('the Graph client goes from page to page, counts, sorts and searches', async () => {
  const line = await run({ flow: 'pages' })
  assert.deepEqual(line, { names: ['The dora', 'The paul', 'The rita'], total: 3, found: 1, count: '3' })
})

test('the Graph client sends a batch', async () => {
  const line = await run({ flow: 'batch' })
  assert.deepEqual(line, { statuses: [200, 404], user: rita.id, error: 'Request_ResourceNotFound' })
})

test('an API that acts for its user reads about that user alone', async () => {
  const issued = await running.directory.issueToken({
    client: cli.appId,
    user: paul.userPrincipalName,
    scope: 'api://articles/access_as_user',
  })
  const assertion = issued.kind === 'token' ? issued.accessToken : assert.fail(issued.code)
  const line = await run({ flow: 'me', clientId: articles.appId, clientSecret: 'articles-secret', assertion })
  assert.deepEqual(line, {
    me: paul.id,
    groups: [{ '@odata.type': '#microsoft.graph.group', id: newsroom.id }],
    denied: [403, 'Authorization_RequestDenied', true],
  })
})

test('a managed identity asks for the groups of a user', async () => {
  const header = readFileSync(join(dirname(running.directory.caFile), 'identity-header'), 'utf8')
  const appService = { IDENTITY_ENDPOINT: `${running.origin}/msi/token`, IDENTITY_HEADER: header }
  assert.deepEqual((await run({ flow: 'managed', user: paul.id }, appService)).ids, [newsroom.id])
})

test('an API is registered, given a role and a secret, and its role assigned to a group: the next token carries it', async () => {
  const line = await run({ flow: 'manage' })
  assert.equal((line.assigned as unknown[]).length, 1, JSON.stringify(line))
  assert.ok(!JSON.stringify(line.again).includes(String(line.secret)), 'the secret is shown once')
  const form = {
    grant_type: 'client_credentials',
    client_id: String(line.appId),
    client_secret: String(line.secret),
    scope: `api://${line.appId}/.default`,
  }
  assert.equal((await running.token(form)).status, 200)
  const issued = await running.directory.issueToken({
    client: cli.appId,
    user: rita.userPrincipalName,
    scope: `api://${line.appId}/.default`,
  })
  assert.ok(issued.kind === 'token', JSON.stringify(issued))
  assert.deepEqual(decodeJwt(issued.accessToken).roles, ['print'])
})

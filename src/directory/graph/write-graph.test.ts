import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { DirectoryDocument } from '../../catalog/directory.ts'
import { microsoftGraph } from '../../workspace/local-directory/microsoft-graph.ts'
import { readDirectory } from '../../workspace/local-directory/read-directory.ts'
import { createReport } from '../../workspace/report.ts'
import { readYaml } from '../../workspace/text/read-yaml.ts'
import { withChanges } from '../changes/directory-state.ts'
import { directoryYaml } from '../changes/directory-yaml.ts'
import { issueDirectoryToken } from '../issue-directory-token.ts'
import { archive, articles, cli, gazette, newsroom, rita } from '../testing/gazette.ts'
import { type Got, runDirectory } from '../testing/running.ts'

const graphRole = (value: string) => ({
  principalId: archive.servicePrincipalId,
  principalType: 'ServicePrincipal' as const,
  resourceAppId: microsoftGraph.appId,
  appRoleId: microsoftGraph.appRoles.find(role => role.value === value)?.id ?? '',
})
const held = ['Directory.Read.All', 'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'GroupMember.ReadWrite.All']
const document: DirectoryDocument = { ...gazette, appRoleAssignments: [...gazette.appRoleAssignments, ...held.map(graphRole)] }
const running = await runDirectory(document)
after(() => running[Symbol.asyncDispose]())
const state = dirname(running.directory.caFile)

async function tokenFor(scope: string, user?: string): Promise<string> {
  const client = user === undefined ? archive.appId : cli.appId
  const issued = await running.directory.issueToken({ client, scope, ...(user === undefined ? {} : { user }) })
  return issued.kind === 'token' ? issued.accessToken : assert.fail(issued.code)
}

const asService = await tokenFor('https://graph.microsoft.com/.default')
const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, token = asService) =>
  running.send(
    method,
    `/v1.0/${path}`,
    { authorization: `Bearer ${token}` },
    body === undefined ? undefined : JSON.stringify(body),
  )
const code = ({ json }: Got) => (json.error as { code?: string } | undefined)?.code

test('an application is created, given a role and a secret, assigned, and works at once', async () => {
  const made = await send('POST', 'applications', { displayName: 'Printer', identifierUris: ['api://printer'] })
  assert.equal(made.status, 201)
  const { id, appId } = made.json as { id: string; appId: string }
  const appRoles = [{ value: 'print', displayName: 'Print', allowedMemberTypes: ['Application'], isEnabled: true }]
  assert.equal((await send('PATCH', `applications/${id}`, { appRoles, api: { requestedAccessTokenVersion: 2 } })).status, 204)
  const secret = await send('POST', `applications(appId='${appId}')/addPassword`, { passwordCredential: { displayName: 'ci' } })
  const { secretText } = secret.json as { secretText: string }
  assert.ok(!(await send('GET', `applications/${id}`)).text.includes(secretText), 'shown once')
  const principal = (await send('GET', `servicePrincipals(appId='${appId}')`)).json as { id: string; appRoles: { id: string }[] }
  const assignment = { principalId: principal.id, resourceId: principal.id, appRoleId: principal.appRoles[0]?.id }
  assert.equal((await send('POST', `servicePrincipals/${principal.id}/appRoleAssignedTo`, assignment)).status, 201)
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: secretText, scope: 'api://printer/.default' }
  assert.deepEqual(decodeJwt(String((await running.token(form)).json.access_token)).roles, ['print'])
})

test('a member and an assignment come and go', async () => {
  const roles = async () => decodeJwt(await tokenFor('api://articles/.default', rita.userPrincipalName)).roles
  assert.deepEqual(await roles(), ['readers'])
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${rita.id}` }
  assert.equal((await send('POST', `groups/${newsroom.id}/members/$ref`, reference)).status, 204)
  assert.deepEqual(await roles(), ['readers', 'publishers'])
  assert.equal(code(await send('POST', `groups/${newsroom.id}/members/$ref`, reference)), 'Request_BadRequest')
  assert.equal((await send('DELETE', `groups/${newsroom.id}/members/${rita.id}/$ref`)).status, 204)
  assert.deepEqual(await roles(), ['readers'])
  const appRoleId = articles.appRoles.find(role => role.value === 'admins')?.id
  const made = await send('POST', `users/${rita.id}/appRoleAssignments`, {
    principalId: rita.id,
    resourceId: articles.servicePrincipalId,
    appRoleId,
  })
  assert.deepEqual(await roles(), ['readers', 'admins'])
  assert.equal((await send('DELETE', `users/${rita.id}/appRoleAssignments/${made.json.id}`)).status, 204)
  assert.deepEqual(await roles(), ['readers'])
})

test('changes outlive the process, are for the owner alone, and reach tokens made without a server', async () => {
  assert.equal(
    (await send('PATCH', `servicePrincipals/${articles.servicePrincipalId}`, { appRoleAssignmentRequired: true })).status,
    204,
  )
  assert.equal(statSync(join(state, 'directory-changes.json')).mode & 0o777, 0o600)
  const offline = await issueDirectoryToken(document, state, {
    client: cli.appId,
    scope: 'api://articles/.default',
    now: Date.now(),
  })
  assert.equal(offline.kind === 'refused' && offline.code, 'AADSTS501051')
  running.directory.replaceDocument({ ...document, users: document.users.slice(0, 1) })
  assert.equal((await send('GET', `servicePrincipals/${articles.servicePrincipalId}`)).json.appRoleAssignmentRequired, true)
  assert.equal((((await send('GET', 'users')).json.value as unknown[]) ?? []).length, 1)
  running.directory.replaceDocument(document)
})

test('the directory is written as directory.yaml, and reads back as the same', () => {
  const now = withChanges(document, state)
  const text = directoryYaml(now)
  const report = createReport()
  const root = readYaml('directory.yaml', text, report)
  const back = root?.kind === 'object' ? readDirectory('directory.yaml', root, report) : undefined
  assert.deepEqual(report.diagnostics, [])
  assert.deepEqual(back, { ...now, file: 'directory.yaml' })
  assert.ok(readFileSync(join(state, 'directory-changes.json'), 'utf8').includes('Printer'))
})

test('writing takes the permission and refuses what would be lost', async () => {
  const person = await tokenFor('User.Read', rita.userPrincipalName)
  assert.equal(code(await send('POST', 'applications', { displayName: 'x' }, person)), 'Authorization_RequestDenied')
  assert.equal(code(await send('POST', 'applications', { displayName: 'x', shoeSize: 44 })), 'Request_BadRequest')
  assert.equal(code(await send('POST', 'applications', { displayName: 7 })), 'Request_BadRequest')
  assert.equal(
    code(await send('POST', 'applications', { displayName: 'x', identifierUris: ['api://articles'] })),
    'Request_BadRequest',
  )
  assert.equal(
    code(await send('PATCH', `applications/${articles.id}`, { appRoles: [{ value: 'a b', allowedMemberTypes: [] }] })),
    'Request_BadRequest',
  )
  assert.equal(
    code(await send('PATCH', `applications/${articles.id}`, { spa: { redirectUris: ['not an address'] } })),
    'Request_BadRequest',
  )
  assert.equal(code(await send('PATCH', 'applications/none', { displayName: 'x' })), 'Request_ResourceNotFound')
  const wrong = {
    principalId: archive.servicePrincipalId,
    resourceId: articles.servicePrincipalId,
    appRoleId: articles.appRoles[1]?.id,
  }
  assert.equal(
    code(await send('POST', `servicePrincipals/${archive.servicePrincipalId}/appRoleAssignments`, wrong)),
    'Request_BadRequest',
    'publishers is for users',
  )
})

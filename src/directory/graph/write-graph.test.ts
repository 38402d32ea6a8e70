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
import { archive, articles, cli, gazette, newsroom, paul, rita } from '../testing/gazette.ts'
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

const usersHeld = ['User.ReadWrite.All', 'Group.ReadWrite.All', 'DelegatedPermissionGrant.ReadWrite.All']

test('a user and a group are created, changed and deleted; the user can sign in meanwhile', async () => {
  running.directory.replaceDocument({
    ...document,
    appRoleAssignments: [...document.appRoleAssignments, ...usersHeld.map(graphRole)],
  })
  const token = await tokenFor('https://graph.microsoft.com/.default')
  const as = (...args: Parameters<typeof send>) => send(args[0], args[1], args[2], token)
  const una = {
    accountEnabled: true,
    displayName: 'Una',
    mailNickname: 'una',
    userPrincipalName: `una@${gazette.tenant.domain}`,
    passwordProfile: { password: 'una-secret', forceChangePasswordNextSignIn: false },
  }
  const made = await as('POST', 'users', una)
  assert.equal(made.status, 201, made.text)
  assert.ok(!made.text.includes('una-secret'))
  const form = {
    grant_type: 'password',
    client_id: cli.appId,
    username: una.userPrincipalName,
    password: 'una-secret',
    scope: 'openid',
  }
  const signedIn = await running.token(form)
  assert.equal(signedIn.status, 200, signedIn.text)
  assert.equal(code(await as('POST', 'users', una)), 'Request_BadRequest', 'the name is taken')
  assert.equal(code(await as('POST', 'users', { ...una, userPrincipalName: 'una@elsewhere.example' })), 'Request_BadRequest')
  assert.equal(code(await as('POST', 'users', { displayName: 'x' })), 'Request_BadRequest')
  const group = await as('POST', 'groups', {
    displayName: 'Interns',
    mailEnabled: false,
    mailNickname: 'interns',
    securityEnabled: true,
    'members@odata.bind': [`https://graph.microsoft.com/v1.0/directoryObjects/${made.json.id}`],
  })
  assert.equal(group.status, 201, group.text)
  const memberOf = await as('GET', `users/${una.userPrincipalName}/memberOf?$select=id`)
  assert.deepEqual(
    (memberOf.json.value as { id: string }[]).map(({ id }) => id),
    [group.json.id],
  )
  const bind = { 'members@odata.bind': [`https://graph.microsoft.com/v1.0/users/${rita.id}`] }
  assert.equal((await as('PATCH', `groups/${group.json.id}`, { displayName: 'Trainees', ...bind })).status, 204)
  assert.equal(((await as('GET', `groups/${group.json.id}/members`)).json.value as unknown[]).length, 2)
  const givenName = async () => (await as('GET', `users/${made.json.id}?$select=givenName`)).json.givenName
  assert.equal((await as('PATCH', `users/${made.json.id}`, { givenName: 'Una' })).status, 204)
  assert.equal(await givenName(), 'Una')
  assert.equal((await as('PATCH', `users/${made.json.id}`, { givenName: null })).status, 204)
  assert.equal(await givenName(), null)
  assert.equal((await as('PATCH', `users/${made.json.id}`, { accountEnabled: false })).status, 204)
  assert.equal((await running.token(form)).status, 400)
  assert.equal((await as('DELETE', `users/${made.json.id}`)).status, 204)
  assert.equal(((await as('GET', `groups/${group.json.id}/members`)).json.value as unknown[]).length, 1)
  assert.equal((await as('DELETE', `groups/${group.json.id}`)).status, 204)
  assert.equal(code(await as('GET', `groups/${group.json.id}`)), 'Request_ResourceNotFound')
  assert.equal(code(await as('POST', 'groups', { displayName: 'Mail', mailEnabled: true })), 'Request_BadRequest')
})

test('secrets are removed by the id that each keeps', async () => {
  const add = async (displayName: string) =>
    (await send('POST', `applications/${articles.id}/addPassword`, { passwordCredential: { displayName } })).json as {
      keyId: string
      secretText: string
    }
  const [first, second] = [await add('first'), await add('second')]
  const form = (secret: string) => ({
    grant_type: 'client_credentials',
    client_id: articles.appId,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  })
  const remove = (keyId: string) => send('POST', `applications/${articles.id}/removePassword`, { keyId })
  assert.equal((await remove(first.keyId)).status, 204)
  assert.equal((await running.token(form(first.secretText))).status, 401)
  assert.equal((await running.token(form(second.secretText))).status, 200)
  const [ofFile] = (await send('GET', `applications/${articles.id}`)).json.passwordCredentials as { keyId: string }[]
  assert.equal((await remove(ofFile?.keyId ?? '')).status, 204)
  assert.equal((await running.token(form('articles-secret'))).status, 401)
  assert.equal((await running.token(form(second.secretText))).status, 200)
  assert.equal((await remove(second.keyId)).status, 204)
  assert.equal(code(await remove(second.keyId)), 'Request_BadRequest')
})

test('a federated credential is added to an application and taken away', async () => {
  const address = `applications/${articles.id}/federatedIdentityCredentials`
  const credential = { name: 'ci', issuer: 'https://ci.example', subject: 'repo:main', audiences: ['api://AzureADTokenExchange'] }
  const made = await send('POST', address, credential)
  assert.equal(made.status, 201, made.text)
  assert.equal(code(await send('POST', address, credential)), 'Request_MultipleObjectsWithSameKeyValue')
  assert.equal(((await send('GET', address)).json.value as unknown[]).length, 1)
  assert.equal((await send('DELETE', `${address}/${made.json.id}`)).status, 204)
  assert.deepEqual((await send('GET', address)).json.value, [])
})

test('a permission grant lets a client act for everybody, and its end withdraws that', async () => {
  const token = await tokenFor('https://graph.microsoft.com/.default')
  const grant = {
    clientId: archive.servicePrincipalId,
    consentType: 'AllPrincipals',
    resourceId: articles.servicePrincipalId,
    scope: 'access_as_user drafts',
  }
  const made = await send('POST', 'oauth2PermissionGrants', grant, token)
  assert.equal(made.status, 201, made.text)
  const form = {
    grant_type: 'password',
    client_id: archive.appId,
    client_secret: 'archive-secret',
    username: rita.userPrincipalName,
    password: rita.password,
    scope: 'api://articles/drafts',
  }
  assert.equal((await running.token(form)).status, 200)
  const filter = encodeURIComponent(`clientId eq '${archive.servicePrincipalId}'`)
  const listed = await send('GET', `oauth2PermissionGrants?$filter=${filter}`, undefined, token)
  assert.deepEqual(
    (listed.json.value as { scope: string }[]).map(({ scope }) => scope),
    ['access_as_user drafts'],
  )
  const address = `oauth2PermissionGrants/${made.json.id}`
  assert.equal((await send('PATCH', address, { scope: 'access_as_user' }, token)).status, 204)
  assert.equal((await running.token(form)).json.suberror, 'consent_required')
  assert.equal((await send('DELETE', address, undefined, token)).status, 204)
  assert.equal(code(await send('DELETE', address, undefined, token)), 'Request_ResourceNotFound')
})

test('a person writes by the client’s permission and a role of their own, neither alone', async () => {
  const admin = {
    displayName: 'Groups Administrator',
    roleTemplateId: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
    members: [rita.id],
  }
  running.directory.replaceDocument({ ...document, directoryRoles: [admin] })
  const as = async (user: string, scope: string, path: string, body: unknown) =>
    (await send('POST', path, body, await tokenFor(scope, user))).status
  const group = { displayName: 'Sports', mailEnabled: false, mailNickname: 's', securityEnabled: true }
  assert.equal(await as(rita.userPrincipalName, 'Group.ReadWrite.All', 'groups', group), 201)
  assert.equal(await as(rita.userPrincipalName, 'Group.Read.All', 'groups', group), 403)
  assert.equal(await as(paul.userPrincipalName, 'Group.ReadWrite.All', 'groups', group), 403)
  assert.equal(await as(rita.userPrincipalName, 'Application.ReadWrite.All', 'applications', { displayName: 'x' }), 403)
  running.directory.replaceDocument(document)
})

test('ids that stand in address and body must agree, and an assignment is removed where it hangs', async () => {
  const appRoleId = articles.appRoles.find(role => role.value === 'admins')?.id
  const assignment = { principalId: rita.id, resourceId: articles.servicePrincipalId, appRoleId }
  assert.equal(code(await send('POST', `users/${paul.id}/appRoleAssignments`, assignment)), 'Request_BadRequest')
  const made = await send('POST', `users/${rita.userPrincipalName}/appRoleAssignments`, assignment)
  assert.equal(made.status, 201, made.text)
  assert.equal(code(await send('DELETE', `users/${paul.id}/appRoleAssignments/${made.json.id}`)), 'Request_ResourceNotFound')
  const address = `servicePrincipals/${articles.servicePrincipalId}/appRoleAssignedTo/${made.json.id}`
  assert.equal((await send('GET', address)).status, 200)
  assert.equal((await send('DELETE', address)).status, 204)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const tenant = '7f3d0d8e-2b1c-4d5e-8f90-1a2b3c4d5e6f'

const settings = (backend: string) => `
gateway: { listen: 127.0.0.1:0, workers: 2 }
identity:
  tenant: ${tenant}
  directory: ./directory.yaml
  listen: 127.0.0.1:0
apis:
  colors:
    openapi: ./colors.openapi.yaml
    path: colors
    backend: ${backend}
    audience: api://colors
    access:
      APIMAuth.Members: [GET /random]
      APIMAuth.Admins: ['*']
      Painters: [POST /mix]
`

const directory = `
tenant: { id: ${tenant}, domain: colors.onmicrosoft.com, displayName: Colors }
users:
  - { userPrincipalName: mia@colors.onmicrosoft.com, password: mia-pass, displayName: Mia }
  - { userPrincipalName: ada@colors.onmicrosoft.com, password: ada-pass, displayName: Ada }
  - { userPrincipalName: pia@colors.onmicrosoft.com, password: pia-pass, displayName: Pia }
  - { userPrincipalName: noa@colors.onmicrosoft.com, password: noa-pass, displayName: Noa }
groups:
  - { displayName: Painters, members: [pia@colors.onmicrosoft.com] }
applications:
  - displayName: Colors API
    appId: 0a1b2c3d-0000-4000-8000-000000000001
    identifierUris: [api://colors]
    groupMembershipClaims: SecurityGroup
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: access_as_user }] }
    appRoles:
      - { value: APIMAuth.Members, displayName: Members, allowedMemberTypes: [User] }
      - { value: APIMAuth.Admins, displayName: Admins, allowedMemberTypes: [User] }
  - { displayName: CLI, appId: 0a1b2c3d-0000-4000-8000-000000000002, isFallbackPublicClient: true }
appRoleAssignments:
  - { principal: mia@colors.onmicrosoft.com, resource: Colors API, role: APIMAuth.Members }
  - { principal: ada@colors.onmicrosoft.com, resource: Colors API, role: APIMAuth.Admins }
`

const specification = `
openapi: 3.0.3
info: { title: Colors, version: '1' }
paths:
  /random: { get: { operationId: random, responses: { '200': { description: ok } } } }
  /reset: { post: { operationId: reset, responses: { '200': { description: ok } } } }
  /mix: { post: { operationId: mix, responses: { '200': { description: ok } } } }
`

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running

before(async () => {
  backend = await startEchoBackend()
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': settings(backend.address),
    'directory.yaml': directory,
    'colors.openapi.yaml': specification,
  })
  running = await startGatehouse(workspace.folder)
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await workspace?.remove()
})

async function tokenFor(user: string): Promise<string> {
  const who = ['--client', 'CLI', '--user', `${user}@colors.onmicrosoft.com`, '--scope', 'api://colors/.default']
  const { stdout, stderr, code } = await command(['token', workspace.folder, ...who])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

async function statusFor(user: string | undefined, method: string, path: string): Promise<number> {
  const headers: Record<string, string> = {}
  if (user !== undefined) headers.authorization = `Bearer ${await tokenFor(user)}`
  return (await fetch(running.gateway + path, { method, headers })).status
}

test('without a token nobody gets in', async () => {
  assert.equal(await statusFor(undefined, 'GET', '/colors/random'), 401)
})

test('a member may read and no more', async () => {
  assert.equal(await statusFor('mia', 'GET', '/colors/random'), 200)
  assert.equal(await statusFor('mia', 'POST', '/colors/reset'), 403)
})

test('an admin may do everything', async () => {
  assert.equal(await statusFor('ada', 'POST', '/colors/reset'), 200)
})

test('a group opens its operation to its members alone', async () => {
  assert.equal(await statusFor('pia', 'POST', '/colors/mix'), 200)
  assert.equal(await statusFor('pia', 'GET', '/colors/random'), 403)
})

test('who has neither role nor group gets in nowhere', async () => {
  assert.equal(await statusFor('noa', 'GET', '/colors/random'), 403)
})

test('whom neither a role nor a group lets in is told that either would do', async () => {
  const call = ['--method', 'POST', '--url', '/colors/mix', '--token', await tokenFor('noa'), '--json']
  const { verdict, mend } = JSON.parse((await command(['explain', workspace.folder, ...call])).stdout)
  assert.deepEqual([verdict.reason, verdict.expected], ['token.role', ['roles: one of APIMAuth.Admins']])
  assert.match(
    mend,
    /assigns the app role APIMAuth\.Admins of the application Colors API to user noa@.*, or an owner of the group Painters \(.*\) adds them to it/,
  )
})

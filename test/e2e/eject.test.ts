import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const tenant = '7f3d0d8e-2b1c-4d5e-8f90-1a2b3c4d5e6f'

const identity = `
gateway: { listen: 127.0.0.1:0, workers: 1 }
identity: { tenant: ${tenant}, directory: ./directory.yaml, listen: 127.0.0.1:0 }
`
const apis = (backend: string) => `
apis:
  colors:
    openapi: ./colors.openapi.yaml
    backend: ${backend}
    audience: api://colors
    subscriptionRequired: true
    access: { Members: [GET /random], Admins: ['*'], Painters: [POST /mix] }
  shades: { openapi: ./colors.openapi.yaml, backend: '${backend}', audience: api://colors, subscriptionRequired: true }
products:
  partners: { apis: [colors, shades], access: { Members: [colors GET /random, shades random], Admins: ['*'] } }
  internal: { apis: [shades], access: { Admins: '*' } }
`
const directory = `
tenant: { id: ${tenant}, domain: colors.onmicrosoft.com, displayName: Colors }
users:
  - { userPrincipalName: mia@colors.onmicrosoft.com, password: mia-pass, displayName: Mia }
groups:
  - { displayName: Painters, members: [mia@colors.onmicrosoft.com] }
applications:
  - displayName: Colors API
    appId: 0a1b2c3d-0000-4000-8000-000000000001
    identifierUris: [api://colors]
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: access_as_user }] }
    appRoles:
      - { value: Members, displayName: Members, allowedMemberTypes: [User] }
      - { value: Admins, displayName: Admins, allowedMemberTypes: [User] }
  - { displayName: CLI, appId: 0a1b2c3d-0000-4000-8000-000000000002, isFallbackPublicClient: true }
appRoleAssignments:
  - { principal: mia@colors.onmicrosoft.com, resource: Colors API, role: Members }
`
const specification = `
openapi: 3.0.3
info: { title: Colors, version: '1' }
paths:
  /random: { get: { operationId: random, responses: { '200': { description: ok } } } }
  /reset: { post: { operationId: reset, responses: { '200': { description: ok } } } }
  /mix: { post: { operationId: mix, responses: { '200': { description: ok } } } }
`
const subscription = JSON.stringify({
  properties: { displayName: 'Acme', scope: '/products/partners', state: 'active', primaryKey: 'acme-primary-key-0001' },
})

let backend: EchoBackend
let workspace: TemporaryWorkspace
let ejected: TemporaryWorkspace

before(async () => {
  backend = await startEchoBackend()
  const shared = { 'directory.yaml': directory, 'subscriptions/acme/subscriptionInformation.json': subscription }
  const short = { 'gatehouse.yaml': identity + apis(backend.address), 'colors.openapi.yaml': specification }
  workspace = await temporaryWorkspace({ ...shared, ...short })
  ejected = await temporaryWorkspace({ ...shared, 'gatehouse.yaml': identity })
})
after(async () => {
  await backend?.close()
  await workspace?.remove()
  await ejected?.remove()
})

test('a product of the short form says who may call through it, before its APIs do', async () => {
  const { code, stdout, stderr } = await command(['access', workspace.folder, '--json'])
  assert.equal(code, 0, stderr)
  const rows = JSON.parse(stdout) as { api: string; method: string; products: (string | null)[]; may: string[] }[]
  const may = (api: string, method: string, product: string) =>
    rows.filter(row => row.api === api && row.method === method && row.products.includes(product)).flatMap(row => row.may)
  assert.deepEqual(may('colors', 'GET', 'partners'), ['role Admins', 'role Members'])
  // the API lets painters mix, the product does not
  assert.deepEqual([...new Set(may('colors', 'POST', 'partners'))], ['role Admins'])
  assert.deepEqual(may('shades', 'GET', 'internal'), ['role Admins'])
})

test('what is ejected has no fault, and lets the same callers do the same', async () => {
  const out = await gatehouse(['eject', workspace.folder, '--out', ejected.folder, '--json'])
  assert.equal(out.code, 0, out.stderr)
  const files = JSON.parse(out.stdout) as string[]
  for (const path of [
    'apis/colors/operations/random/policy.xml',
    'products/partners/policy.xml',
    'apis/shades/specification.yaml',
  ])
    assert.ok(
      files.some(file => file.endsWith(path)),
      path,
    )
  const check = await command(['check', ejected.folder])
  assert.equal(check.code, 0, check.stdout + check.stderr)
  const diff = await command(['access', 'diff', workspace.folder, ejected.folder])
  assert.equal(diff.code, 0, diff.stdout + diff.stderr)
})

test('the live gateway agrees, with a key of the product, from either', async () => {
  const who = ['--client', 'CLI', '--user', 'mia@colors.onmicrosoft.com', '--scope', 'api://colors/.default']
  for (const { folder } of [workspace, ejected]) {
    const running = await startGatehouse(folder)
    try {
      const token = (await command(['token', folder, ...who])).stdout.trim()
      const call = async (path: string, method: string) => {
        const headers = { authorization: `Bearer ${token}`, 'ocp-apim-subscription-key': 'acme-primary-key-0001' }
        return (await fetch(`${running.gateway}${path}`, { method, headers })).status
      }
      assert.deepEqual(
        [
          await call('/colors/random', 'GET'),
          await call('/colors/mix', 'POST'),
          await call('/shades/random', 'GET'),
          await call('/shades/reset', 'POST'),
        ],
        [200, 403, 200, 403],
      )
    } finally {
      await running.stop()
    }
  }
})

test('files that are there are not written over unless told so', async () => {
  assert.equal((await command(['eject', workspace.folder, '--out', ejected.folder])).code, 2)
  await rm(join(ejected.folder, 'apis'), { recursive: true })
  assert.equal((await command(['eject', workspace.folder, '--out', ejected.folder, '--force'])).code, 0)
})

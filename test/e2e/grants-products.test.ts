/** Who may approve for what: the approver's token has to be one for all that the grant acts on. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const tenant = '7f3d0d8e-2b1c-4d5e-8f90-1a2b3c4d5e6f'
const lawn = '0a1b2c3d-0000-4000-8000-000000000001'
const articles = '0a1b2c3d-0000-4000-8000-000000000002'
const cli = '0a1b2c3d-0000-4000-8000-000000000003'

const settings = `
gateway: { listen: 127.0.0.1:0, workers: 1 }
identity: { tenant: ${tenant}, directory: ./directory.yaml, listen: 127.0.0.1:0 }
grants: { approvers: [admins], maxHours: 8 }
apis:
  lawn: { openapi: ./one.yaml, backend: 'http://127.0.0.1:1', audience: api://lawn, access: { admins: ['*'] } }
  shed: { openapi: ./one.yaml, backend: 'http://127.0.0.1:1', audience: ${lawn}, access: { admins: ['*'] } }
  articles: { openapi: ./one.yaml, backend: 'http://127.0.0.1:1', audience: api://articles, access: { publishers: ['*'] } }
products:
  both: { apis: [lawn, articles], access: { admins: '*' } }
  garden: { apis: [lawn, shed] }
  growing: { apis: [lawn] }
`
const application = (name: string, appId: string) => `
  - displayName: ${name} API
    appId: ${appId}
    identifierUris: [api://${name}]
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: access_as_user }] }
    appRoles:
      - { value: readers, displayName: Readers, allowedMemberTypes: [User] }
      - { value: publishers, displayName: Publishers, allowedMemberTypes: [User] }
      - { value: admins, displayName: Admins, allowedMemberTypes: [User] }`
const directory = `
tenant: { id: ${tenant}, domain: garden.example, displayName: Garden }
users:
  - { userPrincipalName: rita@garden.example, password: rita-pass, displayName: Rita }
  - { userPrincipalName: mallory@garden.example, password: mallory-pass, displayName: Mallory }
applications:${application('lawn', lawn)}${application('articles', articles)}
  - { displayName: CLI, appId: ${cli}, isFallbackPublicClient: true }
appRoleAssignments:
  - { principal: rita@garden.example, resource: lawn API, role: readers }
  - { principal: rita@garden.example, resource: articles API, role: readers }
  - { principal: mallory@garden.example, resource: lawn API, role: admins }
`
const specification = `
openapi: 3.0.3
info: { title: One, version: '1' }
paths: { /one: { get: { operationId: one, responses: { '200': { description: ok } } } } }
`
/** An API of one operation for the lawn's tokens, and one for those of the articles. */
const mixed = artifactsOf('mixed', { grass: '/grass', words: '/words' })
const guard = (audience: string) => `<policies><inbound><base />
  <validate-azure-ad-token tenant-id="${tenant}">${audience}</validate-azure-ad-token>
</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
const audience = (text: string) => `<audiences><audience>${text}</audience></audiences>`

let workspace: TemporaryWorkspace

before(async () => {
  workspace = await temporaryWorkspace({
    ...mixed,
    'apis/mixed/operations/grass/policy.xml': guard(audience(lawn)),
    'apis/mixed/operations/words/policy.xml': guard(audience(articles)),
    ...artifactsOf('open', { grass: '/grass', any: '/any' }),
    'apis/open/operations/grass/policy.xml': guard(audience(lawn)),
    'apis/open/operations/any/policy.xml': guard(
      `<client-application-ids><application-id>${cli}</application-id></client-application-ids>`,
    ),
    'gatehouse.yaml': settings,
    'directory.yaml': directory,
    'one.yaml': specification,
  })
})
after(() => workspace?.remove())

const grant = (step: string, ...args: readonly string[]) => command(['grant', step, ...args])
const request = (...scope: readonly string[]) =>
  grant(
    'request',
    workspace.folder,
    '--role',
    'publishers',
    ...scope,
    '--for',
    '1h',
    '--reason',
    'x',
    '--as',
    'rita@garden.example',
  )
const byMallory = (step: string, id: string) => grant(step, id, workspace.folder, '--as', 'mallory@garden.example')

async function asked(...scope: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await request(...scope)
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

test('a product whose APIs take tokens of different applications is no scope for a grant: its APIs are, one by one', async () => {
  const { code, stderr } = await request('--product', 'both')
  assert.equal(code, 1)
  assert.match(stderr, /refused: .*articles takes tokens for api:\/\/articles or .*ask for its APIs one by one, with --api/s)
  const id = await asked('--api', 'articles')
  assert.match((await byMallory('approve', id)).stderr, /refused: it takes one of the roles in grants\.approvers/)
})

test('a token for another API of a product is none for this one: the mend says which is', async () => {
  const who = ['--client', 'CLI', '--user', 'mallory@garden.example', '--scope', 'api://lawn/.default']
  const token = (await command(['token', workspace.folder, ...who])).stdout.trim()
  const id = await asked('--api', 'articles')
  const { code, stderr } = await grant('approve', id, workspace.folder, '--token', token)
  assert.equal(code, 1)
  assert.match(stderr, /refused: the token is for .*: bring one for api:\/\/articles or /)
})

test('APIs that name one application by its id and by its URI are one scope', async () => {
  const id = await asked('--product', 'garden')
  const { code, stderr } = await byMallory('approve', id)
  assert.equal(code, 0, stderr)
})

test('a product that has got another application’s API since it was asked for is not approved, and what was approved can be revoked', async () => {
  const [waiting, refused, inForce] = [
    await asked('--product', 'growing'),
    await asked('--product', 'growing'),
    await asked('--product', 'growing'),
  ]
  assert.equal((await byMallory('approve', inForce)).code, 0)
  await workspace.edit('gatehouse.yaml', text => text.replace('growing: { apis: [lawn] }', 'growing: { apis: [lawn, articles] }'))
  const { code, stderr } = await byMallory('approve', waiting)
  assert.equal(code, 1)
  assert.match(stderr, /articles takes tokens for api:\/\/articles/)
  assert.equal((await byMallory('deny', refused)).code, 0)
  assert.equal((await byMallory('revoke', inForce)).code, 0)
})

test('an API whose operations take tokens of different applications, or of any, is no scope either', async () => {
  assert.match(
    (await request('--api', 'mixed')).stderr,
    /mixed takes tokens for 0a1b2c3d-0000-4000-8000-000000000002 .*policy\.xml:\d+/,
  )
  assert.match(
    (await request('--api', 'open')).stderr,
    /open takes tokens of no audience that is written there .*policy\.xml:\d+/,
  )
})

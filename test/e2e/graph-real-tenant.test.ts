import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { DecisionRecord } from '../../src/audit/record.ts'
import { command } from '../harness/command.ts'
import { startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { until } from '../harness/until.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/**
 * A user in 203 groups, nested ones among them: the token carries none, the gateway asks Microsoft Graph. Once with a local directory, once as with
 * a real tenant: no directory in the workspace, an identity from the environment, and the double in its place by address only.
 */
const tenantId = '5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10'
const apiId = '8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60'
const gatewayId = 'c4a7e912-3f5b-4d68-b0c2-9e1d8f7a6b33'
const newsroom = '6f6d3c1e-0b7a-4a57-9c38-0d5b2a4e7f10'
const outsiders = '7a7d3c1e-0b7a-4a57-9c38-0d5b2a4e7f10'
const many = Array.from({ length: 201 }, (_, at) => `  - { displayName: Crowd ${at}, members: [mia@gazette.onmicrosoft.com] }`)

const directory = `tenant: { id: ${tenantId}, domain: gazette.onmicrosoft.com }
users:
  - { userPrincipalName: mia@gazette.onmicrosoft.com, password: mia-secret }
groups:
${many.join('\n')}
  - { displayName: Newsroom, id: ${newsroom}, members: [Crowd 7] }
  - { displayName: Outsiders, id: ${outsiders}, members: [] }
applications:
  - displayName: Orders API
    appId: ${apiId}
    identifierUris: [api://orders]
    groupMembershipClaims: SecurityGroup
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: access }] }
  - { displayName: CLI, appId: 2b9e5d70-1c84-4f3a-8e6d-7a0b9c3d5f21, isFallbackPublicClient: true }
  - { displayName: Gateway, appId: ${gatewayId}, passwordCredentials: [{ secretText: gateway-secret }] }
appRoleAssignments:
  - { principal: Gateway, resource: Microsoft Graph, role: GroupMember.Read.All }
  - { principal: Gateway, resource: Microsoft Graph, role: Application.Read.All }
  - { principal: Gateway, resource: Microsoft Graph, role: User.Read.All }
  - { principal: mia@gazette.onmicrosoft.com, resource: Orders API }
`

const policy = (configuration: string, group: string) => `<policies><inbound><base />
  <validate-jwt header-name="Authorization" failed-validation-httpcode="403">
    <openid-config url="${configuration}" />
    <audiences><audience>${apiId}</audience></audiences>
    <required-claims><claim name="groups" match="any"><value>${group}</value></claim></required-claims>
  </validate-jwt>
</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`

const backend = await startEchoBackend()
const made: TemporaryWorkspace[] = []
const started: Running[] = []
after(async () => {
  await Promise.all(started.map(one => one.stop()))
  await Promise.all([backend.close(), ...made.map(workspace => workspace.remove())])
})

async function workspaceOf(settings: string, configuration: string, more: Record<string, string> = {}) {
  const workspace = await temporaryWorkspace({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity:\n${settings}`,
    ...artifactsOf('orders', { news: '/news', others: '/others' }, { serviceUrl: backend.address }),
    'apis/orders/operations/news/policy.xml': policy(configuration, newsroom),
    'apis/orders/operations/others/policy.xml': policy(configuration, outsiders),
    ...more,
  })
  made.push(workspace)
  return workspace
}

async function start(...args: Parameters<typeof startGatehouse>): Promise<Running> {
  const running = await startGatehouse(...args)
  started.push(running)
  return running
}

const entra = `https://login.microsoftonline.com/${tenantId}/v2.0/.well-known/openid-configuration`
const local = await workspaceOf(
  `  tenant: ${tenantId}\n  directory: ./directory.yaml\n  listen: 127.0.0.1:0\n  managedIdentity: Gateway\n`,
  entra,
  { 'directory.yaml': directory },
)
const double = await start(local.folder)
const trust = { NODE_EXTRA_CA_CERTS: join(local.folder, '.gatehouse/ca.pem') }

const asked = [
  'token',
  local.folder,
  '--client',
  'CLI',
  '--user',
  'mia@gazette.onmicrosoft.com',
  '--scope',
  'api://orders/access',
]
const issued = await command(asked)
assert.equal(issued.code, 0, issued.stderr)
const token = issued.stdout.trim()

const call = async ({ gateway }: Running, path: string) =>
  (await fetch(`${gateway}/orders/${path}`, { headers: { authorization: `Bearer ${token}` } })).status

/** The records once this many are there: they are written a little after the answer. */
async function records(folder: string, count: number): Promise<readonly DecisionRecord[]> {
  return until(
    async () => {
      const { stdout } = await command(['audit', 'query', folder, '--json'])
      const lines = stdout.split('\n').filter(line => line !== '')
      return lines.length >= count && lines.map(line => JSON.parse(line))
    },
    () => `there are fewer than ${count} records`,
  )
}

test('with the local directory, groups past what a token holds are found out and decide; the record says so', async () => {
  assert.equal(await call(double, 'news'), 200)
  assert.equal(await call(double, 'others'), 403)
  const [first] = (await records(local.folder, 2)).filter(record => record.operation === 'news')
  assert.equal(first?.caller?.groupsFrom, 'graph')
})

test('explain decides such a call as the gateway does', async () => {
  const explained = async (path: string) => {
    const call = ['explain', local.folder, '--url', `/orders/${path}`, '--token', token, '--json']
    return JSON.parse((await command(call)).stdout).verdict.passes
  }
  assert.deepEqual([await explained('news'), await explained('others')], [true, false])
})

test('with a real tenant, by an identity from the environment, the same', async () => {
  const configuration = `${double.identity}/${tenantId}/v2.0/.well-known/openid-configuration`
  const workspace = await workspaceOf(`  tenant: ${tenantId}\n  graph: ${double.identity}\n`, configuration)
  const credential = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: gatewayId, AZURE_AUTHORITY_HOST: double.identity ?? '' }
  const running = await start(workspace.folder, [], { ...trust, ...credential, AZURE_CLIENT_SECRET: 'gateway-secret' })
  assert.equal(await call(running, 'news'), 200)
  assert.equal(await call(running, 'others'), 403)
  const without = await start(workspace.folder, [], { ...trust, ...credential, AZURE_CLIENT_SECRET: 'wrong-secret' })
  assert.equal(await call(without, 'news'), 403)
  const said = (await records(workspace.folder, 3)).flatMap(({ received = [] }) => received)
  assert.ok(said.includes('groups: too many for the token'), JSON.stringify(said))
  assert.ok(
    said.some(text => /^Microsoft Graph: .*AADSTS7000215/.test(text)),
    JSON.stringify(said),
  )
})

test('doctor reads a real tenant’s registrations over Graph and tells the mismatches, or why it could not', async () => {
  const workspace = await workspaceOf(`  tenant: ${tenantId}\n  graph: ${double.identity}\n`, entra)
  const client = `<client-application-ids><application-id>${apiId.replace('8', '9')}</application-id></client-application-ids>`
  const strict = `<validate-azure-ad-token tenant-id="${tenantId}">${client}<audiences><audience>api://orders</audience></audiences>
    <required-claims><claim name="roles"><value>admins</value></claim></required-claims></validate-azure-ad-token>`
  await workspace.edit('apis/orders/operations/others/policy.xml', text => text.replace('<base />', strict))
  const credential = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: gatewayId, AZURE_AUTHORITY_HOST: double.identity ?? '' }
  const ask = (secret: string) =>
    gatehouse(['doctor', workspace.folder, '--json'], { env: { ...trust, ...credential, AZURE_CLIENT_SECRET: secret } })
  const { code, stdout, stderr } = await ask('gateway-secret')
  assert.equal(code, 1, stderr)
  const codes: readonly string[] = JSON.parse(stdout).map((finding: { readonly code: string }) => finding.code)
  assert.deepEqual([...new Set(codes)].sort(), [
    'assignment.not-required',
    'audience.version',
    'client.unknown',
    'groups.overage',
    'role.undeclared',
  ])
  const refused = await ask('wrong')
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /AADSTS7000215[\s\S]*give this process an identity/)
  assert.ok(!refused.stderr.includes('wrong-'))
})

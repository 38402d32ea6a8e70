import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Agent, request } from 'undici'
import { command } from '../harness/command.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { temporaryWorkspace } from '../harness/workspace.ts'

/** What is written over Graph, from the front door: it outlives the process, and goes back into directory.yaml. */
const serviceId = 'c4a7e912-3f5b-4d68-b0c2-9e1d8f7a6b33'
const tenantId = '5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10'
const directory = `# The staff.
tenant: { id: ${tenantId}, domain: gazette.onmicrosoft.com }
users:
  - userPrincipalName: rita@gazette.onmicrosoft.com # reads
    password: rita-reads
applications:
  - displayName: Provisioner # may write
    appId: ${serviceId}
    passwordCredentials:
      - secretText: provisioner-secret
appRoleAssignments:
  - { principal: Provisioner, resource: Microsoft Graph, role: Directory.Read.All }
  - { principal: Provisioner, resource: Microsoft Graph, role: Group.ReadWrite.All }
`
const workspace = await temporaryWorkspace({
  'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity: { directory: ./directory.yaml, listen: 127.0.0.1:0 }\n`,
  'directory.yaml': directory,
})
after(() => workspace.remove())

async function graphOf(running: Running) {
  const dispatcher = new Agent({ connect: { ca: await readFile(join(workspace.folder, '.gatehouse/ca.pem')) } })
  after(() => dispatcher.close())
  const send = async (method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string) => {
    const answer = await request(`${running.identity}${path}`, { method, headers, dispatcher, body: body ?? null })
    return (await answer.body.json()) as Record<string, unknown> // every answer here is an object
  }
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: serviceId,
    client_secret: 'provisioner-secret',
    scope: 'https://graph.microsoft.com/.default',
  })
  const asForm = { 'content-type': 'application/x-www-form-urlencoded' }
  const { access_token: token } = await send('POST', `/${tenantId}/oauth2/v2.0/token`, asForm, form.toString())
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return (method: 'GET' | 'POST', path: string, body?: unknown) =>
    send(method, `/v1.0/${path}`, headers, body === undefined ? undefined : JSON.stringify(body))
}

const groupsIn = async (running: Running) =>
  ((await (await graphOf(running))('GET', 'groups')).value as { displayName: string }[]).map(group => group.displayName)

test('a group made over Graph outlives a restart, and is written into directory.yaml on command', async () => {
  let running = await startGatehouse(workspace.folder)
  const graph = await graphOf(running)
  const rita = await graph('GET', 'users/rita@gazette.onmicrosoft.com')
  const members = { 'members@odata.bind': [`https://graph.microsoft.com/v1.0/users/${rita.id}`] }
  await graph('POST', 'groups', {
    displayName: 'Interns',
    mailEnabled: false,
    mailNickname: 'i',
    securityEnabled: true,
    ...members,
  })
  assert.equal(await running.stop(), 0)

  running = await startGatehouse(workspace.folder)
  assert.deepEqual(await groupsIn(running), ['Interns'])
  assert.equal(await running.stop(), 0)

  const printed = await gatehouse(['directory', 'export', workspace.folder])
  assert.equal(printed.code, 0, printed.stderr)
  assert.equal(await workspace.read('directory.yaml'), directory)
  assert.equal((await command(['directory', 'export', workspace.folder, '--write'])).code, 0)
  const written = await workspace.read('directory.yaml')
  assert.equal(written, printed.stdout)
  assert.ok(written.startsWith(directory), 'what was there stays as it was')
  assert.match(written, /groups:\n {2}- displayName: Interns[\s\S]*rita@gazette\.onmicrosoft\.com/)
  await assert.rejects(workspace.read('.gatehouse/directory-changes.json'))

  running = await startGatehouse(workspace.folder)
  assert.deepEqual(await groupsIn(running), ['Interns'])
  assert.equal(await running.stop(), 0)
})

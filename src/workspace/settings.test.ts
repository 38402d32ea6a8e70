import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadWorkspace, WorkspaceNotFound } from './load-workspace.ts'
import { loadFiles } from './testing/temporary-workspace.ts'

test('without gatehouse.yaml every default holds', async t => {
  const { catalog, faults, folder } = await loadFiles(t, { 'policy.xml': '<policies />' })
  assert.deepEqual(faults, [])
  assert.deepEqual(catalog.settings, {
    folder,
    gateway: {
      listen: { host: '127.0.0.1', port: 8080 },
      workers: availableParallelism(),
      maxHeaderBytes: 32_768,
      headersTimeout: 30,
      requestTimeout: 300,
      maxBufferedBodyBytes: 8_388_608,
      trustedProxies: [],
      auditOverflow: 'count',
    },
    portal: { listen: { host: '127.0.0.1', port: 8081 } },
    identity: {
      listen: { host: '127.0.0.1', port: 8443 },
      exposeDirectory: false,
      codeLifetime: 600,
      deviceCodeLifetime: 900,
      devicePollInterval: 5,
      accessTokenLifetime: 3600,
    },
    artifacts: folder,
    state: join(folder, '.gatehouse'),
    secrets: { refreshInterval: 3600 },
  })
  assert.deepEqual(catalog.policy, { file: join(folder, 'policy.xml'), text: '<policies />' })
})

test('the file says otherwise, and the command line has the last word', async t => {
  const yaml = `gateway: { listen: 0.0.0.0:80, workers: 3, trustedProxies: [10.0.0.0/8], auditOverflow: refuse, maxBodyBytes: 1024 }
portal: { listen: 9001 }
identity: { tenant: 7F3D0000-0000-4000-8000-000000000001, accessTokenLifetime: 60 }
artifacts: apim
state: /var/lib/gatehouse
`
  const { catalog, faults, folder } = await loadFiles(
    t,
    { 'gatehouse.yaml': yaml, 'apim/policy.xml': '<policies />' },
    { overrides: { gateway: { workers: 1 }, identity: { listen: { host: '::1', port: 1 } } } },
  )
  const { gateway, portal, identity, artifacts, state } = catalog.settings
  assert.deepEqual(faults, [])
  assert.deepEqual(gateway.listen, { host: '0.0.0.0', port: 80 })
  assert.deepEqual(
    [gateway.workers, gateway.trustedProxies, gateway.auditOverflow, gateway.maxBodyBytes],
    [1, ['10.0.0.0/8'], 'refuse', 1024],
  )
  assert.deepEqual(portal.listen, { host: '127.0.0.1', port: 9001 })
  assert.deepEqual(
    [identity.tenant, identity.accessTokenLifetime, identity.listen.port],
    ['7f3d0000-0000-4000-8000-000000000001', 60, 1],
  )
  assert.deepEqual([artifacts, state], [join(folder, 'apim'), '/var/lib/gatehouse'])
  assert.ok(catalog.policy)
})

test('every fault in gatehouse.yaml is reported at once, with place and mend', async t => {
  const yaml = `gatewya: {}
gateway:
  listen: somewhere
  workers: many
  maxHeaderBytes: 1
identity:
  tenant: contoso.com
portal: 8081
`
  const { faults, diagnostics } = await loadFiles(t, { 'gatehouse.yaml': yaml })
  assert.deepEqual(faults.toSorted(), [
    'gatehouse.yaml:1:1 error key.unknown',
    'gatehouse.yaml:3:11 error value.format',
    'gatehouse.yaml:4:12 error value.type',
    'gatehouse.yaml:5:19 error value.range',
    'gatehouse.yaml:7:11 error value.format',
    'gatehouse.yaml:8:9 error value.type',
  ])
  assert.equal(diagnostics.find(fault => fault.code === 'key.unknown')?.mend, "did you mean 'gateway'?")
})

test('a local directory beyond loopback is refused unless told so in so many words', async t => {
  const directory = { 'directory.yaml': 'tenant: { id: 7f3d0000-0000-4000-8000-000000000001 }\n' }
  const open = 'identity:\n  directory: directory.yaml\n  listen: 0.0.0.0:8443\n'
  assert.deepEqual((await loadFiles(t, { ...directory, 'gatehouse.yaml': open })).faults, [
    'gatehouse.yaml:3:11 error settings.directoryExposed',
  ])
  const told = await loadFiles(t, { ...directory, 'gatehouse.yaml': `${open}  exposeDirectory: true\n` })
  assert.deepEqual(told.faults, [])
})

test('the command line can expose the directory as well, and can move it', async t => {
  const files = {
    'gatehouse.yaml': 'identity: { directory: d.yaml }\n',
    'd.yaml': 'tenant: { id: 7f3d0000-0000-4000-8000-000000000001 }\n',
  }
  const listen = { host: '0.0.0.0', port: 8443 }
  assert.equal((await loadFiles(t, files, { overrides: { identity: { listen } } })).faults.length, 1)
  assert.deepEqual((await loadFiles(t, files, { overrides: { identity: { listen, exposeDirectory: true } } })).faults, [])
})

test('a directory or an artifacts folder that is not there is an error where it is named', async t => {
  const { faults } = await loadFiles(t, { 'gatehouse.yaml': 'identity:\n  directory: gone.yaml\nartifacts: gone\n' })
  assert.deepEqual(faults, ['gatehouse.yaml:2:14 error file.missing', 'gatehouse.yaml:3:12 error file.missing'])
})

test('a workspace folder that is not there is told apart from a faulty one', async () => {
  await assert.rejects(loadWorkspace({ folder: '/nowhere/at/all', env: {} }), WorkspaceNotFound)
})

test('a file that is not UTF-8, or larger than is read, is a fault and nothing else breaks', async t => {
  const { faults } = await loadFiles(t, {
    'policy.xml': new Uint8Array([0x3c, 0xff, 0xfe]),
    'gatehouse.yaml': Buffer.alloc(17 * 1024 * 1024, '#'),
  })
  assert.deepEqual(faults.toSorted(), ['gatehouse.yaml:1:1 error file.tooLarge', 'policy.xml:1:1 error file.encoding'])
})

test('the managed identity is an application of the directory that has a secret', async t => {
  const application = (more: string) =>
    `tenant: { id: 7f3d0000-0000-4000-8000-000000000001 }\napplications: [{ displayName: Gateway, appId: 7f3d0000-0000-4000-8000-000000000002${more} }]\n`
  const read = (name: string, more: string) =>
    loadFiles(t, {
      'gatehouse.yaml': `identity:\n  directory: d.yaml\n  managedIdentity: ${name}\n`,
      'd.yaml': application(more),
    })
  const sound = await read('Gateway', ', passwordCredentials: [{ secretText: s }]')
  assert.deepEqual([sound.faults, sound.catalog.settings.identity.managedIdentity], [[], 'Gateway'])
  assert.deepEqual((await read('Gateway', '')).faults, ['gatehouse.yaml:3:20 error value.missing'])
  assert.deepEqual((await read('Gate', '')).faults, ['gatehouse.yaml:3:20 error reference.unknown'])
})

test('what only a local directory heeds is read when it is there, and a name that is none is refused', async t => {
  const yaml = `identity:
  refreshTokenLifetime: 60
  signingKeyLifetime: 3600
  passwordGrant: false
  directoryNames: [Directory.Dev.example, 192.0.2.7, 'https://no.example']
`
  const { catalog, faults } = await loadFiles(t, { 'gatehouse.yaml': yaml })
  const { refreshTokenLifetime, signingKeyLifetime, passwordGrant, directoryNames } = catalog.settings.identity
  assert.deepEqual([refreshTokenLifetime, signingKeyLifetime, passwordGrant], [60, 3600, false])
  assert.deepEqual(directoryNames, ['directory.dev.example', '192.0.2.7'])
  assert.deepEqual(faults, ['gatehouse.yaml:5:54 error value.format'])
})

test('the cloud goes by name or host, and the own token goes to Graph over https or within this machine alone', async t => {
  const read = async (cloud: string, graph: string) => {
    const yaml = `identity:\n  cloud: ${cloud}\n  graph: ${graph}\n`
    const { catalog, faults } = await loadFiles(t, { 'gatehouse.yaml': yaml })
    const { identity } = catalog.settings
    return { faults, read: [identity.cloud, identity.graph] }
  }
  assert.deepEqual((await read('us-government', 'https://graph.example:8443/')).read, [
    'us-government',
    'https://graph.example:8443',
  ])
  assert.deepEqual((await read('login.partner.microsoftonline.cn', 'http://127.0.0.1:9000')).read, [
    'china',
    'http://127.0.0.1:9000',
  ])
  for (const graph of ['http://graph.example', 'https://graph.example/v1.0', 'https://u@graph.example', 'graph.example'])
    assert.deepEqual((await read('public', graph)).faults, ['gatehouse.yaml:3:10 error value.format'], graph)
  assert.deepEqual((await read('mars', 'https://graph.example')).faults, ['gatehouse.yaml:2:10 error value.choice'])
})

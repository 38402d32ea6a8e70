import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadFiles } from './testing/temporary-workspace.ts'

const load = (t: Parameters<typeof loadFiles>[0], yaml: string, env: Record<string, string> = {}) =>
  loadFiles(t, { 'gatehouse.yaml': yaml, 'policy.xml': '<policies />', 'key.txt': 'from a file\n' }, { env })

test('the trail is sent on where gatehouse.yaml says, with a key that stands elsewhere or without one', async t => {
  const hub = 'https://ns.servicebus.windows.net/hub'
  const { catalog, folder } = await load(
    t,
    `audit:
  retentionDays: 3
  export:
    otlp: http://collector:4318/
    folder: out
    eventHub: { address: ${hub}, keyName: send, key: { environment: HUB_KEY } }`,
    { HUB_KEY: 'from the environment' },
  )
  assert.deepEqual(catalog.settings.audit, {
    compress: true,
    retention: 3 * 86_400_000,
    export: {
      otlp: 'http://collector:4318/v1/logs',
      folder: join(folder, 'out'),
      eventHub: { address: hub, key: { name: 'send', value: 'from the environment' } },
    },
  })
  const byFile = await load(t, `audit: { export: { eventHub: { address: ${hub}/, keyName: send, key: { file: key.txt } } } }`)
  assert.equal(byFile.catalog.settings.audit?.export?.eventHub?.key?.value, 'from a file')
  const byIdentity = await load(t, `audit: { export: { eventHub: { address: ${hub} } } }`)
  assert.deepEqual(byIdentity.catalog.settings.audit?.export?.eventHub, { address: hub })
})

test('receivers that are none, keys in clear and keys without a name are faults', async t => {
  const faultsOf = async (what: string) => (await load(t, `audit: { export: { ${what} } }`)).faults
  assert.deepEqual(await faultsOf('otlp: collector'), ['gatehouse.yaml:1:26 error value.format'])
  for (const address of [
    'http://ns.servicebus.windows.net/hub',
    'https://ns.servicebus.windows.net',
    'https://user@ns.servicebus.windows.net/hub',
    'https://ns.servicebus.windows.net/hub?key=1',
    'sb://ns.servicebus.windows.net/hub',
  ])
    assert.deepEqual(await faultsOf(`eventHub: { address: "${address}" }`), ['gatehouse.yaml:1:41 error value.format'], address)
  const hub = 'eventHub: { address: "http://127.0.0.1:9/hub"'
  assert.deepEqual(await faultsOf(`${hub}, keyName: send, key: abc }`), ['gatehouse.yaml:1:87 error secret.inSettings'])
  assert.deepEqual(await faultsOf(`${hub}, key: { file: key.txt } }`), ['gatehouse.yaml:1:72 error value.missing'])
  assert.deepEqual(await faultsOf('syslog: collector'), ['gatehouse.yaml:1:20 error key.unknown'])
})

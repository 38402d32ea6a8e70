import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles } from './testing/temporary-workspace.ts'

const pem = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n'
const env = { KAFKA_PASSWORD: 'from the environment' }

const load = (t: Parameters<typeof loadFiles>[0], kafka: string) => {
  const yaml = `audit:\n  export:\n    kafka: ${kafka}`
  const files = { 'policy.xml': '<policies />', 'password.txt': 'from a file\n', 'ca.pem': pem, 'no.pem': 'nothing' }
  return loadFiles(t, { 'gatehouse.yaml': yaml, ...files }, { env })
}

test('the trail is sent on to a topic, in clear or behind TLS, with a sign-in or without', async t => {
  const read = async (kafka: string) => {
    const { catalog, faults } = await load(t, kafka)
    assert.deepEqual(faults, [], kafka)
    return catalog.settings.audit?.export?.kafka
  }
  const brokers = [
    { host: 'one.example', port: 9092 },
    { host: '::1', port: 9093 },
  ]
  const two = 'brokers: [ "one.example:9092", "[::1]:9093" ], topic: gatehouse.audit_1-x'
  assert.deepEqual(await read(`{ ${two} }`), { brokers, topic: 'gatehouse.audit_1-x' })
  assert.deepEqual(await read(`{ ${two}, tls: false }`), { brokers, topic: 'gatehouse.audit_1-x' })
  assert.deepEqual((await read(`{ ${two}, tls: true }`))?.tls, {})
  assert.deepEqual((await read(`{ ${two}, tls: {} }`))?.tls, {})
  assert.deepEqual((await read(`{ ${two}, tls: { ca: ca.pem } }`))?.tls, { ca: pem })
  const scram = 'sasl: { mechanism: SCRAM-SHA-512, username: gateway, password: { file: password.txt } }'
  assert.deepEqual((await read(`{ ${two}, ${scram} }`))?.sasl, {
    mechanism: 'scram-sha-512',
    username: 'gateway',
    password: 'from a file',
  })
  const plain = 'sasl: { mechanism: plain, username: $ConnectionString, password: { environment: KAFKA_PASSWORD } }'
  const hub = await read(`{ brokers: [ "NAMESPACE.servicebus.windows.net:9093" ], topic: hub, tls: true, ${plain} }`)
  assert.deepEqual(hub?.sasl, { mechanism: 'plain', username: '$ConnectionString', password: 'from the environment' })
  assert.equal((await read(`{ brokers: [ "127.0.0.1:9092" ], topic: t, ${plain} }`))?.sasl?.mechanism, 'plain')
})

test('what is no broker, topic, certificate or sign-in is a fault where it stands', async t => {
  const faultsOf = async (kafka: string) => (await load(t, kafka)).faults.map(fault => fault.replace('gatehouse.yaml:3:', ''))
  assert.deepEqual(await faultsOf('{ topic: t }'), ['12 error value.missing'])
  assert.deepEqual(await faultsOf('{ brokers: [], topic: t }'), ['23 error value.missing'])
  assert.deepEqual(await faultsOf('{ brokers: "a:1", topic: t }'), ['23 error value.type'])
  for (const broker of ['one.example', '9092', 'kafka://one:9092', 'one:0', 'one:99999', ':9092'])
    assert.deepEqual(await faultsOf(`{ brokers: [ "${broker}" ], topic: t }`), ['25 error value.format'], broker)
  const brokers = 'brokers: [ "a:1" ]'
  assert.deepEqual(await faultsOf(`{ ${brokers} }`), ['12 error value.missing'])
  for (const topic of ['"a b"', '".."', '"/x"', 'é'])
    assert.deepEqual(await faultsOf(`{ ${brokers}, topic: ${topic} }`), ['41 error value.format'], topic)
  const rest = `${brokers}, topic: t`
  assert.deepEqual(await faultsOf(`{ ${rest}, acks: 1 }`), ['44 error key.unknown'])
  for (const tls of ['', ' yes please', ' [ ca.pem ]'])
    assert.deepEqual(await faultsOf(`{ ${rest}, tls:${tls} }`), ['49 error value.type'], tls)
  assert.deepEqual(await faultsOf(`{ ${rest}, tls: { ca: no.pem } }`), ['55 error value.format'])
  assert.deepEqual(await faultsOf(`{ ${rest}, tls: { verify: false } }`), ['51 error key.unknown'])
  const sasl = async (what: string, tls = ', tls: true') => faultsOf(`{ ${rest}${tls}, sasl: { ${what} } }`)
  const password = 'password: { environment: KAFKA_PASSWORD }'
  assert.deepEqual(await sasl(`mechanism: plain, username: u, password: secret`), ['104 error secret.inSettings'])
  assert.deepEqual(await sasl(`mechanism: gssapi, username: u, ${password}`), ['74 error value.choice'])
  assert.deepEqual(await sasl(`username: u, ${password}`), ['61 error value.missing'])
  assert.deepEqual(await sasl(`mechanism: plain, ${password}`), ['61 error value.missing'])
  assert.deepEqual(await sasl('mechanism: plain, username: u'), ['61 error value.missing'])
  assert.deepEqual(await sasl('mechanism: plain, username: u, password: { environment: NOT_SET }'), ['119 error secret.missing'])
  // in clear it would go over the net
  assert.deepEqual(await sasl(`mechanism: plain, username: u, ${password}`, ''), ['50 error value.missing'])
})

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { kafkaSink } from '../../src/audit/export/kafka/kafka-sink.ts'
import { queryAudit } from '../../src/audit/query-audit.ts'
import {
  type KafkaDoor,
  type KafkaDoorOptions,
  keys,
  metadataAnswer,
  produceAnswer,
  startKafkaDoor,
} from '../../src/audit/testing/kafka-door.ts'
import { type KafkaMock, noKcat, type ReadMessage, readTopic, startKafkaMock } from '../../src/audit/testing/kafka-mock.ts'
import { madeRecord } from '../../src/audit/testing/made-record.ts'
import { makeServerCertificate, openAuthority } from '../../src/directory/certificates/authority.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

const skip = noKcat
const topic = 'audit'
const password = 'ThisPasswordMustNotLeak'
let backend: EchoBackend
let demo: TemporaryWorkspace
let mock: KafkaMock | undefined

before(async () => {
  backend = await startEchoBackend()
})
after(() => backend?.close())
beforeEach(async () => {
  demo = await copyOfDemo(backend.address)
  if (skip === false) mock = await startKafkaMock()
})
afterEach(async () => {
  await Promise.all([...gateways].map(running => stop(running, 'SIGKILL')))
  await Promise.all(doors.splice(0).map(door => door.shut()))
  await mock?.kill()
  await demo?.remove()
})

/** What a test that fails would leave behind. */
const gateways = new Set<Running>()
const doors: KafkaDoor[] = []

async function start(): Promise<Running> {
  const running = await startGatehouse(demo.folder, [], { KAFKA_PASSWORD: password })
  gateways.add(running)
  return running
}

function stop(running: Running, signal?: NodeJS.Signals): Promise<number | null> {
  gateways.delete(running)
  return running.stop(signal)
}

async function startDoor(options: KafkaDoorOptions): Promise<KafkaDoor> {
  const door = await startKafkaDoor(options)
  doors.push(door)
  return door
}

const mockPort = () => mock?.ports[0] ?? 0
const mockBroker = () => `127.0.0.1:${mockPort()}`
const exportTo = (kafka: string) =>
  demo.edit('gatehouse.yaml', text => `${text}\naudit: { export: { kafka: ${kafka} } }\ntelemetry: { listen: 127.0.0.1:0 }\n`)

async function call(running: Running, times: number, path = '/articles/'): Promise<void> {
  for (let i = 0; i < times; i++) {
    const answer = await fetch(`${running.gateway}${path}`, { headers: { authorization: `Bearer ${password}` } })
    await answer.text()
  }
}

async function requestsInTrail(): Promise<string[]> {
  const requests: string[] = []
  for await (const { requestId } of queryAudit(join(demo.folder, '.gatehouse', 'audit'), {})) requests.push(requestId)
  return requests
}

const recordOf = ({ payload }: ReadMessage) => JSON.parse(payload) as { auditId: string; requestId?: string } // the documented form

/** Each writer's records by their numbers, where they came first. */
function assertInOrder(messages: readonly ReadMessage[]): void {
  const seen = new Set<string>()
  const first = messages.filter(message => {
    const { auditId } = recordOf(message)
    assert.deepEqual(message.headers, ['auditId', auditId])
    assert.equal(message.key, auditId.slice(0, auditId.lastIndexOf('/')))
    return !seen.has(auditId) && seen.add(auditId)
  })
  for (const [writer, its] of Map.groupBy(first, ({ key }) => key)) {
    const numbers = its.map(message => Number(recordOf(message).auditId.slice(writer.length + 1)))
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      writer,
    )
    assert.equal(new Set(its.map(({ partition }) => partition)).size, 1, writer)
  }
}

test('every record reaches Kafka in its writer’s order, through a lost cluster, a kill -9 and a restart', { skip }, async () => {
  const door = await startDoor({ target: mockPort })
  await exportTo(`{ brokers: [ "127.0.0.1:${door.port}" ], topic: ${topic} }`)
  const killed = await start()
  await call(killed, 20)
  await door.asked(keys.produce, 2)
  await door.shut()
  const before = await readTopic(mockBroker(), topic)
  assert.ok(before.length > 0)
  await mock?.kill()
  await call(killed, 20)
  await killed.logged(/the audit trail cannot be exported to audit at 127\.0\.0\.1:\d+: /)
  await stop(killed, 'SIGKILL')
  mock = await startKafkaMock()
  const running = await start()
  await running.logged(/the audit trail cannot be exported to audit/)
  await call(running, 20)
  await door.open()
  await running.logged(/the audit trail is exported to audit at 127\.0\.0\.1:\d+ again/)
  assert.equal(await stop(running), 0)

  const all = [...before, ...(await readTopic(mockBroker(), topic))]
  const got = new Set(all.map(message => recordOf(message).requestId))
  const requests = await requestsInTrail()
  assert.ok(requests.length >= 40, String(requests.length)) // the last batch before the kill never stood in the trail
  assert.deepEqual(
    requests.filter(request => !got.has(request)),
    [],
  )
  assertInOrder(all)
  assert.ok(all.some(message => message.payload.includes('"event":"gateway.stopped"')))
})

test('a topic that is not there is named, and what a broker finds too large is counted', { skip }, async () => {
  let isThere = false
  const large = '/articles/large'
  const door = await startDoor({
    target: mockPort,
    answer({ key, body }) {
      if (key === keys.metadata && !isThere) return metadataAnswer(1, 3)
      return key === keys.produce && body.includes(large) ? produceAnswer(10) : undefined
    },
  })
  await exportTo(`{ brokers: [ "127.0.0.1:${door.port}" ], topic: ${topic} }`)
  const running = await start()
  await running.logged(/it answers UNKNOWN_TOPIC_OR_PARTITION: create the topic 'audit'/)
  await call(running, 5)
  await call(running, 1, large)
  await call(running, 5)
  isThere = true
  await running.logged(/1 record is too large for audit at 127\.0\.0\.1:\d+ and not exported/)
  await running.logged(/is exported to audit at 127\.0\.0\.1:\d+ again/)
  const metrics = await (await fetch(`${running.metrics}`)).text()
  assert.match(metrics, /^gatehouse_audit_export_lost_total\{.*destination="kafka".*\} 1$/m)
  assert.match(metrics, /^gatehouse_audit_export_outages_total\{.*destination="kafka".*\} 1$/m)
  assert.equal(await stop(running), 0)
  const messages = await readTopic(mockBroker(), topic)
  const requests = messages.flatMap(message => recordOf(message).requestId ?? [])
  assert.deepEqual([(await requestsInTrail()).length, new Set(requests).size], [11, 10])
  assert.ok(!messages.some(({ payload }) => payload.includes(large)))
  assertInOrder(messages)
})

test('a gateway signs in by SCRAM behind TLS as kcat does, and says nothing of its password', { skip }, async () => {
  const { caPem, caFile } = openAuthority(demo.folder, Date.now())
  const tls = makeServerCertificate(demo.folder, { dnsNames: ['localhost'], addresses: [] }, Date.now())
  const user = { mechanism: 'SCRAM-SHA-512', username: 'gateway', password } as const
  const door = await startDoor({ target: mockPort, tls, user })
  await writeFile(join(demo.folder, 'kafka-ca.pem'), caPem)
  const sasl = `{ mechanism: scram-sha-512, username: gateway, password: { environment: KAFKA_PASSWORD } }`
  const broker = `localhost:${door.port}`
  await exportTo(`{ brokers: [ "${broker}" ], topic: ${topic}, tls: { ca: kafka-ca.pem }, sasl: ${sasl} }`)
  const running = await start()
  await call(running, 10)
  assert.equal(await stop(running), 0)
  // librdkafka signs in at the same door: it and the gateway agree on what SCRAM and TLS are
  const messages = await readTopic(broker, topic, {
    'security.protocol': 'SASL_SSL',
    'ssl.ca.location': caFile,
    'sasl.mechanism': user.mechanism,
    'sasl.username': user.username,
    'sasl.password': password,
  })
  const requests = messages.flatMap(message => recordOf(message).requestId ?? [])
  assert.deepEqual(requests.toSorted(), (await requestsInTrail()).toSorted())
  assert.ok(![running.log(), JSON.stringify(messages)].some(text => text.includes(password)))

  // a certificate that nobody vouches for, and a name that it does not have
  for (const [host, ca, fault] of [
    ['localhost', {}, /certificate/],
    ['127.0.0.1', { ca: caPem }, /IP: 127\.0\.0\.1|altnames/],
  ] as const) {
    const brokers = [{ host, port: door.port }]
    const sink = kafkaSink(
      { brokers, topic, tls: ca, sasl: { mechanism: 'scram-sha-512', username: 'gateway', password } },
      Date.now,
    )
    await assert.rejects(sink.send(someRecords('w', 1), new AbortController().signal), fault)
  }
})

test('a broker that never answers does not keep the gateway from stopping', async () => {
  const door = await startDoor({ answer: ({ key }) => (key === keys.metadata ? 'silence' : undefined) })
  await exportTo(`{ brokers: [ "127.0.0.1:${door.port}" ], topic: ${topic} }`)
  const running = await start()
  await door.asked(keys.metadata)
  const began = performance.now()
  assert.equal(await stop(running), 0)
  assert.ok(performance.now() - began < 15_000) // an answer is waited for 30 seconds
})

function someRecords(writer: string, count: number) {
  return Array.from({ length: count }, (_, at) => {
    const id = `${writer}/${at}`
    return { id, text: JSON.stringify({ auditId: id, text: 'ü'.repeat(at) }), record: madeRecord(at) }
  })
}

test('partitions of several brokers are written where they are led', { skip }, async () => {
  const cluster = await startKafkaMock(3)
  const sink = kafkaSink({ brokers: [{ host: '127.0.0.1', port: cluster.ports[1] ?? 0 }], topic }, Date.now)
  const writers = Array.from({ length: 12 }, (_, at) => `writer-${at}`)
  for (const writer of writers) assert.equal(await sink.send(someRecords(writer, 50), new AbortController().signal), 0)
  await sink.close?.()
  const messages = await readTopic(`127.0.0.1:${cluster.ports[0]}`, topic)
  await cluster.kill()
  assertInOrder(messages)
  assert.equal(messages.length, 600)
  assert.equal(recordOf(messages.at(-1) as ReadMessage).auditId.split('/')[1], '49')
  assert.ok(new Set(messages.map(({ partition }) => partition)).size > 2)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import type { KafkaSasl } from '../../../catalog/settings.ts'
import { faultOf, never, password, produceOf, records, settingsOf } from '../../testing/kafka-broker.ts'
import {
  type DoorRequest,
  type KafkaDoor,
  keys,
  metadataAnswer,
  produceAnswer,
  versionsAnswer,
} from '../../testing/kafka-door.ts'
import { kafkaSink } from './kafka-sink.ts'
import { WireWriter } from './wire.ts'

test('a fault says what mends it, and no password', async () => {
  const topic = (code: number) => (request: DoorRequest, door: KafkaDoor) =>
    request.key === keys.metadata ? metadataAnswer(door.port, code) : undefined
  assert.match(await faultOf({}, topic(3)), /^it answers UNKNOWN_TOPIC_OR_PARTITION: create the topic 'audit', or/)
  assert.match(await faultOf({}, topic(29)), /^it answers TOPIC_AUTHORIZATION_FAILED: let the gateway's user write to 'audit'/)
  assert.match(await faultOf({}, topic(5)), /^it answers LEADER_NOT_AVAILABLE: the partition has no broker/)
  assert.match(
    await faultOf(
      {},
      produceOf(() => produceAnswer(19)),
    ),
    /^it answers NOT_ENOUGH_REPLICAS: fewer brokers/,
  )
  assert.equal(
    await faultOf(
      {},
      produceOf(() => produceAnswer(999)),
    ),
    'it answers error 999',
  )
  const old = (request: DoorRequest) => (request.key === keys.apiVersions ? new WireWriter().int16(0).int32(0).end() : undefined)
  assert.equal(await faultOf({}, old), 'BROKER: it does not speak the protocol of Kafka 1.0 and newer')
  const garbled = (request: DoorRequest) => (request.key === keys.apiVersions ? versionsAnswer().subarray(0, 9) : undefined)
  assert.equal(await faultOf({}, garbled), 'BROKER: an answer of the broker cannot be read')
})

test('each way to sign in works, and a wrong one says so', async () => {
  const user = { username: 'gateway', password }
  const sasl = (mechanism: KafkaSasl['mechanism'], more: Partial<KafkaSasl> = {}) => ({ sasl: { mechanism, ...user, ...more } })
  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
    const mine = {
      ...user,
      mechanism: ({ plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const)[mechanism],
    }
    assert.equal(await faultOf({ user: mine }, () => undefined, sasl(mechanism)), 'none', mechanism)
    const wrong = await faultOf({ user: mine }, () => undefined, sasl(mechanism, { password: `${password}?` }))
    assert.match(wrong, /^it answers SASL_AUTHENTICATION_FAILED: /, mechanism)
    assert.match(await faultOf({ user: mine }, () => undefined), /^BROKER: (it closed the connection|read ECONNRESET)/, mechanism)
  }
  const plain = { ...user, mechanism: 'PLAIN' } as const
  assert.equal(
    await faultOf({ user: plain }, () => undefined, sasl('scram-sha-512')),
    'it does not take SCRAM-SHA-512, but PLAIN: set sasl.mechanism',
  )
  const impostor = { ...user, mechanism: 'SCRAM-SHA-512', isImpostor: true } as const
  assert.match(
    await faultOf({ user: impostor }, () => undefined, sasl('scram-sha-512')),
    /does not prove that it knows the password/,
  )
})

test('a broker that resets the connection behind its refusal harms nobody', async () => {
  const user = { username: 'gateway', password, mechanism: 'PLAIN' } as const
  let refusals = 0
  const answer = (request: DoorRequest) => {
    if (request.key === keys.saslAuthenticate) refusals++
    return request.key === keys.saslAuthenticate ? 'reset' : undefined
  }
  const fault = await faultOf({ user }, answer, { sasl: { mechanism: 'plain', username: 'gateway', password } })
  assert.match(fault, /^BROKER: (read ECONNRESET|it closed the connection)/)
  assert.equal(refusals, 1)
})

test('what is no broker is told apart from one that is away', async () => {
  const faultAt = async (greeting: Buffer | undefined) => {
    const server = createServer(socket => {
      socket.on('error', () => {})
      socket.on('data', () => socket.end(greeting ?? ''))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // it listens on a port
    const sink = kafkaSink(settingsOf(port), Date.now)
    const fault = await sink.send(records(1), never).catch(error => String(error.message))
    server.close()
    await once(server, 'close')
    const away = await sink.send(records(1), never).catch(error => String(error.message))
    assert.equal(away, `127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`)
    return String(fault).replace(`:${port}`, '')
  }
  assert.equal(await faultAt(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), '127.0.0.1: what answers there is no Kafka broker')
  assert.equal(await faultAt(Buffer.from([21, 3, 3, 0, 2, 2, 70])), '127.0.0.1: it speaks TLS: write tls: true')
  assert.equal(await faultAt(undefined), "127.0.0.1: it closed the connection: does it ask for 'tls' or 'sasl'?")
})

test('a password that would go in clear to another machine is not sent there', async () => {
  const user = { username: 'gateway', password, mechanism: 'PLAIN' } as const
  const elsewhere = new WireWriter()
    .int32(1)
    .int32(7)
    .string('broker.example')
    .raw(metadataAnswer(9092).subarray(4 + 4 + 2 + 9))
  const answer = (request: DoorRequest) => (request.key === keys.metadata ? elsewhere.end() : undefined)
  const fault = await faultOf({ user }, answer, { sasl: { mechanism: 'plain', username: 'gateway', password } })
  assert.equal(fault, "broker.example:9092: 'plain' would send the password there as it is: write tls: true")
})

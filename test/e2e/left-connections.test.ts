import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startBackend } from '../../src/gateway/testing/backends.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { RawClient, serveCatalog } from '../harness/serve-catalog.ts'

const denying = '<policies><inbound><return-response><set-status code="401" /></return-response></inbound></policies>'
const handshake =
  'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n'
/** Requests that leave HTTP: one that is turned away, one that a policy refuses, and one to whose backend no tunnel leads. */
const leaving = [
  'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  `GET /deny/x HTTP/1.1\r\n${handshake}`,
  `GET /plain/x HTTP/1.1\r\n${handshake}`,
]

/** A gateway before a backend that switches to no other protocol. */
async function serve(policy = '<policies><inbound><base /></inbound></policies>') {
  const backend = await startBackend((_, response) => void response.end())
  const all = operation('all', '*', '/*')
  const served = await serveCatalog({
    apis: [
      api('plain', 'plain', [{ ...all, policy: { file: 'plain.xml', text: policy } }], { serviceUrl: backend.url }),
      api('deny', 'deny', [{ ...all, policy: { file: 'deny.xml', text: denying } }], { serviceUrl: backend.url }),
    ],
  })
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      await served.close()
      await backend.close()
    },
  }
}

test('who leaves in the middle of a CONNECT or a handshake ends no thread', async () => {
  await using gateway = await serve()
  for (const head of leaving)
    for (let i = 0; i < 5; i++) {
      const client = await RawClient.open(gateway.port)
      client.send(head)
      client.socket.resetAndDestroy()
    }
  const client = await RawClient.open(gateway.port)
  client.send('GET /plain/x HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.until('HTTP/1.1 200')
  await gateway.records()
  assert.deepEqual(gateway.log, [])
})

test('a caller that keeps its connection after CONNECT or a handshake does not keep the gateway', async () => {
  await using gateway = await serve()
  const sockets = leaving.map(head => {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {}).on('data', () => {})
    socket.write(head)
    return new Promise(resolve => socket.once('end', resolve))
  })
  await Promise.all(sockets)
  // a thread that does not end is ended five seconds after its grace of two
  const late = new AbortController()
  const outcome = await Promise.race([gateway.records(), delay(5000, 'late' as const, { signal: late.signal })])
  late.abort()
  assert.ok(outcome !== 'late')
  assert.deepEqual(outcome.map(({ path, reason, status }) => [path, reason, status].join(' ')).sort(), [
    '/deny/x policy.returned-response 401',
    '/plain/x allowed 200',
    'a:1 request.malformed 400',
  ])
})

test('what throws once a handshake’s tunnel has ended is logged, and the call has its record', async () => {
  const counting = `<policies><inbound><rate-limit-by-key calls="5" renewal-period="60" counter-key="k"
    increment-condition="@(int.Parse(context.Response.StatusReason) == 1)" /><base /></inbound></policies>`
  await using gateway = await serve(counting)
  const client = await RawClient.open(gateway.port)
  client.send(leaving[2] ?? '')
  await client.ended()
  const records = await gateway.records()
  assert.deepEqual(
    records.map(({ path, decision }) => [path, decision]),
    [['/plain/x', 'allowed']],
  )
  assert.match(gateway.log.map(({ message }) => message).join('\n'), /^after the answer: a policy value could not be computed/)
})

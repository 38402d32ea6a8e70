import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAll, startBackend } from '../../src/gateway/testing/backends.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { RawClient, serveCatalog } from '../harness/serve-catalog.ts'

const denying = '<policies><inbound><return-response><set-status code="401" /></return-response></inbound></policies>'

/** A gateway before a backend that answers `/held` in two parts, the second when it is released, and the rest at once. */
async function serve() {
  const held = Promise.withResolvers<() => void>()
  const backend = await startBackend(async (request, response) => {
    if (request.url === '/held') {
      response.write('held ')
      held.resolve(() => response.end('released'))
    } else response.end(await readAll(request).catch(() => ''))
  })
  const all = operation('all', '*', '/*')
  const served = await serveCatalog({
    apis: [
      api('echo', 'echo', [all], { serviceUrl: backend.url }),
      api('deny', 'deny', [{ ...all, policy: { file: 'deny.xml', text: denying } }], { serviceUrl: backend.url }),
    ],
  })
  const client = await RawClient.open(served.port)
  return {
    ...served,
    client,
    held: held.promise,
    told: async () =>
      (await served.records()).map(({ path, decision, reason, status }) => [path, decision, reason, status].join(' ')).sort(),
    async [Symbol.asyncDispose]() {
      await served.close()
      await backend.close()
    },
  }
}

const held = 'GET /echo/held HTTP/1.1\r\nHost: a\r\n\r\n'
const chunked = (path: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`
const handshake =
  'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n'
const proxying = 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'
const statuses = (answers: string) => answers.match(/HTTP\/1\.1 \d+/g)?.map(line => line.slice(-3))

test('a body that breaks is told of behind the answers before it, whole as they are', async () => {
  await using gateway = await serve()
  const { client } = gateway
  client.send(`${held}${chunked('/echo/x')}no size\r\n`)
  const release = await gateway.held
  await client.until('held ')
  release()
  const answers = await client.ended()
  assert.deepEqual(statuses(answers), ['200', '400'], answers)
  assert.match(answers, /8\r\nreleased\r\n0\r\n\r\nHTTP/)
  assert.deepEqual(await gateway.told(), ['/echo/held allowed allowed 200', '/echo/x refused request.malformed 400'])
})

test('an answer that waits for the one before it goes out though its request’s body breaks meanwhile', async () => {
  await using gateway = await serve()
  const { client } = gateway
  client.send(held + chunked('/deny/x'))
  const release = await gateway.held
  await client.until('held ')
  client.send('no size\r\n')
  release()
  const answers = await client.ended()
  assert.deepEqual(statuses(answers), ['200', '401'], answers)
})

test('a handshake behind a request that has no answer yet is served as if it asked for no tunnel', async () => {
  await using gateway = await serve()
  const { client } = gateway
  client.send(`${held}GET /echo/x HTTP/1.1\r\n${handshake}`)
  const release = await gateway.held
  await client.until('held ')
  release()
  const answers = await client.until('Content-Length: 0\r\n')
  assert.match(answers, /8\r\nreleased\r\n0\r\n\r\nHTTP\/1\.1 200/)
  client.socket.destroy()
})

test('CONNECT behind a request that has no answer yet ends the connection, and all on it have their records', async () => {
  await using gateway = await serve()
  const { client } = gateway
  client.send(`${held}GET /deny/x HTTP/1.1\r\nHost: a\r\n\r\n`)
  await client.until('held ')
  client.send(proxying)
  const answers = await client.ended()
  assert.deepEqual(statuses(answers), ['200'], answers)
  assert.deepEqual(await gateway.told(), [
    ' refused request.malformed 0',
    '/deny/x failed request.aborted 401',
    '/echo/held failed request.aborted 200',
  ])
})

test('a request whose coding nobody reads has one answer and one record behind another, too', async () => {
  await using gateway = await serve()
  const { client } = gateway
  client.send(`${held}POST /echo/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n`)
  const release = await gateway.held
  await client.until('held ')
  release()
  const answers = await client.ended()
  assert.deepEqual(statuses(answers), ['200', '400'], answers)
  assert.deepEqual(await gateway.told(), [' refused request.malformed 400', '/echo/held allowed allowed 200'])
})

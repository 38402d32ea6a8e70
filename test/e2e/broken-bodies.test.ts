import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAll, startBackend } from '../../src/gateway/testing/backends.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { RawClient, serveCatalog } from '../harness/serve-catalog.ts'

const reading = '<policies><inbound><base /><find-and-replace from="b" to="BB" /></inbound></policies>'

/** A gateway before a backend that answers `/events` at once, `/held` when it is released, and the rest when it has the body. */
async function serve() {
  const held = Promise.withResolvers<() => void>()
  const backend = await startBackend(async (request, response) => {
    if (request.url === '/held') held.resolve(() => response.end('released'))
    else if (request.url === '/events') response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
    else response.end(await readAll(request).catch(() => ''))
  })
  const all = operation('all', '*', '/*')
  const served = await serveCatalog({
    apis: [
      api('echo', 'echo', [all], { serviceUrl: backend.url }),
      api('reading', 'reading', [{ ...all, policy: { file: 'reading.xml', text: reading } }], { serviceUrl: backend.url }),
    ],
  })
  return {
    ...served,
    release: async () => (await held.promise)(),
    async [Symbol.asyncDispose]() {
      await served.close()
      await backend.close()
    },
  }
}

const head = (path: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`
const brokenChunk = 'no size\r\n'

test('a chunk that is none ends its call as malformed: one answer, one record', async () => {
  await using gateway = await serve()
  const ids: string[] = []
  for (const path of ['/echo/x', '/reading/x']) {
    const client = await RawClient.open(gateway.port)
    client.send(head(path) + brokenChunk)
    const answer = await client.ended()
    assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 400'], answer)
    ids.push(/^x-request-id: (\S+)/im.exec(answer)?.[1] ?? '')
  }
  const records = await gateway.records()
  assert.deepEqual(
    records.map(({ requestId, path, decision, reason, status }) => [requestId, path, decision, reason, status]),
    [
      [ids[0], '/echo/x', 'refused', 'request.malformed', 400],
      [ids[1], '/reading/x', 'refused', 'request.malformed', 400],
    ],
  )
  assert.match(records[0]?.received?.[0] ?? '', /chunk size/)
})

test('an answer that has begun is cut off when a chunk is none, and nothing is written behind it', async () => {
  await using gateway = await serve()
  const client = await RawClient.open(gateway.port)
  client.send(head('/echo/events'))
  await client.until('\r\n\r\n')
  client.send(brokenChunk)
  const answer = await client.ended()
  assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200'], answer)
  assert.deepEqual(
    (await gateway.records()).map(({ path, decision, reason, status }) => [path, decision, reason, status]),
    [['/echo/events', 'failed', 'request.malformed', 200]],
  )
})

test('what cannot be read behind a request waits for its answer, and is told after it', async () => {
  await using gateway = await serve()
  const client = await RawClient.open(gateway.port)
  client.send('GET /echo/held HTTP/1.1\r\nHost: a\r\n\r\nno request\r\n\r\n')
  await gateway.release()
  const answer = await client.ended()
  assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 400'], answer)
  assert.deepEqual(
    (await gateway.records()).map(({ path, decision, reason, status }) => [path, decision, reason, status]).sort(),
    [
      ['', 'refused', 'request.malformed', 400],
      ['/echo/held', 'allowed', 'allowed', 200],
    ],
  )
})

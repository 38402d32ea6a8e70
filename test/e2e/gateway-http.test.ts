import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { readAll, startBackend, startRawBackend, type TestServer } from '../../src/gateway/testing/backends.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { RawClient, type ServedCatalog, serveCatalog } from '../harness/serve-catalog.ts'
import { until } from '../harness/until.ts'

let backend: TestServer
let broken: TestServer
let served: ServedCatalog
const events: ((data: string) => void)[] = []
/** Chunks of 64 KB that the backend has written of its large answer. */
let largeWritten = 0
let backendClosed: () => void = () => {}

const refusing =
  '<policies><inbound><return-response><set-status code="403" reason="No" /></return-response></inbound></policies>'
const reading = '<policies><inbound><base /><find-and-replace from="b" to="BB" /></inbound></policies>'
const unfit = '<policies><inbound><set-header name="X-A"><value>@("\u20ac")</value></set-header></inbound></policies>'

before(async () => {
  backend = await startBackend(async (request, response) => {
    const [path] = (request.url ?? '').split('?')
    if (path === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.flushHeaders()
      events.push(data => void response.write(`data: ${data}\n\n`))
      response.on('close', () => backendClosed())
    } else if (path === '/wait') {
      response.on('close', () => backendClosed())
      events.push(() => response.end('late'))
    } else if (path === '/large') {
      const chunk = Buffer.alloc(64 * 1024, 'x')
      largeWritten = 0
      for (; largeWritten < 800; largeWritten++) if (!response.write(chunk)) await once(response, 'drain')
      response.end()
    } else if (path === '/none') {
      response.writeHead(204).end()
    } else {
      const body = await readAll(request).catch(() => '') // half-sent bodies end here too
      response.setHeader('X-Length', body.length)
      response.setHeader('Content-Type', 'application/json')
      const answer = JSON.stringify({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: body.slice(0, 100),
      })
      response.setHeader('Content-Length', Buffer.byteLength(answer))
      response.end(answer)
    }
  })
  broken = await startRawBackend(socket =>
    socket.once('data', data => {
      if (String(data).includes('/half'))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy())
      else socket.resetAndDestroy()
    }),
  )
  const all = () => operation('all', '*', '/*')
  served = await serveCatalog({
    gateway: { maxHeaderBytes: 16_384, maxBodyBytes: 100_000_000, trustedProxies: [] },
    apis: [
      api('echo', 'echo', [all()], { serviceUrl: backend.url }),
      api('closed', 'closed', [{ ...all(), policy: { file: 'closed.xml', text: refusing } }], { serviceUrl: backend.url }),
      api('reading', 'reading', [{ ...all(), policy: { file: 'reading.xml', text: reading } }], { serviceUrl: backend.url }),
      api('unfit', 'unfit', [{ ...all(), policy: { file: 'unfit.xml', text: unfit } }], { serviceUrl: backend.url }),
      api('broken', 'broken', [all()], { serviceUrl: broken.url }),
      api('soap', 'soap', [all()], { notServed: 'SOAP' }),
      api('nowhere', 'nowhere', [all()]),
    ],
  })
})

after(async () => {
  await served.close()
  await Promise.all([backend.close(), broken.close()])
})

const get = (path: string, init?: RequestInit) => fetch(served.url + path, init)

test('a call goes to its backend and the answer comes back', async () => {
  const answer = await get('/ECHO/a%20b/?x=1&y', { headers: { 'X-Team': 'red' } })
  assert.equal(answer.status, 200)
  const sent = (await answer.json()) as { url: string; headers: Record<string, string> }
  assert.equal(sent.url, '/a%20b/?x=1&y')
  assert.equal(sent.headers['x-team'], 'red')
  assert.equal(sent.headers['x-forwarded-for'], '127.0.0.1')
  assert.equal(sent.headers['x-forwarded-host'], `127.0.0.1:${served.port}`)
  assert.equal(sent.headers.host, `127.0.0.1:${backend.port}`)
})

test('the status path tells that the gateway is up', async () => {
  const answer = await get('/status-0123456789abcdef')
  assert.equal(answer.status, 200)
  assert.equal((await get('/status-0123456789abcdef', { method: 'HEAD' })).status, 200)
})

test('what has no API or is not served gets the error body of API Management', async () => {
  const missing = await get('/none-such')
  assert.equal(missing.status, 404)
  assert.deepEqual(await missing.json(), { statusCode: 404, message: 'Resource not found' })
  const soap = await get('/soap/x')
  assert.equal(soap.status, 501)
  assert.match(((await soap.json()) as { message: string }).message, /SOAP/)
  const nowhere = await get('/nowhere/x')
  assert.equal(nowhere.status, 500)
})

test('HEAD has the length of the body and no body', async () => {
  const client = await RawClient.open(served.port)
  client.send('HEAD /echo/x HTTP/1.1\r\nHost: a\r\n\r\nGET /echo/none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const text = await client.ended()
  const [first, second] = text.split('\r\n\r\n')
  assert.match(first ?? '', /^HTTP\/1\.1 200 OK/)
  assert.match(first ?? '', /Content-Length: \d{2,}/i)
  assert.match(second ?? '', /^HTTP\/1\.1 204/)
})

test('pipelined calls are answered in order', async () => {
  const client = await RawClient.open(served.port)
  client.send(
    ['1', '2', '3'].map(n => `GET /echo/${n} HTTP/1.1\r\nHost: a\r\n${n === '3' ? 'Connection: close\r\n' : ''}\r\n`).join(''),
  )
  const text = await client.ended()
  assert.deepEqual(
    [...text.matchAll(/"url":"\/(\d)"/g)].map(match => match[1]),
    ['1', '2', '3'],
  )
})

test('sized and chunked bodies arrive whole, 50 MB of them with flat memory', async () => {
  const chunked = await get('/echo/x', {
    method: 'POST',
    body: new Blob(['a'.repeat(300_000)]).stream(),
    duplex: 'half',
  } as RequestInit)
  assert.equal(chunked.headers.get('x-length'), '300000')
  const sized = await get('/echo/x', { method: 'PUT', body: 'b'.repeat(300_000) })
  assert.equal(sized.headers.get('x-length'), '300000')
  let size = 0
  let peak = 0
  const base = process.memoryUsage().rss
  for await (const chunk of (await get('/echo/large')).body ?? []) {
    size += chunk.length
    peak = Math.max(peak, process.memoryUsage().rss - base)
  }
  assert.equal(size, 800 * 64 * 1024)
  assert.ok(peak < 150_000_000, `${peak} bytes more`)
})

test('a slow reader holds the backend back instead of filling memory', async () => {
  const client = await RawClient.open(served.port)
  client.socket.pause()
  client.send('GET /echo/large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await new Promise(resolve => setTimeout(resolve, 300)) // time in which 52 MB would have come through if nothing held them
  assert.ok(largeWritten < 600, `the backend wrote ${largeWritten} of 800 chunks`)
  client.socket.resume()
  const text = await client.ended()
  assert.ok(text.length > 52_000_000)
})

test('a header that cannot be sent is a 500, to a call and to a handshake', async () => {
  assert.equal((await get('/unfit/x')).status, 500)
  const client = await RawClient.open(served.port)
  client.send('GET /unfit/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  assert.match(await client.ended(), /^HTTP\/1\.1 500 [\s\S]*"statusCode":500/)
})

test('server-sent events arrive one by one, and a caller that leaves closes the backend call', async () => {
  const closed = new Promise<void>(resolve => (backendClosed = resolve))
  const client = await RawClient.open(served.port)
  client.send('GET /echo/events HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.until('text/event-stream') // before any event
  events.at(-1)?.('one')
  await client.until('data: one')
  events.at(-1)?.('two')
  await client.until('data: two')
  client.socket.destroy()
  await closed
})

test('a caller that leaves while the backend thinks cancels the call there', async () => {
  const closed = new Promise<void>(resolve => (backendClosed = resolve))
  const client = await RawClient.open(served.port)
  const before = events.length
  client.send('GET /echo/wait HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => events.length > before)
  client.socket.destroy()
  await closed
})

test('Expect: 100-continue is answered only when somebody reads the body', async () => {
  const going = await RawClient.open(served.port)
  going.send('POST /echo/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n')
  await going.until('HTTP/1.1 100 Continue')
  going.send('abc')
  assert.match(await going.ended(), /"body":"abc"/)
  const stopped = await RawClient.open(served.port)
  stopped.send('POST /closed/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n')
  const text = await stopped.ended()
  assert.match(text, /^HTTP\/1\.1 403 No/)
  assert.doesNotMatch(text, /100 Continue/)
  const read = await RawClient.open(served.port)
  read.send('POST /reading/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n')
  await read.until('HTTP/1.1 100 Continue')
  read.send('abc')
  assert.match(await read.ended(), /"body":"aBBc"/)
})

test('a refusal in the middle of a large upload reaches the caller', async () => {
  const call = httpRequest(`${served.url}/closed/x`, { method: 'POST' })
  call.on('error', () => {}) // the rest of the upload is not wanted
  const answered = once(call, 'response')
  for (let i = 0; i < 20; i++) call.write(Buffer.alloc(64 * 1024))
  const [answer] = await answered
  assert.equal(answer.statusCode, 403)
  call.destroy()
})

test('a half-sent body ends the call without an answer from the backend, and others go on', async () => {
  const client = await RawClient.open(served.port)
  client.send('POST /echo/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf')
  client.socket.end()
  const text = await client.ended()
  assert.doesNotMatch(text, /HTTP\/1\.1 200/)
  assert.equal((await get('/echo/x')).status, 200)
})

test('a backend that resets before its answer is a 502, in the middle of its body a broken connection', async () => {
  const reset = await get('/broken/x')
  assert.equal(reset.status, 502)
  assert.equal(((await reset.json()) as { statusCode: number }).statusCode, 502)
  const client = await RawClient.open(served.port)
  client.send('GET /broken/half HTTP/1.1\r\nHost: a\r\n\r\n')
  const text = await client.ended()
  assert.match(text, /HTTP\/1\.1 200 OK/)
  assert.ok(text.endsWith('half'))
})

test('headers past the limit are a 431, a body past the limit a 413, each with the error body', async () => {
  const headers = await RawClient.open(served.port)
  headers.send(`GET /echo/x HTTP/1.1\r\nHost: a\r\nX-Large: ${'x'.repeat(100_000)}\r\n\r\n`)
  const text = await headers.ended()
  assert.match(text, /^HTTP\/1\.1 431 /)
  assert.equal(JSON.parse(text.split('\r\n\r\n')[1] ?? '').statusCode, 431)
  const body = await RawClient.open(served.port)
  body.send('POST /echo/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000001\r\n\r\n')
  await body.until('"statusCode":413')
  body.socket.destroy()
  const buffered = await get('/reading/x', { method: 'POST', body: 'x'.repeat(1_100_000) })
  assert.equal(buffered.status, 413)
})

for (const [name, text] of [
  ['both lengths', 'POST /echo/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two different lengths', 'POST /echo/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde'],
  ['an unknown transfer coding', 'POST /echo/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n'],
  ['a space before the colon', 'GET /echo/x HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n'],
  ['a folded header', 'GET /echo/x HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n'],
  ['a bare line feed', 'GET /echo/x HTTP/1.1\nHost: a\nX: y\r\n\r\n'],
  ['no host', 'GET /echo/x HTTP/1.1\r\n\r\n'],
  ['two hosts', 'GET /echo/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['no HTTP at all', '\u0016\u0003\u0001\u0002\r\n\r\n'],
  ['dot segments', 'GET /echo/a/../b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
] as const) {
  test(`${name}: refused with 400`, async () => {
    const client = await RawClient.open(served.port)
    client.send(text)
    await client.until('"statusCode":400')
    assert.match(client.text, /^HTTP\/1\.1 400 /)
    client.socket.destroy()
  })
}

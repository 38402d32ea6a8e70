import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { Body } from '../../policies/context/body.ts'
import type { Call } from '../run/call.ts'
import { readAll, startBackend, startRawBackend } from '../testing/backends.ts'
import { makeCall } from '../testing/make-call.ts'
import { Dispatchers } from './dispatchers.ts'
import { forwardRequest } from './forward-request.ts'

const dispatchers = new Dispatchers()
after(() => dispatchers.close())

function forward(call: Call, times: { readonly timeout?: number; readonly continueTimeout?: number } = {}) {
  const options = {
    timeout: 5000,
    continueTimeout: 5000,
    followRedirects: false,
    bufferRequestBody: false,
    bufferResponse: true,
    failOnErrorStatusCode: false,
    httpVersion: '1',
    ...times,
  } as const
  return forwardRequest(call, options, {
    dispatchers,
    backends: new Map(),
    via: () => call.via,
    managedIdentityToken: () => ({ kind: 'failure', message: 'nobody is home' }),
    maxBufferedBodyBytes: 1024,
  })
}

const post = (url: string, body: Body, headers: string[] = []) => makeCall({ method: 'POST', url, headers, body })

const streamed = (...parts: string[]) => Body.streaming(Readable.from(parts.map(part => Buffer.from(part))))

async function textOf({ response }: Call): Promise<string> {
  assert.ok(response?.body.stream)
  return readAll(response.body.stream)
}

/** Asks for the body and answers with what it got; `asked` is what each request said before its body. */
async function startWilling() {
  const expected: unknown[] = []
  const backend = await startBackend(
    () => assert.fail('a request that expects nothing'),
    server =>
      server.on('checkContinue', async (request, response) => {
        expected.push(request.headers.expect)
        response.writeContinue()
        const body = await readAll(request)
        const { 'content-length': length, 'transfer-encoding': encoding, host } = request.headers
        response.setHeader('X-Answer', 'yes')
        response.end(JSON.stringify({ body, length, encoding, host, method: request.method, url: request.url }))
      }),
  )
  return { ...backend, expected }
}

test('a backend that continues gets the body, in chunks or sized as it came', async () => {
  const backend = await startWilling()
  const chunked = post(`${backend.url}/a?b=c`, streamed('he', 'llo'))
  assert.equal(await forward(chunked), undefined)
  assert.deepEqual([chunked.response?.statusCode, chunked.response?.headers.get('x-answer')], [200, 'yes'])
  const host = `127.0.0.1:${backend.port}`
  assert.deepEqual(JSON.parse(await textOf(chunked)), {
    body: 'hello',
    encoding: 'chunked',
    host,
    method: 'POST',
    url: '/a?b=c',
  })
  for (const call of [post(backend.url, streamed('hello'), ['Content-Length', '5']), post(backend.url, Body.of('hello'))]) {
    assert.equal(await forward(call), undefined)
    const { body, length } = JSON.parse(await textOf(call)) as { body: string; length: string }
    assert.deepEqual([body, length], ['hello', '5'])
  }
  assert.deepEqual(backend.expected, ['100-continue', '100-continue', '100-continue'])
  await backend.close()
})

test('a method that has no body by habit sends the one it has', async () => {
  const backend = await startWilling()
  const call = makeCall({ method: 'DELETE', url: backend.url, body: streamed('x') })
  assert.equal(await forward(call), undefined)
  assert.equal((JSON.parse(await textOf(call)) as { body: string }).body, 'x')
  await backend.close()
})

test('a backend that refuses is the answer, and the body is neither sent nor spent', async () => {
  let received = ''
  const backend = await startRawBackend(socket =>
    socket.on('data', data => {
      received += String(data)
      if (received.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno')
    }),
  )
  const call = post(backend.url, streamed('secret'))
  assert.equal(await forward(call), undefined)
  assert.equal(call.response?.statusCode, 417)
  assert.equal(await textOf(call), 'no')
  assert.ok(!received.includes('secret'))
  assert.ok(call.request.body.stream)
  await backend.close()
})

test('a silent backend runs the time out: no body, a timeout, and the connection closed', async () => {
  let ended: Promise<unknown> | undefined
  let received = ''
  const backend = await startRawBackend(socket => {
    ended = once(socket, 'close')
    socket.on('data', data => {
      received += String(data)
    })
  })
  const refusal = await forward(post(backend.url, streamed('secret')), { continueTimeout: 50 })
  assert.deepEqual([refusal?.reason, refusal?.statusCode], ['backend.timeout', 504])
  assert.match(refusal?.received?.join() ?? '', /no 100 Continue within 50 ms/)
  await ended
  assert.match(received, /^Expect: 100-continue\r$/m)
  assert.ok(!received.includes('secret'))
  await backend.close()
})

test('the time for the answer goes on after the backend has asked for the body', async () => {
  const backend = await startBackend(
    () => {},
    server => server.on('checkContinue', (request, response) => void response.writeContinue(() => request.resume())),
  )
  const refusal = await forward(post(backend.url, streamed('x')), { timeout: 120 })
  assert.equal(refusal?.reason, 'backend.timeout')
  assert.match(refusal?.received?.join() ?? '', /no answer within 120 ms/)
  await backend.close()
})

test('a caller that goes away stops the waiting, and the answer in its middle', async () => {
  let closed: Promise<unknown> | undefined
  const silent = await startRawBackend(socket => {
    closed = once(socket, 'close')
    socket.once('data', () => waiting.giveUp())
  })
  const waiting = post(silent.url, streamed('x'))
  assert.equal((await forward(waiting))?.reason, 'request.aborted')
  await closed
  await silent.close()
  const half = await startBackend(
    () => {},
    server => server.on('checkContinue', (_, response) => void response.writeHead(200).write('half')),
  )
  const reading = post(half.url, streamed('x'))
  assert.equal(await forward(reading), undefined)
  reading.giveUp()
  await assert.rejects(textOf(reading))
  await half.close()
})

test('a call without a body expects nothing', async () => {
  const backend = await startBackend((request, response) => response.end(String(request.headers.expect)))
  const call = makeCall({ url: backend.url })
  assert.equal(await forward(call), undefined)
  const { body } = call.response ?? assert.fail()
  assert.equal(body.stream === null ? String(Buffer.from(body.bytes ?? [])) : await readAll(body.stream), 'undefined')
  await backend.close()
})

test('a backend that is not there or breaks off is told apart, and a fault of the request is none of its', async () => {
  const backend = await startRawBackend(socket => socket.once('data', () => socket.resetAndDestroy()))
  assert.equal((await forward(post(backend.url, streamed('x'))))?.reason, 'backend.reset')
  const bad = post(backend.url, streamed('x'))
  bad.request.headers.set('X-Bad', 'a\r\nInjected: 1')
  assert.equal((await forward(bad))?.reason, 'policy.failed')
  await backend.close()
  assert.equal((await forward(post(backend.url, streamed('x'))))?.reason, 'backend.unreachable')
})

test('a proxy is refused before anything is sent', async () => {
  const call = post('http://127.0.0.1:1', streamed('x'))
  call.request.proxy = { url: 'http://127.0.0.1:2' }
  assert.equal((await forward(call))?.reason, 'policy.failed')
})

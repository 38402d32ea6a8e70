import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Backend } from '../../catalog/catalog.ts'
import { Body } from '../../policies/context/body.ts'
import type { ForwardOptions } from '../../policies/ports.ts'
import type { Call } from '../run/call.ts'
import { readAll, startBackend, startRawBackend } from '../testing/backends.ts'
import { makeCall } from '../testing/make-call.ts'
import { Dispatchers } from './dispatchers.ts'
import { forwardRequest } from './forward-request.ts'

const dispatchers = new Dispatchers()
after(() => dispatchers.close())

const plain: ForwardOptions = {
  timeout: 5000,
  followRedirects: false,
  bufferRequestBody: false,
  bufferResponse: true,
  failOnErrorStatusCode: false,
  httpVersion: '1',
}

function forward(call: Call, options: Partial<ForwardOptions> = {}, backends: readonly Backend[] = []) {
  return forwardRequest(
    call,
    { ...plain, ...options },
    {
      dispatchers,
      backends: new Map(backends.map(one => [one.name, one])),
      via: () => call.via,
      managedIdentityToken: () => ({ kind: 'failure', message: 'nobody is home' }),
      maxBufferedBodyBytes: 1024,
    },
  )
}

/** Answers with what it was asked, as JSON. */
const mirror = () =>
  startBackend(async (request, response) => {
    const body = await readAll(request)
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }))
  })

/** The body of the answer, whether it still streams or came whole. */
async function bodyText({ response }: Call): Promise<string> {
  const stream = response?.body.stream ?? null
  return stream === null ? Buffer.from(response?.body.bytes ?? []).toString('utf8') : readAll(stream)
}

async function mirrored(call: Call) {
  assert.equal(call.response?.statusCode, 200)
  return JSON.parse(await bodyText(call)) as {
    method: string
    url: string
    headers: Record<string, string>
    body: string
  }
}

test('the request goes out with the backend as its host, without hop-by-hop fields, and says where it came from', async () => {
  const backend = await mirror()
  const headers = [
    'Host',
    'gateway.example',
    'Connection',
    'keep-alive, X-Secret-Hop',
    'X-Secret-Hop',
    '1',
    'Keep-Alive',
    'timeout=5',
  ]
  headers.push(
    'TE',
    'trailers',
    'Proxy-Authorization',
    'Basic x',
    'X-Forwarded-For',
    '198.51.100.1',
    'X-Team',
    'red',
    'Expect',
    '100-continue',
  )
  const call = makeCall({ url: `${backend.url}/a%20b?c=d`, headers })
  assert.equal(await forward(call), undefined)
  const sent = await mirrored(call)
  assert.equal(sent.url, '/a%20b?c=d')
  assert.equal(sent.headers.host, `127.0.0.1:${backend.port}`)
  assert.equal(sent.headers['x-team'], 'red')
  assert.equal(sent.headers['x-forwarded-for'], '192.0.2.7')
  assert.equal(sent.headers['x-forwarded-proto'], 'http')
  assert.equal(sent.headers['x-forwarded-host'], 'gateway.example')
  for (const name of ['x-secret-hop', 'keep-alive', 'te', 'proxy-authorization', 'expect'])
    assert.equal(sent.headers[name], undefined, name)
  assert.ok(call.backendTime > 0)
  await backend.close()
})

test('what a trusted proxy said of the caller is kept and added to', async () => {
  const backend = await mirror()
  const call = makeCall({ url: backend.url, trustedChain: '198.51.100.1' })
  await forward(call)
  assert.equal((await mirrored(call)).headers['x-forwarded-for'], '198.51.100.1, 192.0.2.7')
  await backend.close()
})

test('a host that a policy wrote goes to the backend as it is', async () => {
  const backend = await mirror()
  const call = makeCall({ url: backend.url })
  call.request.headers.set('Host', 'inner.example')
  await forward(call)
  assert.equal((await mirrored(call)).headers.host, 'inner.example')
  await backend.close()
})

test('bodies are sent as sized or chunked as they came, and an empty POST says so', async () => {
  const backend = await mirror()
  const streamed = makeCall({
    method: 'POST',
    url: backend.url,
    headers: ['Content-Length', '5'],
    body: Body.streaming(Readable.from([Buffer.from('he'), Buffer.from('llo')])),
  })
  await forward(streamed)
  const sized = await mirrored(streamed)
  assert.deepEqual([sized.body, sized.headers['content-length']], ['hello', '5'])
  const chunked = makeCall({
    method: 'PUT',
    url: backend.url,
    headers: ['Transfer-Encoding', 'chunked'],
    body: Body.streaming(Readable.from([Buffer.from('hello')])),
  })
  await forward(chunked)
  const unsized = await mirrored(chunked)
  assert.deepEqual([unsized.body, unsized.headers['transfer-encoding']], ['hello', 'chunked'])
  const bytes = makeCall({ method: 'POST', url: backend.url, headers: ['Content-Length', '99'], body: Body.of('new') })
  await forward(bytes)
  assert.equal((await mirrored(bytes)).headers['content-length'], '3')
  const empty = makeCall({ method: 'POST', url: backend.url })
  await forward(empty)
  assert.equal((await mirrored(empty)).headers['content-length'], '0')
  await backend.close()
})

test('credentials of the backend entity take the place of what the caller sent', async () => {
  const backend = await mirror()
  const entity: Backend = {
    name: 'b',
    url: backend.url,
    protocol: 'http',
    credentials: {
      header: { 'x-api-key': ['k'] },
      query: { code: ['a b'] },
      authorization: { scheme: 'Basic', parameter: 'abc' },
    },
    tls: { validateCertificateChain: true, validateCertificateName: true },
  }
  const call = makeCall({ url: `${backend.url}/x?y=1`, headers: ['authorization', 'Bearer caller', 'X-Api-Key', 'mine'] })
  call.backendName = 'b'
  await forward(call, {}, [entity])
  const sent = await mirrored(call)
  assert.equal(sent.url, '/x?y=1&code=a%20b')
  assert.deepEqual([sent.headers.authorization, sent.headers['x-api-key']], ['Basic abc', 'k'])
  await backend.close()
})

test('fields of the answer keep their order and repetition, without hop-by-hop ones', async () => {
  const backend = await startRawBackend(socket => {
    socket.end(
      'HTTP/1.1 203 Fine\r\nSet-Cookie: a=1\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
    )
  })
  const call = makeCall({ url: backend.url })
  assert.equal(await forward(call), undefined)
  assert.deepEqual(call.response?.headers.raw, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Length', '2'])
  assert.deepEqual([call.response?.statusCode, call.response?.statusReason], [203, 'Fine'])
  assert.equal(await bodyText(call), 'ok')
  await backend.close()
})

test('an answer to HEAD keeps the length it speaks of and has no body', async () => {
  const backend = await startBackend((_, response) => response.writeHead(200, { 'Content-Length': '1234' }).end())
  const call = makeCall({ method: 'HEAD', url: backend.url })
  await forward(call)
  assert.equal(call.response?.headers.get('content-length'), '1234')
  assert.ok(call.response?.body.isEmpty)
  await backend.close()
})

test('a backend that does not listen is unreachable, one that stays silent is late', async () => {
  const gone = await startBackend(() => {})
  await gone.close()
  const refused = await forward(makeCall({ url: gone.url }))
  assert.deepEqual(
    [refused?.reason, refused?.statusCode, refused?.errorReason],
    ['backend.unreachable', 500, 'BackendConnectionFailure'],
  )
  const silent = await startRawBackend(() => {})
  const late = await forward(makeCall({ url: silent.url }), { timeout: 30 })
  assert.deepEqual([late?.reason, late?.statusCode, late?.errorReason], ['backend.timeout', 504, 'Timeout'])
  await silent.close()
})

test('a fresh connection that breaks before the answer is a reset and is not asked twice', async () => {
  let asked = 0
  const backend = await startRawBackend(socket => {
    socket.once('data', () => {
      asked++
      socket.resetAndDestroy()
    })
  })
  const refused = await forward(makeCall({ url: backend.url }))
  assert.deepEqual([refused?.reason, refused?.statusCode], ['backend.reset', 502])
  assert.equal(asked, 1)
  await backend.close()
})

/** Answers the first request on a connection and breaks it when a second one comes. */
const closesIdle = (log: string[]) =>
  startRawBackend(socket => {
    let served = 0
    socket.on('data', data => {
      log.push(String(data).split(' ')[0] ?? '')
      if (served++ > 0) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })

test('a kept connection that turns out to be dead costs a GET nothing, and a POST is not sent twice', async () => {
  const log: string[] = []
  const backend = await closesIdle(log)
  for (const asked of [1, 3]) {
    const call = makeCall({ url: backend.url })
    assert.equal(await forward(call), undefined)
    assert.equal(await bodyText(call), 'ok')
    assert.equal(log.length, asked)
    await setImmediate() // the connection goes back to its pool after the end of the body was told
  }
  await backend.close()
  const other = await closesIdle(log)
  const first = makeCall({ url: other.url })
  await forward(first)
  await bodyText(first)
  await setImmediate()
  const post = await forward(makeCall({ method: 'POST', url: other.url, body: Body.of('x') }))
  assert.equal(post?.reason, 'backend.reset')
  assert.equal(log.filter(method => method === 'POST').length, 1)
  await other.close()
})

test('what is no HTTP is a bad answer', async () => {
  const backend = await startRawBackend(socket => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  const refused = await forward(makeCall({ url: backend.url }))
  assert.deepEqual([refused?.reason, refused?.statusCode], ['backend.response', 502])
  await backend.close()
})

test('a break in the middle of the body reaches whoever reads it', async () => {
  const backend = await startRawBackend(socket => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () => socket.resetAndDestroy()))
  })
  const call = makeCall({ url: backend.url })
  assert.equal(await forward(call), undefined)
  await assert.rejects(bodyText(call))
  await backend.close()
})

test('a caller that goes away stops the call to the backend, before the answer and in its middle', async () => {
  const closed: Promise<unknown>[] = []
  const backend = await startBackend((request, response) => {
    closed.push(once(response, 'close'))
    if (request.url === '/half') response.write('half')
    else call.giveUp()
  })
  const call = makeCall({ url: backend.url })
  const refused = await forward(call)
  assert.equal(refused?.reason, 'request.aborted')
  const half = makeCall({ url: `${backend.url}/half` })
  assert.equal(await forward(half), undefined)
  half.giveUp()
  await assert.rejects(bodyText(half))
  await Promise.all(closed)
  await backend.close()
})

test('a body that fails on its way in ends the call to the backend, and the source is not torn down with it', async () => {
  const gone = await startBackend(() => {})
  await gone.close()
  const source = Readable.from([Buffer.from('x')])
  const call = makeCall({ method: 'POST', url: gone.url, body: Body.streaming(source) })
  assert.equal((await forward(call))?.reason, 'backend.unreachable')
  // the caller's connection must live to carry the answer
  assert.equal(source.destroyed, false)
})

test('a body that was streamed away cannot be sent again, unless it was kept', async () => {
  const backend = await mirror()
  const streamed = makeCall({ method: 'POST', url: backend.url, body: Body.streaming(Readable.from([Buffer.from('x')])) })
  assert.equal(await forward(streamed), undefined)
  await mirrored(streamed)
  assert.equal((await forward(streamed))?.reason, 'policy.failed')
  const kept = makeCall({ method: 'POST', url: backend.url, body: Body.streaming(Readable.from([Buffer.from('x')])) })
  for (let i = 0; i < 2; i++) {
    assert.equal(await forward(kept, { bufferRequestBody: true }), undefined)
    assert.equal((await mirrored(kept)).body, 'x')
  }
  const large = makeCall({ method: 'POST', url: backend.url, body: Body.streaming(Readable.from([Buffer.alloc(2000)])) })
  assert.equal((await forward(large, { bufferRequestBody: true }))?.reason, 'request.body-too-large')
  await backend.close()
})

test('a call that is forwarded again lets go of the answer before', async () => {
  const closed: Promise<unknown>[] = []
  const backend = await startBackend((_, response) => {
    closed.push(once(response, 'close'))
    response.write('the first part of an answer that goes on')
  })
  const call = makeCall({ url: backend.url })
  await forward(call)
  await forward(call)
  await closed[0]
  assert.equal(closed.length, 2)
  for (const finalizer of call.finalizers) finalizer(call)
  await closed[1]
  await backend.close()
})

test('redirects are passed on, or followed when the policy says so; the Authorization header stays at home', async () => {
  const other = await mirror()
  const backend = await startBackend((_, response) => response.writeHead(302, { Location: `${other.url}/there` }).end())
  const passed = makeCall({ url: backend.url })
  await forward(passed)
  assert.deepEqual([passed.response?.statusCode, passed.response?.headers.get('location')], [302, `${other.url}/there`])
  const followed = makeCall({ url: backend.url, headers: ['Authorization', 'Bearer x'] })
  await forward(followed, { followRedirects: true })
  const sent = await mirrored(followed)
  assert.equal(sent.url, '/there')
  assert.equal(sent.headers.authorization, undefined)
  await backend.close()
  await other.close()
})

test('an error status is a failure only when the policy says so', async () => {
  const backend = await startBackend((_, response) => response.writeHead(404).end())
  assert.equal(await forward(makeCall({ url: backend.url })), undefined)
  assert.equal((await forward(makeCall({ url: backend.url }), { failOnErrorStatusCode: true }))?.reason, 'backend.response')
  await backend.close()
})

test('a fault in the request itself is a refusal, not a crash', async () => {
  const backend = await mirror()
  const call = makeCall({ url: backend.url })
  call.request.headers.set('X-Bad', 'a\r\nInjected: 1')
  assert.equal((await forward(call))?.reason, 'policy.failed')
  await backend.close()
})

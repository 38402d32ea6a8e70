import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { readAll, startBackend } from '../testing/backends.ts'
import { makeCall } from '../testing/make-call.ts'
import { Dispatchers } from './dispatchers.ts'
import { forwardRequest } from './forward-request.ts'

test('a call with a proxy reaches its backend through it, signed in there', async t => {
  const backend = await startBackend((request, response) => response.end(`answered ${request.url}`))
  const seen: (string | undefined)[][] = []
  const proxy = await startBackend(
    (request, response) => {
      seen.push([request.method, request.url, request.headers['proxy-authorization']])
      response.writeHead(500).end()
    },
    server =>
      server.on('connect', async (request, socket, head) => {
        seen.push([request.method, request.url, request.headers['proxy-authorization']])
        const onward = connect(backend.port, '127.0.0.1')
        await once(onward, 'connect')
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        onward.write(head)
        onward.pipe(socket).pipe(onward)
        t.after(() => onward.destroy())
      }),
  )
  const dispatchers = new Dispatchers()
  t.after(async () => {
    await dispatchers.close()
    await Promise.all([backend.close(), proxy.close()])
  })
  const call = makeCall({ url: `${backend.url}/colors` })
  call.request.proxy = { url: proxy.url, username: 'ada', password: 'pw' }
  const refused = await forwardRequest(
    call,
    {
      timeout: 5000,
      followRedirects: false,
      bufferRequestBody: false,
      bufferResponse: true,
      failOnErrorStatusCode: false,
      httpVersion: '1',
    },
    {
      dispatchers,
      backends: new Map(),
      via: () => call.via,
      managedIdentityToken: () => ({ kind: 'failure', message: 'nobody is home' }),
      maxBufferedBodyBytes: 1024,
    },
  )
  assert.equal(refused, undefined)
  const { body } = call.response ?? {}
  const stream = body?.stream ?? null
  assert.equal(stream === null ? Buffer.from(body?.bytes ?? []).toString() : await readAll(stream), 'answered /colors')
  assert.deepEqual(seen, [['CONNECT', `127.0.0.1:${backend.port}`, 'Basic YWRhOnB3']])
})

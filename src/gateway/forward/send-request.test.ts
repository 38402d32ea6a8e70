import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import type { OutboundRequest } from '../../policies/ports.ts'
import { readAll, startBackend, startRawBackend } from '../testing/backends.ts'
import { Dispatchers } from './dispatchers.ts'
import { sendRequest } from './send-request.ts'

const dispatchers = new Dispatchers()
after(() => dispatchers.close())

const send = (url: string, more: Partial<OutboundRequest> = {}) =>
  sendRequest(
    {
      method: 'GET',
      url,
      headers: new Headers(),
      body: Body.empty(),
      timeout: 5000,
      followRedirects: false,
      maxResponseBytes: 1000,
      ...more,
    },
    dispatchers,
  )

test('a request of a policy brings the answer whole', async () => {
  const backend = await startBackend(async (request, response) => {
    response.setHeader('X-Saw', `${request.method} ${request.headers['x-a']} ${await readAll(request)}`)
    response.writeHead(201, 'Made').end('body')
  })
  const answer = await send(backend.url, { method: 'PATCH', headers: new Headers(['X-A', '1']), body: Body.of('hello') })
  assert.equal(answer.kind, 'response')
  if (answer.kind !== 'response') return
  assert.deepEqual([answer.statusCode, answer.statusReason, answer.headers.get('x-saw')], [201, 'Made', 'PATCH 1 hello'])
  assert.equal(Buffer.from(answer.body).toString(), 'body')
  await backend.close()
})

test('failures are values', async () => {
  const gone = await startBackend(() => {})
  await gone.close()
  const silent = await startRawBackend(() => {})
  const slow = await startBackend((_, response) => void response.write('begins and never ends'))
  const large = await startBackend((_, response) => response.end('x'.repeat(2000)))
  const reset = await startRawBackend(socket => socket.once('data', () => socket.resetAndDestroy()))
  const reason = async (url: string, more?: Partial<OutboundRequest>) => {
    const answer = await send(url, more)
    return answer.kind === 'failure' ? answer.reason : answer.kind
  }
  assert.equal(await reason(gone.url), 'backend.unreachable')
  assert.equal(await reason(silent.url, { timeout: 30 }), 'backend.timeout')
  assert.equal(await reason(slow.url, { timeout: 60 }), 'backend.timeout')
  assert.equal(await reason(large.url), 'response.body-too-large')
  assert.equal(await reason(reset.url), 'backend.reset')
  for (const url of ['', 'file:///etc/passwd', '/relative', 'ftp://a/']) assert.equal(await reason(url), 'request.malformed', url)
  assert.equal(await reason(large.url, { headers: new Headers(['X-A', 'b\r\nc']) }), 'request.malformed')
  await Promise.all([silent.close(), slow.close(), large.close(), reset.close()])
})

test('a signal that aborts ends it', async () => {
  const silent = await startRawBackend(() => {})
  const abort = new AbortController()
  const answer = send(silent.url, { signal: abort.signal })
  abort.abort()
  assert.equal((await answer).kind, 'failure')
  const already = await send(silent.url, { signal: AbortSignal.abort() })
  assert.equal(already.kind, 'failure')
  await silent.close()
})

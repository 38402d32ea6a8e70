import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { AuditWriter } from '../../audit/audit-writer.ts'
import { queryAudit } from '../../audit/query-audit.ts'
import { Body } from '../../policies/context/body.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'
import { next } from '../../policies/outcome.ts'
import type { Plan } from '../../policies/plan.ts'
import { allocateCache, SharedCache } from '../counters/shared-cache.ts'
import { CallKeeper } from '../run/call-keeper.ts'
import { createRuntime } from '../run/runtime.ts'
import { api, catalog, operation } from '../testing/catalog.ts'
import { RequestTracing } from '../tracing/request-tracing.ts'
import { createHttpServer, type ListenTimes } from './http-server.ts'
import { OpenBodies } from './open-bodies.ts'
import { OpenCalls } from './open-calls.ts'

let folder = ''
let server: Server | undefined
let audit: AuditWriter
const logged: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-listen-'))
  audit = new AuditWriter({ folder, writer: 'w' })
  logged.length = 0
})
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  await audit.close()
  rmSync(folder, { recursive: true })
})

/** A listener whose one operation does this in its inbound section. */
async function listen(inbound: (ctx: CallContext) => void | Promise<void>, times?: ListenTimes): Promise<number> {
  const goOn = () => ({ outcome: next }) as const
  const section = async (ctx: CallContext) => {
    await inbound(ctx)
    return { outcome: next } as const
  }
  const plan: Plan = { inbound: section, backend: goOn, outbound: goOn, onError: goOn, preflight: goOn }
  const runtime = createRuntime({
    catalog: catalog(folder, { apis: [api('a', 'a', [operation('all', '*', '/*')])] }),
    program: { diagnostics: [], places: [], counters: [], planFor: () => plan },
    generation: 1,
    worker: 0,
    identity: 'none',
  })
  const serving = {
    runtime: () => runtime,
    audit,
    log: ({ message }: { message: string }) => void logged.push(message),
    keeper: new CallKeeper({ write: () => {} }),
    tracing: new RequestTracing(new SharedCache(allocateCache(65_536, randomBytes(16)))),
    calls: new OpenCalls(),
    bodies: new OpenBodies(),
    tunnels: new Set<never>(),
    isStopping: () => false,
  }
  server = createHttpServer(serving, { maxHeaderBytes: 8192, ...(times === undefined ? {} : { times }) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port // it listens on a port
}

async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', chunk => {
    answer += chunk.toString('latin1')
  })
  socket.write(text)
  await once(socket, 'close')
  return answer
}

const answerWith =
  (headers: Headers, statusCode = 200, statusReason = '') =>
  (ctx: CallContext) => {
    ctx.response = { statusCode, statusReason, headers, body: Body.of('body') }
  }

async function reasons(): Promise<string[]> {
  await audit.flush()
  const found: string[] = []
  for await (const record of queryAudit(folder, {})) found.push(`${record.status} ${record.reason}`)
  return found
}

test('a head or a body that does not come in time is a 408 with the error body', async () => {
  const port = await listen(async ctx => void (await ctx.request.body.buffer(1000)), {
    headers: 60,
    request: 120,
    keepAlive: 1000,
    check: 20,
  })
  assert.match(await talk(port, 'GET /a/x HTTP/1.1\r\nHost: a\r\n'), /^HTTP\/1\.1 408 [\s\S]*\{"statusCode":408,"message":"/)
  assert.match(await talk(port, 'POST /a/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab'), /^HTTP\/1\.1 408 /)
  assert.ok((await reasons()).includes('408 request.timeout'))
})

test('a connection without a request is closed after a while, without an answer', async () => {
  const port = await listen(answerWith(new Headers()), { headers: 1000, request: 1000, keepAlive: 30, check: 20 })
  const text = await talk(port, 'GET /a/x HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1)
})

test('what nobody foresaw is a 500 that tells the request id, and the log has the rest', async () => {
  const port = await listen(() => {
    throw new Error('a defect with a secret')
  })
  const text = await talk(port, 'GET /a/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.match(text, /^HTTP\/1\.1 500 [\s\S]*Request id: [0-9a-f-]{36}/)
  assert.doesNotMatch(text, /secret/)
  assert.match(logged.join(), /a defect with a secret/)
  assert.deepEqual(await reasons(), ['500 internal'])
})

test('a caller that left before the answer was known leaves a record', async () => {
  const left = Promise.withResolvers<void>()
  const port = await listen(async ctx => {
    ctx.signal.addEventListener('abort', () => left.resolve())
    socket.destroy()
    await left.promise
    answerWith(new Headers())(ctx)
  })
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /a/x HTTP/1.1\r\nHost: a\r\n\r\n')
  await left.promise
  await setImmediate()
  assert.deepEqual(await reasons(), ['200 request.aborted'])
})

test('a defect that a handshake meets is told as to any call, and a handshake whose caller left meets none', async () => {
  const handshake = 'GET /a/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  const port = await listen(async ctx => {
    if (ctx.request.originalUrl.query === '') throw new Error('a defect with a secret')
    const aborted = once(ctx.signal, 'abort')
    socket.resetAndDestroy()
    await aborted
    left.resolve()
    throw new Error('it has nobody to answer')
  })
  const left = Promise.withResolvers<void>()
  const text = await talk(port, handshake)
  assert.match(text, /^HTTP\/1\.1 500 [\s\S]*X-Request-Id: (\S+)[\s\S]*Request id: \1/)
  const socket = connect(port, '127.0.0.1')
  socket.write(handshake.replace('/x', '/x?left'))
  await left.promise
  await setImmediate()
  assert.deepEqual(await reasons(), ['500 internal', '499 request.aborted'])
  assert.match(logged.join(), /^Error: a defect with a secret/)
  assert.equal(logged.length, 1)
})

test('an answer that no HTTP message can carry becomes a 500', async () => {
  const port = await listen(answerWith(new Headers(['X-A', 'b\r\nSet-Cookie: c'])))
  const text = await talk(port, 'GET /a/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.match(text, /^HTTP\/1\.1 500 /)
  assert.doesNotMatch(text, /Set-Cookie/)
  assert.deepEqual(await reasons(), ['500 internal'])
})

test('a status without a body has none, whatever a policy set', async () => {
  const port = await listen(answerWith(new Headers(['Content-Length', '99']), 204))
  const text = await talk(port, 'GET /a/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.match(text, /^HTTP\/1\.1 204 /)
  assert.doesNotMatch(text, /body|Content-Length/)
})

test('bodies of every size arrive byte for byte', async () => {
  const sizes = [1, 255, 8192, 8193, 300_000]
  const bytes = (size: number) => Buffer.from(Array.from({ length: size }, (_, i) => i % 256))
  const port = await listen(ctx => {
    answerWith(new Headers())(ctx)
    // answerWith has just set it
    ctx.response!.body = Body.of(bytes(Number(ctx.request.url.path.slice(1))))
  })
  for (const size of sizes) {
    const answer = await fetch(`http://127.0.0.1:${port}/a/${size}`)
    assert.equal(answer.headers.get('content-length'), String(size))
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes(size))
  }
})

test('late headers are set over what the answer had, Vary is added to', async () => {
  const port = await listen(ctx => {
    answerWith(new Headers(['Vary', 'Accept', 'X-Left', '9']))(ctx)
    ctx.lateHeaders.push(['Vary', 'Origin'], ['X-Left', '1'], ['vary', 'accept'])
  })
  const text = await talk(port, 'GET /a/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.match(text, /Vary: Accept\r\n/)
  assert.match(text, /Vary: Origin\r\n/)
  assert.match(text, /X-Left: 1\r\n/)
  assert.equal(text.match(/vary/gi)?.length, 2)
})

test('a head that the parser hands over and then refuses is refused once, and no call is made of it', async () => {
  let calls = 0
  const port = await listen(() => void calls++)
  const text = await talk(port, 'POST /a/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n')
  assert.equal(text.match(/HTTP\/1\.1 400 /g)?.length, 1)
  assert.deepEqual([calls, await reasons()], [0, ['400 request.malformed']])
})

test('a coding besides chunked, CONNECT and an unknown expectation are answered, and leave their record', async () => {
  let calls = 0
  const port = await listen(() => void calls++)
  const post = 'POST /a/x HTTP/1.1\r\nHost: a\r\n'
  assert.match(await talk(port, `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`), /^HTTP\/1\.1 400 /)
  assert.match(
    await talk(port, `${post}Transfer-Encoding: xchunked\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n`),
    /^HTTP\/1\.1 400 /,
  )
  assert.match(await talk(port, 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n'), /^HTTP\/1\.1 400 /)
  assert.match(await talk(port, `${post}Expect: more\r\n\r\n`), /^HTTP\/1\.1 417 [\s\S]*\{"statusCode":417,/)
  assert.equal(calls, 0)
  assert.deepEqual(await reasons(), [...Array(3).fill('400 request.malformed'), '417 request.malformed'])
})

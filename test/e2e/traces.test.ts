import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Gateway, startGateway } from '../../src/gateway/supervisor/start-gateway.ts'
import { api, catalog, operation, settings } from '../../src/gateway/testing/catalog.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type OtlpCollector, type OtlpPush, startOtlpCollector } from '../harness/otlp-collector.ts'

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  /** 2: server, 3: client. */
  readonly kind: number
  readonly attributes: readonly { key: string; value: { stringValue?: string; intValue?: number } }[]
  readonly status: { readonly code?: number }
}

const secret = 'ThisMustNotLeak'
let folder: string
let backend: EchoBackend
let service: EchoBackend
let collector: OtlpCollector
let gateway: Gateway
const log: string[] = []
const logged = new Set<() => void>()

function apis() {
  const asking = `<send-request mode="new" response-variable-name="r"><set-url>${service.address}/hooks/${secret}?key=${secret}</set-url><set-method>POST</set-method></send-request>`
  return [
    api('orders', 'shop/orders', [operation('one', 'GET', '/{id}?view={view}'), operation('ws', 'GET', '/live')], {
      serviceUrl: backend.address,
      policy: {
        file: 'orders.xml',
        text: `<policies><inbound><base />${asking}</inbound><backend><base /></backend></policies>`,
      },
    }),
    api('down', 'down', [operation('all', 'GET', '/*')], { serviceUrl: 'http://127.0.0.1:1' }),
    api('closed', 'closed', [operation('all', 'GET', '/*')], { serviceUrl: backend.address, subscriptionRequired: true }),
  ]
}

async function start(traces: { sample: number } | undefined): Promise<Gateway> {
  const telemetry = {
    interval: 60,
    ...(traces === undefined ? {} : { traces: { url: `${collector.address}/v1/traces`, ...traces } }),
  }
  return startGateway({
    catalog: catalog(folder, { settings: { ...settings(folder), telemetry }, apis: apis() }),
    identity: { kind: 'none' },
    log: ({ message }) => {
      log.push(message)
      for (const told of logged) told()
    },
  })
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-traces-'))
  backend = await startEchoBackend()
  service = await startEchoBackend()
  collector = await startOtlpCollector()
  gateway = await start({ sample: 1 })
})

after(async () => {
  await gateway.stop(1000)
  await Promise.all([backend.close(), service.close(), collector.close()])
  await rm(folder, { recursive: true })
})

async function call(path: string, headers: Record<string, string> = {}, method = 'GET', to = gateway): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${to.address.port}${path}`, { headers, method })
  await answer.text()
  return answer.status
}

const spansIn = (pushes: readonly OtlpPush[]): readonly OtlpSpan[] =>
  pushes
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) =>
      (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] }).resourceSpans // OTLP's own form
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans),
    )

/** The spans of a trace, once as many are there. */
const spansOf = (traceId: string, count: number) =>
  collector.until(pushes => {
    const found = spansIn(pushes).filter(span => span.traceId === traceId)
    return found.length >= count ? found : undefined
  })

const attributesOf = ({ attributes }: OtlpSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))

const trace = (digit: string) => digit.repeat(32)
const parent = '00f067aa0ba902b7'
const parentOf = (digit: string, flags = '01') => `00-${trace(digit)}-${parent}-${flags}`

test('a call is a span of its caller’s trace, and what is sent for it are spans below', async () => {
  const headers = { traceparent: parentOf('a'), tracestate: 'vendor=x', authorization: `Bearer ${secret}` }
  assert.equal(await call(`/shop/orders/17?view=${secret}`, headers), 200)
  const spans = await spansOf(trace('a'), 3)
  assert.equal(spans.length, 3)
  const [server] = spans.filter(({ kind }) => kind === 2)
  assert.ok(server !== undefined)
  assert.deepEqual([server.parentSpanId, server.name, server.traceState], [parent, 'GET /shop/orders/{id}', 'vendor=x'])
  const { 'gatehouse.request_id': requestId, ...said } = attributesOf(server)
  assert.match(String(requestId), /^[0-9a-f-]{36}$/)
  assert.deepEqual(said, {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/shop/orders/17',
    'http.route': '/shop/orders/{id}',
    'http.response.status_code': 200,
    'network.protocol.version': '1.1',
    'gatehouse.api': 'orders',
    'gatehouse.operation': 'one',
    'gatehouse.decision': 'allowed',
    'gatehouse.reason': 'allowed',
  })
  const clients = spans.filter(({ kind }) => kind === 3)
  assert.deepEqual(
    clients.map(({ parentSpanId }) => parentSpanId),
    [server.spanId, server.spanId],
  )
  const ports = [service, backend].map(({ address }) => Number(new URL(address).port))
  const sent = new Map(clients.map(span => [attributesOf(span)['server.port'], span]))
  for (const [at, to] of [service, backend].entries()) {
    const span = sent.get(ports[at])
    assert.equal(attributesOf(span ?? server)['server.address'], '127.0.0.1')
    assert.equal(to.calls.at(-1)?.headers.traceparent, `00-${trace('a')}-${span?.spanId}-01`)
    assert.equal(to.calls.at(-1)?.headers.tracestate, 'vendor=x')
  }
})

test('a refusal is no error of the server, and a backend that is away is', async () => {
  assert.equal(await call('/closed/x', { traceparent: parentOf('b') }), 401)
  const [refused] = await spansOf(trace('b'), 1)
  assert.deepEqual(
    [refused?.status.code ?? 0, attributesOf(refused as OtlpSpan)['gatehouse.reason']], // one was waited for
    [0, 'subscription.missing'],
  )
  assert.equal(await call('/down/x', { traceparent: parentOf('c') }), 500)
  const spans = await spansOf(trace('c'), 2)
  const said = new Map(spans.map(span => [span.kind, [span.status.code, attributesOf(span)['error.type']]]))
  assert.deepEqual(said.get(2), [2, '500'])
  assert.deepEqual(said.get(3), [2, 'backend.unreachable'])
})

test('a caller that does not sample is heeded, and its context goes on', async () => {
  assert.equal(await call('/shop/orders/1?view=all', { traceparent: parentOf('d', '00') }), 200)
  assert.match(backend.calls.at(-1)?.headers.traceparent?.toString() ?? '', new RegExp(`^00-${trace('d')}-[0-9a-f]{16}-00$`))
  assert.equal(await call('/shop/orders/1?view=all', { traceparent: parentOf('e') }), 200)
  await spansOf(trace('e'), 3)
  assert.deepEqual(
    spansIn(collector.pushes).filter(({ traceId }) => traceId === trace('d')),
    [],
  )
})

test('a context that is malformed is not gone on with, nor is its state', async () => {
  for (const traceparent of ['rubbish', `00-${'0'.repeat(32)}-${parent}-01`, `${parentOf('f')}-more`]) {
    assert.equal(await call('/shop/orders/1?view=all', { traceparent, tracestate: `vendor=${secret}` }), 200)
    const sent = backend.calls.at(-1)?.headers
    assert.match(sent?.traceparent?.toString() ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    assert.ok(!sent?.traceparent?.includes(trace('f')))
    assert.equal(sent?.tracestate, undefined)
  }
})

test('a method that nobody knows gives no span its name', async () => {
  const sent = httpRequest({
    port: gateway.address.port,
    path: '/nowhere',
    method: 'PROPFIND',
    headers: { traceparent: parentOf('9') },
  })
  sent.end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  const [span] = await spansOf(trace('9'), 1)
  assert.equal(span?.name, 'HTTP')
  assert.equal(attributesOf(span as OtlpSpan)['http.request.method'], '_OTHER') // one was waited for
})

test('a call that asks for another protocol is a span too, and the backend gets its context', async () => {
  const headers = { traceparent: parentOf('6'), connection: 'Upgrade', upgrade: 'websocket' }
  const sent = httpRequest({ port: gateway.address.port, path: '/shop/orders/live', headers })
  sent.end()
  const [answer] = await once(sent, 'response') // this backend does not switch
  answer.resume()
  assert.equal(answer.statusCode, 200)
  const span = (await spansOf(trace('6'), 2)).find(({ kind }) => kind === 2)
  assert.equal(span?.name, 'GET /shop/orders/live')
  assert.equal(backend.calls.at(-1)?.headers.traceparent, `00-${trace('6')}-${span?.spanId}-01`)
})

test('nothing of a query, a header or another service’s path is in any span', () => {
  assert.ok(collector.pushes.length > 0)
  for (const { body } of collector.pushes) assert.ok(!body.includes(secret))
})

test('a ratio samples that part of the calls that nobody decided about', async () => {
  const few = await start({ sample: 0 })
  try {
    assert.equal(await call('/shop/orders/1?view=all', {}, 'GET', few), 200)
    assert.match(backend.calls.at(-1)?.headers.traceparent?.toString() ?? '', /-00$/)
    assert.equal(await call('/shop/orders/1?view=all', { traceparent: parentOf('8') }, 'GET', few), 200)
  } finally {
    await few.stop(1000)
  }
  assert.equal((await spansOf(trace('8'), 3)).length, 3)
})

test('without traces a context passes through untouched', async () => {
  const off = await start(undefined)
  try {
    const sent = { traceparent: parentOf('7'), tracestate: 'a=b' }
    assert.equal(await call('/shop/orders/1?view=all', sent, 'GET', off), 200)
    const { traceparent, tracestate } = backend.calls.at(-1)?.headers ?? {}
    assert.deepEqual({ traceparent, tracestate }, sent)
    assert.equal(service.calls.at(-1)?.headers.traceparent, undefined)
  } finally {
    await off.stop(1000)
  }
})

test('a collector that is away is told once, and calls go on', async () => {
  await collector.close()
  for (let i = 0; i < 3; i++) assert.equal(await call('/shop/orders/1?view=all'), 200)
  while (!log.some(message => message.startsWith('traces cannot be sent to 127.0.0.1')))
    await new Promise<void>(resolve => {
      const told = () => {
        logged.delete(told)
        resolve()
      }
      logged.add(told)
    })
  assert.equal(await call('/shop/orders/1?view=all'), 200)
  assert.equal(log.filter(message => message.startsWith('traces cannot be sent')).length, 1)
})

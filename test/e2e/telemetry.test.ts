import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SignJWT } from 'jose'
import { type Gateway, startGateway } from '../../src/gateway/supervisor/start-gateway.ts'
import { ownMetrics } from '../../src/gateway/telemetry/definitions.ts'
import { startBackend } from '../../src/gateway/testing/backends.ts'
import { api, catalog, operation, settings } from '../../src/gateway/testing/catalog.ts'

/** A collector that takes OTLP over HTTP, as JSON. */
async function startCollector() {
  const pushes: string[] = []
  let told: (() => void) | undefined
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    pushes.push(`${request.method} ${request.url} ${body}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    told?.()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`, // it listens on a port
    pushes,
    async until(text: string): Promise<string> {
      for (;;) {
        const found = pushes.find(push => push.includes(text))
        if (found !== undefined) return found
        await new Promise<void>(resolve => {
          told = resolve
        })
      }
    },
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const inbound = `<rate-limit-by-key calls="3" renewal-period="300" counter-key="everybody" />
  <emit-metric name="Orders" namespace="shop" value="2"><dimension name="API ID" /><dimension name="Client" value="@(context.Request.Headers.GetValueOrDefault(&quot;who&quot;,&quot;nobody&quot;))" /></emit-metric>`
const signingKey = Buffer.alloc(32, 7)
const validateJwt = `<validate-jwt header-name="Authorization" require-scheme="Bearer"><issuer-signing-keys><key>${signingKey.toString('base64')}</key></issuer-signing-keys></validate-jwt>`
let folder: string
let backend: Awaited<ReturnType<typeof startBackend>>
let collector: Awaited<ReturnType<typeof startCollector>>
let gateway: Gateway
const log: string[] = []
let logged: (() => void) | undefined

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-telemetry-'))
  backend = await startBackend((_, response) => void response.end('hello'))
  collector = await startCollector()
  const limited = api('limited', 'limited', [operation('all', '*', '/*')], {
    serviceUrl: backend.url,
    policy: { file: 'policy.xml', text: `<policies><inbound><base />${inbound}</inbound></policies>` },
  })
  const guarded = api('guarded', 'guarded', [operation('all', '*', '/*')], {
    serviceUrl: backend.url,
    policy: { file: 'guarded.xml', text: `<policies><inbound><base />${validateJwt}</inbound></policies>` },
  })
  gateway = await startGateway({
    catalog: catalog(folder, {
      settings: {
        ...settings(folder, { workers: 2 }),
        telemetry: { listen: { host: '127.0.0.1', port: 0 }, otlp: collector.url, interval: 1 },
      },
      apis: [limited, guarded],
    }),
    identity: { kind: 'none' },
    log: ({ message }) => {
      log.push(message)
      logged?.()
    },
  })
})

after(async () => {
  await stopOnce()
  await collector.close()
  await backend.close()
  await rm(folder, { recursive: true })
})

let stopped: Promise<void> | undefined
const stopOnce = () => {
  stopped ??= gateway.stop(1000)
  return stopped
}
const metricsUrl = (path = '/metrics') => `http://127.0.0.1:${gateway.metrics?.port}${path}`
const call = async (who: string) => {
  // a connection each, so that all threads get their share
  const answer = await fetch(`http://127.0.0.1:${gateway.address.port}/limited/x`, { headers: { connection: 'close', who } })
  await answer.text()
  return answer.status
}

/** Values by metric and labels, the exporter's own labels left out. */
function read(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at).replace(/,?otel_scope_name="gatehouse"/, ''), Number(line.slice(at + 1))]
    }),
  )
}

test('what all threads have served is there when /metrics is asked, with what policies measured', async () => {
  const statuses = []
  for (const who of ['rita', 'rita', 'omar', 'omar', 'omar']) statuses.push(await call(who))
  assert.deepEqual(statuses, [200, 200, 200, 429, 429])
  const answer = await fetch(metricsUrl())
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const text = await answer.text()
  const found = read(text)
  const requests = (rest: string) => found.get(`gatehouse_requests_total{api="limited",operation="all",${rest}}`)
  assert.equal(requests('status="2xx",decision="allowed",reason="allowed"'), 3)
  assert.equal(requests('status="4xx",decision="refused",reason="rate.exceeded"'), 2)
  assert.equal(found.get('gatehouse_denials_total{reason="rate.exceeded"}'), 2)
  assert.equal(found.get('gatehouse_limits_hit_total{reason="rate.exceeded"}'), 2)
  assert.equal(found.get('gatehouse_request_duration_seconds_count{api="limited",operation="all"}'), 5)
  assert.equal(found.get('gatehouse_request_duration_seconds_bucket{api="limited",operation="all",le="+Inf"}'), 5)
  assert.equal(found.get('gatehouse_workers{}'), 2)
  for (const thread of ['0', '1', 'main']) assert.ok(found.has(`gatehouse_event_loop_utilization{thread="${thread}"}`), thread)
  assert.equal(found.get('Orders_sum{API_ID="limited",Client="rita",otel_scope_name="shop"}'), 4)
  assert.equal(found.get('Orders_count{API_ID="limited",Client="omar",otel_scope_name="shop"}'), 1)
  // each metric is described once: a scraper refuses a text that says it twice
  const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(match => match[1])
  assert.equal(new Set(types).size, types.length)
})

test('tokens that were judged before are told from others', async () => {
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(signingKey)
  for (let i = 0; i < 6; i++) {
    const headers = { connection: 'close', authorization: `Bearer ${token}` }
    assert.equal((await fetch(`http://127.0.0.1:${gateway.address.port}/guarded/x`, { headers })).status, 200)
  }
  const found = read(await (await fetch(metricsUrl())).text())
  const [hits = 0, misses = 0] = ['hit', 'miss'].map(result => found.get(`gatehouse_token_cache_total{result="${result}"}`))
  // each of two threads judges it once
  assert.equal(hits + misses, 6)
  assert.ok(misses === 1 || misses === 2, String(misses))
})

test('counters grow from one look to the next, and nothing is counted twice', async () => {
  await fetch(`http://127.0.0.1:${gateway.address.port}/nowhere`)
  const [first, second] = [read(await (await fetch(metricsUrl())).text()), read(await (await fetch(metricsUrl())).text())]
  const name = 'gatehouse_requests_total{api="",operation="",status="4xx",decision="refused",reason="route.no-api"}'
  assert.deepEqual([first.get(name), second.get(name)], [1, 1])
})

test('the collector gets the same by OTLP', async () => {
  const push = await collector.until('"Orders"')
  assert.match(push, /^POST \/v1\/metrics /)
  const { resourceMetrics } = JSON.parse(push.replace(/^\S+ \S+ /, '')) as {
    resourceMetrics: {
      resource: { attributes: { key: string; value: { stringValue?: string } }[] }
      scopeMetrics: {
        scope: { name: string }
        metrics: { name: string; sum?: { isMonotonic: boolean; aggregationTemporality: number } }[]
      }[]
    }[]
  } // OTLP's own form
  const [resource] = resourceMetrics
  assert.equal(resource?.resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue, 'gatehouse')
  const scopes = new Map(resource?.scopeMetrics.map(({ scope, metrics }) => [scope.name, metrics]))
  assert.ok(scopes.get('shop')?.some(({ name }) => name === 'Orders'))
  const requests = scopes.get('gatehouse')?.find(({ name }) => name === 'gatehouse_requests_total')
  assert.deepEqual(requests?.sum?.isMonotonic, true)
  for (const name of scopes.get('gatehouse')?.map(metric => metric.name) ?? []) assert.ok(name in ownMetrics, name)
})

test('the management listener serves nothing but metrics', async () => {
  assert.equal((await fetch(metricsUrl('/'))).status, 404)
  assert.equal((await fetch(metricsUrl(), { method: 'POST' })).status, 405)
  assert.equal((await fetch(metricsUrl('/limited/x'))).status, 404)
})

test('a collector that is gone is told once, and the gateway stops in time all the same', async () => {
  await collector.close()
  while (!log.some(message => message.startsWith('metrics cannot be pushed to 127.0.0.1')))
    await new Promise<void>(resolve => {
      logged = resolve
    })
  const started = performance.now()
  await stopOnce()
  assert.ok(performance.now() - started < 10_000)
  assert.equal(log.filter(message => message.startsWith('metrics cannot be pushed')).length, 1)
})

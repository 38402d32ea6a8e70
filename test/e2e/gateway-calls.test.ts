import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readAll, startBackend, type TestServer } from '../../src/gateway/testing/backends.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { RawClient, type ServedCatalog, serveCatalog } from '../harness/serve-catalog.ts'

let backend: TestServer
let served: ServedCatalog

const document = (inner: string) => ({ file: 'policy.xml', text: `<policies>${inner}</policies>` })
const cors = `<inbound><base /><cors allow-credentials="true" terminate-unmatched-request="false">
  <allowed-origins><origin>https://site.example</origin></allowed-origins>
  <allowed-methods preflight-result-max-age="60"><method>PUT</method></allowed-methods>
  <allowed-headers><header>X-Team</header></allowed-headers></cors>
  <check-header name="X-Team" failed-check-httpcode="401" failed-check-error-message="Which team?" ignore-case="true" /></inbound>`
const withError = `<inbound><base /><check-header name="X-Team" failed-check-httpcode="401" failed-check-error-message="Which team?" ignore-case="true" /></inbound>
  <on-error><base /><set-header name="X-Error" exists-action="override"><value>seen</value></set-header></on-error>`

before(async () => {
  backend = await startBackend(async (request, response) => {
    const body = await readAll(request).catch(() => '')
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, length: body.length }))
  })
  const shared = operation('shared', '*', '/*')
  const at = { serviceUrl: `${backend.url}/base/` }
  served = await serveCatalog({
    gateway: { maxBodyBytes: 1000, trustedProxies: ['127.0.0.0/8'] },
    policy: document(
      '<inbound /><backend><forward-request /></backend><outbound><set-header name="X-Global" exists-action="override"><value>yes</value></set-header></outbound><on-error><set-header name="X-Global-Error" exists-action="override"><value>yes</value></set-header></on-error>',
    ),
    apis: [
      api('plain', 'plain', [operation('all', '*', '/*')], at),
      api('cors', 'cors', [operation('put', 'PUT', '/items/{id}')], { ...at, policy: document(cors) }),
      api('error', 'error', [operation('all', '*', '/*')], { ...at, policy: document(withError) }),
      api('keyed', 'keyed', [operation('all', '*', '/*')], {
        ...at,
        subscriptionRequired: true,
        policy: document('<inbound><base /></inbound>'),
      }),
      api('faulty', 'faulty', [operation('all', '*', '/*')], {
        ...at,
        fault: 'policy.unsupported',
        policy: document('<inbound><no-such /></inbound>'),
      }),
      api('left', 'left', [shared], at),
      api('right', 'right', [shared], { ...at, policy: document(withError) }),
      api('v1', 'versioned-api/v1', [operation('version', 'GET', '/version')], { ...at, version: 'v1', versionSet: 's' }),
    ],
    versionSets: [{ name: 's', displayName: 's', scheme: 'Segment' }],
  })
})

after(async () => {
  await served.close()
  await backend.close()
})

const call = (path: string, init?: RequestInit) => fetch(served.url + path, init)
const sent = async (answer: Response) =>
  (await answer.json()) as { method: string; url: string; headers: Record<string, string>; length: number }

test('the path below the API is joined with the path of the service URL', async () => {
  assert.equal((await sent(await call('/plain/x/y?z=1'))).url, '/base/x/y?z=1')
  assert.equal((await sent(await call('/plain'))).url, '/base')
  assert.equal((await sent(await call('/versioned-api/v1/version'))).url, '/base/version')
  assert.equal((await sent(await call('/versioned-api/v1/v1/version'))).url, '/base/version')
})

test('two APIs that share an operation each serve it by their own policies', async () => {
  assert.equal((await call('/left/x')).status, 200)
  assert.equal((await call('/right/x')).status, 401)
})

test('a preflight is answered by the cors policy alone, whatever stands beside it', async () => {
  const preflight = (origin: string) =>
    call('/cors/items/1', {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'X-Team' },
    })
  const allowed = await preflight('https://site.example')
  assert.equal(allowed.status, 200)
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://site.example')
  assert.equal(allowed.headers.get('access-control-max-age'), '60')
  const refused = await preflight('https://other.example')
  assert.equal(refused.status, 200)
  assert.equal(refused.headers.get('access-control-allow-origin'), null)
  const real = await call('/cors/items/1', { method: 'PUT', headers: { Origin: 'https://site.example', 'X-Team': 'red' } })
  assert.equal(real.headers.get('access-control-allow-origin'), 'https://site.example')
  const failed = await call('/cors/items/1', { method: 'PUT', headers: { Origin: 'https://site.example' } })
  assert.equal(failed.status, 401)
  assert.equal(failed.headers.get('access-control-allow-origin'), 'https://site.example')
})

test('on-error of all scopes sees refusals of policies, the global one also those before any policy', async () => {
  const refused = await call('/error/x')
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('x-error'), 'seen')
  const requestId = refused.headers.get('x-request-id')
  assert.match(requestId ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(refused.headers.get('x-global-error'), 'yes')
  assert.deepEqual(await refused.json(), { statusCode: 401, message: 'Which team?' })
  const missing = await call('/none')
  assert.equal(missing.status, 404)
  assert.equal(missing.headers.get('x-global-error'), 'yes')
  const keyless = await call('/keyed/x')
  assert.equal(keyless.status, 401)
  assert.equal(keyless.headers.get('x-global-error'), 'yes')
  const good = await call('/plain/x')
  assert.equal(good.headers.get('x-global'), 'yes')
  assert.equal(good.headers.get('x-global-error'), null)
})

test('an API with faults answers 503 with the code of the fault, the others go on', async () => {
  const faulty = await call('/faulty/x')
  assert.equal(faulty.status, 503)
  assert.match(((await faulty.json()) as { message: string }).message, /policy\.unsupported/)
})

test('what a trusted proxy says of the caller is believed and passed on', async () => {
  const answer = await call('/plain/x', {
    headers: { 'X-Forwarded-For': '203.0.113.9, 198.51.100.7', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'api.example' },
  })
  const { headers } = await sent(answer)
  assert.equal(headers['x-forwarded-for'], '203.0.113.9, 198.51.100.7, 127.0.0.1')
  assert.equal(headers['x-forwarded-proto'], 'https')
  assert.equal(headers['x-forwarded-host'], 'api.example')
  assert.equal(headers.host, `127.0.0.1:${backend.port}`)
})

test('a chunked body that grows past the limit is a 413', async () => {
  const client = await RawClient.open(served.port)
  client.send('POST /plain/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
  client.send(`3e7\r\n${'x'.repeat(999)}\r\n`)
  client.send(`3e7\r\n${'x'.repeat(999)}\r\n`)
  await client.until('"statusCode":413')
  client.socket.destroy()
  assert.equal((await sent(await call('/plain/x', { method: 'POST', body: 'x'.repeat(1000) }))).length, 1000)
})

test('only WebSocket changes the protocol: a call that asks for another is an ordinary call', async () => {
  const client = await RawClient.open(served.port)
  client.send(
    'GET /plain/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
  )
  const text = await client.until('"url":"/base/x"')
  assert.match(text, /^HTTP\/1\.1 200 /)
  assert.doesNotMatch(text, /http2-settings|"upgrade"/)
  client.socket.destroy()
})

test('a token in a path reaches the backend, and no record', async () => {
  const path = `/x/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyaXRhIn0.${'c2ln'.repeat(11)}`
  const { url } = (await (await call(`/plain${path}`)).json()) as { url: string }
  assert.equal(url, `/base${path}`)
  assert.equal((await call(`/nowhere${path}`)).status, 404)
  const client = await RawClient.open(served.port)
  client.send(`GET /plain${path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`)
  assert.match(await client.ended(), /^HTTP\/1\.1 400 /)
})

test('the records tell what was decided, by which policy and where it stands', async () => {
  const records = await served.records()
  const refused = records.find(record => record.api === 'error')
  assert.deepEqual(
    [
      refused?.decision,
      refused?.reason,
      refused?.status,
      refused?.policy?.name,
      refused?.policy?.scope,
      refused?.policy?.section,
    ],
    ['refused', 'header.missing', 401, 'check-header', 'api', 'inbound'],
  )
  assert.deepEqual([refused?.policy?.file, refused?.policy?.line], ['policy.xml', 1])
  const proxied = records.find(record => record.ipAddress === '198.51.100.7')
  assert.equal(proxied?.reason, 'allowed')
  assert.ok(proxied !== undefined && proxied.bytes.sent > 0 && proxied.duration.total >= proxied.duration.backend)
  const withToken = records.filter(({ path }) => path.includes('eyJ')).map(({ path, status }) => [path, status])
  assert.deepEqual(withToken.sort(), [
    ['/nowhere/x/eyJ…', 404],
    ['/plain/x/eyJ…', 200],
    ['/plain/x/eyJ…', 400],
  ])
  assert.equal(records.find(record => record.api === 'faulty')?.reason, 'config.faulty')
  assert.ok(records.some(record => record.reason === 'cors.preflight'))
  assert.ok(records.some(record => record.reason === 'request.body-too-large' && record.status === 413))
})

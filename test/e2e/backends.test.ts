import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { Backend, BreakerRule, Certificate, NamedValue, PoolMember } from '../../src/catalog/catalog.ts'
import { type Issued, issue } from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { startBackend, type TestServer } from '../../src/gateway/testing/backends.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { command } from '../harness/command.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { RawClient, serveCatalog } from '../harness/serve-catalog.ts'
import { until } from '../harness/until.ts'
import { artifactsOf, temporaryWorkspace } from '../harness/workspace.ts'

const backend = (name: string, url: string, more: Partial<Backend> = {}): Backend => ({
  name,
  url,
  protocol: 'http',
  tls: { validateCertificateChain: true, validateCertificateName: true },
  ...more,
})

const member = (name: string, more: Partial<PoolMember> = {}): PoolMember => ({ backend: name, priority: 1, weight: 1, ...more })

const rule: BreakerRule = {
  name: 'errors',
  count: 5,
  interval: 3_600_000,
  statusCodes: [{ min: 500, max: 599 }],
  errorReasons: 'any',
  tripDuration: 3_600_000,
  acceptRetryAfter: false,
}

/** An API whose calls go to a backend entity. */
const to = (name: string, forward = '<base />') =>
  api(name, name, [operation('all', '*', '/*')], {
    policy: {
      file: `${name}.xml`,
      text: `<policies><inbound><base /><set-backend-service backend-id="${name}" /></inbound><backend>${forward}</backend></policies>`,
    },
  })

const held = (id: string, { certificate, cert, key }: Issued): Certificate => ({
  id,
  thumbprint: certificate.fingerprint.replaceAll(':', ''),
  subject: certificate.subject,
  notBefore: 0,
  notAfter: 0,
  chain: [cert],
  key,
})

/** A call on a connection of its own, so that all threads get their share. */
async function ask(url: string, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { headers: { connection: 'close', ...headers } })
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

async function named(t: TestContext, name: string, status: () => number = () => 200): Promise<TestServer & { calls: number }> {
  const counted = { calls: 0 }
  const server = await startBackend((_, response) => {
    counted.calls++
    response.writeHead(status()).end(name)
  })
  t.after(() => server.close())
  return Object.assign(counted, server)
}

test('all threads share one circuit breaker: it opens after exactly so many failures, and says so once', async t => {
  const failing = await named(t, 'failing', () => 500)
  await using served = await serveCatalog({
    gateway: { workers: 3 },
    backends: [backend('failing', failing.url, { circuitBreaker: [rule] })],
    apis: [to('failing')],
  })
  const statuses: number[] = []
  for (let n = 0; n < 12; n++) statuses.push((await ask(`${served.url}/failing/x`)).status)
  assert.deepEqual(statuses, [500, 500, 500, 500, 500, 503, 503, 503, 503, 503, 503, 503])
  assert.equal(failing.calls, 5)
  const [report] = served.gateway.backends()
  assert.deepEqual([report?.breaker?.state, report?.breaker?.trips], ['open', 1])
  assert.ok(served.log.some(({ message }) => message === 'the circuit breaker of failing opened for 3600 seconds (errors)'))
  const records = await served.records()
  assert.ok(new Set(records.map(({ worker }) => worker)).size > 1, 'more than one thread served')
  assert.equal(records.filter(({ reason }) => reason === 'backend.tripped').length, 7)
})

test('all threads share the turns of a pool: weights hold exactly', async t => {
  const [a, b] = [await named(t, 'a'), await named(t, 'b')]
  await using served = await serveCatalog({
    gateway: { workers: 3 },
    backends: [
      backend('a', a.url),
      backend('b', b.url),
      backend('pool', a.url, { pool: [member('a', { weight: 2 }), member('b')] }),
    ],
    apis: [to('pool')],
  })
  for (let n = 0; n < 30; n++) await ask(`${served.url}/pool/x`)
  assert.deepEqual([a.calls, b.calls], [20, 10])
})

test('a session stays at one member of a pool, whichever thread serves it', async t => {
  const [a, b] = [await named(t, 'a'), await named(t, 'b')]
  await using served = await serveCatalog({
    gateway: { workers: 3 },
    backends: [
      backend('a', a.url),
      backend('b', b.url),
      backend('pool', a.url, { pool: [member('a'), member('b')], sessionAffinity: { cookie: 'SessionId' } }),
    ],
    apis: [to('pool')],
  })
  for (let session = 0; session < 4; session++) {
    const first = await ask(`${served.url}/pool/x`)
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? assert.fail('no cookie was set')
    for (let n = 0; n < 5; n++) {
      const next = await ask(`${served.url}/pool/x`, { cookie })
      assert.equal(next.text, first.text)
      assert.deepEqual(next.headers.getSetCookie(), [])
    }
  }
  assert.ok(a.calls > 0 && b.calls > 0)
})

test('WebSockets take turns among the members of a pool too', async t => {
  const sockets = async (name: string) => {
    const server = await startBackend(
      (_, response) => response.end(),
      one =>
        one.on('upgrade', (_, socket) => {
          socket.on('error', () => {}) // the caller may go away at any time
          socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Who: ${name}\r\n\r\n`)
        }),
    )
    t.after(() => server.close())
    return server.url.replace('http', 'ws')
  }
  const [a, b] = [await sockets('a'), await sockets('b')]
  await using served = await serveCatalog({
    backends: [backend('a', a), backend('b', b), backend('pool', a, { pool: [member('a'), member('b')] })],
    apis: [to('pool')],
  })
  const heads: string[] = []
  for (let n = 0; n < 2; n++) {
    const client = await RawClient.open(served.port)
    client.send(
      'GET /pool/chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n',
    )
    heads.push(/X-Who: (\w)/.exec(await client.until('\r\n\r\n'))?.[1] ?? 'nobody')
    client.socket.destroy()
  }
  assert.deepEqual(heads, ['a', 'b'])
})

test('a failing member gives its calls to those of the next priority', async t => {
  const [primary, spare] = [await named(t, 'primary', () => 503), await named(t, 'spare')]
  await using served = await serveCatalog({
    backends: [
      backend('primary', primary.url, { circuitBreaker: [{ ...rule, count: 2 }] }),
      backend('spare', spare.url),
      backend('pool', primary.url, { pool: [member('primary'), member('spare', { priority: 2 })] }),
    ],
    apis: [
      to('pool', '<retry condition="@(context.Response.StatusCode == 503)" count="3" interval="0"><forward-request /></retry>'),
    ],
  })
  assert.equal((await ask(`${served.url}/pool/x`)).text, 'spare')
  assert.deepEqual([primary.calls, spare.calls], [2, 1])
})

test('credentials go with the call: header and query with named values, and a token of the managed identity', async t => {
  const seen: string[] = []
  const target = await startBackend((request, response) => {
    seen.push(`${request.url} ${request.headers['x-key']} ${request.headers.authorization}`)
    response.end()
  })
  const asked: string[] = []
  const identity = await startBackend((request, response) => {
    asked.push(`${request.url} ${request.headers['x-identity-header']}`)
    response.end(JSON.stringify({ access_token: 'made-for-backend', expires_on: String(Math.floor(Date.now() / 1000) + 3600) }))
  })
  t.after(() => Promise.all([target.close(), identity.close()]))
  const before = { ...process.env }
  Object.assign(process.env, { IDENTITY_ENDPOINT: `${identity.url}/msi/token`, IDENTITY_HEADER: 'code' })
  t.after(() => {
    for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER'])
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
  })
  const key: NamedValue = { name: 'key', displayName: 'key', value: 's3cret', secret: true, file: '' }
  const lists = { header: { 'x-key': ['{{key}}'] }, query: { code: ['a{{key}}'] } }
  const managedIdentity = { resource: 'https://backend.example', clientId: 'abc' }
  await using served = await serveCatalog({
    namedValues: [key],
    backends: [
      backend('keyed', target.url, { credentials: { ...lists, authorization: { scheme: 'Basic', parameter: '{{key}}' } } }),
      backend('identified', target.url, { credentials: { header: {}, query: {}, managedIdentity } }),
      backend('lacking', target.url, { credentials: { header: { 'x-key': ['{{nobody}}'] }, query: {} } }),
    ],
    apis: [to('keyed'), to('identified'), to('lacking')],
  })
  await ask(`${served.url}/keyed/x?q=1`, { 'x-key': 'theirs', authorization: 'Bearer theirs' })
  await ask(`${served.url}/identified/x`, { authorization: 'Bearer theirs' })
  await ask(`${served.url}/identified/x`)
  assert.deepEqual(seen, [
    '/x?q=1&code=as3cret s3cret Basic s3cret',
    '/x undefined Bearer made-for-backend',
    '/x undefined Bearer made-for-backend',
  ])
  assert.deepEqual(asked, ['/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fbackend.example&client_id=abc code'])
  assert.equal((await ask(`${served.url}/lacking/x`)).status, 500)
  assert.equal(seen.length, 3)
  const [lacking] = (await served.records()).filter(({ path }) => path === '/lacking/x')
  assert.match(String(lacking?.received), /lacks a value of the named value nobody/)
})

test('a backend’s certificate, own authorities, and certificates that are named decide who is believed', async t => {
  const root = issue({ subject: 'Backends', authority: true })
  const middle = issue({ subject: 'Middle', issuer: root, authority: true })
  const own = issue({ subject: 'own' })
  const start = async (shown: Issued, links: readonly Issued[] = []) => {
    const server = createServer(
      {
        cert: [shown, ...links].map(({ cert }) => cert).join(''),
        key: shown.keyPem,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) =>
        response
          .setHeader('Connection', 'close')
          .end((request.socket as TLSSocket).getPeerX509Certificate()?.subject ?? 'nobody'), // an https server's sockets are
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      server.close()
      server.closeAllConnections()
    })
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server's address is one
  }
  const addresses = ['127.0.0.1']
  const trusted = await start(issue({ subject: 'trusted', issuer: middle, addresses }), [middle])
  const self = issue({ subject: 'self.example' })
  const alone = await start(self)
  const otherName = await start(issue({ subject: 'other', issuer: root, dnsNames: ['other.example'] }))
  const thumbprint = (of: Issued) => of.certificate.fingerprint.replaceAll(':', '')
  const tls = (more: Partial<Backend['tls']>) => ({
    tls: { validateCertificateChain: true, validateCertificateName: true, ...more },
  })
  const pins = (more: object) => tls({ pins: { thumbprints: [], names: [], ...more } })
  const backends: readonly (readonly [Backend, string])[] = [
    [backend('shows', trusted, { credentials: { header: {}, query: {}, certificateId: 'own' } }), '200 CN=own'],
    [backend('authority', trusted), '200 nobody'],
    [backend('selfish', alone), '500'],
    [backend('unchained', alone, tls({ validateCertificateChain: false })), '500'], // its name does not fit
    [backend('anybody', alone, tls({ validateCertificateChain: false, validateCertificateName: false })), '200 nobody'],
    [backend('misnamed', otherName), '500'],
    [backend('nameless', otherName, tls({ validateCertificateName: false })), '200 nobody'],
    [backend('pinned', alone, pins({ thumbprints: [thumbprint(self)] })), '200 nobody'],
    [backend('mispinned', alone, pins({ thumbprints: [thumbprint(root)] })), '500'],
    [backend('by-name', trusted, pins({ names: [{ name: 'trusted' }] })), '200 nobody'],
    [backend('by-issuer', trusted, pins({ names: [{ name: 'trusted', issuerThumbprint: thumbprint(middle) }] })), '200 nobody'],
    [backend('by-other', trusted, pins({ names: [{ name: 'trusted', issuerThumbprint: thumbprint(root) }] })), '500'],
    [backend('self-named', alone, pins({ names: [{ name: 'self.example' }] })), '500'],
    [
      backend('self-issued', alone, pins({ names: [{ name: 'self.example', issuerThumbprint: thumbprint(self) }] })),
      '200 nobody',
    ],
  ]
  await using served = await serveCatalog({
    certificates: [held('own', own)],
    certificateAuthorities: [root.cert],
    backends: backends.map(([one]) => one),
    apis: backends.map(([{ name }]) => to(name)),
  })
  // twice: each connection is judged anew, a resumed session too
  for (const [{ name }, expected] of [...backends, ...backends]) {
    const { status, text } = await ask(`${served.url}/${name}/x`)
    assert.equal(status === 200 ? `200 ${text}` : String(status), expected, name)
  }
})

test('a backend’s proxy is asked, unless the call’s policy names another', async t => {
  const target = await named(t, 'target')
  const seen: string[] = []
  const proxy: Server = createHttpServer()
  proxy.on('connect', async (request, socket, head) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization']}`)
    const onward = connect(target.port, '127.0.0.1')
    await once(onward, 'connect')
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    onward.write(head)
    onward.pipe(socket).pipe(onward)
    t.after(() => onward.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => void proxy.close())
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` // a TCP server's address is one
  await using served = await serveCatalog({
    backends: [backend('far', target.url, { proxy: { url, username: 'ada', password: 'pw' } })],
    apis: [to('far')],
  })
  assert.equal((await ask(`${served.url}/far/x`)).text, 'target')
  assert.deepEqual(seen, [`127.0.0.1:${target.port} Basic YWRhOnB3`])
})

test('gatehouse backends shows what the gateway that runs knows, and the configuration alone without one', async t => {
  const failing = await named(t, 'failing', () => 500)
  const properties = (more: object) => JSON.stringify({ properties: { url: failing.url, ...more } })
  const rules = [
    {
      name: 'errors',
      failureCondition: { count: 1, interval: 'PT1H', statusCodeRanges: [{ min: 500, max: 599 }] },
      tripDuration: 'PT1H',
    },
  ]
  const workspace = await temporaryWorkspace({
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 2 }\ntelemetry: { listen: 127.0.0.1:0 }\n',
    'backends/shaky/backendInformation.json': properties({ circuitBreaker: { rules } }),
    'backends/steady/backendInformation.json': properties({}),
    'backends/all/backendInformation.json': properties({
      type: 'Pool',
      pool: { services: [{ id: '/backends/shaky' }, { id: '/backends/steady' }] },
    }),
    ...artifactsOf('one', { x: '/x' }),
    'apis/one/policy.xml':
      '<policies><inbound><base /><set-backend-service backend-id="shaky" /></inbound><backend><base /></backend><outbound><base /></outbound></policies>',
  })
  t.after(() => workspace.remove())
  const listed = async () => JSON.parse((await command(['backends', workspace.folder, '--json'])).stdout)
  const idle = await command(['backends', workspace.folder])
  assert.equal(idle.code, 0)
  assert.match(idle.stdout, /^all {5}pool {4}shaky \(priority 1, weight 1\), steady/m)
  assert.match(idle.stderr, /no gateway runs here/)
  const running = await startGatehouse(workspace.folder)
  assert.equal((await ask(`${running.gateway}/one/x`)).status, 500)
  assert.equal((await ask(`${running.gateway}/one/x`)).status, 503)
  await running.logged('the circuit breaker of shaky opened for 3600 seconds (errors)')
  await until(async () => (await workspace.read('.gatehouse/backends.json').catch(() => '')).includes('"open"')) // it is written within a second
  const found = await listed()
  assert.equal(found.running, true)
  assert.deepEqual([found.backends[1].name, found.backends[1].state.trips], ['shaky', 1])
  assert.match(await (await fetch(running.metrics ?? '')).text(), /^gatehouse_backend_open\{[^}]*backend="shaky"[^}]*\} 1$/m)
  const shown = await gatehouse(['backends', workspace.folder])
  assert.match(shown.stdout, /^shaky {3}open until 20/m)
  assert.match(shown.stderr, /1 kept from calls/)
  await running.stop()
  assert.equal((await listed()).running, false)
})

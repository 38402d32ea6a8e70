import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyAudit } from '../../src/audit/verify-audit.ts'
import type { Product, Subscription } from '../../src/catalog/catalog.ts'
import { startBackend, startRawBackend } from '../../src/gateway/testing/backends.ts'
import { api, catalog, operation, settings } from '../../src/gateway/testing/catalog.ts'
import { RawClient, serveCatalog } from '../harness/serve-catalog.ts'
import { until } from '../harness/until.ts'

const hello = () => startBackend((_, response) => response.end('hello'))
const all = () => operation('all', '*', '/*')
const policy = (inbound: string) => ({ file: 'policy.xml', text: `<policies><inbound><base />${inbound}</inbound></policies>` })

test('50 clients over several threads get exactly as many calls through as the rate limit says, the others when to come again', async () => {
  const backend = await hello()
  const limited = api('limited', 'limited', [all()], {
    serviceUrl: backend.url,
    policy: policy('<rate-limit-by-key calls="120" renewal-period="300" counter-key="everybody" />'),
  })
  const served = await serveCatalog({ gateway: { workers: 3 }, apis: [limited] })
  const statuses: number[] = []
  const client = async () => {
    for (let i = 0; i < 10; i++) {
      // a connection each, so that all threads get their share
      const answer = await fetch(`${served.url}/limited/x`, { headers: { connection: 'close' } })
      statuses.push(answer.status)
      if (answer.status === 429) {
        assert.ok(Number(answer.headers.get('retry-after')) > 0)
        assert.equal(((await answer.json()) as { statusCode: number }).statusCode, 429)
      } else await answer.text()
    }
  }
  await Promise.all(Array.from({ length: 50 }, client))
  assert.equal(statuses.filter(status => status === 200).length, 120)
  assert.equal(statuses.filter(status => status === 429).length, 380)
  const records = await served.records()
  assert.equal(records.length, 500)
  assert.ok(new Set(records.map(record => record.worker)).size > 1, 'more than one thread served')
  assert.equal(
    records.filter(record => record.reason === 'rate.exceeded' && record.policy?.name === 'rate-limit-by-key').length,
    380,
  )
  await served.close()
  await backend.close()
})

test('places of limit-concurrency are shared by all threads, and given back when calls end or break', async () => {
  const release: (() => void)[] = []
  const backend = await startBackend((_, response) => void release.push(() => response.end('done')))
  const limited = api('limited', 'limited', [all()], {
    serviceUrl: backend.url,
    policy: {
      file: 'policy.xml',
      text: '<policies><inbound><base /></inbound><backend><limit-concurrency key="k" max-count="3"><forward-request /></limit-concurrency></backend></policies>',
    },
  })
  const served = await serveCatalog({ gateway: { workers: 2 }, apis: [limited] })
  const clients = await Promise.all(Array.from({ length: 3 }, () => RawClient.open(served.port)))
  for (const client of clients) client.send('GET /limited/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await until(() => release.length === 3)
  assert.equal((await fetch(`${served.url}/limited/x`)).status, 429)
  clients[0]!.socket.destroy()
  // the place is free once the gateway has seen the caller leave
  while (release.length === 3) {
    const client = await RawClient.open(served.port)
    client.send('GET /limited/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    await Promise.race([client.ended(), until(() => release.length > 3)])
  }
  assert.equal(release.length, 4)
  for (const one of release) one()
  for (const client of clients.slice(1)) assert.match(await client.ended(), /done/)
  await served.close()
  await backend.close()
})

const open: Product = {
  name: 'open',
  displayName: 'Open',
  state: 'published',
  subscriptionRequired: false,
  approvalRequired: false,
  apis: ['free'],
  groups: [],
}
const gold: Product = { ...open, name: 'gold', displayName: 'Gold', subscriptionRequired: true, apis: ['keyed'] }
const subscription = (name: string, more: Partial<Subscription>): Subscription => ({
  name,
  displayName: name,
  scope: { kind: 'product', product: 'gold' },
  state: 'active',
  primaryKey: `${name}-key-1`,
  secondaryKey: `${name}-key-2`,
  allowTracing: false,
  ...more,
})

test('subscription keys decide who comes in, and never reach the records', async () => {
  const backend = await startBackend((request, response) => response.end(JSON.stringify(request.headers)))
  const served = await serveCatalog({
    products: [open, gold],
    subscriptions: [
      subscription('golden', {}),
      subscription('root', { scope: { kind: 'allApis' } }),
      subscription('single', { scope: { kind: 'api', api: 'other' } }),
      subscription('asleep', { state: 'suspended' }),
      subscription('past', { expirationDate: '2020-01-01T00:00:00Z' }),
    ],
    apis: [
      api('free', 'free', [all()], { serviceUrl: backend.url, subscriptionRequired: true }),
      api('keyed', 'keyed', [all()], { serviceUrl: backend.url, subscriptionRequired: true }),
      api('other', 'other', [all()], {
        serviceUrl: backend.url,
        subscriptionRequired: true,
        subscriptionKeyNames: { header: 'X-Key', query: 'k' },
      }),
    ],
  })
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(served.url + path, { headers })).status
  const key = (value: string) => ({ 'Ocp-Apim-Subscription-Key': value })
  assert.equal(await status('/free/x'), 200)
  assert.equal(await status('/free/x', key('wrong')), 401)
  assert.equal(await status('/keyed/x'), 401)
  assert.equal(await status('/keyed/x', key('golden-key-2')), 200)
  assert.equal(await status('/keyed/x?Subscription-Key=golden-key-1'), 200)
  assert.equal(await status('/keyed/x?subscription-key=golden-key-1', key('wrong')), 401)
  assert.equal(await status('/keyed/x', key('root-key-1')), 200)
  assert.equal(await status('/keyed/x', key('asleep-key-1')), 401)
  assert.equal(await status('/keyed/x', key('past-key-1')), 401)
  assert.equal(await status('/keyed/x', key('single-key-1')), 401)
  assert.equal(await status('/other/x', { 'X-Key': 'single-key-1' }), 200)
  assert.equal(await status('/other/x?k=single-key-1'), 200)
  const missing = await fetch(`${served.url}/keyed/x`)
  assert.match(((await missing.json()) as { message: string }).message, /^Access denied due to missing subscription key/)
  const records = await served.records()
  assert.deepEqual(
    records.map(record => `${record.api} ${record.product ?? '-'} ${record.subscription ?? '-'} ${record.reason}`),
    [
      'free open - allowed',
      'free - - subscription.invalid',
      'keyed - - subscription.missing',
      'keyed gold golden allowed',
      'keyed gold golden allowed',
      'keyed - - subscription.invalid',
      'keyed - root allowed',
      'keyed - asleep subscription.suspended',
      'keyed - past subscription.expired',
      'keyed - single subscription.scope',
      'other - single allowed',
      'other - single allowed',
      'keyed - - subscription.missing',
    ],
  )
  const folder = join(served.folder, 'audit')
  for (const name of await readdir(folder)) {
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600)
    assert.doesNotMatch(await readFile(join(folder, name), 'utf8'), /-key-|wrong/)
  }
  assert.deepEqual((await verifyAudit(folder)).faults, [])
  await served.close()
  await backend.close()
})

test('a change of configuration is taken over by all threads, calls in flight end by the old one, a faulty one changes nothing', async () => {
  const waiting: (() => void)[] = []
  const backend = await startBackend((request, response) => {
    if (request.url === '/wait') waiting.push(() => response.end('old'))
    else response.end('old')
  })
  const newer = await startBackend((_, response) => response.end('new'))
  const one = api('one', 'one', [all()], { serviceUrl: backend.url })
  const served = await serveCatalog({ gateway: { workers: 2 }, apis: [one] })
  const inFlight = fetch(`${served.url}/one/wait`)
  await until(() => waiting.length === 1)
  const base = catalog(served.folder, { settings: settings(served.folder, { workers: 2 }) })
  await served.gateway.reload({ ...base, apis: [{ ...one, serviceUrl: newer.url }] })
  assert.equal(served.gateway.generation, 2)
  for (let i = 0; i < 8; i++)
    assert.equal(await (await fetch(`${served.url}/one/x`, { headers: { connection: 'close' } })).text(), 'new')
  waiting[0]?.()
  assert.equal(await (await inFlight).text(), 'old')
  await assert.rejects(served.gateway.reload({ ...base, apis: [{ ...one, policy: policy('<no-such-policy />') }] }))
  assert.equal(served.gateway.generation, 2)
  assert.equal(await (await fetch(`${served.url}/one/x`)).text(), 'new')
  await served.gateway.reload({ ...base, apis: [], settings: settings(served.folder, { workers: 3 }) })
  assert.ok(served.log.some(entry => entry.message.includes('only after a restart: gateway.workers')))
  assert.equal((await fetch(`${served.url}/one/x`)).status, 404)
  assert.deepEqual([...new Set((await served.records()).map(record => record.generation))].sort(), [1, 2, 3])
  await served.close()
  await Promise.all([backend.close(), newer.close()])
})

test('a gateway that stops lets calls in flight end and takes no new ones', async () => {
  let finish: () => void = () => {}
  const backend = await startBackend((_, response) => {
    response.write('first ')
    finish = () => response.end('last')
  })
  const served = await serveCatalog({ gateway: { workers: 2 }, apis: [api('one', 'one', [all()], { serviceUrl: backend.url })] })
  const client = await RawClient.open(served.port)
  client.send('GET /one/x HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.until('first ')
  const stopped = served.gateway.stop(5000)
  for (;;) {
    const probe = connect(served.port, '127.0.0.1')
    const [refused] = await Promise.race([once(probe, 'error'), once(probe, 'connect').then(() => [undefined])])
    probe.destroy()
    if (refused !== undefined) break
  }
  finish()
  assert.match(await client.ended(), /last/)
  await stopped
  const records = await served.records()
  assert.deepEqual(
    records.map(record => [record.status, record.reason]),
    [[200, 'allowed']],
  )
  await served.close()
  await backend.close()
})

test('a connection on which nothing was asked does not keep the gateway from stopping', async () => {
  const served = await serveCatalog({ apis: [api('one', 'one', [all()])] })
  const client = await RawClient.open(served.port)
  const used = await RawClient.open(served.port)
  used.send('GET /status-0123456789abcdef HTTP/1.1\r\nHost: a\r\n\r\n')
  await used.until('Operational')
  const asked = performance.now()
  await served.gateway.stop(20_000)
  assert.ok(performance.now() - asked < 10_000)
  await Promise.all([client.ended(), used.ended()])
  await served.close()
})

test('a call that does not end within the grace is cut off, and recorded', async () => {
  const backend = await startBackend((_, response) => void response.write('never '))
  const served = await serveCatalog({ apis: [api('one', 'one', [all()], { serviceUrl: backend.url })] })
  const client = await RawClient.open(served.port)
  client.send('GET /one/x HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.until('never ')
  await served.gateway.stop(50)
  assert.doesNotMatch(await client.ended(), /\r\n0\r\n\r\n$/)
  assert.equal((await served.records()).length, 1)
  await served.close()
  await backend.close()
})

test('a WebSocket handshake that inbound lets through becomes a tunnel, one that it refuses does not', async () => {
  const backend = await startRawBackend(socket => {
    socket.once('data', head => {
      const text = String(head)
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Saw: ${text.includes('Sec-WebSocket-Key: abc') && text.includes('Upgrade: websocket')}\r\n\r\n`,
      )
      socket.on('data', data => socket.write(`echo ${data}`))
    })
  })
  const plain = await startBackend((_, response) => response.writeHead(426, { 'X-Why': 'no sockets' }).end('no'))
  const served = await serveCatalog({
    apis: [
      api('ws', 'ws', [all()], { serviceUrl: backend.url }),
      api('shut', 'shut', [all()], {
        serviceUrl: backend.url,
        policy: policy('<return-response><set-status code="403" reason="No" /></return-response>'),
      }),
      api('plain', 'plain', [all()], { serviceUrl: plain.url }),
    ],
  })
  const handshake = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n`
  const client = await RawClient.open(served.port)
  client.send(handshake('/ws/chat'))
  assert.match(await client.until('\r\n\r\n'), /^HTTP\/1\.1 101 [\s\S]*X-Saw: true/)
  client.send('one')
  await client.until('echo one')
  client.send('two')
  await client.until('echo two')
  client.socket.destroy()
  const shut = await RawClient.open(served.port)
  shut.send(handshake('/shut/chat'))
  assert.match(await shut.ended(), /^HTTP\/1\.1 403 No/)
  const none = await RawClient.open(served.port)
  none.send(handshake('/nowhere/chat'))
  assert.match(await none.ended(), /^HTTP\/1\.1 404 /)
  const refused = await RawClient.open(served.port)
  refused.send(handshake('/plain/chat'))
  assert.match(await refused.ended(), /^HTTP\/1\.1 426 [\s\S]*X-Why: no sockets[\s\S]*no$/)
  const records = await served.records()
  assert.deepEqual(records.map(record => [record.api ?? '', record.status]).sort(), [
    ['', 404],
    ['plain', 426],
    ['shut', 403],
    ['ws', 101],
  ])
  await served.close()
  await Promise.all([backend.close(), plain.close()])
})

test('a backend that does not switch protocols and breaks off its answer leaves a record too', async () => {
  const backend = await startRawBackend(socket => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'))
  })
  const served = await serveCatalog({ apis: [api('ws', 'ws', [all()], { serviceUrl: backend.url })] })
  const client = await RawClient.open(served.port)
  client.send('GET /ws/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await client.until('abc')
  await served.gateway.stop(50)
  await client.ended()
  assert.deepEqual(
    (await served.records()).map(({ status }) => status),
    [200],
  )
  await served.close()
  await backend.close()
})

test('a tunnel does not keep the gateway from stopping', async () => {
  const backend = await startRawBackend(socket => {
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    )
  })
  const served = await serveCatalog({ apis: [api('ws', 'ws', [all()], { serviceUrl: backend.url })] })
  const client = await RawClient.open(served.port)
  client.send('GET /ws/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await client.until('101')
  await served.gateway.stop(100)
  await client.ended()
  assert.equal((await served.records()).length, 1)
  await served.close()
  await backend.close()
})

test('a port that is taken is an error with its code', async () => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await assert.rejects(serveCatalog({ gateway: { listen: { host: '127.0.0.1', port } } }), { code: 'EADDRINUSE' })
  other.close()
})

test('quotas go on counting after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-quota-'))
  const backend = await hello()
  const limited = api('limited', 'limited', [all()], {
    serviceUrl: backend.url,
    policy: policy('<quota-by-key calls="5" renewal-period="3600" counter-key="everybody" />'),
  })
  const statuses: number[] = []
  for (let life = 0; life < 2; life++) {
    const served = await serveCatalog({ folder, apis: [limited], gateway: { workers: 2 } })
    for (let i = 0; i < 4; i++)
      statuses.push((await fetch(`${served.url}/limited/x`, { headers: { connection: 'close' } })).status)
    await served.close()
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 403, 403, 403])
  await backend.close()
  await rm(folder, { recursive: true })
})

test('a thread that dies is replaced, the other goes on serving, and what the dead one held is given back', async () => {
  const release: (() => void)[] = []
  const backend = await startBackend((request, response) => {
    if (request.url === '/hold') release.push(() => response.end('done'))
    else response.end('hello')
  })
  const limited = operation('hold', 'GET', '/hold', {
    policy: {
      file: 'policy.xml',
      text: '<policies><backend><limit-concurrency key="k" max-count="1"><forward-request /></limit-concurrency></backend></policies>',
    },
  })
  const served = await serveCatalog({
    gateway: { workers: 2 },
    apis: [api('one', 'one', [operation('all', 'GET', '/x'), limited], { serviceUrl: backend.url })],
    worker: new URL('../harness/mortal-worker.ts', import.meta.url),
  })
  const holder = await RawClient.open(served.port)
  holder.send('GET /one/hold HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => release.length === 1)
  assert.equal((await fetch(`${served.url}/one/hold`)).status, 429)
  const channel = new BroadcastChannel('mortal-workers')
  for (const index of [0, 1]) {
    channel.postMessage(index)
    await until(() => served.log.some(entry => entry.message === `worker ${index} serves again`))
    assert.ok(served.log.some(entry => entry.message.startsWith(`worker ${index} ended: Error: told to die`)))
    const statuses = new Set<number>()
    for (let i = 0; i < 6; i++) statuses.add((await fetch(`${served.url}/one/x`, { headers: { connection: 'close' } })).status)
    assert.deepEqual([...statuses], [200])
  }
  await holder.ended()
  const again = fetch(`${served.url}/one/hold`)
  await until(() => release.length === 2)
  release[1]?.()
  assert.equal((await again).status, 200)
  channel.close()
  await served.close()
  await backend.close()
})

test('a trail that cannot be written is told, and calls are refused when the workspace says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'))
  await writeFile(join(folder, 'audit'), 'a file where the folder should be')
  const backend = await hello()
  const served = await serveCatalog({
    folder,
    apis: [api('one', 'one', [all()], { serviceUrl: backend.url })],
    gateway: { auditOverflow: 'refuse' },
  })
  assert.equal((await fetch(`${served.url}/one/x`)).status, 200)
  await until(() => served.log.some(entry => entry.source === 'audit' && entry.severity === 'error'))
  await served.close()
  await backend.close()
  await rm(folder, { recursive: true })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect } from 'node:tls'
import type { Certificate } from '../../src/catalog/catalog.ts'
import type { ListenerTls } from '../../src/catalog/settings.ts'
import { type Issued, issue } from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { startBackend } from '../../src/gateway/testing/backends.ts'
import { api, catalog, operation, settings } from '../../src/gateway/testing/catalog.ts'
import { RawClient, serveCatalog } from '../harness/serve-catalog.ts'
import { tlsCall } from '../harness/tls-call.ts'

const root = issue({ subject: 'Root', authority: true })
const clients = issue({ subject: 'Clients', authority: true })
const middle = issue({ subject: 'Middle', issuer: clients, authority: true })
const gateway = issue({ subject: 'gateway', issuer: root, dnsNames: ['localhost'] })
const partner = issue({ subject: 'partner', issuer: middle })
const stranger = issue({ subject: 'stranger' })

const tls = (more: Partial<ListenerTls> = {}): ListenerTls => ({
  chain: [gateway.cert],
  key: gateway.key,
  clientCertificate: 'none',
  clientAuthorities: [],
  minVersion: 'TLSv1.2',
  ...more,
})

const held = (id: string, { certificate, cert, key }: Issued): Certificate => ({
  id,
  thumbprint: certificate.fingerprint.replaceAll(':', ''),
  subject: certificate.subject,
  notBefore: Date.parse(certificate.validFrom),
  notAfter: Date.parse(certificate.validTo),
  chain: [cert],
  key,
})

/** An API that answers with what an expression says. */
const telling = (expression: string) =>
  api('tell', 'tell', [operation('all', '*', '/*')], {
    policy: {
      file: 'tell.xml',
      text: `<policies><inbound><return-response><set-body>@(${expression})</set-body></return-response></inbound></policies>`,
    },
  })

test('the listener speaks HTTPS, tells so to expressions and backends, and records what is no TLS', async () => {
  const backend = await startBackend((request, response) => response.end(request.headers['x-forwarded-proto']))
  const through = api('through', 'through', [operation('all', '*', '/*')], { serviceUrl: backend.url })
  await using served = await serveCatalog({
    gateway: { tls: tls() },
    apis: [telling('context.Request.OriginalUrl.Scheme'), through],
  })
  const call = (path: string) => tlsCall({ port: served.port, root, path })
  assert.equal(served.gateway.scheme, 'https')
  assert.equal((await call('/tell/x')).body, 'https')
  assert.equal((await call('/through/x')).body, 'https')
  assert.equal((await tlsCall({ port: served.port, root, path: '/status-0123456789abcdef' })).status, 200)
  const plain = await RawClient.open(served.port)
  plain.send('GET /tell/x HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.equal(await plain.ended(), '')
  const records = await served.records()
  assert.deepEqual(
    records.map(({ reason, status, received }) => [reason, status, received]),
    [
      ['policy.returned-response', 200, undefined],
      ['allowed', 200, undefined],
      ['tls.handshake', 0, ['ERR_SSL_HTTP_REQUEST']],
    ],
  )
  await backend.close()
})

test('a certificate that is asked for is what expressions see, and none is null', async () => {
  const expression = `context.Request.Certificate == null ? "none" : context.Request.Certificate.Subject + " " + context.Request.Certificate.Verify() + " " + context.Deployment.Certificates.Any(c => c.Value.Thumbprint == context.Request.Certificate.Thumbprint) + " " + context.Deployment.Certificates["partner"].HasPrivateKey`
  await using served = await serveCatalog({
    gateway: { tls: tls({ clientCertificate: 'request', clientAuthorities: [clients.cert] }) },
    apis: [telling(expression.replaceAll('"', '&quot;').replaceAll('>', '&gt;'))],
    certificates: [held('partner', partner)],
  })
  const tell = async (client?: Issued, links: readonly Issued[] = []) =>
    (await tlsCall({ port: served.port, root, path: '/tell/x', links, ...(client === undefined ? {} : { client }) })).body
  assert.equal(await tell(), 'none')
  assert.equal(await tell(partner, [middle]), 'CN=partner True True True')
  assert.equal(await tell(partner), 'CN=partner False True True')
  assert.equal(await tell(stranger), 'CN=stranger False False True')
})

test('without being asked for, a certificate is not seen', async () => {
  await using served = await serveCatalog({ gateway: { tls: tls() }, apis: [telling('context.Request.Certificate == null')] })
  assert.equal((await tlsCall({ port: served.port, root, path: '/tell/x', client: partner, links: [middle] })).body, 'True')
})

test('a certificate that is required must come from a named authority, or no call comes about', async () => {
  await using served = await serveCatalog({
    gateway: { tls: tls({ clientCertificate: 'require', clientAuthorities: [clients.cert] }) },
    apis: [telling('context.Request.Certificate.Subject')],
  })
  const call = (client?: Issued) =>
    tlsCall({ port: served.port, root, path: '/tell/x', links: [middle], ...(client === undefined ? {} : { client }) })
  assert.equal((await call(partner)).body, 'CN=partner')
  await assert.rejects(call())
  await assert.rejects(call(stranger))
  const records = await served.records()
  assert.deepEqual(
    records.map(({ reason }) => reason),
    ['policy.returned-response', 'tls.handshake', 'tls.handshake'],
  )
  assert.deepEqual(
    records.slice(1).map(({ received }) => received),
    [['no client certificate'], ['a client certificate of no authority that is named']],
  )
})

test('an older protocol than the oldest allowed is not spoken', async () => {
  await using served = await serveCatalog({ gateway: { tls: tls({ minVersion: 'TLSv1.3' }) } })
  const old = connect({ port: served.port, host: '127.0.0.1', servername: 'localhost', ca: root.cert, maxVersion: 'TLSv1.2' })
  await assert.rejects(once(old, 'secureConnect'))
})

test('a reload puts a renewed certificate in force for new connections; what a listener asks for stays until a restart', async () => {
  await using served = await serveCatalog({ gateway: { tls: tls() }, apis: [telling('context.Request.Certificate == null')] })
  const shown = async () => {
    const socket = connect({ port: served.port, host: '127.0.0.1', servername: 'localhost', ca: root.cert })
    await once(socket, 'secureConnect')
    const subject = socket.getPeerX509Certificate()?.subject
    socket.destroy()
    return subject
  }
  assert.equal(await shown(), 'CN=gateway')
  const renewed = issue({ subject: 'renewed', issuer: root, dnsNames: ['localhost'] })
  const next = (more: Partial<ListenerTls>) =>
    catalog(served.folder, {
      apis: [telling('context.Request.Certificate == null')],
      settings: settings(served.folder, { tls: tls({ chain: [renewed.cert], key: renewed.key, ...more }) }),
    })
  await served.gateway.reload(next({}))
  assert.equal(await shown(), 'CN=renewed')
  await served.gateway.reload(next({ clientCertificate: 'request' }))
  assert.equal((await tlsCall({ port: served.port, root, path: '/tell/x', client: partner })).body, 'True')
  assert.ok(served.log.some(({ message }) => /after a restart: gateway\.tls/.test(message)))
})

test('a key that does not belong to its certificate keeps the old configuration', async () => {
  await using served = await serveCatalog({ gateway: { tls: tls() } })
  const broken = catalog(served.folder, { settings: settings(served.folder, { tls: tls({ key: partner.key }) }) })
  await assert.rejects(served.gateway.reload(broken))
  assert.equal(served.gateway.generation, 1)
})

test('a WebSocket comes in over TLS, and policies see its certificate too', async () => {
  const backend = await startBackend(
    (_, response) => response.end(),
    server =>
      server.on('upgrade', (request, socket) => {
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Who: ${request.headers['x-who']}\r\n\r\n`,
        )
        socket.on('error', () => {}) // the caller may go away at any time
      }),
  )
  const ws = api('ws', 'ws', [operation('all', '*', '/*')], {
    serviceUrl: backend.url,
    policy: {
      file: 'ws.xml',
      text: '<policies><inbound><set-header name="X-Who" exists-action="override"><value>@(context.Request.Certificate.Subject)</value></set-header></inbound></policies>',
    },
  })
  await using served = await serveCatalog({ gateway: { tls: tls({ clientCertificate: 'request' }) }, apis: [ws] })
  const socket = connect({
    port: served.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: root.cert,
    cert: partner.cert,
    key: partner.keyPem,
  })
  await once(socket, 'secureConnect')
  socket.write(
    'GET /ws/chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n',
  )
  let head = ''
  for await (const chunk of socket) {
    head += String(chunk)
    if (head.includes('\r\n\r\n')) break
  }
  assert.match(head, /101 Switching[\s\S]*X-Who: CN=partner/)
  await backend.close()
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Backend } from '../../src/catalog/catalog.ts'
import { makeServerCertificate } from '../../src/directory/certificates/authority.ts'
import { readAll } from '../../src/gateway/testing/backends.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { RawClient, type ServedCatalog, serveCatalog } from '../harness/serve-catalog.ts'

let folder: string
let backend: Server
let served: ServedCatalog
/** What reached the backend, in order. */
const reached: string[] = []

const guided = (name: string, inbound: string, forward = '<base />') =>
  api(name, name, [operation('all', '*', '/*')], {
    policy: {
      file: `${name}.xml`,
      text: `<policies><inbound><base />${inbound}</inbound><backend>${forward}</backend></policies>`,
    },
  })

/** A backend whose certificate is from an authority that nobody knows. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'))
  backend = createServer(makeServerCertificate(folder, { dnsNames: ['localhost'], addresses: ['127.0.0.1'] }, Date.now()))
  backend.on('upgrade', (request, socket) => {
    reached.push(`upgrade ${request.url}`)
    socket.on('error', () => {}) // the caller may go away at any time
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.on('data', (data: Buffer) => socket.write(`echo ${data}`))
  })
  backend.on('checkContinue', async (request, response) => {
    reached.push(`continue ${request.url}`)
    response.writeContinue()
    response.end(`got ${await readAll(request)}`)
  })
  backend.listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const { port } = backend.address() as AddressInfo // it listens on a port, not a pipe
  const entity = (name: string, scheme: string): Backend => ({
    name,
    url: `${scheme}://127.0.0.1:${port}/live`,
    protocol: 'http',
    tls: { validateCertificateChain: false, validateCertificateName: true },
  })
  const waiting = '<forward-request continue-timeout="20" />'
  served = await serveCatalog({
    backends: [entity('sockets', 'wss'), entity('files', 'https')],
    apis: [
      guided('ws', '<set-backend-service backend-id="sockets" />'),
      guided('strict', `<set-backend-service base-url="wss://127.0.0.1:${port}/live" />`),
      guided('files', '<set-backend-service backend-id="files" />', waiting),
      guided('strict-files', `<set-backend-service base-url="https://127.0.0.1:${port}/live" />`, waiting),
    ],
  })
})

after(async () => {
  await served.close()
  backend.close()
  backend.closeAllConnections()
  await rm(folder, { recursive: true })
})

const handshake = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n`

test('a WebSocket goes on over TLS to a wss backend, believed as the backend entity says', async () => {
  const client = await RawClient.open(served.port)
  client.send(handshake('/ws/chat?room=1'))
  assert.match(await client.until('\r\n\r\n'), /^HTTP\/1\.1 101 /)
  client.send('one')
  await client.until('echo one')
  client.socket.destroy()
  assert.deepEqual(reached.splice(0), ['upgrade /live/chat?room=1'])
})

test('a wss backend that cannot prove itself gets nothing', async () => {
  const client = await RawClient.open(served.port)
  client.send(handshake('/strict/chat'))
  assert.match(await client.ended(), /^HTTP\/1\.1 502 /)
  assert.deepEqual(reached, [])
})

test('a body that waits for 100 Continue goes over TLS too, and only to a backend that proves itself', async () => {
  const post = (path: string) => fetch(served.url + path, { method: 'POST', body: 'hello' })
  const answer = await post('/files/a')
  assert.deepEqual([answer.status, await answer.text()], [200, 'got hello'])
  assert.deepEqual(reached.splice(0), ['continue /live/a'])
  assert.equal((await post('/strict-files/a')).status, 500)
  assert.deepEqual(reached, [])
})

test('a caller that expects 100 Continue itself sends its body only once the backend wants it', async () => {
  const client = await RawClient.open(served.port)
  client.send('POST /files/b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n')
  await client.until('100 Continue\r\n\r\n')
  assert.deepEqual(reached.splice(0), ['continue /live/b'])
  client.send('hello')
  assert.match(await client.ended(), /HTTP\/1\.1 200 OK[\s\S]*got hello/)
})

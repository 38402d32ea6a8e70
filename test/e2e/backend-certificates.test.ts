import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { Certificate } from '../../src/catalog/catalog.ts'
import { type Issued, issue, makePfx } from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { type ServedCatalog, serveCatalog } from '../harness/serve-catalog.ts'

const root = issue({ subject: 'Backends', authority: true })
const callers = issue({ subject: 'Callers', authority: true })
const server = issue({ subject: 'backend', issuer: root, dnsNames: ['localhost'], addresses: ['127.0.0.1'] })
const own = issue({ subject: 'own', issuer: callers })
const second = issue({ subject: 'second', issuer: callers })
const pfx = makePfx([own.certificate], own.key, 'hush')

const held = (id: string, { certificate, cert, key }: Issued): Certificate => ({
  id,
  thumbprint: certificate.fingerprint.replaceAll(':', ''),
  subject: certificate.subject,
  notBefore: 0,
  notAfter: 0,
  chain: [cert],
  key,
})

let backend: Server
let served: ServedCatalog

before(async () => {
  // a backend that demands a certificate of its callers' authority, and says whose it saw
  backend = createServer(
    { cert: server.cert, key: server.keyPem, requestCert: true, rejectUnauthorized: true, ca: callers.cert },
    (request, response) => response.end((request.socket as TLSSocket).getPeerX509Certificate()?.subject), // an https server's sockets are
  )
  backend.listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const url = `https://127.0.0.1:${(backend.address() as AddressInfo).port}` // a TCP server's address is one
  const guided = (name: string, inbound: string, forward = '<base />') =>
    api(name, name, [operation('all', '*', '/*')], {
      serviceUrl: url,
      policy: {
        file: `${name}.xml`,
        text: `<policies><inbound><base />${inbound}</inbound><backend>${forward}</backend></policies>`,
      },
    })
  const send = `<send-request response-variable-name="r"><set-url>${url}/x</set-url><authentication-certificate certificate-id="own" /></send-request>
    <return-response><set-body>@(((IResponse)context.Variables["r"]).Body.As&lt;string&gt;())</set-body></return-response>`
  served = await serveCatalog({
    certificates: [held('own', own), held('second', second)],
    certificateAuthorities: [root.cert],
    apis: [
      guided('by-id', '<authentication-certificate certificate-id="own" />'),
      guided(
        'by-thumbprint',
        `<authentication-certificate thumbprint="${second.certificate.fingerprint.replaceAll(':', '')}" />`,
      ),
      guided(
        'by-body',
        `<authentication-certificate body="@(Convert.FromBase64String(&quot;${Buffer.from(pfx).toString('base64')}&quot;))" password="hush" />`,
      ),
      guided('waiting', '<authentication-certificate certificate-id="own" />', '<forward-request continue-timeout="20" />'),
      guided('sent', send.replaceAll('"r"])', '&quot;r&quot;])')),
      guided('none', ''),
    ],
  })
})

after(async () => {
  await served.close()
  backend.close()
  backend.closeAllConnections()
})

const ask = async (path: string, body?: string) => {
  const answer = await fetch(served.url + path, body === undefined ? {} : { method: 'POST', body })
  return `${answer.status} ${await answer.text()}`
}

test('the backend of an own authority sees the certificate that the policy names, by id, thumbprint and file', async () => {
  assert.equal(await ask('/by-id/x'), '200 CN=own')
  assert.equal(await ask('/by-thumbprint/x'), '200 CN=second')
  assert.equal(await ask('/by-body/x'), '200 CN=own')
  assert.equal(await ask('/by-id/x'), '200 CN=own') // connections of different certificates are kept apart
})

test('a body that waits for 100 Continue, and a request of a policy’s own, show it too', async () => {
  assert.equal(await ask('/waiting/x', 'hello'), '200 CN=own')
  assert.equal(await ask('/sent/x'), '200 CN=own')
})

test('without a certificate the backend turns the gateway away', async () => {
  assert.match(await ask('/none/x'), /^50[02] /)
})

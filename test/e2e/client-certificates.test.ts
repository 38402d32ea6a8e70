import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Certificate } from '../../src/catalog/catalog.ts'
import type { ListenerTls } from '../../src/catalog/settings.ts'
import {
  type CertificateShape,
  type Issued,
  issue,
  revocationList,
} from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { type ServedCatalog, serveCatalog } from '../harness/serve-catalog.ts'
import { tlsCall } from '../harness/tls-call.ts'

const day = 86_400_000
const servers = issue({ subject: 'Servers', authority: true })
const gateway = issue({ subject: 'gateway', issuer: servers, dnsNames: ['localhost'] })
const root = issue({ subject: 'Clients', authority: true })
/** What was asked of the lists' server. */
const asked: string[] = []
const listServer = createServer((request, response) => {
  asked.push(request.url ?? '')
  const bytes =
    request.url === '/root.crl'
      ? revocationList(root, [])
      : request.url === '/middle.crl'
        ? revocationList(middle, ['6666'])
        : undefined
  response.writeHead(bytes === undefined ? 404 : 200).end(bytes)
})
let middle: Issued
let served: ServedCatalog

const client = (more: Partial<CertificateShape> = {}) =>
  issue({ subject: 'partner', issuer: middle, revocationList: `${listOrigin()}/middle.crl`, ...more })
const listOrigin = () => `http://127.0.0.1:${(listServer.address() as AddressInfo).port}` // a TCP server's address is one

const guarded = (name: string, policy: string) =>
  api(name, name, [operation('all', '*', '/*')], {
    policy: {
      file: `${name}.xml`,
      text: `<policies><inbound>${policy}<return-response><set-body>welcome</set-body></return-response></inbound><on-error>
        <set-header name="ErrorSource" exists-action="override"><value>@(context.LastError.Source)</value></set-header>
        <set-header name="ErrorReason" exists-action="override"><value>@(context.LastError.Reason)</value></set-header>
        <set-header name="ErrorMessage" exists-action="override"><value>@(context.LastError.Message)</value></set-header>
      </on-error></policies>`,
    },
  })

before(async () => {
  listServer.listen(0, '127.0.0.1')
  await once(listServer, 'listening')
  middle = issue({ subject: 'Middle', issuer: root, authority: true, revocationList: `${listOrigin()}/root.crl` })
  const tls: ListenerTls = {
    chain: [gateway.cert],
    key: gateway.key,
    clientCertificate: 'request',
    clientAuthorities: [root.cert],
    minVersion: 'TLSv1.2',
  }
  const held: Certificate = {
    id: 'middle',
    thumbprint: middle.certificate.fingerprint.replaceAll(':', ''),
    subject: 'CN=Middle',
    notBefore: 0,
    notAfter: 0,
    chain: [middle.cert],
  }
  served = await serveCatalog({
    gateway: { tls },
    certificates: [held],
    apis: [
      guarded('strict', '<validate-client-certificate />'),
      guarded(
        'partners',
        '<validate-client-certificate><identities><identity subject="CN=partner" issuer-certificate-id="middle" /></identities></validate-client-certificate>',
      ),
      guarded('lenient', '<validate-client-certificate ignore-error="true" />'),
      guarded('late', '<validate-client-certificate validate-not-after="false" />'),
      guarded('early', '<validate-client-certificate validate-not-before="false" />'),
      guarded('anybody', '<validate-client-certificate validate-trust="false" validate-revocation="false" />'),
      ...Object.entries(identities()).map(([name, identity]) =>
        guarded(
          name,
          `<validate-client-certificate><identities><identity ${identity} /></identities></validate-client-certificate>`,
        ),
      ),
    ],
  })
})

after(async () => {
  await served.close()
  listServer.close()
  listServer.closeAllConnections()
})

/** Attributes of `<identity>`, each alone. */
function identities(): Readonly<Record<string, string>> {
  return {
    serial: 'serial-number="4242"',
    common: 'common-name="partner"',
    dns: 'dns-name="partner.example"',
    issuerSubject: 'issuer-subject="CN=Middle"',
    issuerThumbprint: `issuer-thumbprint="${middle.certificate.fingerprint.replaceAll(':', '')}"`,
  }
}

async function call(path: string, shown?: Issued, links: readonly Issued[] = [middle]) {
  const { status, headers, body } = await tlsCall({
    port: served.port,
    root: servers,
    path,
    links,
    ...(shown === undefined ? {} : { client: shown }),
  })
  return { status, body, reason: headers.errorreason, source: headers.errorsource, message: headers.errormessage }
}

const refused = (reason: string, message: string) => ({
  status: 401,
  body: JSON.stringify({ statusCode: 401, message: 'Invalid client certificate' }),
  reason,
  source: 'validate-client-certificate',
  message,
})

test('a good certificate of the right authority gets in, its lists being fetched once', async () => {
  assert.equal((await call('/strict/x', client())).body, 'welcome')
  assert.equal((await call('/partners/x', client())).body, 'welcome')
  assert.deepEqual(asked.sort(), ['/middle.crl', '/root.crl'])
})

test('each way to be wrong is told by API Management’s reason in on-error', async () => {
  assert.deepEqual(await call('/strict/x'), refused('ClientCertificateNotFound', 'The client certificate was not found.'))
  const past = { notBefore: new Date(Date.now() - 3 * day), notAfter: new Date(Date.now() - day) }
  assert.deepEqual(await call('/strict/x', client(past)), refused('ClientCertificateExpired', 'Certificate has expired.'))
  const future = { notBefore: new Date(Date.now() + day) }
  assert.deepEqual(
    await call('/strict/x', client(future)),
    refused('ClientCertificateNotYetValid', 'Certificate is not valid yet.'),
  )
  const noChain = 'A certificate chain could not be built to a trusted root authority.'
  assert.deepEqual(await call('/strict/x', client(), []), refused('ClientCertificateNotTrusted', noChain))
  assert.deepEqual(await call('/strict/x', issue({ subject: 'partner' })), refused('ClientCertificateNotTrusted', noChain))
  assert.deepEqual(
    await call('/strict/x', client({ serial: '6666' })),
    refused('ClientCertificateRevoked', 'The certificate is revoked.'),
  )
  assert.equal(
    (await call('/strict/x', client({ revocationList: `${listOrigin()}/gone.crl` }))).reason,
    'ClientCertificateRevocationUnknown',
  )
  assert.deepEqual(
    await call('/partners/x', client({ subject: 'stranger' })),
    refused('ClientCertificateIdentityNotMatched', 'Certificate does not match any of allowed identities.'),
  )
})

test('what is not asked for is not looked at', async () => {
  const past = client({ notBefore: new Date(Date.now() - 3 * day), notAfter: new Date(Date.now() - day) })
  const future = client({ notBefore: new Date(Date.now() + day) })
  assert.deepEqual(
    [(await call('/late/x', past)).body, (await call('/late/x', future)).reason],
    ['welcome', 'ClientCertificateNotYetValid'],
  )
  assert.deepEqual(
    [(await call('/early/x', future)).body, (await call('/early/x', past)).reason],
    ['welcome', 'ClientCertificateExpired'],
  )
  assert.equal((await call('/anybody/x', issue({ subject: 'stranger' }))).body, 'welcome')
})

test('an identity is one by each of its attributes', async () => {
  const known = client({ serial: '4242', dnsNames: ['partner.example'] })
  for (const name of Object.keys(identities())) {
    assert.equal((await call(`/${name}/x`, known)).body, 'welcome', name)
    const other = client({ subject: 'other', serial: '4343', dnsNames: ['other.example'] })
    const expected = name.startsWith('issuer') ? undefined : 'ClientCertificateIdentityNotMatched'
    assert.equal((await call(`/${name}/x`, other)).reason, expected, name)
  }
})

test('an ignored error lets the call in', async () => {
  assert.equal((await call('/lenient/x')).body, 'welcome')
})

test('who called, and why one was refused, stands on the record', async () => {
  const partner = client()
  await call('/partners/y', partner)
  const records = await served.records()
  const { caller } = records.find(({ path }) => path === '/partners/y') ?? assert.fail('no record')
  assert.deepEqual(caller, { issuer: 'CN=Middle', certificate: partner.certificate.fingerprint.replaceAll(':', '') })
  const revoked = records.find(({ reason }) => reason === 'certificate.revoked')
  assert.equal(revoked?.policy?.name, 'validate-client-certificate')
  assert.match(String(revoked?.received), /^CN=partner,issued by CN=Middle,thumbprint /)
})

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CertificateShape,
  type Issued,
  issue,
  revocationList,
} from '../../../src/expressions/runtime/data/testing/make-certificates.ts'
import type { ReasonCase, Sent } from './reason-case.ts'

const day = 86_400_000

/** Authorities of callers, the lists of what they revoked, and the gateway's own certificate. */
export interface Authorities {
  readonly servers: Issued
  readonly gateway: Issued
  readonly root: Issued
  readonly middle: Issued
  readonly lists: string
  /** From now on the list at `/gone.crl` is there. */
  mend(): void
  close(): void
}

export async function openAuthorities(): Promise<Authorities> {
  const servers = issue({ subject: 'Servers', authority: true })
  const root = issue({ subject: 'Clients', authority: true })
  let isMended = false
  const server: Server = createServer((request, response) => {
    const lists = new Map([
      ['/root.crl', () => revocationList(root, [])],
      ['/middle.crl', () => revocationList(middle, ['6666'])],
      ...(isMended ? [['/gone.crl', () => revocationList(middle, [])] as const] : []),
    ])
    const bytes = lists.get(request.url ?? '')?.()
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const lists = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server's address is one
  const middle = issue({ subject: 'Middle', issuer: root, authority: true, revocationList: `${lists}/root.crl` })
  return {
    servers,
    gateway: issue({ subject: 'gateway', issuer: servers, dnsNames: ['localhost'] }),
    root,
    middle,
    lists,
    mend() {
      isMended = true
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

export const certificateFiles = ({ gateway, root, middle }: Authorities) => ({
  'gatehouse.yaml': `gateway:
  listen: 127.0.0.1:0
  workers: 1
  tls: { certificate: ./gateway.pem, key: ./gateway-key.pem, clientCertificate: request, clientAuthorities: [./clients.pem] }
certificates:
  middle: { certificate: ./middle.pem }
`,
  'gateway.pem': gateway.cert,
  'gateway-key.pem': gateway.keyPem,
  'clients.pem': root.cert,
  'middle.pem': middle.cert,
})

/** What is wrong with the certificates that callers show. */
export function certificateCases(authorities: Authorities): readonly ReasonCase[] {
  const { middle, lists } = authorities
  const client = (more: Partial<CertificateShape> = {}) =>
    issue({ subject: 'partner', issuer: middle, revocationList: `${lists}/middle.crl`, ...more })
  const showing = (shown: Issued, links: readonly Issued[] = [middle]): Sent => ({ certificate: { shown, links } })
  const good = showing(client())
  const judged = {
    policy: { inbound: '<validate-client-certificate />' },
    status: 401,
    message: /^Invalid client certificate$/,
    decidedBy: 'validate-client-certificate',
    mended: { send: good },
  } as const
  const shown = /^CN=partner\nissued by CN=Middle\nthumbprint [0-9A-F]{40}$/
  const identity = (subject: string) =>
    `<validate-client-certificate><identities><identity subject="CN=${subject}" issuer-certificate-id="middle" /></identities></validate-client-certificate>`
  return [
    { code: 'certificate.missing', ...judged, received: /^none$/, mend: /^The caller shows its certificate when it connects\.$/ },
    {
      code: 'certificate.not-trusted',
      ...judged,
      send: showing(client(), []),
      received: shown,
      mend: /sends the certificates between CN=partner and its root too, or whoever runs the gateway names the authority CN=Middle under certificateAuthorities/,
    },
    {
      code: 'certificate.expired',
      ...judged,
      send: showing(client({ notBefore: new Date(Date.now() - 3 * day), notAfter: new Date(Date.now() - day) })),
      received: shown,
      mend: /^The caller has the certificate CN=partner renewed by CN=Middle\.$/,
    },
    {
      code: 'certificate.not-yet-valid',
      ...judged,
      send: showing(client({ notBefore: new Date(Date.now() + day) })),
      received: shown,
      mend: /sets its clock right, or the caller waits until the certificate CN=partner begins/,
    },
    {
      code: 'certificate.revoked',
      ...judged,
      send: showing(client({ serial: '6666' })),
      received: shown,
      mend: /^The caller has a new certificate issued in place of CN=partner by CN=Middle\.$/,
    },
    {
      code: 'certificate.revocation-unknown',
      ...judged,
      send: showing(client({ revocationList: `${lists}/gone.crl` })),
      received: shown,
      mend: /lets it reach the revocation list that the chain of CN=partner names, or the API’s publisher writes validate-revocation="false" at .*:4/,
      mended: { policy: { inbound: '<validate-client-certificate validate-revocation="false" />' } },
    },
    {
      code: 'certificate.identity',
      ...judged,
      policy: { inbound: identity('somebody') },
      send: good,
      expected: /subject CN=somebody/,
      received: shown,
      mend: /publisher adds an identity for CN=partner \(CN=Middle\) to validate-client-certificate at .*:4, or the caller shows one with .*CN=somebody/,
      mended: { policy: { inbound: identity('partner') } },
    },
  ]
}

import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { keepState } from '../state-files.ts'
import { makeCertificate, toPem } from './make-certificate.ts'

/** The certificate authority of one state folder: made once, for this machine's clients to trust. */
export interface Authority {
  readonly caFile: string
  readonly caPem: string
}

export interface ServerCertificate {
  readonly cert: string
  readonly key: string
}

const caFile = 'ca.pem'
const caKeyFile = 'ca-key.pem'
const day = 86_400_000
const authorityDays = 3650
/** A server certificate is made anew at each start. */
const serverDays = 397

/** Key and certificate are kept in one file, so that two processes that start at once agree on both; ca.pem is the part to hand out. */
export function openAuthority(state: string, now: number): Authority {
  const pair = keepState(state, caKeyFile, () => makePair(now))
  const caPem = keepState(state, caFile, () => certificateIn(pair))
  return { caFile: join(state, caFile), caPem }
}

/** A certificate for these names, by the authority of the state folder. */
export function makeServerCertificate(
  state: string,
  names: { readonly dnsNames: readonly string[]; readonly addresses: readonly string[] },
  now: number,
): ServerCertificate {
  const pair = keepState(state, caKeyFile, () => makePair(now))
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = makeCertificate({
    subject: names.dnsNames[0] ?? 'localhost',
    issuer: subjectOf(certificateIn(pair)),
    publicKey,
    issuerKey: createPrivateKey(pair),
    notBefore: new Date(now - day),
    notAfter: new Date(now + serverDays * day),
    use: { kind: 'server', ...names },
  })
  return { cert: toPem(der), key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }
}

function makePair(now: number): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = `Gatehouse local directory ${new Date(now).toISOString().slice(0, 10)}`
  const der = makeCertificate({
    subject,
    issuer: subject,
    publicKey,
    issuerKey: privateKey,
    notBefore: new Date(now - day),
    notAfter: new Date(now + authorityDays * day),
    use: { kind: 'authority' },
  })
  return `${privateKey.export({ format: 'pem', type: 'pkcs8' })}${toPem(der)}`
}

function certificateIn(pair: string): string {
  return pair.slice(pair.indexOf('-----BEGIN CERTIFICATE-----'))
}

/** The common name, read back from the certificate. */
function subjectOf(pem: string): string {
  return new X509Certificate(pem).subject.replace(/^CN=/, '')
}

import { createHash } from 'node:crypto'
import type { Certificate } from '../../catalog/catalog.ts'
import type { ClientCertificate } from '../connection.ts'

/** A certificate of the workspace as a connection shows it; undefined when the workspace does not hold its private key. */
export function clientCertificate({ chain, key }: Certificate): ClientCertificate | undefined {
  if (key === undefined) return undefined
  return shownBy(chain.join('\n'), key.export({ type: 'pkcs8', format: 'pem' }).toString())
}

/** PEM both. Connections are told apart by the certificates: the key belongs to the first of them. */
export function shownBy(cert: string, key: string): ClientCertificate {
  return { cert, key, fingerprint: createHash('sha256').update(cert).digest('base64') }
}

/** The certificate of that thumbprint, however it is written: in any case, with colons or spaces, as copied from where Windows shows it. */
export function certificateByThumbprint(certificates: readonly Certificate[], thumbprint: string): Certificate | undefined {
  const wanted = thumbprint.replace(/[^0-9a-z]/gi, '').toUpperCase()
  return certificates.find(one => one.thumbprint === wanted)
}

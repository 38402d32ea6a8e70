import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { NetException } from '../../../types/exceptions.ts'
import { NetCertificate } from './certificate.ts'
import { cryptoFailure } from './crypto-failure.ts'
import { childrenOf, readDer } from './der.ts'
import { readPkcs12 } from './pkcs12.ts'

const notFound = 'Cannot find the requested object.\r\n'
/** No certificate file of use is larger. */
const largest = 1024 * 1024

/** `new X509Certificate2(bytes, password)`: DER, PEM, bare base64, or PKCS #12. */
export function readCertificate(bytes: Uint8Array, password: string | null): NetCertificate {
  if (bytes.length === 0)
    throw new NetException('System.ArgumentException', 'Array may not be empty or null.\r\nParameter name: rawData')
  if (bytes.length > largest) cryptoFailure(notFound)
  const der = bytes[0] === 0x30 ? bytes : decoded(Buffer.from(bytes).toString('latin1'))
  const first = childrenOf(readDer(der))[0]
  return first?.tag === 2 ? fromPkcs12(der, password ?? '') : new NetCertificate(readDer(der).whole)
}

function decoded(text: string): Uint8Array {
  const body = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1] ?? text
  if (!/^[A-Za-z0-9+/=\s]+$/.test(body)) cryptoFailure(notFound)
  const der = Buffer.from(body, 'base64')
  if (der[0] !== 0x30) cryptoFailure(notFound)
  return der
}

function fromPkcs12(der: Uint8Array, password: string): NetCertificate {
  const { certificates, keys } = readPkcs12(der, password)
  const all = certificates.map(raw => new NetCertificate(raw))
  const own = all.find(each => keys.some(key => fits(each, key))) ?? all.at(-1)
  if (own === undefined) return cryptoFailure(notFound)
  const companions = all.filter(each => each !== own).map(each => new X509Certificate(each.raw))
  return new NetCertificate(
    own.raw,
    keys.find(key => fits(own, key)),
    companions,
  )
}

function fits(certificate: NetCertificate, key: KeyObject): boolean {
  const own = createPublicKey(key.export({ format: 'pem', type: 'pkcs8' })).export({ format: 'der', type: 'spki' })
  return own.equals(Buffer.from(certificate.publicKeyInfo.whole))
}

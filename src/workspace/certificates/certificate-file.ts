import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import { cryptoFailure } from '../../expressions/runtime/data/crypto/crypto-failure.ts'
import { nameText } from '../../expressions/runtime/data/crypto/distinguished-name.ts'
import { readPkcs12 } from '../../expressions/runtime/data/crypto/pkcs12.ts'
import { orUndefined } from '../../expressions/runtime/data/crypto/signed-by.ts'
import { BudgetExceeded, startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import type { FaultCode } from '../fault-codes.ts'

/** A certificate with those that vouch for it behind it, and its private key when the file holds that too. */
export interface CertificateContent {
  readonly chain: readonly [X509Certificate, ...X509Certificate[]]
  readonly key?: KeyObject
}

/** Why a file could not be read: said without a word of what stands in it. */
export interface CertificateFault {
  readonly code: Extract<FaultCode, `certificate.${string}`>
  readonly message: string
  readonly mend?: string
}

/** More certificates in one file are not a chain. */
const mostCertificates = 100
/** Steps: a file's own count of rounds says how much work its password is; some million are usual. */
const pkcs12Steps = 10_000_000

const fault = (code: CertificateFault['code'], message: string, mend?: string): CertificateFault =>
  mend === undefined ? { code, message } : { code, message, mend }

export const isFault = (value: object): value is CertificateFault => 'code' in value

/** A PKCS #12 file (RFC 7292), which holds a certificate with its private key. */
export function readPfx(bytes: Uint8Array, password: string): CertificateContent | CertificateFault {
  startBudget(pkcs12Steps)
  try {
    const { certificates, keys } = readPkcs12(bytes, password)
    const [key] = keys
    if (key === undefined) return fault('certificate.unreadable', 'the PKCS #12 file holds no private key')
    return withKey(
      certificates.slice(0, mostCertificates).map(raw => readable(new X509Certificate(raw))),
      key,
    )
  } catch (error) {
    if (error instanceof BudgetExceeded)
      return fault('certificate.unreadable', 'the PKCS #12 file asks for more work than is done for a password')
    if (error instanceof NetException && /password/.test(error.message))
      return fault('certificate.password', 'the password does not open the PKCS #12 file')
    if (error instanceof NetException || isCryptoError(error))
      return fault('certificate.unreadable', 'this is no PKCS #12 file that can be read')
    throw error
  }
}

/** One or more certificates, PEM or DER, and the private key for the first one of another file (or the same). */
export function readPem(
  bytes: Uint8Array,
  keyBytes: Uint8Array | undefined,
  password: string | undefined,
): CertificateContent | CertificateFault {
  const certificates = readCertificates(bytes)
  if (isFault(certificates)) return certificates
  const key = readKey(keyBytes ?? bytes, password, keyBytes !== undefined)
  if (key !== undefined && isFault(key)) return key
  if (key !== undefined) return withKey(certificates, key)
  const [first, ...rest] = certificates
  return first === undefined ? noCertificate : { chain: [first, ...rest] }
}

/** The certificates of a file, in its order. */
export function readCertificates(bytes: Uint8Array): readonly X509Certificate[] | CertificateFault {
  try {
    if (bytes[0] === 0x30) return [readable(new X509Certificate(bytes))]
    const text = Buffer.from(bytes).toString('latin1')
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
    if (blocks.length === 0) return noCertificate
    return blocks.slice(0, mostCertificates).map(block => readable(new X509Certificate(block)))
  } catch (error) {
    if (error instanceof NetException || isCryptoError(error))
      return fault('certificate.unreadable', 'a certificate in the file is damaged')
    throw error
  }
}

const noCertificate = fault(
  'certificate.unreadable',
  'the file holds no certificate',
  'give a PEM file (-----BEGIN CERTIFICATE-----) or DER; a PKCS #12 file belongs under pfx',
)

/** Undefined when the certificate's own file holds no key: then the certificate stands alone. */
function readKey(bytes: Uint8Array, password: string | undefined, required: boolean): KeyObject | CertificateFault | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  const [block] = text.match(/-----BEGIN (?:\w+ )*PRIVATE KEY-----[\s\S]+?-----END (?:\w+ )*PRIVATE KEY-----/) ?? []
  if (block === undefined)
    return required
      ? fault('certificate.unreadable', 'the file holds no private key', 'give a PEM file (-----BEGIN PRIVATE KEY-----)')
      : undefined
  const isEncrypted = /ENCRYPTED/.test(block)
  if (isEncrypted && password === undefined)
    return fault(
      'certificate.password',
      'the private key is encrypted and no password is given',
      'say password: { environment: NAME }',
    )
  try {
    return createPrivateKey({
      key: block,
      format: 'pem',
      ...(isEncrypted && password !== undefined ? { passphrase: password } : {}),
    })
  } catch (error) {
    if (!isCryptoError(error)) throw error
    return isEncrypted
      ? fault('certificate.password', 'the password does not open the private key')
      : fault('certificate.unreadable', 'the private key is damaged, or of a kind that is not known')
  }
}

/** The key's own certificate comes first. */
function withKey(certificates: readonly X509Certificate[], key: KeyObject): CertificateContent | CertificateFault {
  const own = certificates.find(each => orUndefined(() => each.checkPrivateKey(key)) === true)
  if (own === undefined) return fault('certificate.keyMismatch', 'the private key fits none of the certificates')
  return { chain: [own, ...certificates.filter(each => each !== own)], key }
}

/** Throws CryptographicException for what OpenSSL reads and expressions would not: its names and dates are asked for later. */
function readable(certificate: X509Certificate): X509Certificate {
  const net = new NetCertificate(certificate.raw)
  nameText(net.subject)
  nameText(net.issuer)
  return Number.isFinite(net.notBefore + net.notAfter) ? certificate : cryptoFailure('ASN1 corrupted data.')
}

/** node:crypto's own errors have codes. */
function isCryptoError(error: unknown): boolean {
  return error instanceof Error && 'code' in error
}

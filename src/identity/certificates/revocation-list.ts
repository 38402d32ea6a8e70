import { verify, type X509Certificate } from 'node:crypto'
import { NetCertificate, timeOf } from '../../expressions/runtime/data/crypto/certificate.ts'
import { extensionsOf } from '../../expressions/runtime/data/crypto/certificate-extensions.ts'
import { childrenOf, type Der, oidOf, readDer } from '../../expressions/runtime/data/crypto/der.ts'
import { orUndefined } from '../../expressions/runtime/data/crypto/signed-by.ts'
import { NetException } from '../../expressions/types/exceptions.ts'

/** A revocation list (RFC 5280, section 5) whose signature was checked. */
export interface RevocationList {
  /** Milliseconds since 1970. */
  readonly thisUpdate: number
  /** Until when it holds. */
  readonly nextUpdate: number
  /** Serial numbers as they stand, in hexadecimal. */
  readonly serials: ReadonlySet<string>
  /** Whom it speaks of: everybody its issuer certified, or only some. */
  readonly scope: 'all' | 'users' | 'authorities'
}

/** A list that does not say until when it holds is asked for again after this. */
const withoutEnd = 3_600_000

const signatures: ReadonlyMap<string, { readonly hash: string | null; readonly key: string }> = new Map([
  ['1.2.840.113549.1.1.11', { hash: 'sha256', key: 'rsa' }],
  ['1.2.840.113549.1.1.12', { hash: 'sha384', key: 'rsa' }],
  ['1.2.840.113549.1.1.13', { hash: 'sha512', key: 'rsa' }],
  ['1.2.840.10045.4.3.2', { hash: 'sha256', key: 'ec' }],
  ['1.2.840.10045.4.3.3', { hash: 'sha384', key: 'ec' }],
  ['1.2.840.10045.4.3.4', { hash: 'sha512', key: 'ec' }],
  ['1.3.101.112', { hash: null, key: 'ed25519' }],
])

/**
 * Reads a list in DER or PEM that was fetched from `url` for certificates of `issuer`. Undefined for what is no such list: another's, with a
 * signature that does not fit or is too weak, ended or not begun yet, or with parts that are critical and not understood (deltas, indirect lists).
 */
export function readRevocationList(
  bytes: Uint8Array,
  issuer: X509Certificate,
  url: string,
  now: number,
): RevocationList | undefined {
  try {
    return read(readDer(derOf(bytes)), issuer, url, now)
  } catch (error) {
    if (error instanceof NetException) return undefined // it is no DER
    throw error
  }
}

function derOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0x30) return bytes
  const [, body = ''] = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END/.exec(Buffer.from(bytes).toString('latin1')) ?? []
  return Buffer.from(body, 'base64')
}

function read(whole: Der, issuer: X509Certificate, url: string, now: number): RevocationList | undefined {
  const [list, algorithm, signature] = childrenOf(whole)
  if (list === undefined || algorithm === undefined || signature === undefined) return undefined
  const parts = partsOf(list)
  if (parts === undefined || !isSigned(list, algorithm, signature, issuer)) return undefined
  const named = new NetCertificate(issuer.raw)
  const isTheirs = Buffer.from(parts.issuer.whole).equals(named.subject.whole)
  const mayList = extensionsOf(issuer.raw).every(({ signsLists }) => signsLists !== false)
  const scope = scopeOf(parts.extensions, url)
  if (!isTheirs || !mayList || scope === undefined) return undefined
  if (parts.thisUpdate > now || parts.nextUpdate < now) return undefined
  return { thisUpdate: parts.thisUpdate, nextUpdate: parts.nextUpdate, serials: serialsOf(parts.revoked), scope }
}

interface Parts {
  readonly issuer: Der
  readonly thisUpdate: number
  readonly nextUpdate: number
  readonly revoked: Der | undefined
  readonly extensions: readonly Der[]
}

const isTime = (part: Der | undefined): part is Der => part?.tag === 0x17 || part?.tag === 0x18

/** TBSCertList: version, signature, issuer, thisUpdate, nextUpdate, revokedCertificates, extensions; some may be left out. */
function partsOf(list: Der): Parts | undefined {
  const parts = childrenOf(list)
  if (parts[0]?.tag === 2) parts.shift()
  const [, issuer, thisUpdate, ...rest] = parts
  if (issuer === undefined || !isTime(thisUpdate)) return undefined
  const begins = timeOf(thisUpdate)
  const next = isTime(rest[0]) ? rest.shift() : undefined
  const revoked = rest[0]?.tag === 0x30 ? rest.shift() : undefined
  const wrapped = rest.find(({ tag }) => tag === 0xa0)
  return {
    issuer,
    thisUpdate: begins,
    nextUpdate: next === undefined ? begins + withoutEnd : timeOf(next),
    revoked,
    extensions: wrapped === undefined ? [] : childrenOf(wrapped).flatMap(childrenOf),
  }
}

function isSigned(list: Der, algorithm: Der, signature: Der, issuer: X509Certificate): boolean {
  const scheme = signatures.get(oidOf(childrenOf(algorithm)[0]?.content ?? new Uint8Array()))
  const key = orUndefined(() => issuer.publicKey)
  if (scheme === undefined || key?.asymmetricKeyType !== scheme.key) return false
  // a BIT STRING begins with the count of its unused bits
  return orUndefined(() => verify(scheme.hash, list.whole, key, signature.content.subarray(1))) ?? false
}

/** Whom the list speaks of; undefined when it says what is not understood here, or is the part of another address. */
function scopeOf(extensions: readonly Der[], url: string): RevocationList['scope'] | undefined {
  let scope: RevocationList['scope'] = 'all'
  for (const extension of extensions) {
    const [type, ...rest] = childrenOf(extension)
    const isCritical = rest.length > 1 && rest[0]?.content[0] !== 0
    if (oidOf(type?.content ?? new Uint8Array()) === '2.5.29.28') {
      const point = childrenOf(readDer(rest.at(-1)?.content ?? new Uint8Array()))
      // [3] only some reasons, [4] indirect, [5] attribute certificates
      if (point.some(({ tag }) => tag === 0x83 || tag === 0x84 || tag === 0x85)) return undefined
      const name = point.find(({ tag }) => tag === 0xa0)
      if (name !== undefined && !Buffer.from(name.content).includes(url, 0, 'latin1')) return undefined
      if (point.some(({ tag }) => tag === 0x81)) scope = 'users'
      if (point.some(({ tag }) => tag === 0x82)) scope = 'authorities'
    } else if (isCritical) return undefined
  }
  return scope
}

/** Lists are long: their entries are walked one by one, and nothing but the number is kept. */
function serialsOf(revoked: Der | undefined): ReadonlySet<string> {
  const serials = new Set<string>()
  const content = revoked?.content ?? new Uint8Array()
  for (let at = 0; at < content.length; ) {
    const entry = readDer(content.subarray(at))
    serials.add(Buffer.from(readDer(entry.content).content).toString('hex'))
    at += entry.whole.length
  }
  return serials
}

/** A certificate's serial number as lists write it. */
export function serialOf(certificate: X509Certificate): string {
  const parts = childrenOf(childrenOf(readDer(certificate.raw))[0] ?? readDer(certificate.raw))
  return Buffer.from((parts[0]?.tag === 0xa0 ? parts[1] : parts[0])?.content ?? new Uint8Array()).toString('hex')
}

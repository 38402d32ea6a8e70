import { childAt, childrenOf, integerOf, oidOf, readDer } from './der.ts'

/** What a certificate's extension (RFC 5280, section 4.2) says, as far as following a chain needs it. */
export interface CertificateExtension {
  readonly oid: string
  readonly critical: boolean
  /** Whether its meaning is kept to wherever chains are followed. */
  readonly understood: boolean
  /** Of basic constraints: how many authorities may stand below. */
  readonly pathLength?: number
  /** Of the extended key usage. */
  readonly usages?: readonly string[]
  /** Of the key usage: whether it allows signing revocation lists. */
  readonly signsLists?: boolean
  /** Addresses of revocation lists. */
  readonly distributionPoints?: readonly string[]
}

const basicConstraints = '2.5.29.19'
const keyUsage = '2.5.29.15'
const extendedKeyUsage = '2.5.29.37'
const revocationPoints = '2.5.29.31'
/** Key usage and names are looked at by OpenSSL and by whoever compares names; policies may stand there, none is ever asked for. */
const understood = new Set([
  basicConstraints,
  extendedKeyUsage,
  revocationPoints,
  keyUsage,
  '2.5.29.17',
  '2.5.29.32',
  '2.5.29.54',
])

/** The extensions of a certificate in DER. Throws CryptographicException for what is none. */
export function extensionsOf(raw: Uint8Array): readonly CertificateExtension[] {
  const wrapped = childrenOf(childAt(readDer(raw), 0)).find(({ tag }) => tag === 0xa3)
  if (wrapped === undefined) return []
  return childrenOf(childAt(wrapped, 0)).map(extension => {
    const [type, ...rest] = childrenOf(extension)
    const oid = oidOf(type?.content ?? new Uint8Array())
    const value = rest.at(-1)?.content ?? new Uint8Array()
    const critical = rest.length > 1 && rest[0]?.content[0] !== 0
    return { oid, critical, understood: understood.has(oid), ...meaningOf(oid, value) }
  })
}

function meaningOf(oid: string, value: Uint8Array): Partial<CertificateExtension> {
  if (oid === basicConstraints) {
    const length = childrenOf(readDer(value)).find(({ tag }) => tag === 2)
    return length === undefined ? {} : { pathLength: Number(integerOf(length.content)) }
  }
  if (oid === extendedKeyUsage) return { usages: childrenOf(readDer(value)).map(({ content }) => oidOf(content)) }
  // bit 6 of a BIT STRING, whose first octet counts the unused bits
  if (oid === keyUsage) return { signsLists: ((readDer(value).content[1] ?? 0) & 2) !== 0 }
  return oid === revocationPoints ? { distributionPoints: pointsOf(value) } : {}
}

/** The URIs of each point's full name (section 4.2.1.13): what is signed by another, or for some reasons only, is left out. */
function pointsOf(value: Uint8Array): readonly string[] {
  return childrenOf(readDer(value)).flatMap(point => {
    const parts = childrenOf(point)
    const name = parts.find(({ tag }) => tag === 0xa0)
    if (name === undefined || parts.length > 1) return []
    return childrenOf(name)
      .filter(({ tag }) => tag === 0xa0)
      .flatMap(full => childrenOf(full))
      .filter(({ tag }) => tag === 0x86)
      .map(({ content }) => Buffer.from(content).toString('latin1'))
  })
}

import { cryptoFailure } from './crypto-failure.ts'

/** One DER element: X.690, section 8.1. */
export interface Der {
  /** The identifier octet: class, constructed bit and number (below 31, which is all that certificates use). */
  readonly tag: number
  readonly content: Uint8Array
  /** Identifier, length and content. */
  readonly whole: Uint8Array
}

const maxDepth = 32

/** The element that a buffer begins with. Throws CryptographicException for bytes that are no DER. */
export function readDer(bytes: Uint8Array): Der {
  const tag = bytes[0]
  const first = bytes[1]
  if (tag === undefined || first === undefined || (tag & 31) === 31) return cryptoFailure('ASN1 corrupted data.')
  if (first < 128) return elementOf(bytes, tag, 2, first)
  const octets = first & 127
  if (octets === 0 || octets > 4 || bytes.length < 2 + octets) return cryptoFailure('ASN1 corrupted data.')
  let length = 0
  for (let i = 0; i < octets; i++) length = length * 256 + (bytes[2 + i] ?? 0)
  return elementOf(bytes, tag, 2 + octets, length)
}

function elementOf(bytes: Uint8Array, tag: number, start: number, length: number): Der {
  if (bytes.length - start < length) cryptoFailure('ASN1 corrupted data.')
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) }
}

/** The elements inside a constructed one. */
export function childrenOf({ content }: Pick<Der, 'content'>): Der[] {
  const children: Der[] = []
  for (let at = 0; at < content.length; ) {
    const child = readDer(content.subarray(at))
    children.push(child)
    at += child.whole.length
    if (children.length > 10_000) cryptoFailure('ASN1 corrupted data.')
  }
  return children
}

/** The child at a path of indexes. */
export function childAt(element: Der, ...path: readonly number[]): Der {
  let at = element
  if (path.length > maxDepth) cryptoFailure('ASN1 corrupted data.')
  for (const index of path) at = childrenOf(at)[index] ?? cryptoFailure('ASN1 corrupted data.')
  return at
}

/** `1.2.840.…` of an OBJECT IDENTIFIER's content: X.690, section 8.19. */
export function oidOf(content: Uint8Array): string {
  const numbers: bigint[] = []
  let value = 0n
  for (const byte of content) {
    value = (value << 7n) | BigInt(byte & 127)
    if (byte >= 128) continue
    if (numbers.length === 0) {
      const first = value >= 80n ? 2n : value / 40n
      numbers.push(first, value - first * 40n)
    } else numbers.push(value)
    value = 0n
  }
  return numbers.join('.')
}

export function integerOf(content: Uint8Array): bigint {
  return content.length === 0 ? 0n : BigInt.asIntN(content.length * 8, BigInt(`0x${Buffer.from(content).toString('hex')}`))
}

/** The text of any of the string types, BMPString included. */
export function textOf({ tag, content }: Der): string {
  const bytes = Buffer.from(content)
  if (tag === 0x1e)
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le')
  return bytes.toString(tag === 0x0c ? 'utf8' : 'latin1')
}

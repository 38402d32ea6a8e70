import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  type KeyObject,
  pbkdf2Sync,
  timingSafeEqual,
} from 'node:crypto'
import { spend } from '../../../types/budget.ts'
import { cryptoFailure } from './crypto-failure.ts'
import { childAt, childrenOf, type Der, integerOf, oidOf, readDer } from './der.ts'
import { decryptRc2 } from './rc2.ts'

/** What a PKCS #12 file (RFC 7292) holds. */
export interface Bags {
  readonly certificates: readonly Uint8Array[]
  readonly keys: readonly KeyObject[]
}

const wrongPassword = 'The specified network password is not correct.\r\n'
const unsupported = 'The PKCS #12 file is protected in a way that is not supported.'
/** An author's certificate may ask for much work, not for any amount. */
const mostIterations = 1_000_000

export function readPkcs12(bytes: Uint8Array, password: string): Bags {
  const [, content, mac] = childrenOf(readDer(bytes))
  if (content === undefined) return cryptoFailure('ASN1 corrupted data.')
  const safe = octets(childAt(content, 1, 0))
  if (mac !== undefined) checkMac(mac, safe, password)
  const certificates: Uint8Array[] = []
  const keys: KeyObject[] = []
  for (const info of childrenOf(readDer(safe))) {
    for (const bag of childrenOf(readDer(contentsOf(info, password)))) addBag(bag, password, certificates, keys)
  }
  return { certificates, keys }
}

/** An OCTET STRING's bytes, in one piece or in several. */
function octets(element: Der): Uint8Array {
  return (element.tag & 32) === 0 ? element.content : Buffer.concat(childrenOf(element).map(octets))
}

function contentsOf(info: Der, password: string): Uint8Array {
  const [type, wrapped] = childrenOf(info)
  if (type === undefined || wrapped === undefined) return cryptoFailure('ASN1 corrupted data.')
  if (oidOf(type.content) === '1.2.840.113549.1.7.1') return octets(childAt(wrapped, 0))
  if (oidOf(type.content) !== '1.2.840.113549.1.7.6') return cryptoFailure(unsupported)
  const [, algorithm, data] = childrenOf(childAt(wrapped, 0, 1))
  if (algorithm === undefined || data === undefined) return cryptoFailure('ASN1 corrupted data.')
  const encrypted = (data.tag & 32) === 0 ? data.content : Buffer.concat(childrenOf(data).map(octets))
  return decrypt(algorithm, encrypted, password)
}

function addBag(bag: Der, password: string, certificates: Uint8Array[], keys: KeyObject[]): void {
  const [type, wrapped] = childrenOf(bag)
  if (type === undefined || wrapped === undefined) return
  switch (oidOf(type.content)) {
    case '1.2.840.113549.1.12.10.1.1':
      keys.push(keyOf(childAt(wrapped, 0).whole))
      break
    case '1.2.840.113549.1.12.10.1.2': {
      const [algorithm, data] = childrenOf(childAt(wrapped, 0))
      if (algorithm !== undefined && data !== undefined) keys.push(keyOf(decrypt(algorithm, octets(data), password)))
      break
    }
    case '1.2.840.113549.1.12.10.1.3':
      certificates.push(octets(childAt(wrapped, 0, 1, 0)))
  }
}

function keyOf(der: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
  } catch {
    return cryptoFailure('The private key of the PKCS #12 file is not supported.')
  }
}

const hashes: ReadonlyMap<string, { readonly name: string; readonly block: number }> = new Map([
  ['1.3.14.3.2.26', { name: 'sha1', block: 64 }],
  ['2.16.840.1.101.3.4.2.1', { name: 'sha256', block: 64 }],
  ['2.16.840.1.101.3.4.2.2', { name: 'sha384', block: 128 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'sha512', block: 128 }],
])

function hashOf(oid: Der): { readonly name: string; readonly block: number } {
  return hashes.get(oidOf(oid.content)) ?? cryptoFailure(unsupported)
}

function checkMac(mac: Der, data: Uint8Array, password: string): void {
  const iterations = childrenOf(mac)[2]
  const info = childAt(mac, 0)
  const salt = childAt(mac, 1)
  const hash = hashOf(childAt(info, 0, 0))
  const wanted = childAt(info, 1).content
  const rounds = iterations === undefined ? 1 : roundsOf(iterations)
  const key = derive(hash, 3, password, salt.content, rounds, wanted.length)
  const made = createHmac(hash.name, key).update(data).digest()
  if (made.length !== wanted.length || !timingSafeEqual(made, wanted)) cryptoFailure(wrongPassword)
}

function roundsOf({ content }: Der): number {
  const rounds = Number(integerOf(content))
  if (rounds < 1 || rounds > mostIterations) cryptoFailure(unsupported)
  spend(rounds)
  return rounds
}

function decrypt(algorithm: Der, data: Uint8Array, password: string): Uint8Array {
  const [oid, parameters] = childrenOf(algorithm)
  if (oid === undefined || parameters === undefined) return cryptoFailure('ASN1 corrupted data.')
  try {
    return withScheme(oidOf(oid.content), parameters, data, password)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return cryptoFailure(wrongPassword)
    throw error
  }
}

function withScheme(scheme: string, parameters: Der, data: Uint8Array, password: string): Uint8Array {
  if (scheme === '1.2.840.113549.1.5.13') return pbes2(parameters, data, password)
  const [salt, iterations] = childrenOf(parameters)
  if (salt === undefined || iterations === undefined) return cryptoFailure('ASN1 corrupted data.')
  const rounds = roundsOf(iterations)
  const sha1 = { name: 'sha1', block: 64 }
  const key = (length: number) => derive(sha1, 1, password, salt.content, rounds, length)
  const iv = derive(sha1, 2, password, salt.content, rounds, 8)
  switch (scheme) {
    case '1.2.840.113549.1.12.1.3':
      return finish('des-ede3-cbc', key(24), iv, data)
    case '1.2.840.113549.1.12.1.4': {
      const two = key(16)
      return finish('des-ede3-cbc', Buffer.concat([two, two.subarray(0, 8)]), iv, data)
    }
    case '1.2.840.113549.1.12.1.5':
      return unpadded(decryptRc2(key(16), 128, iv, data))
    case '1.2.840.113549.1.12.1.6':
      return unpadded(decryptRc2(key(5), 40, iv, data))
    default:
      return cryptoFailure(unsupported)
  }
}

function finish(cipher: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(cipher, key, iv)
  return Buffer.concat([decipher.update(data), decipher.final()])
}

function unpadded(data: Uint8Array): Uint8Array {
  const count = data.at(-1) ?? 0
  if (count < 1 || count > 8) cryptoFailure(wrongPassword)
  return data.subarray(0, data.length - count)
}

const ciphers: ReadonlyMap<string, { readonly name: string; readonly key: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', key: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', key: 24 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', key: 32 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', key: 24 }],
])

const pseudoRandom: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
])

/** RFC 8018, section 6.2, with PBKDF2. */
function pbes2(parameters: Der, data: Uint8Array, password: string): Uint8Array {
  const cipher = ciphers.get(oidOf(childAt(parameters, 1, 0).content))
  const [salt, iterations, ...rest] = childrenOf(childAt(parameters, 0, 1))
  if (cipher === undefined || salt === undefined || iterations === undefined) return cryptoFailure(unsupported)
  const prf = rest.find(each => each.tag === 0x30)
  const hash = prf === undefined ? 'sha1' : pseudoRandom.get(oidOf(childAt(prf, 0).content))
  if (hash === undefined) return cryptoFailure(unsupported)
  const key = pbkdf2Sync(Buffer.from(password, 'utf8'), salt.content, roundsOf(iterations), cipher.key, hash)
  return finish(cipher.name, key, childAt(parameters, 1, 1).content, data)
}

/** RFC 7292, appendix B.2: key material for an id (1 a key, 2 an IV, 3 a MAC key). */
function derive(
  hash: { readonly name: string; readonly block: number },
  id: number,
  password: string,
  salt: Uint8Array,
  rounds: number,
  length: number,
): Uint8Array {
  const { name, block } = hash
  const text = Buffer.from(`${password}\0`, 'utf16le').swap16()
  const filled = (source: Uint8Array) => {
    const size = Math.ceil(source.length / block) * block
    return Buffer.from(Array.from({ length: size }, (_, i) => source[i % source.length] ?? 0))
  }
  const input = Buffer.concat([filled(salt), filled(text)])
  const diversifier = Buffer.alloc(block, id)
  const parts: Buffer[] = []
  for (let made = 0; made < length; ) {
    let digest = createHash(name).update(diversifier).update(input).digest()
    for (let round = 1; round < rounds; round++) digest = createHash(name).update(digest).digest()
    parts.push(digest)
    made += digest.length
    addEach(input, filled(digest).subarray(0, block), block)
  }
  return Buffer.concat(parts).subarray(0, length)
}

/** Adds `by + 1` to each block of the input, as big-endian numbers. */
function addEach(input: Buffer, by: Uint8Array, block: number): void {
  for (let at = 0; at < input.length; at += block) {
    let carry = 1
    for (let i = block - 1; i >= 0; i--) {
      carry += (input[at + i] ?? 0) + (by[i] ?? 0)
      input[at + i] = carry & 255
      carry >>= 8
    }
  }
}

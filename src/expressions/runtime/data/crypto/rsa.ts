import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  sign,
  verify,
} from 'node:crypto'
import { spend } from '../../../types/budget.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType } from '../../../types/values.ts'
import { bytesOf, cryptoFailure } from './crypto-failure.ts'
import { digestInfo } from './digest-info.ts'
import type { HashName } from './hash.ts'
import { type EncryptionPadding, type HashAlgorithmName, hashOf, type SignaturePadding } from './names.ts'

/** Steps that the private key costs, about a millisecond, and the public one. */
const cost = 20_000
const publicCost = 2000

/** RSAParameters: big-endian numbers; the private ones may be missing. */
export class RsaParameters {
  modulus: Uint8Array | null = null
  exponent: Uint8Array | null = null
  d: Uint8Array | null = null
  p: Uint8Array | null = null
  q: Uint8Array | null = null
  dp: Uint8Array | null = null
  dq: Uint8Array | null = null
  inverseQ: Uint8Array | null = null

  get [netType](): NamedType {
    return lookupType('System.Security.Cryptography.RSAParameters')
  }
}

/** System.Security.Cryptography.RSA. A key is made when it is first needed, as .NET does. */
export class NetRsa {
  readonly typeName: string
  #size: number
  #publicKey: KeyObject | undefined
  #privateKey: KeyObject | undefined

  constructor(typeName: string, size = 2048, publicKey?: KeyObject, privateKey?: KeyObject) {
    this.typeName = typeName
    this.#publicKey = publicKey
    this.#privateKey = privateKey
    this.#size = publicKey?.asymmetricKeyDetails?.modulusLength ?? size
  }

  get [netType](): NamedType {
    return lookupType(`System.Security.Cryptography.${this.typeName}`)
  }

  get size(): number {
    return this.#size
  }

  set size(bits: number) {
    if (bits < 384 || bits > 16384 || bits % 8 !== 0) cryptoFailure('Specified key size is not valid for this algorithm.')
    this.#size = bits
    this.#publicKey = undefined
    this.#privateKey = undefined
  }

  /** Key pairs above 4096 bits take seconds; the gateway's other calls would wait. */
  #generate(): void {
    if (this.#publicKey !== undefined) return
    if (this.#size > 4096) cryptoFailure('Keys above 4096 bits can be imported, not made.')
    spend(this.#size * 1000)
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: Math.max(512, this.#size) })
    this.#publicKey = publicKey
    this.#privateKey = privateKey
  }

  get publicKey(): KeyObject {
    this.#generate()
    return this.#publicKey ?? cryptoFailure('Object contains no key.')
  }

  get privateKey(): KeyObject {
    this.#generate()
    return (
      this.#privateKey ??
      cryptoFailure('Object contains only the public half of a key pair. A private key must also be provided.')
    )
  }

  encrypt(data: Uint8Array, padding: EncryptionPadding): Uint8Array {
    spend(publicCost)
    return attempt('The parameter is incorrect.', () => publicEncrypt({ key: this.publicKey, ...encryption(padding) }, data))
  }

  decrypt(data: Uint8Array, padding: EncryptionPadding): Uint8Array {
    spend(cost)
    return attempt('The parameter is incorrect.', () => privateDecrypt({ key: this.privateKey, ...encryption(padding) }, data))
  }

  signData(data: Uint8Array, hash: HashAlgorithmName, padding: SignaturePadding): Uint8Array {
    spend(cost + (data.length >> 4))
    return attempt('The parameter is incorrect.', () => sign(hashOf(hash), data, { key: this.privateKey, ...signature(padding) }))
  }

  verifyData(data: Uint8Array, mark: Uint8Array, hash: HashAlgorithmName, padding: SignaturePadding): boolean {
    spend(publicCost + (data.length >> 4))
    return verify(hashOf(hash), data, { key: this.publicKey, ...signature(padding) }, mark)
  }

  /** Only PKCS #1 v1.5 can be put on a hash that was made elsewhere: node offers no PSS without hashing. */
  signHash(hash: Uint8Array, name: HashAlgorithmName, padding: SignaturePadding): Uint8Array {
    spend(cost)
    const info = hashedInfo(hash, hashOf(name), padding)
    return attempt('The parameter is incorrect.', () =>
      privateEncrypt({ key: this.privateKey, padding: constants.RSA_PKCS1_PADDING }, info),
    )
  }

  verifyHash(hash: Uint8Array, mark: Uint8Array, name: HashAlgorithmName, padding: SignaturePadding): boolean {
    spend(publicCost)
    const info = hashedInfo(hash, hashOf(name), padding)
    try {
      return Buffer.from(publicDecrypt({ key: this.publicKey, padding: constants.RSA_PKCS1_PADDING }, mark)).equals(info)
    } catch {
      return false
    }
  }

  export(withPrivate: boolean): RsaParameters {
    spend(publicCost)
    const jwk = (withPrivate ? this.privateKey : this.publicKey).export({ format: 'jwk' })
    const parameters = new RsaParameters()
    const bytes = (text: string | undefined) => (text === undefined ? null : bytesOf(Buffer.from(text, 'base64url')))
    parameters.modulus = bytes(jwk.n)
    parameters.exponent = bytes(jwk.e)
    if (!withPrivate) return parameters
    const half = Math.ceil((parameters.modulus?.length ?? 0) / 2)
    const sized = (text: string | undefined, length: number) => padStart(bytes(text), length)
    parameters.d = sized(jwk.d, parameters.modulus?.length ?? 0)
    parameters.p = sized(jwk.p, half)
    parameters.q = sized(jwk.q, half)
    parameters.dp = sized(jwk.dp, half)
    parameters.dq = sized(jwk.dq, half)
    parameters.inverseQ = sized(jwk.qi, half)
    return parameters
  }

  import(parameters: RsaParameters): void {
    spend(publicCost)
    const { modulus, exponent, d, p, q, dp, dq, inverseQ } = parameters
    if (modulus === null || exponent === null) cryptoFailure('Bad Data.')
    const text = (bytes: Uint8Array | null) => Buffer.from(bytes ?? new Uint8Array()).toString('base64url')
    const jwk = { kty: 'RSA', n: text(modulus), e: text(exponent) }
    this.#privateKey = undefined
    this.#publicKey = keyOf(() => createPublicKey({ key: jwk, format: 'jwk' }))
    if (d !== null) {
      const whole = { ...jwk, d: text(d), p: text(p), q: text(q), dp: text(dp), dq: text(dq), qi: text(inverseQ) }
      this.#privateKey = keyOf(() => createPrivateKey({ key: whole, format: 'jwk' }))
    }
    this.#size = this.#publicKey.asymmetricKeyDetails?.modulusLength ?? this.#size
  }

  get hasPrivate(): boolean {
    return this.#privateKey !== undefined
  }
}

function keyOf(make: () => KeyObject): KeyObject {
  try {
    return make()
  } catch {
    return cryptoFailure('Bad Data.')
  }
}

function padStart(bytes: Uint8Array | null, length: number): Uint8Array | null {
  if (bytes === null || bytes.length >= length) return bytes
  const padded = new Uint8Array(length)
  padded.set(bytes, length - bytes.length)
  return padded
}

/** What node refuses (too long, wrong padding, wrong key) is .NET's CryptographicException. */
function attempt(message: string, work: () => Uint8Array): Uint8Array {
  try {
    return bytesOf(work())
  } catch (error) {
    if (error instanceof Error && 'code' in error) return cryptoFailure(message)
    throw error
  }
}

const encryption = ({ mode, hash }: EncryptionPadding) =>
  mode === 0 ? { padding: constants.RSA_PKCS1_PADDING } : { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hashOf(hash) }

/** .NET salts PSS with as many bytes as the hash has. */
const signature = ({ mode }: SignaturePadding) =>
  mode === 0
    ? { padding: constants.RSA_PKCS1_PADDING }
    : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

function hashedInfo(hash: Uint8Array, name: HashName, padding: SignaturePadding): Uint8Array {
  if (padding.mode !== 0) cryptoFailure('Only Pkcs1 can sign or verify a hash that was computed elsewhere.')
  return digestInfo(hash, name)
}

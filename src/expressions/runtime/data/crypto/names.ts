import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType, type Value } from '../../../types/values.ts'
import { cryptoFailure } from './crypto-failure.ts'
import type { HashName } from './hash.ts'

export class HashAlgorithmName {
  readonly name: string | null

  constructor(name: string | null) {
    this.name = name
  }

  get [netType]() {
    return lookupType('System.Security.Cryptography.HashAlgorithmName')
  }

  netToString(): string {
    return this.name ?? ''
  }

  netEquals(other: Value): boolean {
    return other instanceof HashAlgorithmName && other.name === this.name
  }

  netHashCode(): number {
    return (this.name ?? '').length
  }
}

const hashes = new Map<string, HashName>([
  ['MD5', 'md5'],
  ['SHA1', 'sha1'],
  ['SHA256', 'sha256'],
  ['SHA384', 'sha384'],
  ['SHA512', 'sha512'],
])

/** Node's name of a hash. Throws for one that .NET does not know either. */
export function hashOf(name: HashAlgorithmName): HashName {
  if (name.name === null || name.name === '') {
    return fail('System.ArgumentException', 'The hash algorithm name cannot be null or empty.\r\nParameter name: hashAlgorithm')
  }
  return hashes.get(name.name) ?? cryptoFailure(`'${name.name}' is not a known hash algorithm.`)
}

/** RSASignaturePadding: mode 0 is Pkcs1, 1 is Pss. */
export class SignaturePadding {
  readonly mode: 0 | 1

  private constructor(mode: 0 | 1) {
    this.mode = mode
  }

  static readonly pkcs1: SignaturePadding = new SignaturePadding(0)
  static readonly pss: SignaturePadding = new SignaturePadding(1)

  get [netType]() {
    return lookupType('System.Security.Cryptography.RSASignaturePadding')
  }

  netToString(): string {
    return this.mode === 0 ? 'Pkcs1' : 'Pss'
  }
}

/** RSAEncryptionPadding: mode 0 is Pkcs1, 1 is OAEP with a hash. */
export class EncryptionPadding {
  readonly mode: 0 | 1
  readonly hash: HashAlgorithmName

  constructor(mode: 0 | 1, hash: HashAlgorithmName) {
    this.mode = mode
    this.hash = hash
  }

  get [netType]() {
    return lookupType('System.Security.Cryptography.RSAEncryptionPadding')
  }

  netToString(): string {
    return this.mode === 0 ? 'Pkcs1' : `Oaep${this.hash.name ?? ''}`
  }

  netEquals(other: Value): boolean {
    return other instanceof EncryptionPadding && other.mode === this.mode && other.hash.name === this.hash.name
  }

  netHashCode(): number {
    return this.mode
  }
}

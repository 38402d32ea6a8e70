import { createHash, createHmac, type Hash, type Hmac, randomBytes } from 'node:crypto'
import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType } from '../../../types/values.ts'
import { bytesOf, cryptoFailure } from './crypto-failure.ts'

export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'

export const hashBits: Readonly<Record<HashName, number>> = { md5: 128, sha1: 160, sha256: 256, sha384: 384, sha512: 512 }

/** Steps that one call into OpenSSL costs, whatever the length of the data. */
export const hashCost = 200

/** System.Security.Cryptography.HashAlgorithm on node:crypto. */
export class NetHash {
  readonly typeName: string
  readonly algorithm: HashName
  #running: Hash | Hmac | undefined
  #result: Uint8Array | null = null
  #disposed = false

  constructor(typeName: string, algorithm: HashName) {
    this.typeName = typeName
    this.algorithm = algorithm
  }

  get [netType](): NamedType {
    return lookupType(`System.Security.Cryptography.${this.typeName}`)
  }

  get size(): number {
    return hashBits[this.algorithm]
  }

  get result(): Uint8Array | null {
    this.#mustLive()
    if (this.#running !== undefined)
      fail(
        'System.Security.Cryptography.CryptographicUnexpectedOperationException',
        'Hash must be finalized before the hash value is retrieved.',
      )
    return this.#result === null ? null : bytesOf(this.#result)
  }

  protected start(): Hash | Hmac {
    return createHash(this.algorithm)
  }

  compute(data: Uint8Array): Uint8Array {
    this.#mustLive()
    spend(hashCost + (data.length >> 4))
    this.#result = bytesOf(this.start().update(data).digest())
    this.#running = undefined
    return bytesOf(this.#result)
  }

  update(data: Uint8Array): void {
    this.#mustLive()
    spend(hashCost + (data.length >> 4))
    this.#running ??= this.start()
    this.#running.update(data)
  }

  finish(data: Uint8Array): void {
    this.update(data)
    this.#result = bytesOf(this.#running?.digest() ?? new Uint8Array())
    this.#running = undefined
  }

  /** Whether TransformBlock has begun a hash that is not finished. */
  get isRunning(): boolean {
    return this.#running !== undefined
  }

  reset(): void {
    this.#running = undefined
  }

  dispose(): void {
    this.#disposed = true
    this.#result = null
  }

  #mustLive(): void {
    if (this.#disposed) fail('System.ObjectDisposedException', 'Cannot access a disposed object.')
  }
}

/** A hash with a key: HMAC. */
export class NetHmac extends NetHash {
  #key: Uint8Array

  /** A random key of the hash's block length when none is given. */
  constructor(typeName: string, algorithm: HashName, key?: Uint8Array) {
    super(typeName, algorithm)
    this.#key = bytesOf(key ?? randomBytes(blockBytes(algorithm)))
  }

  get key(): Uint8Array {
    return bytesOf(this.#key)
  }

  set key(key: Uint8Array) {
    if (this.isRunning) cryptoFailure('Hash key cannot be changed after the first write to the stream.')
    this.#key = bytesOf(key)
  }

  protected override start(): Hmac {
    // HMAC hashes a key that is longer than a block, and so does .NET
    return createHmac(this.algorithm, this.#key)
  }
}

export const blockBytes = (algorithm: HashName) => (algorithm === 'sha384' || algorithm === 'sha512' ? 128 : 64)

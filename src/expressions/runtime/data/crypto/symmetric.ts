import { type Cipheriv, createCipheriv, createDecipheriv, type Decipheriv, randomBytes } from 'node:crypto'
import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType } from '../../../types/values.ts'
import { argumentNull } from '../../collections/argument-errors.ts'
import { bytesOf, cryptoFailure, slice } from './crypto-failure.ts'

/** System.Security.Cryptography.CipherMode and PaddingMode, by number. */
export const cipherMode = { CBC: 1, ECB: 2, OFB: 3, CFB: 4, CTS: 5 } as const
export const paddingMode = { None: 1, PKCS7: 2, Zeros: 3, ANSIX923: 4, ISO10126: 5 } as const

export type Family = 'aes' | 'des3' | 'des'

interface Sizes {
  /** In bits. */
  readonly keys: readonly number[]
  readonly key: number
  readonly block: number
}

const sizes: Readonly<Record<Family, Sizes>> = {
  aes: { keys: [128, 192, 256], key: 256, block: 128 },
  des3: { keys: [128, 192], key: 192, block: 64 },
  des: { keys: [64], key: 64, block: 64 },
}

/** System.Security.Cryptography.SymmetricAlgorithm. */
export class NetSymmetric {
  readonly typeName: string
  readonly family: Family
  mode: number = cipherMode.CBC
  padding: number = paddingMode.PKCS7
  feedbackSize: number
  #keySize: number
  #key: Uint8Array | undefined
  #iv: Uint8Array | undefined

  constructor(typeName: string, family: Family) {
    this.typeName = typeName
    this.family = family
    this.#keySize = sizes[family].key
    this.feedbackSize = typeName === 'AesCryptoServiceProvider' ? 8 : sizes[family].block
  }

  get [netType](): NamedType {
    return lookupType(`System.Security.Cryptography.${this.typeName}`)
  }

  get blockSize(): number {
    return sizes[this.family].block
  }

  set blockSize(bits: number) {
    if (bits !== this.blockSize) cryptoFailure('Specified block size is not valid for this algorithm.')
  }

  get keySize(): number {
    return this.#keySize
  }

  set keySize(bits: number) {
    if (!this.validKeySize(bits)) cryptoFailure('Specified key size is not valid for this algorithm.')
    this.#keySize = bits
    this.#key = undefined
  }

  validKeySize(bits: number): boolean {
    return sizes[this.family].keys.includes(bits)
  }

  get key(): Uint8Array {
    if (this.#key === undefined) this.generateKey()
    return bytesOf(this.#key ?? new Uint8Array())
  }

  set key(key: Uint8Array | null) {
    if (key === null) throw argumentNull('value')
    if (!this.validKeySize(key.length * 8)) cryptoFailure('Specified key is not a valid size for this algorithm.')
    this.#key = bytesOf(key)
    this.#keySize = key.length * 8
  }

  get iv(): Uint8Array {
    if (this.#iv === undefined) this.generateIv()
    return bytesOf(this.#iv ?? new Uint8Array())
  }

  set iv(iv: Uint8Array | null) {
    if (iv === null) throw argumentNull('value')
    if (iv.length * 8 !== this.blockSize)
      cryptoFailure('Specified initialization vector (IV) does not match the block size for this algorithm.')
    this.#iv = bytesOf(iv)
  }

  generateKey(): void {
    this.#key = bytesOf(randomBytes(this.#keySize / 8))
  }

  generateIv(): void {
    this.#iv = bytesOf(randomBytes(this.blockSize / 8))
  }

  setMode(mode: number): void {
    if (mode < 1 || mode > 5) cryptoFailure('Specified cipher mode is not valid for this algorithm.')
    this.mode = mode
  }

  setPadding(padding: number): void {
    if (padding < 1 || padding > 5) cryptoFailure('Specified padding mode is not valid for this algorithm.')
    this.padding = padding
  }

  transform(encrypt: boolean, key: Uint8Array | null = this.key, iv: Uint8Array | null = this.iv): NetTransform {
    if (key === null) throw argumentNull('rgbKey')
    if (!this.validKeySize(key.length * 8)) cryptoFailure('Specified key is not a valid size for this algorithm.')
    if (this.mode !== cipherMode.ECB && iv !== null && iv.length * 8 !== this.blockSize) {
      cryptoFailure('Specified initialization vector (IV) does not match the block size for this algorithm.')
    }
    return new NetTransform(this, encrypt, key, iv ?? this.iv)
  }

  dispose(): void {
    this.#key = undefined
    this.#iv = undefined
  }
}

function cipherName({ family, mode, feedbackSize }: NetSymmetric, keyBytes: number): string {
  const base = family === 'aes' ? `aes-${keyBytes * 8}` : 'des-ede3'
  switch (mode) {
    case cipherMode.CBC:
      return `${base}-cbc`
    case cipherMode.ECB:
      return `${base}-ecb`
    case cipherMode.CFB:
      return `${base}-cfb${feedbackSize === 8 ? '8' : ''}`
    default:
      return cryptoFailure('Specified cipher mode is not valid for this algorithm.')
  }
}

/** DES and two-key triple DES, spelled as three keys. */
function expanded(key: Uint8Array, family: Family): Uint8Array {
  if (family === 'aes' || key.length === 24) return key
  return Buffer.concat(family === 'des' ? [key, key, key] : [key, key.subarray(0, 8)])
}

/** An ICryptoTransform: blocks are worked on as they come, the padding is put on or taken off at the end. */
export class NetTransform {
  readonly encrypt: boolean
  readonly inputBlockSize: number
  readonly #padding: number
  readonly #make: () => Cipheriv | Decipheriv
  #cipher: Cipheriv | Decipheriv
  /** The last whole block of a decryption, in which the padding may stand. */
  #held: Uint8Array = new Uint8Array()

  constructor(algorithm: NetSymmetric, encrypt: boolean, key: Uint8Array, iv: Uint8Array) {
    this.encrypt = encrypt
    this.inputBlockSize = algorithm.mode === cipherMode.CFB ? algorithm.feedbackSize / 8 : algorithm.blockSize / 8
    this.#padding = algorithm.padding
    const name = cipherName(algorithm, key.length)
    const used = expanded(bytesOf(key), algorithm.family)
    const vector = algorithm.mode === cipherMode.ECB ? null : bytesOf(iv)
    this.#make = () => {
      const made = encrypt ? createCipheriv(name, used, vector) : createDecipheriv(name, used, vector)
      return made.setAutoPadding(false)
    }
    spend(200)
    this.#cipher = this.#make()
  }

  get [netType](): NamedType {
    return lookupType('System.Security.Cryptography.ICryptoTransform')
  }

  transformBlock(
    input: Uint8Array | null,
    offset: number,
    count: number,
    output: Uint8Array | null,
    outputOffset: number,
  ): number {
    if (input === null) throw argumentNull('inputBuffer')
    if (output === null) throw argumentNull('outputBuffer')
    if (count <= 0 || count % this.inputBlockSize !== 0) fail('System.ArgumentException', 'Value was invalid.')
    const done = this.#blocks(slice(input, offset, count))
    if (outputOffset < 0 || done.length > output.length - outputOffset)
      fail(
        'System.ArgumentException',
        'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
      )
    output.set(done, outputOffset)
    return done.length
  }

  #blocks(part: Uint8Array): Uint8Array {
    spend(100 + (part.length >> 3))
    if (this.encrypt || !this.#removesPadding) return this.#cipher.update(part)
    const all = Buffer.concat([this.#held, part])
    const whole = all.length - this.inputBlockSize
    this.#held = bytesOf(all.subarray(whole))
    return this.#cipher.update(all.subarray(0, whole))
  }

  get #removesPadding(): boolean {
    return this.#padding !== paddingMode.None && this.#padding !== paddingMode.Zeros
  }

  transformFinalBlock(input: Uint8Array | null, offset: number, count: number): Uint8Array {
    if (input === null) throw argumentNull('inputBuffer')
    const part = slice(input, offset, count)
    spend(100 + (part.length >> 3))
    const done = this.encrypt ? this.#cipher.update(this.#padded(part)) : this.#unpadded(Buffer.concat([this.#held, part]))
    this.#held = new Uint8Array()
    this.#cipher = this.#make()
    return bytesOf(done)
  }

  #padded(part: Uint8Array): Uint8Array {
    const size = this.inputBlockSize
    const rest = part.length % size
    if (this.#padding === paddingMode.None) {
      if (rest !== 0) cryptoFailure('Length of the data to encrypt is invalid.')
      return part
    }
    if (this.#padding === paddingMode.Zeros) return rest === 0 ? part : Buffer.concat([part, new Uint8Array(size - rest)])
    const count = size - rest
    const tail =
      this.#padding === paddingMode.ISO10126
        ? randomBytes(count)
        : Buffer.alloc(count, this.#padding === paddingMode.PKCS7 ? count : 0)
    tail[count - 1] = count
    return Buffer.concat([part, tail])
  }

  #unpadded(all: Uint8Array): Uint8Array {
    if (all.length % this.inputBlockSize !== 0) cryptoFailure('Length of the data to decrypt is invalid.')
    const text = this.#cipher.update(all)
    if (!this.#removesPadding) return text
    // .NET gives nothing for nothing
    const count = text.at(-1)
    if (count === undefined) return text
    const tail = text.subarray(text.length - count, text.length - 1)
    const filler = this.#padding === paddingMode.PKCS7 ? count : 0
    const fits = this.#padding === paddingMode.ISO10126 || tail.every(byte => byte === filler)
    if (count === 0 || count > this.inputBlockSize || !fits) cryptoFailure('Padding is invalid and cannot be removed.')
    return text.subarray(0, text.length - count)
  }

  dispose(): void {
    this.#held = new Uint8Array()
  }
}

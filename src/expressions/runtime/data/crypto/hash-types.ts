import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import type { MemberTable } from '../../../types/type.ts'
import { argumentNull } from '../../collections/argument-errors.ts'
import { required } from '../json/required.ts'
import { slice } from './crypto-failure.ts'
import { type HashName, NetHash, NetHmac } from './hash.ts'

const ns = 'System.Security.Cryptography'

type Bytes = Uint8Array | null

function transformBlock(self: NetHash, input: Bytes, offset: number, count: number, output: Bytes, outputOffset: number): number {
  const part = slice(required(input, 'inputBuffer'), offset, count)
  self.update(part)
  if (output !== null && (input !== output || offset !== outputOffset)) output.set(part, outputOffset)
  return count
}

function transformFinal(self: NetHash, input: Bytes, offset: number, count: number): Uint8Array {
  const part = slice(required(input, 'inputBuffer'), offset, count)
  self.finish(part)
  return new Uint8Array(part)
}

function textOrBytes(self: NetHash, input: Bytes): Uint8Array {
  return self.compute(required(input, 'buffer'))
}

/** What `Create(name)` knows, short and full names in any case. */
const byName = new Map<string, () => NetHash>()

function created(name: string | null): NetHash | null {
  if (name === null) throw argumentNull('name')
  const short = name.toLowerCase().replace(/^system\.security\.cryptography\./, '')
  return byName.get(short)?.() ?? null
}

const hashTable: MemberTable = {
  'int HashSize { get; }': (self: NetHash) => self.size,
  'byte[] Hash { get; }': (self: NetHash) => self.result,
  'int InputBlockSize { get; }': () => 1,
  'int OutputBlockSize { get; }': () => 1,
  'bool CanReuseTransform { get; }': () => true,
  'bool CanTransformMultipleBlocks { get; }': () => true,
  'byte[] ComputeHash(byte[] buffer)': textOrBytes,
  'byte[] ComputeHash(byte[] buffer, int offset, int count)': (self: NetHash, buffer: Bytes, offset: number, count: number) =>
    self.compute(slice(required(buffer, 'buffer'), offset, count)),
  'int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, int outputOffset)':
    transformBlock,
  'byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)': transformFinal,
  'void Initialize()': (self: NetHash) => self.reset(),
  'void Clear()': (self: NetHash) => self.dispose(),
  'void Dispose()': (self: NetHash) => self.dispose(),
  'static HashAlgorithm Create()': () => new NetHash('SHA1CryptoServiceProvider', 'sha1'),
  'static HashAlgorithm Create(string hashName)': created,
}

interface Family {
  readonly name: string
  readonly algorithm: HashName
  /** The classes that implement it; the first is what Create gives. */
  readonly classes: readonly string[]
}

const families: readonly Family[] = [
  { name: 'MD5', algorithm: 'md5', classes: ['MD5CryptoServiceProvider', 'MD5Cng'] },
  { name: 'SHA1', algorithm: 'sha1', classes: ['SHA1CryptoServiceProvider', 'SHA1Managed', 'SHA1Cng'] },
  { name: 'SHA256', algorithm: 'sha256', classes: ['SHA256Managed', 'SHA256CryptoServiceProvider', 'SHA256Cng'] },
  { name: 'SHA384', algorithm: 'sha384', classes: ['SHA384Managed', 'SHA384CryptoServiceProvider', 'SHA384Cng'] },
  { name: 'SHA512', algorithm: 'sha512', classes: ['SHA512Managed', 'SHA512CryptoServiceProvider', 'SHA512Cng'] },
]

function familyTypes({ name, algorithm, classes }: Family): DefinedType[] {
  const make = () => new NetHash(classes[0] ?? name, algorithm)
  for (const alias of [name, name.replace(/^SHA(\d)/, 'SHA-$1')]) byName.set(alias.toLowerCase(), make)
  for (const each of classes) byName.set(each.toLowerCase(), () => new NetHash(each, algorithm))
  return [
    defineType(`class ${ns}.${name} : HashAlgorithm`, {
      [`static ${name} Create()`]: make,
      [`static ${name} Create(string hashName)`]: created,
    }),
    ...classes.map(each => defineType(`class ${ns}.${each} : ${name}`, { 'new()': () => new NetHash(each, algorithm) })),
  ]
}

function noReference(): never {
  return fail('System.NullReferenceException', 'Object reference not set to an instance of an object.')
}

const hmacs: readonly [string, HashName][] = [
  ['HMACMD5', 'md5'],
  ['HMACSHA1', 'sha1'],
  ['HMACSHA256', 'sha256'],
  ['HMACSHA384', 'sha384'],
  ['HMACSHA512', 'sha512'],
]

function hmacType([name, algorithm]: readonly [string, HashName]): DefinedType {
  byName.set(name.toLowerCase(), () => new NetHmac(name, algorithm))
  // .NET Framework's constructors look into the key without asking whether there is one
  const withKey = (key: Bytes) => new NetHmac(name, algorithm, key ?? noReference())
  return defineType(`class ${ns}.${name} : HMAC`, {
    'new()': () => new NetHmac(name, algorithm),
    'new(byte[] key)': withKey,
    ...(name === 'HMACSHA1' ? { 'new(byte[] key, bool useManagedSha1)': withKey } : {}),
  })
}

const keyed = {
  get: (self: NetHmac) => self.key,
  set: (self: NetHmac, key: Bytes) => {
    self.key = required(key, 'value')
  },
}

export const hashTypes: readonly DefinedType[] = [
  defineType(`interface ${ns}.ICryptoTransform : System.IDisposable`, {
    'int InputBlockSize { get; }': (self: { readonly inputBlockSize?: number }) => self.inputBlockSize ?? 1,
    'int OutputBlockSize { get; }': (self: { readonly inputBlockSize?: number }) => self.inputBlockSize ?? 1,
    'bool CanReuseTransform { get; }': () => true,
    'bool CanTransformMultipleBlocks { get; }': () => true,
    'int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, int outputOffset)': (
      self: { transformBlock?(...args: readonly unknown[]): number } & NetHash,
      input: Bytes,
      offset: number,
      count: number,
      output: Bytes,
      outputOffset: number,
    ) =>
      self.transformBlock?.(input, offset, count, output, outputOffset) ??
      transformBlock(self, input, offset, count, output, outputOffset),
    'byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)': (
      self: { transformFinalBlock?(...args: readonly unknown[]): Uint8Array } & NetHash,
      input: Bytes,
      offset: number,
      count: number,
    ) => self.transformFinalBlock?.(input, offset, count) ?? transformFinal(self, input, offset, count),
  }),
  defineType(`class ${ns}.HashAlgorithm : System.IDisposable, ICryptoTransform`, hashTable),
  defineType(`class ${ns}.KeyedHashAlgorithm : HashAlgorithm`, {
    'byte[] Key { get; set; }': keyed,
    'static KeyedHashAlgorithm Create()': () => new NetHmac('HMACSHA1', 'sha1'),
    'static KeyedHashAlgorithm Create(string algName)': created,
  }),
  defineType(`class ${ns}.HMAC : KeyedHashAlgorithm`, {
    'string HashName { get; }': (self: NetHmac) => self.algorithm.toUpperCase(),
    'byte[] Key { get; set; }': keyed,
    'static HMAC Create()': () => new NetHmac('HMACSHA1', 'sha1'),
    'static HMAC Create(string algorithmName)': created,
  }),
  ...families.flatMap(familyTypes),
  ...hmacs.map(hmacType),
]

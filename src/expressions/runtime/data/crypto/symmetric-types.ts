import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { argumentNull } from '../../collections/argument-errors.ts'
import { required } from '../json/required.ts'
import { cipherMode, type Family, NetSymmetric, type NetTransform, paddingMode } from './symmetric.ts'

const ns = 'System.Security.Cryptography'

type Bytes = Uint8Array | null

const constants = (type: string, members: Readonly<Record<string, number>>) =>
  defineType(
    `enum ${type}`,
    Object.fromEntries(Object.entries(members).map(([name, value]) => [`const ${name}`, { constant: value }])),
  )

interface Kind {
  readonly name: string
  readonly family: Family
  /** The classes that implement it; the first is what Create gives. */
  readonly classes: readonly string[]
  readonly aliases: readonly string[]
}

const kinds: readonly Kind[] = [
  { name: 'Aes', family: 'aes', classes: ['AesManaged', 'AesCryptoServiceProvider'], aliases: ['AES', 'Aes'] },
  { name: 'Rijndael', family: 'aes', classes: ['RijndaelManaged'], aliases: ['Rijndael'] },
  {
    name: 'TripleDES',
    family: 'des3',
    classes: ['TripleDESCryptoServiceProvider'],
    aliases: ['3DES', 'TripleDES', 'Triple DES'],
  },
  { name: 'DES', family: 'des', classes: ['DESCryptoServiceProvider'], aliases: ['DES'] },
]

const byName = new Map<string, () => NetSymmetric>()

/** `SymmetricAlgorithm.Create(name)`: null for a name that means nothing. */
function created(name: string | null): NetSymmetric | null {
  if (name === null) throw argumentNull('name')
  return byName.get(name.toLowerCase().replace(/^system\.security\.cryptography\./, ''))?.() ?? null
}

function kindTypes({ name, family, classes, aliases }: Kind): DefinedType[] {
  const make = () => new NetSymmetric(classes[0] ?? name, family)
  for (const alias of [...aliases, name]) byName.set(alias.toLowerCase(), make)
  for (const each of classes) byName.set(each.toLowerCase(), () => new NetSymmetric(each, family))
  return [
    defineType(`class ${ns}.${name} : SymmetricAlgorithm`, {
      [`static ${name} Create()`]: make,
      [`static ${name} Create(string algorithmName)`]: created,
    }),
    ...classes.map(each => defineType(`class ${ns}.${each} : ${name}`, { 'new()': () => new NetSymmetric(each, family) })),
  ]
}

function algorithmFor(name: string | null): NetSymmetric {
  return (
    created(name) ??
    fail('System.ArgumentException', `'${name}' is not the name of a symmetric algorithm.\r\nParameter name: alg`)
  )
}

function run(transform: NetTransform, input: Bytes): Uint8Array {
  const bytes = required(input, 'input')
  return transform.transformFinalBlock(bytes, 0, bytes.length)
}

/** API Management's own `Encrypt` and `Decrypt` of bytes. */
const policyExtensions = defineType(`static class ${ns}.SymmetricPolicyExtensions`, {
  'static byte[] Encrypt(this byte[] input, string alg, byte[] key, byte[] iv)': (
    input: Bytes,
    alg: string | null,
    key: Bytes,
    iv: Bytes,
  ) => run(algorithmFor(alg).transform(true, key, iv), input),
  'static byte[] Encrypt(this byte[] input, SymmetricAlgorithm alg)': (input: Bytes, alg: NetSymmetric | null) =>
    run(required(alg, 'alg').transform(true), input),
  'static byte[] Encrypt(this byte[] input, SymmetricAlgorithm alg, byte[] key, byte[] iv)': (
    input: Bytes,
    alg: NetSymmetric | null,
    key: Bytes,
    iv: Bytes,
  ) => run(required(alg, 'alg').transform(true, key, iv), input),
  'static byte[] Decrypt(this byte[] input, string alg, byte[] key, byte[] iv)': (
    input: Bytes,
    alg: string | null,
    key: Bytes,
    iv: Bytes,
  ) => run(algorithmFor(alg).transform(false, key, iv), input),
  'static byte[] Decrypt(this byte[] input, SymmetricAlgorithm alg)': (input: Bytes, alg: NetSymmetric | null) =>
    run(required(alg, 'alg').transform(false), input),
  'static byte[] Decrypt(this byte[] input, SymmetricAlgorithm alg, byte[] key, byte[] iv)': (
    input: Bytes,
    alg: NetSymmetric | null,
    key: Bytes,
    iv: Bytes,
  ) => run(required(alg, 'alg').transform(false, key, iv), input),
})

const symmetricAlgorithm = defineType(`class ${ns}.SymmetricAlgorithm : System.IDisposable`, {
  'int BlockSize { get; set; }': {
    get: (self: NetSymmetric) => self.blockSize,
    set: (self: NetSymmetric, bits: number) => {
      self.blockSize = bits
    },
  },
  'int FeedbackSize { get; set; }': {
    get: (self: NetSymmetric) => self.feedbackSize,
    set: (self: NetSymmetric, bits: number) => {
      self.feedbackSize = bits
    },
  },
  'byte[] IV { get; set; }': {
    get: (self: NetSymmetric) => self.iv,
    set: (self: NetSymmetric, iv: Bytes) => {
      self.iv = iv
    },
  },
  'byte[] Key { get; set; }': {
    get: (self: NetSymmetric) => self.key,
    set: (self: NetSymmetric, key: Bytes) => {
      self.key = key
    },
  },
  'int KeySize { get; set; }': {
    get: (self: NetSymmetric) => self.keySize,
    set: (self: NetSymmetric, bits: number) => {
      self.keySize = bits
    },
  },
  'CipherMode Mode { get; set; }': {
    get: (self: NetSymmetric) => self.mode,
    set: (self: NetSymmetric, mode: number) => self.setMode(mode),
  },
  'PaddingMode Padding { get; set; }': {
    get: (self: NetSymmetric) => self.padding,
    set: (self: NetSymmetric, padding: number) => self.setPadding(padding),
  },
  'bool ValidKeySize(int bitLength)': (self: NetSymmetric, bits: number) => self.validKeySize(bits),
  'void GenerateKey()': (self: NetSymmetric) => self.generateKey(),
  'void GenerateIV()': (self: NetSymmetric) => self.generateIv(),
  'ICryptoTransform CreateEncryptor()': (self: NetSymmetric) => self.transform(true),
  'ICryptoTransform CreateEncryptor(byte[] rgbKey, byte[] rgbIV)': (self: NetSymmetric, key: Bytes, iv: Bytes) =>
    self.transform(true, key, iv),
  'ICryptoTransform CreateDecryptor()': (self: NetSymmetric) => self.transform(false),
  'ICryptoTransform CreateDecryptor(byte[] rgbKey, byte[] rgbIV)': (self: NetSymmetric, key: Bytes, iv: Bytes) =>
    self.transform(false, key, iv),
  'void Clear()': (self: NetSymmetric) => self.dispose(),
  'void Dispose()': (self: NetSymmetric) => self.dispose(),
  'static SymmetricAlgorithm Create()': () => new NetSymmetric('RijndaelManaged', 'aes'),
  'static SymmetricAlgorithm Create(string algName)': created,
})

export const symmetricTypes: readonly DefinedType[] = [
  constants(`${ns}.CipherMode`, cipherMode),
  constants(`${ns}.PaddingMode`, paddingMode),
  symmetricAlgorithm,
  ...kinds.flatMap(kindTypes),
  policyExtensions,
  defineType(`class ${ns}.CryptographicException : System.SystemException`, {}),
  defineType(`class ${ns}.CryptographicUnexpectedOperationException : CryptographicException`, {}),
]

import { randomBytes, randomFillSync } from 'node:crypto'
import { spend } from '../../../types/budget.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { required } from '../json/required.ts'
import { slice } from './crypto-failure.ts'
import { NetHash } from './hash.ts'
import { EncryptionPadding, HashAlgorithmName, SignaturePadding } from './names.ts'
import { Oid } from './oid.ts'
import { NetRsa, RsaParameters } from './rsa.ts'
import { rsaFromXml, rsaToXml } from './rsa-xml.ts'

const ns = 'System.Security.Cryptography'

type Bytes = Uint8Array | null

const constants = (type: string, ...names: readonly string[]) =>
  defineType(`enum ${type}`, Object.fromEntries(names.map((name, value) => [`const ${name}`, { constant: value }])))

const hashNames = ['MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512']

const sameHash = (a: HashAlgorithmName, b: HashAlgorithmName) => a.name === b.name

const hashAlgorithmName = defineType(
  `struct ${ns}.HashAlgorithmName`,
  {
    'new(string name)': (name: string | null) => new HashAlgorithmName(name),
    'string Name { get; }': (self: HashAlgorithmName) => self.name,
    'override string ToString()': (self: HashAlgorithmName) => self.netToString(),
    'bool Equals(HashAlgorithmName other)': sameHash,
    'static bool operator ==(HashAlgorithmName left, HashAlgorithmName right)': sameHash,
    'static bool operator !=(HashAlgorithmName left, HashAlgorithmName right)': (a: HashAlgorithmName, b: HashAlgorithmName) =>
      !sameHash(a, b),
    ...Object.fromEntries(
      hashNames.map(name => [`static HashAlgorithmName ${name} { get; }`, () => new HashAlgorithmName(name)]),
    ),
  },
  { default: () => new HashAlgorithmName(null) },
)

const oaep = (name: string) => new EncryptionPadding(1, new HashAlgorithmName(name))
const none = new HashAlgorithmName(null)
const pkcs1 = new EncryptionPadding(0, none)

const paddings = [
  constants(`${ns}.RSASignaturePaddingMode`, 'Pkcs1', 'Pss'),
  constants(`${ns}.RSAEncryptionPaddingMode`, 'Pkcs1', 'Oaep'),
  defineType(`class ${ns}.RSASignaturePadding`, {
    'static RSASignaturePadding Pkcs1 { get; }': () => SignaturePadding.pkcs1,
    'static RSASignaturePadding Pss { get; }': () => SignaturePadding.pss,
    'RSASignaturePaddingMode Mode { get; }': (self: SignaturePadding) => self.mode,
    'override string ToString()': (self: SignaturePadding) => self.netToString(),
    'static bool operator ==(RSASignaturePadding left, RSASignaturePadding right)': (
      a: SignaturePadding | null,
      b: SignaturePadding | null,
    ) => a === b,
    'static bool operator !=(RSASignaturePadding left, RSASignaturePadding right)': (
      a: SignaturePadding | null,
      b: SignaturePadding | null,
    ) => a !== b,
  }),
  defineType(`class ${ns}.RSAEncryptionPadding`, {
    'static RSAEncryptionPadding Pkcs1 { get; }': () => pkcs1,
    ...Object.fromEntries(
      ['SHA1', 'SHA256', 'SHA384', 'SHA512'].map(name => [`static RSAEncryptionPadding Oaep${name} { get; }`, () => oaep(name)]),
    ),
    'static RSAEncryptionPadding CreateOaep(HashAlgorithmName hashAlgorithm)': (hash: HashAlgorithmName) =>
      new EncryptionPadding(1, hash),
    'RSAEncryptionPaddingMode Mode { get; }': (self: EncryptionPadding) => self.mode,
    'HashAlgorithmName OaepHashAlgorithm { get; }': (self: EncryptionPadding) => self.hash,
    'override string ToString()': (self: EncryptionPadding) => self.netToString(),
    'static bool operator ==(RSAEncryptionPadding left, RSAEncryptionPadding right)': (
      a: EncryptionPadding | null,
      b: EncryptionPadding | null,
    ) => a === b || a?.netEquals(b) === true,
    'static bool operator !=(RSAEncryptionPadding left, RSAEncryptionPadding right)': (
      a: EncryptionPadding | null,
      b: EncryptionPadding | null,
    ) => a !== b && !(a?.netEquals(b) ?? false),
  }),
]

const part = (name: keyof Omit<RsaParameters, symbol>) => ({
  get: (self: RsaParameters) => self[name],
  set: (self: RsaParameters, value: Bytes) => {
    self[name] = value
  },
})

const rsaParameters = defineType(
  `struct ${ns}.RSAParameters`,
  {
    'byte[] D { get; set; }': part('d'),
    'byte[] DP { get; set; }': part('dp'),
    'byte[] DQ { get; set; }': part('dq'),
    'byte[] Exponent { get; set; }': part('exponent'),
    'byte[] InverseQ { get; set; }': part('inverseQ'),
    'byte[] Modulus { get; set; }': part('modulus'),
    'byte[] P { get; set; }': part('p'),
    'byte[] Q { get; set; }': part('q'),
  },
  { default: () => new RsaParameters() },
)

const asymmetric = defineType(`class ${ns}.AsymmetricAlgorithm : System.IDisposable`, {
  'int KeySize { get; set; }': {
    get: (self: NetRsa) => self.size,
    set: (self: NetRsa, bits: number) => {
      self.size = bits
    },
  },
  'string SignatureAlgorithm { get; }': () => 'RSA',
  'string KeyExchangeAlgorithm { get; }': () => 'RSA',
  'string ToXmlString(bool includePrivateParameters)': rsaToXml,
  'void FromXmlString(string xmlString)': (self: NetRsa, xml: string | null) => rsaFromXml(self, required(xml, 'xmlString')),
  'void Clear()': () => {},
  'void Dispose()': () => {},
  'static AsymmetricAlgorithm Create()': () => new NetRsa('RSACryptoServiceProvider', 1024),
  'static AsymmetricAlgorithm Create(string algName)': named,
})

function named(name: string | null): NetRsa | null {
  return /^(system\.security\.cryptography\.)?rsa(cryptoserviceprovider)?$/i.test(required(name, 'algName'))
    ? new NetRsa('RSACryptoServiceProvider', 1024)
    : null
}

function imported(parameters: RsaParameters): NetRsa {
  const rsa = new NetRsa('RSACng')
  rsa.import(parameters)
  return rsa
}

const rsa = defineType(`class ${ns}.RSA : AsymmetricAlgorithm`, {
  'static RSA Create()': () => new NetRsa('RSACryptoServiceProvider', 1024),
  'static RSA Create(int keySizeInBits)': (bits: number) => {
    const made = new NetRsa('RSACng')
    made.size = bits
    return made
  },
  'static RSA Create(RSAParameters parameters)': imported,
  'static RSA Create(string algName)': named,
  'byte[] Encrypt(byte[] data, RSAEncryptionPadding padding)': (self: NetRsa, data: Bytes, padding: EncryptionPadding | null) =>
    self.encrypt(required(data, 'data'), required(padding, 'padding')),
  'byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)': (self: NetRsa, data: Bytes, padding: EncryptionPadding | null) =>
    self.decrypt(required(data, 'data'), required(padding, 'padding')),
  'byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)': (
    self: NetRsa,
    data: Bytes,
    hash: HashAlgorithmName,
    padding: SignaturePadding | null,
  ) => self.signData(required(data, 'data'), hash, required(padding, 'padding')),
  'byte[] SignData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)': (
    self: NetRsa,
    data: Bytes,
    offset: number,
    count: number,
    hash: HashAlgorithmName,
    padding: SignaturePadding | null,
  ) => self.signData(slice(required(data, 'data'), offset, count), hash, required(padding, 'padding')),
  'byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)': (
    self: NetRsa,
    data: Bytes,
    hash: HashAlgorithmName,
    padding: SignaturePadding | null,
  ) => self.signHash(required(data, 'hash'), hash, required(padding, 'padding')),
  'bool VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)': (
    self: NetRsa,
    data: Bytes,
    signature: Bytes,
    hash: HashAlgorithmName,
    padding: SignaturePadding | null,
  ) => self.verifyData(required(data, 'data'), required(signature, 'signature'), hash, required(padding, 'padding')),
  'bool VerifyHash(byte[] hash, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)': (
    self: NetRsa,
    data: Bytes,
    signature: Bytes,
    hash: HashAlgorithmName,
    padding: SignaturePadding | null,
  ) => self.verifyHash(required(data, 'hash'), required(signature, 'signature'), hash, required(padding, 'padding')),
  'RSAParameters ExportParameters(bool includePrivateParameters)': (self: NetRsa, secret: boolean) => self.export(secret),
  'void ImportParameters(RSAParameters parameters)': (self: NetRsa, parameters: RsaParameters) => self.import(parameters),
})

/** The hash that RSACryptoServiceProvider takes as an object: a name, an OID's text, or an instance. */
function hashNameOf(value: Value): HashAlgorithmName {
  if (value instanceof NetHash) return new HashAlgorithmName(value.algorithm.toUpperCase())
  const name = typeof value === 'string' ? (Oid.named(value)?.friendlyName ?? value).toUpperCase() : ''
  if (hashNames.includes(name)) return new HashAlgorithmName(name)
  return fail('System.ArgumentException', 'Value was invalid.')
}

const providers = [
  defineType(`class ${ns}.RSACng : RSA`, {
    'new()': () => new NetRsa('RSACng', 2048),
    'new(int keySize)': (bits: number) => new NetRsa('RSACng', bits),
  }),
  defineType(`class ${ns}.RSACryptoServiceProvider : RSA`, {
    'new()': () => new NetRsa('RSACryptoServiceProvider', 1024),
    'new(int dwKeySize)': (bits: number) => new NetRsa('RSACryptoServiceProvider', bits),
    'bool PublicOnly { get; }': (self: NetRsa) => !self.hasPrivate,
    'byte[] Encrypt(byte[] rgb, bool fOAEP)': (self: NetRsa, data: Bytes, useOaep: boolean) =>
      self.encrypt(required(data, 'rgb'), useOaep ? oaep('SHA1') : pkcs1),
    'byte[] Decrypt(byte[] rgb, bool fOAEP)': (self: NetRsa, data: Bytes, useOaep: boolean) =>
      self.decrypt(required(data, 'rgb'), useOaep ? oaep('SHA1') : pkcs1),
    'byte[] SignData(byte[] buffer, object halg)': (self: NetRsa, data: Bytes, hash: Value) =>
      self.signData(required(data, 'buffer'), hashNameOf(hash), SignaturePadding.pkcs1),
    'bool VerifyData(byte[] buffer, object halg, byte[] signature)': (self: NetRsa, data: Bytes, hash: Value, signature: Bytes) =>
      self.verifyData(required(data, 'buffer'), required(signature, 'signature'), hashNameOf(hash), SignaturePadding.pkcs1),
    'byte[] SignHash(byte[] rgbHash, string str)': (self: NetRsa, hash: Bytes, name: string | null) =>
      self.signHash(required(hash, 'rgbHash'), hashNameOf(name), SignaturePadding.pkcs1),
    'bool VerifyHash(byte[] rgbHash, string str, byte[] rgbSignature)': (
      self: NetRsa,
      hash: Bytes,
      name: string | null,
      signature: Bytes,
    ) =>
      self.verifyHash(required(hash, 'rgbHash'), required(signature, 'rgbSignature'), hashNameOf(name), SignaturePadding.pkcs1),
  }),
]

class NetRandom {
  get [netType](): NamedType {
    return lookupType(`${ns}.RNGCryptoServiceProvider`)
  }

  fill(data: Bytes): void {
    spend(50 + (required(data, 'data').length >> 4))
    randomFillSync(required(data, 'data'))
  }

  fillNonZero(data: Bytes): void {
    const bytes = required(data, 'data')
    spend(50 + bytes.length * 20)
    for (let i = 0; i < bytes.length; i++) {
      do bytes[i] = randomBytes(1)[0] ?? 0
      while (bytes[i] === 0)
    }
  }
}

const random = [
  defineType(`class ${ns}.RandomNumberGenerator : System.IDisposable`, {
    'static RandomNumberGenerator Create()': () => new NetRandom(),
    'void GetBytes(byte[] data)': (self: NetRandom, data: Bytes) => self.fill(data),
    'void GetBytes(byte[] data, int offset, int count)': (self: NetRandom, data: Bytes, offset: number, count: number) =>
      self.fill(slice(required(data, 'data'), offset, count)),
    'void GetNonZeroBytes(byte[] data)': (self: NetRandom, data: Bytes) => self.fillNonZero(data),
    'void Dispose()': () => {},
  }),
  defineType(`class ${ns}.RNGCryptoServiceProvider : RandomNumberGenerator`, { 'new()': () => new NetRandom() }),
]

export const rsaTypes: readonly DefinedType[] = [
  hashAlgorithmName,
  ...paddings,
  rsaParameters,
  asymmetric,
  rsa,
  ...providers,
  ...random,
]

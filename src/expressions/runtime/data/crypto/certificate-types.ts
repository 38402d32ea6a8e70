import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType } from '../../../types/values.ts'
import { dateByTicks } from '../json/made-values.ts'
import { required } from '../json/required.ts'
import { NetCertificate, shownDate } from './certificate.ts'
import { readCertificate } from './certificate-reader.ts'
import { bytesOf } from './crypto-failure.ts'
import { childAt, type Der } from './der.ts'
import { nameText } from './distinguished-name.ts'
import { Oid } from './oid.ts'
import { NetRsa } from './rsa.ts'

const ns = 'System.Security.Cryptography.X509Certificates'

type Bytes = Uint8Array | null

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
const reversed = (bytes: Uint8Array) => bytesOf(bytes).reverse()

/** A local time, as .NET gives certificates' dates; the gateway's zone is UTC. */
const localTime = (time: number) => dateByTicks(BigInt(time) * 10_000n + 621_355_968_000_000_000n, 2)

class DistinguishedName {
  readonly name: Der

  constructor(name: Der) {
    this.name = name
  }

  get [netType]() {
    return lookupType(`${ns}.X500DistinguishedName`)
  }
}

class PublicKey {
  readonly certificate: NetCertificate

  constructor(certificate: NetCertificate) {
    this.certificate = certificate
  }

  get [netType]() {
    return lookupType(`${ns}.PublicKey`)
  }

  get key(): NetRsa {
    return (
      publicRsa(this.certificate, 'RSACryptoServiceProvider') ??
      fail('System.NotSupportedException', 'The certificate key algorithm is not supported.')
    )
  }
}

const rsaOid = '1.2.840.113549.1.1.1'

function publicRsa(certificate: NetCertificate, typeName: string): NetRsa | null {
  return certificate.keyAlgorithm === rsaOid ? new NetRsa(typeName, 2048, certificate.publicKey) : null
}

function privateRsa(certificate: NetCertificate, typeName: string): NetRsa | null {
  if (certificate.key === undefined || certificate.keyAlgorithm !== rsaOid) return null
  return new NetRsa(typeName, 2048, certificate.publicKey, certificate.key)
}

const constants = (type: string, members: Readonly<Record<string, number>>) =>
  defineType(
    `enum ${type}`,
    Object.fromEntries(Object.entries(members).map(([name, value]) => [`const ${name}`, { constant: value }])),
  )

const made = (data: Bytes, password: string | null = null) => readCertificate(required(data, 'rawData'), password)

function exported(self: NetCertificate, type: number): Uint8Array {
  if (type === 1) return bytesOf(self.raw)
  return fail('System.NotSupportedException', 'Only X509ContentType.Cert can be exported.')
}

const dateText = (time: number) => shownDate(time)

const certificate = defineType(`class ${ns}.X509Certificate : System.IDisposable`, {
  'new(byte[] data)': made,
  'new(byte[] rawData, string password)': made,
  'string Issuer { get; }': (self: NetCertificate) => nameText(self.issuer),
  'string Subject { get; }': (self: NetCertificate) => nameText(self.subject),
  'byte[] GetCertHash()': (self: NetCertificate) => self.thumbprint,
  'string GetCertHashString()': (self: NetCertificate) => hex(self.thumbprint),
  'string GetEffectiveDateString()': (self: NetCertificate) => dateText(self.notBefore),
  'string GetExpirationDateString()': (self: NetCertificate) => dateText(self.notAfter),
  'string GetFormat()': () => 'X509',
  'string GetIssuerName()': (self: NetCertificate) => nameText(self.issuer),
  'string GetName()': (self: NetCertificate) => nameText(self.subject),
  'string GetKeyAlgorithm()': (self: NetCertificate) => self.keyAlgorithm,
  'byte[] GetKeyAlgorithmParameters()': (self: NetCertificate) => bytesOf(childAt(self.publicKeyInfo, 0, 1).whole),
  'string GetKeyAlgorithmParametersString()': (self: NetCertificate) => hex(childAt(self.publicKeyInfo, 0, 1).whole),
  'byte[] GetPublicKey()': (self: NetCertificate) => bytesOf(self.keyBytes),
  'string GetPublicKeyString()': (self: NetCertificate) => hex(self.keyBytes),
  'byte[] GetRawCertData()': (self: NetCertificate) => bytesOf(self.raw),
  'string GetRawCertDataString()': (self: NetCertificate) => hex(self.raw),
  'byte[] GetSerialNumber()': (self: NetCertificate) => reversed(self.serial),
  'string GetSerialNumberString()': (self: NetCertificate) => hex(self.serial),
  'byte[] Export(X509ContentType contentType)': exported,
  'override bool Equals(object obj)': (self: NetCertificate, other: unknown) => self.netEquals(other),
  'override int GetHashCode()': (self: NetCertificate) => self.netHashCode(),
  'override string ToString()': (self: NetCertificate) => self.netToString(),
  'string ToString(bool fVerbose)': (self: NetCertificate) => self.netToString(),
  'void Dispose()': () => {},
  'void Reset()': () => {},
})

const certificate2 = defineType(`class ${ns}.X509Certificate2 : X509Certificate`, {
  'new(byte[] rawData)': made,
  'new(byte[] rawData, string password)': made,
  'new(byte[] rawData, string password, X509KeyStorageFlags keyStorageFlags)': made,
  'new(X509Certificate certificate)': (other: NetCertificate | null) => {
    const { raw, key, companions, trust } = required(other, 'certificate')
    return new NetCertificate(raw, key, companions, trust)
  },
  'string FriendlyName { get; set; }': {
    get: (self: NetCertificate) => self.friendlyName,
    set: (self: NetCertificate, name: string | null) => {
      self.friendlyName = name ?? ''
    },
  },
  'bool HasPrivateKey { get; }': (self: NetCertificate) => self.key !== undefined,
  'X500DistinguishedName IssuerName { get; }': (self: NetCertificate) => new DistinguishedName(self.issuer),
  'X500DistinguishedName SubjectName { get; }': (self: NetCertificate) => new DistinguishedName(self.subject),
  'DateTime NotAfter { get; }': (self: NetCertificate) => localTime(self.notAfter),
  'DateTime NotBefore { get; }': (self: NetCertificate) => localTime(self.notBefore),
  'AsymmetricAlgorithm PrivateKey { get; }': (self: NetCertificate) => privateRsa(self, 'RSACryptoServiceProvider'),
  'PublicKey PublicKey { get; }': (self: NetCertificate) => new PublicKey(self),
  'byte[] RawData { get; }': (self: NetCertificate) => bytesOf(self.raw),
  'string SerialNumber { get; }': (self: NetCertificate) => hex(self.serial),
  'Oid SignatureAlgorithm { get; }': (self: NetCertificate) => new Oid(self.signatureAlgorithm),
  'string Thumbprint { get; }': (self: NetCertificate) => hex(self.thumbprint),
  'int Version { get; }': (self: NetCertificate) => self.version,
  'static X509ContentType GetCertContentType(byte[] rawData)': (data: Bytes) =>
    made(data).raw.length === required(data, 'rawData').length ? 1 : 3,
  'string GetNameInfo(X509NameType nameType, bool forIssuer)': (self: NetCertificate, type: number, forIssuer: boolean) =>
    self.nameInfo(type, forIssuer),
  'bool Verify()': (self: NetCertificate) => self.isTrusted(Date.now()),
})

const oid = defineType('class System.Security.Cryptography.Oid', {
  'new()': () => new Oid(null),
  'new(string oid)': (text: string | null) => (text === null ? new Oid(null) : (Oid.named(text) ?? new Oid(text, null))),
  'new(string value, string friendlyName)': (value: string | null, name: string | null) => new Oid(value, name),
  'new(Oid oid)': (other: Oid | null) => new Oid(required(other, 'oid').value, required(other, 'oid').friendlyName),
  'static Oid FromFriendlyName(string friendlyName, OidGroup group)': (name: string | null) =>
    Oid.named(required(name, 'friendlyName')) ??
    fail('System.Security.Cryptography.CryptographicException', 'The OID value was invalid.'),
  'static Oid FromOidValue(string oidValue, OidGroup group)': (value: string | null) => new Oid(required(value, 'oidValue')),
  'string Value { get; set; }': {
    get: (self: Oid) => self.value,
    set: (self: Oid, value: string | null) => {
      self.value = value
    },
  },
  'string FriendlyName { get; set; }': {
    get: (self: Oid) => self.friendlyName,
    set: (self: Oid, name: string | null) => {
      self.friendlyName = name
    },
  },
})

export const certificateTypes: readonly DefinedType[] = [
  oid,
  constants('System.Security.Cryptography.OidGroup', {
    All: 0,
    HashAlgorithm: 1,
    EncryptionAlgorithm: 2,
    PublicKeyAlgorithm: 3,
    SignatureAlgorithm: 4,
  }),
  constants(`${ns}.X509ContentType`, {
    Unknown: 0,
    Cert: 1,
    SerializedCert: 2,
    Pfx: 3,
    Pkcs12: 3,
    SerializedStore: 4,
    Pkcs7: 5,
    Authenticode: 6,
  }),
  constants(`${ns}.X509NameType`, { SimpleName: 0, EmailName: 1, UpnName: 2, DnsName: 3, DnsFromAlternativeName: 4, UrlName: 5 }),
  constants(`${ns}.X509KeyStorageFlags`, {
    DefaultKeySet: 0,
    UserKeySet: 1,
    MachineKeySet: 2,
    Exportable: 4,
    UserProtected: 8,
    PersistKeySet: 16,
    EphemeralKeySet: 32,
  }),
  defineType(`class ${ns}.X500DistinguishedName`, { 'string Name { get; }': (self: DistinguishedName) => nameText(self.name) }),
  defineType(`class ${ns}.PublicKey`, {
    'AsymmetricAlgorithm Key { get; }': (self: PublicKey) => self.key,
    'Oid Oid { get; }': (self: PublicKey) => new Oid(self.certificate.keyAlgorithm),
  }),
  certificate,
  certificate2,
  defineType(`static class ${ns}.RSACertificateExtensions`, {
    'static RSA GetRSAPublicKey(this X509Certificate2 certificate)': (self: NetCertificate | null) =>
      publicRsa(required(self, 'certificate'), 'RSACng'),
    'static RSA GetRSAPrivateKey(this X509Certificate2 certificate)': (self: NetCertificate | null) =>
      privateRsa(required(self, 'certificate'), 'RSACng'),
  }),
  defineType(`static class ${ns}.CertificatePolicyExtensions`, {
    'static bool VerifyNoRevocation(this X509Certificate2 input)': (self: NetCertificate | null) =>
      required(self, 'input').isTrusted(Date.now()),
  }),
]

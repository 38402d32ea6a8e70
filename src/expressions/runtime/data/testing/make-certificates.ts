import {
  createCipheriv,
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  pbkdf2Sync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateList,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

/** A certificate with its private key, made for a test. */
export interface Issued {
  readonly certificate: X509Certificate
  readonly key: KeyObject
  /** PEM. */
  readonly cert: string
  readonly keyPem: string
}

export interface CertificateShape {
  /** Parts of the name by identifier, in the order they are written; a text is the common name alone. */
  readonly subject: string | readonly (readonly [oid: string, text: string])[]
  /** Left out: it signs itself. */
  readonly issuer?: Issued
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** May vouch for others, with at most so many authorities below it. */
  readonly authority?: true | { readonly pathLength: number }
  readonly dnsNames?: readonly string[]
  /** IP addresses, as texts. */
  readonly addresses?: readonly string[]
  /** Where its issuer's revocation list is. */
  readonly revocationList?: string
  /** Extended key usages, by identifier. */
  readonly usages?: readonly string[]
  /** `weak`: RSA of 1024 bits, which signs as nobody should believe. */
  readonly keyType?: 'ec' | 'rsa' | 'weak'
  /** The hash that it is signed with; `sha1` is of yesterday. */
  readonly hash?: 'sha256' | 'sha1'
  /** In place of the key's own: SubjectPublicKeyInfo in DER. */
  readonly publicKeyInfo?: Uint8Array
  /** Hexadecimal. */
  readonly serial?: string
  /** Further extensions: identifier, critical, DER. */
  readonly extensions?: readonly (readonly [oid: string, critical: boolean, value: Uint8Array])[]
}

const day = 86_400_000
export const clientAuth = '1.3.6.1.5.5.7.3.2'
export const serverAuth = '1.3.6.1.5.5.7.3.1'
export const commonName = '2.5.4.3'

/** Makes a version 3 certificate and its key. Valid from yesterday for a month unless said. */
export function issue(shape: CertificateShape): Issued {
  const pair =
    shape.keyType === 'rsa' || shape.keyType === 'weak'
      ? generateKeyPairSync('rsa', { modulusLength: shape.keyType === 'weak' ? 1024 : 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameOf(shape.subject)
  const signer = shape.issuer?.key ?? pair.privateKey
  const { hash = 'sha256' } = shape
  const algorithm = algorithmOf(signer, hash)
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytes(Buffer.from(shape.serial ?? `41${randomBytes(8).toString('hex')}`, 'hex')),
    signature: algorithm,
    issuer: shape.issuer === undefined ? subject : subjectOf(shape.issuer),
    validity: new Validity({
      notBefore: shape.notBefore ?? new Date(Date.now() - day),
      notAfter: shape.notAfter ?? new Date(Date.now() + 30 * day),
    }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(
      shape.publicKeyInfo ?? pair.publicKey.export({ format: 'der', type: 'spki' }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions(extensionsOf(shape, createPublicKey(signer))),
  })
  const signatureValue = bytes(sign(hash, Buffer.from(AsnConvert.serialize(tbs)), signer))
  const der = AsnConvert.serialize(new Certificate({ tbsCertificate: tbs, signatureAlgorithm: algorithm, signatureValue }))
  const certificate = new X509Certificate(Buffer.from(der))
  return {
    certificate,
    key: pair.privateKey,
    cert: certificate.toString(),
    keyPem: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}

/** A revocation list of these serial numbers (hexadecimal), in DER. */
export function revocationList(
  issuer: Issued,
  serials: readonly string[],
  dates: { readonly thisUpdate?: Date; readonly nextUpdate?: Date; readonly algorithm?: string } = {},
): Uint8Array {
  const algorithm =
    dates.algorithm === undefined ? algorithmOf(issuer.key) : new AlgorithmIdentifier({ algorithm: dates.algorithm })
  const thisUpdate = dates.thisUpdate ?? new Date(Date.now() - day)
  const list = new TBSCertList({
    version: Version.v2,
    signature: algorithm,
    issuer: subjectOf(issuer),
    thisUpdate: new Time(thisUpdate),
    nextUpdate: new Time(dates.nextUpdate ?? new Date(Date.now() + day)),
    ...(serials.length === 0
      ? {}
      : {
          revokedCertificates: serials.map(
            serial =>
              new RevokedCertificate({
                userCertificate: bytes(Buffer.from(serial, 'hex')),
                revocationDate: new Time(thisUpdate),
              }),
          ),
        }),
  })
  const signature = bytes(sign('sha256', Buffer.from(AsnConvert.serialize(list)), issuer.key))
  return Buffer.from(AsnConvert.serialize(new CertificateList({ tbsCertList: list, signatureAlgorithm: algorithm, signature })))
}

function algorithmOf(key: KeyObject, hash: 'sha256' | 'sha1' = 'sha256'): AlgorithmIdentifier {
  if (key.asymmetricKeyType === 'rsa')
    return new AlgorithmIdentifier({ algorithm: `1.2.840.113549.1.1.${hash === 'sha1' ? 5 : 11}`, parameters: null })
  return new AlgorithmIdentifier({ algorithm: hash === 'sha1' ? '1.2.840.10045.4.1' : '1.2.840.10045.4.3.2' })
}

function subjectOf({ certificate }: Issued): Name {
  return AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.subject
}

function nameOf(subject: CertificateShape['subject']): Name {
  const parts = typeof subject === 'string' ? [[commonName, subject] as const] : subject
  return new Name(
    parts.map(
      ([type, text]) =>
        new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) })]),
    ),
  )
}

function extensionsOf(shape: CertificateShape, issuerKey: KeyObject): Extension[] {
  const { authority, dnsNames = [], addresses = [], revocationList: list, usages } = shape
  const constraints =
    authority === undefined
      ? { cA: false }
      : { cA: true, ...(authority === true ? {} : { pathLenConstraint: authority.pathLength }) }
  const usage = authority === undefined ? KeyUsageFlags.digitalSignature : KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
  const names = [
    ...dnsNames.map(dNSName => new GeneralName({ dNSName })),
    ...addresses.map(iPAddress => new GeneralName({ iPAddress })),
  ]
  const point = (url: string) =>
    new DistributionPoint({
      distributionPoint: new DistributionPointName({ fullName: [new GeneralName({ uniformResourceIdentifier: url })] }),
    })
  return [
    extension(id_ce_basicConstraints, true, new BasicConstraints(constraints)),
    extension(id_ce_keyUsage, true, new KeyUsage(usage)),
    extension(
      id_ce_authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuerKey)) }),
    ),
    ...(names.length === 0 ? [] : [extension(id_ce_subjectAltName, false, new SubjectAlternativeName(names))]),
    ...(usages === undefined ? [] : [extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([...usages]))]),
    ...(list === undefined ? [] : [extension(id_ce_cRLDistributionPoints, false, new CRLDistributionPoints([point(list)]))]),
    ...(shape.extensions ?? []).map(
      ([extnID, critical, value]) => new Extension({ extnID, critical, extnValue: new OctetString(bytes(value)) }),
    ),
  ]
}

function extension(extnID: string, critical: boolean, value: object): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
}

function keyIdentifier(key: KeyObject): ArrayBuffer {
  const info = AsnConvert.parse(key.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo)
  return bytes(createHash('sha1').update(Buffer.from(info.subjectPublicKey)).digest())
}

/** The bytes alone, without the pool that a Buffer may lie in. */
function bytes(buffer: Uint8Array): ArrayBuffer {
  return Uint8Array.from(buffer).buffer
}

const oids = {
  data: '06092a864886f70d010701',
  shroudedKeyBag: '060b2a864886f70d010c0a0102',
  certBag: '060b2a864886f70d010c0a0103',
  x509Certificate: '060a2a864886f70d01091601',
  pbes2: '06092a864886f70d01050d',
  pbkdf2: '06092a864886f70d01050c',
  aes256Cbc: '060960864801650304012a',
  hmacSha256: '06082a864886f70d0209',
  sha256: '0609608648016503040201',
} as const

const oid = (name: keyof typeof oids) => Buffer.from(oids[name], 'hex')

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head =
    length < 128
      ? [length]
      : length < 65_536
        ? [0x82, length >> 8, length & 255]
        : [0x83, length >> 16, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

const rounds = 100
const roundsDer = der(2, Buffer.from([rounds]))
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const octets = (...parts: readonly Uint8Array[]) => der(4, ...parts)

/** A PKCS #12 file (RFC 7292): certificates in the open, the key encrypted by AES, all of it with a MAC. */
export function makePfx(certificates: readonly X509Certificate[], key: KeyObject, password: string): Uint8Array {
  const bags = sequence(
    ...certificates.map(({ raw }) =>
      sequence(oid('certBag'), der(0xa0, sequence(oid('x509Certificate'), der(0xa0, octets(raw))))),
    ),
    sequence(oid('shroudedKeyBag'), der(0xa0, encryptedKey(key, password))),
  )
  const info = (content: Uint8Array) => sequence(oid('data'), der(0xa0, octets(content)))
  const safe = sequence(info(bags))
  const salt = randomBytes(8)
  const mac = createHmac('sha256', macKey(password, salt)).update(safe).digest()
  const digest = sequence(sequence(oid('sha256'), Buffer.from([5, 0])), octets(mac))
  return sequence(der(2, Buffer.from([3])), info(safe), sequence(digest, octets(salt), roundsDer))
}

function encryptedKey(key: KeyObject, password: string): Buffer {
  const [salt, iv] = [randomBytes(8), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, rounds, 32, 'sha256'), iv)
  const data = Buffer.concat([cipher.update(key.export({ format: 'der', type: 'pkcs8' })), cipher.final()])
  const prf = sequence(oid('hmacSha256'), Buffer.from([5, 0]))
  const derivation = sequence(oid('pbkdf2'), sequence(octets(salt), roundsDer, prf))
  const scheme = sequence(oid('pbes2'), sequence(derivation, sequence(oid('aes256Cbc'), octets(iv))))
  return sequence(scheme, octets(data))
}

/** RFC 7292, appendix B.2 for a key of one hash's length (id 3). */
function macKey(password: string, salt: Uint8Array): Uint8Array {
  const block = 64
  const filled = (source: Uint8Array) => Buffer.alloc(Math.ceil(source.length / block) * block, source)
  const text = Buffer.from(`${password}\0`, 'utf16le').swap16()
  let digest = createHash('sha256').update(Buffer.alloc(block, 3)).update(filled(salt)).update(filled(text)).digest()
  for (let round = 1; round < rounds; round++) digest = createHash('sha256').update(digest).digest()
  return digest
}

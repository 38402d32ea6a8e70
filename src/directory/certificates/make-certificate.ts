import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

/** What a certificate (RFC 5280) is for: an authority signs others, a server proves its names, a signer signs tokens. */
export type CertificateUse =
  | { readonly kind: 'authority' }
  | { readonly kind: 'server'; readonly dnsNames: readonly string[]; readonly addresses: readonly string[] }
  | { readonly kind: 'signer' }

export interface CertificateRequest {
  /** Common names. */
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  /** RSA or EC P-256 private key of the issuer: the certificate's own for a self-signed one. */
  readonly issuerKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  readonly use: CertificateUse
}

/** Makes a version 3 certificate, in DER: node:crypto reads certificates and signs, but does not write them. */
export function makeCertificate(request: CertificateRequest): Buffer {
  const algorithm = algorithmOf(request.issuerKey)
  const spki = request.publicKey.export({ format: 'der', type: 'spki' })
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40 // positive, and of full length (RFC 5280 §4.1.2.2)
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytes(serial),
    signature: algorithm,
    issuer: nameOf(request.issuer),
    validity: new Validity({ notBefore: request.notBefore, notAfter: request.notAfter }),
    subject: nameOf(request.subject),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
    extensions: new Extensions(extensionsOf(request)),
  })
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbs)), request.issuerKey)
  const certificate = new Certificate({ tbsCertificate: tbs, signatureAlgorithm: algorithm, signatureValue: bytes(signature) })
  return Buffer.from(AsnConvert.serialize(certificate))
}

export function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const sha256WithRsa = '1.2.840.113549.1.1.11'
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'

function algorithmOf(key: KeyObject): AlgorithmIdentifier {
  // RFC 4055 §5: RSA names a NULL parameter; RFC 5758 §3.2: ECDSA names none
  if (key.asymmetricKeyType === 'rsa') return new AlgorithmIdentifier({ algorithm: sha256WithRsa, parameters: null })
  return new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 })
}

function nameOf(commonName: string): Name {
  const attribute = new AttributeTypeAndValue({ type: '2.5.4.3', value: new AttributeValue({ utf8String: commonName }) })
  return new Name([new RelativeDistinguishedName([attribute])])
}

function extensionsOf({ use, publicKey, issuerKey }: CertificateRequest): Extension[] {
  const isAuthority = use.kind === 'authority'
  const usage = isAuthority ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature
  return [
    extension(
      id_ce_basicConstraints,
      true,
      new BasicConstraints(isAuthority ? { cA: true, pathLenConstraint: 0 } : { cA: false }),
    ),
    extension(id_ce_keyUsage, true, new KeyUsage(usage)),
    extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(publicKey))),
    extension(
      id_ce_authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(createPublicKey(issuerKey))) }),
    ),
    ...(use.kind === 'server' ? serverExtensions(use.dnsNames, use.addresses) : []),
  ]
}

function serverExtensions(dnsNames: readonly string[], addresses: readonly string[]): Extension[] {
  const names = [
    ...dnsNames.map(dNSName => new GeneralName({ dNSName })),
    ...addresses.map(iPAddress => new GeneralName({ iPAddress })),
  ]
  return [
    extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
    extension(id_ce_subjectAltName, false, new SubjectAlternativeName(names)),
  ]
}

function extension(extnID: string, critical: boolean, value: object): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
}

/** RFC 5280 §4.2.1.2 (1): the SHA-1 of the public key's bits; a name, not a protection. */
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const info = AsnConvert.parse(key.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo)
  return bytes(createHash('sha1').update(Buffer.from(info.subjectPublicKey)).digest())
}

/** The bytes alone, without the pool that a Buffer may lie in. */
function bytes(buffer: Uint8Array): ArrayBuffer {
  return Uint8Array.from(buffer).buffer
}

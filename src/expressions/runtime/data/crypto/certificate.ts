import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { spend } from '../../../types/budget.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { newLine } from '../new-line.ts'
import { findPath } from './certificate-path.ts'
import { bytesOf, cryptoFailure } from './crypto-failure.ts'
import { childAt, childrenOf, type Der, oidOf, readDer } from './der.ts'
import { namePart, nameText } from './distinguished-name.ts'
import { machineTrust, type TrustStore } from './trust-store.ts'

/** System.Security.Cryptography.X509Certificates.X509Certificate2: a certificate, with its private key where that is known. */
export class NetCertificate {
  readonly raw: Uint8Array
  readonly key: KeyObject | undefined
  /** What came with it: certificates that may link it to a root. */
  readonly companions: readonly X509Certificate[]
  readonly trust: TrustStore
  friendlyName = ''
  readonly #fields: readonly Der[]
  #parsed: X509Certificate | undefined

  constructor(raw: Uint8Array, key?: KeyObject, companions: readonly X509Certificate[] = [], trust: TrustStore = machineTrust) {
    this.raw = bytesOf(raw)
    this.key = key
    this.companions = companions
    this.trust = trust
    const fields = childrenOf(childAt(readDer(this.raw), 0))
    // the version is left out in version 1
    this.#fields =
      fields[0]?.tag === 0xa0 ? fields : [{ tag: 0xa0, content: Uint8Array.of(2, 1, 0), whole: new Uint8Array() }, ...fields]
    if (this.#fields.length < 7) cryptoFailure('Cannot find the requested object.\r\n')
  }

  get [netType](): NamedType {
    return lookupType('System.Security.Cryptography.X509Certificates.X509Certificate2')
  }

  /** Node's view of it. */
  get node(): X509Certificate {
    spend(500)
    try {
      this.#parsed ??= new X509Certificate(this.raw)
    } catch {
      return cryptoFailure('Cannot find the requested object.\r\n')
    }
    return this.#parsed
  }

  #field(index: number): Der {
    return this.#fields[index] ?? cryptoFailure('Cannot find the requested object.\r\n')
  }

  get version(): number {
    return (childrenOf(this.#field(0))[0]?.content[0] ?? 0) + 1
  }

  /** Big-endian, as it stands. */
  get serial(): Uint8Array {
    const { content } = this.#field(1)
    return content.length > 1 && content[0] === 0 ? content.subarray(1) : content
  }

  get signatureAlgorithm(): string {
    return oidOf(childAt(this.#field(2), 0).content)
  }

  get issuer(): Der {
    return this.#field(3)
  }

  get subject(): Der {
    return this.#field(5)
  }

  /** Milliseconds since 1970. */
  get notBefore(): number {
    return timeOf(childAt(this.#field(4), 0))
  }

  get notAfter(): number {
    return timeOf(childAt(this.#field(4), 1))
  }

  get publicKeyInfo(): Der {
    return this.#field(6)
  }

  get keyAlgorithm(): string {
    return oidOf(childAt(this.publicKeyInfo, 0, 0).content)
  }

  /** The subject's key bits, without the count of unused ones. */
  get keyBytes(): Uint8Array {
    return childAt(this.publicKeyInfo, 1).content.subarray(1)
  }

  get publicKey(): KeyObject {
    try {
      return createPublicKey({ key: Buffer.from(this.publicKeyInfo.whole), format: 'der', type: 'spki' })
    } catch {
      return cryptoFailure('The certificate key algorithm is not supported.')
    }
  }

  get thumbprint(): Uint8Array {
    return bytesOf(createHash('sha1').update(this.raw).digest())
  }

  /** Whether a chain of signatures, each valid now, leads to a root that is trusted. Revocation is not asked for. */
  isTrusted(now: number): boolean {
    if (now < this.notBefore || now > this.notAfter) return false
    return findPath(this.node, { offered: this.companions, trust: this.trust, now }) !== undefined
  }

  /** `GetNameInfo`: 0 SimpleName, 1 EmailName, 2 UpnName, 3 DnsName, 4 DnsFromAlternativeName, 5 UrlName. */
  nameInfo(type: number, forIssuer: boolean): string {
    const name = forIssuer ? this.issuer : this.subject
    const common = namePart(name, '2.5.4.3')
    const alternative = (kind: string) =>
      forIssuer
        ? undefined
        : this.#alternatives()
            .find(each => each.startsWith(`${kind}:`))
            ?.slice(kind.length + 1)
    switch (type) {
      case 0:
        return common ?? namePart(name, '2.5.4.11') ?? namePart(name, '2.5.4.10') ?? namePart(name, '1.2.840.113549.1.9.1') ?? ''
      case 1:
        return alternative('email') ?? namePart(name, '1.2.840.113549.1.9.1') ?? ''
      case 3:
      case 4:
        return alternative('DNS') ?? common ?? ''
      case 5:
        return alternative('URI') ?? ''
      default:
        return ''
    }
  }

  #alternatives(): readonly string[] {
    return (this.node.subjectAltName ?? '').split(', ')
  }

  /** The names of its servers: dNSName of the subject's alternative names. */
  get dnsNames(): readonly string[] {
    return this.#alternatives().flatMap(each => (each.startsWith('DNS:') ? [each.slice(4)] : []))
  }

  netToString(): string {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
    const sections: readonly [string, string][] = [
      ['Subject', nameText(this.subject)],
      ['Issuer', nameText(this.issuer)],
      ['Serial Number', hex(this.serial)],
      ['Not Before', shownDate(this.notBefore)],
      ['Not After', shownDate(this.notAfter)],
      ['Thumbprint', hex(this.thumbprint)],
    ]
    return sections.map(([title, text]) => `[${title}]${newLine}  ${text}${newLine}`).join(newLine)
  }

  netEquals(other: Value): boolean {
    return (
      other instanceof NetCertificate &&
      Buffer.from(other.serial).equals(this.serial) &&
      Buffer.from(other.issuer.whole).equals(this.issuer.whole)
    )
  }

  netHashCode(): number {
    return Buffer.from(this.thumbprint).readInt32BE(0)
  }
}

/** `MM/dd/yyyy HH:mm:ss`, the invariant culture's general form. */
export function shownDate(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().split(/[T.]/)
  const [year, month, day] = date.split('-')
  return `${month}/${day}/${year} ${clock}`
}

/** UTCTime and GeneralizedTime: RFC 5280, section 4.1.2.5. */
export function timeOf({ tag, content }: Der): number {
  const text = Buffer.from(content).toString('latin1')
  const match = /^(\d\d|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null) return cryptoFailure('ASN1 corrupted data.')
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, number, number, number] // six groups
  const full = tag === 0x17 ? year + (year < 50 ? 2000 : 1900) : year
  return Date.UTC(full, month - 1, day, hour, minute, second)
}

import { lookupType } from '../../../types/registry.ts'
import { netType } from '../../../types/values.ts'

/** Windows' names of the identifiers that certificates and hashes use. */
const names: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ['1.2.840.113549.1.1.1', 'RSA'],
  ['1.2.840.113549.1.1.4', 'md5RSA'],
  ['1.2.840.113549.1.1.5', 'sha1RSA'],
  ['1.2.840.113549.1.1.10', 'RSASSA-PSS'],
  ['1.2.840.113549.1.1.11', 'sha256RSA'],
  ['1.2.840.113549.1.1.12', 'sha384RSA'],
  ['1.2.840.113549.1.1.13', 'sha512RSA'],
  ['1.2.840.10045.2.1', 'ECC'],
  ['1.2.840.10045.4.1', 'sha1ECDSA'],
  ['1.2.840.10045.4.3.2', 'sha256ECDSA'],
  ['1.2.840.10045.4.3.3', 'sha384ECDSA'],
  ['1.2.840.10045.4.3.4', 'sha512ECDSA'],
  ['1.3.6.1.5.5.7.3.1', 'Server Authentication'],
  ['1.3.6.1.5.5.7.3.2', 'Client Authentication'],
  ['2.5.4.3', 'CN'],
])

export class Oid {
  value: string | null
  friendlyName: string | null

  constructor(value: string | null, friendlyName: string | null = value === null ? null : (names.get(value) ?? null)) {
    this.value = value
    this.friendlyName = friendlyName
  }

  /** By its friendly name or its number; undefined for neither. */
  static named(text: string): Oid | undefined {
    if (names.has(text)) return new Oid(text)
    for (const [value, name] of names) if (name.toLowerCase() === text.toLowerCase()) return new Oid(value, name)
    return undefined
  }

  get [netType]() {
    return lookupType('System.Security.Cryptography.Oid')
  }
}

import type { NamePart } from '../../expressions/runtime/data/crypto/distinguished-name.ts'

/** Attribute names of a distinguished name in text to their identifiers: those of Windows and of OpenSSL. */
const identifiers: ReadonlyMap<string, string> = new Map([
  ['CN', '2.5.4.3'],
  ['SN', '2.5.4.4'],
  ['SERIALNUMBER', '2.5.4.5'],
  ['C', '2.5.4.6'],
  ['L', '2.5.4.7'],
  ['S', '2.5.4.8'],
  ['ST', '2.5.4.8'],
  ['STREET', '2.5.4.9'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['T', '2.5.4.12'],
  ['TITLE', '2.5.4.12'],
  ['G', '2.5.4.42'],
  ['GN', '2.5.4.42'],
  ['I', '2.5.4.43'],
  ['E', '1.2.840.113549.1.9.1'],
  ['EMAIL', '1.2.840.113549.1.9.1'],
  ['EMAILADDRESS', '1.2.840.113549.1.9.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['UID', '0.9.2342.19200300.100.1.1'],
])

/**
 * The parts of a name such as `C=US, O="Contoso, Inc.", CN=*.contoso.com`, in the order of the text; undefined when it is none. Values with
 * separators stand in double quotes, a quote in them is doubled (CertNameToStr, remarks). Several attributes of one part are joined by `+`.
 */
export function parseName(text: string): readonly NamePart[] | undefined {
  const parts: NamePart[] = []
  const form = /\s*([A-Za-z][A-Za-z0-9.]*|\d+(?:\.\d+)+)\s*=\s*(?:"((?:[^"]|"")*)"|([^,;+"\r\n]*))\s*(?:[,;+\r\n]|$)/y
  while (form.lastIndex < text.length) {
    const match = form.exec(text)
    if (match === null) return undefined
    const [, name = '', quoted, plain = ''] = match
    const oid = identifierOf(name)
    if (oid === undefined) return undefined
    parts.push({ oid, text: quoted?.replaceAll('""', '"') ?? plain.trim() })
  }
  return parts.length === 0 ? undefined : parts
}

function identifierOf(name: string): string | undefined {
  const plain = name.replace(/^OID\./i, '')
  return /^\d+(\.\d+)+$/.test(plain) ? plain : identifiers.get(name.toUpperCase())
}

/**
 * Whether two names are the same: attribute by attribute, values without regard to case and runs of spaces (RFC 5280, section 7.1), in the order of
 * the certificate or in the reverse, which is how .NET writes it.
 */
export function isSameName(wanted: readonly NamePart[], actual: readonly NamePart[]): boolean {
  if (wanted.length !== actual.length) return false
  const fits = (other: readonly NamePart[]) =>
    wanted.every(({ oid, text }, at) => oid === other[at]?.oid && folded(text) === folded(other[at]?.text ?? ''))
  return fits(actual) || fits([...actual].reverse())
}

export function folded(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase()
}

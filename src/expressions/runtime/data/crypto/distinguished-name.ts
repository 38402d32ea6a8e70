import { childrenOf, type Der, oidOf, textOf } from './der.ts'

/** Windows' short names. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'S'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'T'],
  ['2.5.4.13', 'Description'],
  ['2.5.4.17', 'PostalCode'],
  ['2.5.4.42', 'G'],
  ['2.5.4.43', 'I'],
  ['1.2.840.113549.1.9.1', 'E'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
])

/** One attribute of a name: `2.5.4.3` and its value. */
export interface NamePart {
  readonly oid: string
  readonly text: string
}

function partsOf(name: Der): NamePart[][] {
  return childrenOf(name).map(set =>
    childrenOf(set).flatMap(pair => {
      const [type, value] = childrenOf(pair)
      return type === undefined || value === undefined ? [] : [{ oid: oidOf(type.content), text: textOf(value) }]
    }),
  )
}

/** The attributes of a name, in the certificate's order. */
export function nameParts(name: Der): readonly NamePart[] {
  return partsOf(name).flat()
}

/** A name as .NET shows it: last part first, as `CN=…, O=…, C=…`. */
export function nameText(name: Der): string {
  return partsOf(name)
    .reverse()
    .map(set => set.map(partText).join(' + '))
    .join(', ')
}

function partText({ oid, text }: NamePart): string {
  const quoted = /[,+="\n<>#;]|^\s|\s$/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text
  return `${shortNames.get(oid) ?? `OID.${oid}`}=${quoted}`
}

/** The last value of a part, by its identifier; undefined when the name has none. */
export function namePart(name: Der, oid: string): string | undefined {
  return partsOf(name)
    .flat()
    .reverse()
    .find(part => part.oid === oid)?.text
}

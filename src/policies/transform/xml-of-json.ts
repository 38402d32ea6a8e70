import { JArray, JObject } from '../../expressions/runtime/data/json/containers.ts'
import type { JToken } from '../../expressions/runtime/data/json/token.ts'
import { parseToken } from '../../expressions/runtime/data/json/token-builder.ts'
import { kind } from '../../expressions/runtime/data/json/token-kind.ts'
import { JValue } from '../../expressions/runtime/data/json/value.ts'
import { textOf } from '../../expressions/types/boxing.ts'
import { fail } from '../../expressions/types/exceptions.ts'

export interface XmlOfJsonOptions {
  /** Whether texts that are dates are written as dates, normalised; else copied. */
  readonly parseDates: boolean
  /** Between a prefix and a local name. */
  readonly separator: string
  /** Members of this name, or that begin with it and the separator, declare namespaces. */
  readonly namespacePrefix: string | undefined
  /** The member whose own members are attributes. */
  readonly attributeBlock: string | undefined
}

/** The root of what has no single one of its own. */
const wrapper = 'Document'

/** What Newtonsoft puts its own members (`$id`, `$type`, …) into. */
const jsonNamespace = 'http://james.newtonking.com/projects/json'
const jsonAttributes = new Set(['$id', '$ref', '$type', '$value'])
/** Members that are texts of the element they stand in. */
const texts = new Set(['#text', '#whitespace', '#significant-whitespace', '#cdata-section'])

/**
 * JSON as XML, by Newtonsoft's mapping (XmlNodeConverter): `@name` an attribute, `#text` text, `#cdata-section` that, `?name` an instruction, an array
 * its element repeated. Throws NetException.
 */
export function xmlOfJson(json: string, options: XmlOfJsonOptions): string {
  const root = parseToken(json, 'JToken', { keepSource: !options.parseDates })
  const [declaration, members] = root instanceof JObject ? splitDeclaration(root) : ['', undefined]
  if (root instanceof JValue && root.kind === kind.Comment) unwritable('a comment at the root')
  const [only] = members ?? []
  const value = only?.[1] instanceof JArray && only[1].items.length === 1 ? only[1].items[0] : only?.[1]
  const hasRoot = members?.length === 1 && only !== undefined && !isMark(only[0], options)
  const writer = new Writer(options)
  if (hasRoot && value !== undefined && (only[1] === value ? !(value instanceof JArray) : true))
    writer.element(only[0], value, new Set(['xml']))
  else writer.element(wrapper, root, new Set(['xml']), '?xml')
  return declaration + writer.text
}

type Member = readonly [name: string, value: JToken]

const membersOf = (object: JObject): Member[] =>
  object.children.flatMap(({ key, value }): Member[] => (value === null ? [] : [[key, value]]))

function splitDeclaration(root: JObject): [string, Member[]] {
  const members = membersOf(root)
  const declared = members.find(([name]) => name === '?xml')?.[1]
  const rest = members.filter(([name]) => name !== '?xml')
  if (declared === undefined) return ['', rest]
  const parts = new Map(declared instanceof JObject ? membersOf(declared) : [['', declared]])
  for (const name of parts.keys())
    if (!/^@(?:version|encoding|standalone)$/.test(name)) unwritable(`${name || 'that value'} in an XML declaration`)
  const part = (name: string) =>
    parts.has(`@${name}`) ? escaped(scalar(parts.get(`@${name}`))).replaceAll('"', '&quot;') : undefined
  const encoding = part('encoding') === undefined ? '' : ' encoding="utf-8"' // that is what is written
  const standalone = part('standalone')
  return [
    `<?xml version="${part('version') ?? '1.0'}"${encoding}${standalone === undefined ? '' : ` standalone="${standalone}"`}?>`,
    rest,
  ]
}

/** Whether a member says something about the element that it stands in, and is none of its own. */
function isMark(name: string, { attributeBlock, namespacePrefix }: XmlOfJsonOptions): boolean {
  return (
    /^[@?]/.test(name) ||
    texts.has(name) ||
    jsonAttributes.has(name) ||
    name === attributeBlock ||
    (namespacePrefix !== undefined && name.startsWith(namespacePrefix))
  )
}

class Writer {
  readonly #options: XmlOfJsonOptions
  readonly #parts: string[] = []

  constructor(options: XmlOfJsonOptions) {
    this.#options = options
  }

  get text(): string {
    return this.#parts.join('')
  }

  /** `prefixes`: those that are declared around the element; `without`: a member that is written elsewhere. */
  element(name: string, value: JToken, prefixes: ReadonlySet<string>, without?: string): void {
    const members = value instanceof JObject ? membersOf(value).filter(([key]) => key !== without) : []
    const attributes = this.#attributesOf(members, prefixes)
    const declared = attributes.flatMap(([key]) => (key.startsWith('xmlns:') ? [key.slice('xmlns:'.length)] : []))
    const inner = declared.length === 0 ? prefixes : new Set([...prefixes, ...declared])
    const tag = this.#qualified(name, inner)
    this.#parts.push('<', tag)
    this.#writeAttributes(attributes, inner)
    const before = this.#parts.push('>')
    this.#content(value, members, name, inner)
    if (this.#parts.length === before) this.#parts[before - 1] = ' />'
    else this.#parts.push('</', tag, '>')
  }

  #content(value: JToken, members: readonly Member[], name: string, prefixes: ReadonlySet<string>): void {
    if (value instanceof JObject) {
      for (const [key, member] of members) this.#member(key, member, prefixes)
    } else if (value instanceof JArray) {
      // an array that no member names: its elements are named like what holds them
      for (const item of value.items) this.element(name, item, prefixes)
    } else if (!(value instanceof JValue && (value.kind === kind.Null || value.kind === kind.Undefined)))
      this.#parts.push(escaped(scalar(value)))
  }

  #member(name: string, value: JToken, prefixes: ReadonlySet<string>): void {
    const items = value instanceof JArray ? value.items : [value]
    if (name === '#cdata-section') for (const item of items) this.#parts.push(cdata(scalar(item)))
    else if (texts.has(name)) for (const item of items) this.#parts.push(escaped(scalar(item)))
    else if (name.startsWith('?')) this.#instruction(name.slice(1), scalar(value))
    else if (name === '$values') for (const item of items) this.element('json:values', item, prefixes)
    else if (!isMark(name, this.#options)) for (const item of items) this.element(name, item, prefixes)
  }

  #instruction(target: string, text: string): void {
    if (target === '' || /^xml$/i.test(target) || encodedName(target) !== target || text.includes('?>'))
      unwritable('that processing instruction')
    escaped(text) // refuses what no XML can hold
    this.#parts.push('<?', target, ' ', text, '?>')
  }

  #attributesOf(members: readonly Member[], around: ReadonlySet<string>): [name: string, value: string][] {
    const { attributeBlock, namespacePrefix, separator } = this.#options
    const own = members.flatMap(([name, value]): [string, string][] => {
      if (name === attributeBlock && value instanceof JObject) return membersOf(value).map(([key, one]) => [key, scalar(one)])
      if (name.startsWith('@')) return [[name.slice(1), scalar(value)]]
      if (jsonAttributes.has(name)) return [[`json:${name.slice(1)}`, scalar(value)]]
      if (namespacePrefix === undefined || !name.startsWith(namespacePrefix)) return []
      const prefix = name.slice(namespacePrefix.length)
      if (prefix === '') return [['xmlns', scalar(value)]]
      return prefix.startsWith(separator) ? [[`xmlns:${prefix.slice(separator.length)}`, scalar(value)]] : []
    })
    const isOwn = members.some(([name]) => jsonAttributes.has(name) || name === '$values')
    const isDeclared = around.has('json') || own.some(([name]) => name === 'xmlns:json')
    return isOwn && !isDeclared ? [['xmlns:json', jsonNamespace], ...own] : own
  }

  #writeAttributes(attributes: readonly (readonly [string, string])[], prefixes: ReadonlySet<string>): void {
    const written = new Set<string>()
    for (const [name, value] of attributes) {
      const prefix = /^xmlns:(.+)$/.exec(name)?.[1]
      const isDefault = name === 'xmlns'
      const qualified = isDefault ? name : prefix === undefined ? this.#qualified(name, prefixes) : `xmlns:${encodedName(prefix)}`
      if (written.has(qualified)) fail('System.Xml.XmlException', `'${qualified}' is a duplicate attribute name.`)
      written.add(qualified)
      this.#parts.push(
        ' ',
        qualified,
        '="',
        escaped(value)
          .replace(/"/g, '&quot;')
          .replace(/[\t\n\r]/g, asReference),
        '"',
      )
    }
  }

  /** `prefix:local` when the prefix is declared; a prefix before a colon that is not declared is lost, as with Newtonsoft. */
  #qualified(name: string, prefixes: ReadonlySet<string>): string {
    if (name === '') unwritable('a member without a name')
    const { separator } = this.#options
    const at = separator === '' || separator === ':' ? -1 : name.indexOf(separator)
    if (at > 0 && prefixes.has(name.slice(0, at)) && at + separator.length < name.length)
      return `${name.slice(0, at)}:${encodedName(name.slice(at + separator.length))}`
    const [prefix = '', local, more] = name.split(':')
    if (local === undefined) return encodedName(name)
    if (prefix === '' || prefix === 'xmlns' || local === '' || more !== undefined) unwritable(`the name ${name.slice(0, 100)}`)
    return prefixes.has(prefix) ? `${prefix}:${encodedName(local)}` : encodedName(local)
  }
}

/** Numbers, dates and booleans as XmlConvert writes them, null as nothing. */
function scalar(value: JToken | undefined): string {
  if (!(value instanceof JValue)) return unwritable('an object or an array in the place of a text')
  if (value.kind === kind.Boolean) return textOf(value.value).toLowerCase()
  // the JSON writer and XmlConvert write dates alike
  if (value.kind === kind.Date) return value.toText(false).slice(1, -1)
  if (value.value === null || value.kind === kind.Undefined) return ''
  return (value.source ?? textOf(value.value)).replace(/^(-?)Infinity$/, value.kind === kind.Float ? '$1INF' : '$&')
}

function unwritable(what: string): never {
  return fail('System.Xml.XmlException', `XML cannot be made of ${what}.`)
}

/** A section cannot hold its own end: that is split over two. */
const cdata = (text: string) => `<![CDATA[${unescapedXml(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`

function unescapedXml(text: string): string {
  escaped(text) // refuses what no XML can hold
  return text
}

const nameStart =
  /[A-Z_a-z\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}]/u
const nameRest = /[-.0-9\u{B7}\u{203F}-\u{2040}]|[\u{300}-\u{36F}]/u

/** XmlConvert.EncodeLocalName: what may not stand in a name is `_xHHHH_`. */
function encodedName(name: string): string {
  const encode = (char: string) =>
    [...char]
      .map(
        one =>
          `_x${(one.codePointAt(0) ?? 0)
            .toString(16)
            .toUpperCase()
            .padStart(one.length > 1 ? 8 : 4, '0')}_`,
      )
      .join('')
  return [...name]
    .map((char, i) => {
      const escapes = char === '_' && /^_x[0-9A-Fa-f]{4}_/.test([...name].slice(i).join(''))
      return !escapes && (nameStart.test(char) || (i > 0 && nameRest.test(char))) ? char : encode(char)
    })
    .join('')
}

const asReference = (char: string) => `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`

/** Refuses what no XML 1.0 document can hold (§2.2), as .NET's writer does. */
function escaped(text: string): string {
  const bad = /[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]|\p{Surrogate}/u.exec(text)
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')
    fail('System.ArgumentException', `'0x${code}' is an invalid character.`)
  }
  return text.replace(/[&<>]/g, char => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&gt;'))
}

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

/** JSON as XML, by Newtonsoft's mapping: `@name` an attribute, `#text` text, an array its element repeated. Throws NetException. */
export function xmlOfJson(json: string, options: XmlOfJsonOptions): string {
  const root = parseToken(json, 'JToken', { keepSource: !options.parseDates })
  const [declaration, members] = root instanceof JObject ? splitDeclaration(root) : ['', undefined]
  const [only] = members ?? []
  const hasRoot = members?.length === 1 && only !== undefined && !(only[1] instanceof JArray) && !isMark(only[0], options)
  const writer = new Writer(options)
  if (hasRoot) writer.element(only[0], only[1], new Set(['xml']))
  else writer.element(wrapper, root, new Set(['xml']))
  return declaration + writer.text
}

type Member = readonly [name: string, value: JToken]

const membersOf = (object: JObject): Member[] =>
  object.children.flatMap(({ key, value }): Member[] => (value === null ? [] : [[key, value]]))

function splitDeclaration(root: JObject): [string, Member[]] {
  const members = membersOf(root)
  const declared = members.find(([name]) => name === '?xml')?.[1]
  const rest = members.filter(([name]) => name !== '?xml')
  if (!(declared instanceof JObject)) return ['', rest]
  const part = (name: string) => membersOf(declared).find(([key]) => key === `@${name}`)?.[1]
  const encoding = part('encoding') === undefined ? '' : ' encoding="utf-8"' // that is what is written
  return [`<?xml version="1.0"${encoding}?>`, rest]
}

/** Whether a member says something about the element that it stands in, and is none of its own. */
function isMark(name: string, { attributeBlock, namespacePrefix }: XmlOfJsonOptions): boolean {
  return /^[@#?]/.test(name) || name === attributeBlock || (namespacePrefix !== undefined && name.startsWith(namespacePrefix))
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

  /** `prefixes`: those that are declared around the element. */
  element(name: string, value: JToken, prefixes: ReadonlySet<string>): void {
    const members = value instanceof JObject ? membersOf(value) : []
    const attributes = this.#attributesOf(members)
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
    } else if (!(value instanceof JValue && value.kind === kind.Null)) this.#parts.push(escaped(textOfValue(value)))
  }

  #member(name: string, value: JToken, prefixes: ReadonlySet<string>): void {
    if (name === '#text' || name === '#cdata-section') this.#parts.push(escaped(textOfValue(value)))
    else if (name === '#comment') this.#parts.push(`<!--${textOfValue(value).replace(/--|-$/g, '- ')}-->`)
    else if (isMark(name, this.#options)) return
    else if (value instanceof JArray) for (const item of value.items) this.element(name, item, prefixes)
    else this.element(name, value, prefixes)
  }

  #attributesOf(members: readonly Member[]): [name: string, value: string][] {
    const { attributeBlock, namespacePrefix, separator } = this.#options
    return members.flatMap(([name, value]): [string, string][] => {
      if (name === attributeBlock && value instanceof JObject)
        return membersOf(value).map(([key, one]) => [key, textOfValue(one)])
      if (name.startsWith('@')) return [[name.slice(1), textOfValue(value)]]
      if (namespacePrefix === undefined || !name.startsWith(namespacePrefix)) return []
      const prefix = name.slice(namespacePrefix.length)
      if (prefix === '') return [['xmlns', textOfValue(value)]]
      return prefix.startsWith(separator) ? [[`xmlns:${prefix.slice(separator.length)}`, textOfValue(value)]] : []
    })
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

  /** `prefix:local` when the prefix is declared; else the whole is a local name, what XML does not allow in it encoded. */
  #qualified(name: string, prefixes: ReadonlySet<string>): string {
    for (const separator of [this.#options.separator, ':']) {
      const at = separator === '' ? -1 : name.indexOf(separator)
      if (at > 0 && prefixes.has(name.slice(0, at)) && at + separator.length < name.length)
        return `${name.slice(0, at)}:${encodedName(name.slice(at + separator.length))}`
    }
    return encodedName(name)
  }
}

/** Numbers and booleans as XmlConvert writes them; an object or array in the place of a text as its JSON. */
function textOfValue(value: JToken): string {
  if (!(value instanceof JValue)) return value.toText(false)
  if (value.kind === kind.Boolean) return textOf(value.value).toLowerCase()
  // the JSON writer and XmlConvert write dates alike
  if (value.kind === kind.Date) return value.toText(false).slice(1, -1)
  return value.value === null ? '' : (value.source ?? textOf(value.value))
}

const nameStart =
  /[A-Z_a-z\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}]/u
const nameRest = /[-.0-9\u{B7}\u{203F}-\u{2040}]|[\u{300}-\u{36F}]/u

/** XmlConvert.EncodeLocalName: what may not stand in a name is `_xHHHH_`. */
function encodedName(name: string): string {
  if (name === '') return '_'
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

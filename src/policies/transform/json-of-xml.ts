import { JArray, JObject } from '../../expressions/runtime/data/json/containers.ts'
import { fromXml } from '../../expressions/runtime/data/json/from-xml.ts'
import type { JToken } from '../../expressions/runtime/data/json/token.ts'
import { parseDocument } from '../../expressions/runtime/data/xml/xml-parser.ts'

export interface JsonOfXmlOptions {
  /** Names as JavaScript can write them behind a dot: no `@` and `#`, `$` in place of `:`; no declaration, comments or instructions. */
  readonly friendly: boolean
  /** Whether an element that stands once is a list all the same. The root is none. */
  readonly alwaysArrays: boolean
}

/** XML as JSON, by Newtonsoft's mapping: attributes as `@name`, text beside others as `#text`, repeated names as arrays. Throws NetException. */
export function jsonOfXml(xml: string, options: JsonOfXmlOptions): string {
  const token = fromXml(parseDocument(xml, false))
  const plain = !options.friendly && !options.alwaysArrays
  return (plain ? token : reshape(token, options, true)).toText(false)
}

/** No element's name begins with these: the mapping's own names do. */
const isOwnName = (name: string) => /^[@#?!$]/.test(name)

function reshape(token: JToken, options: JsonOfXmlOptions, atRoot = false): JToken {
  if (token instanceof JArray) {
    const list = new JArray()
    for (const item of token.items) list.insertAt(list.items.length, reshape(item, options))
    return list
  }
  if (!(token instanceof JObject)) return token.clone()
  const object = new JObject()
  const names = new Set(token.children.map(property => property.key))
  for (const { key, value } of token.children) {
    const name = options.friendly ? friendlyName(key, names) : key
    if (name === undefined || value === null) continue
    const shaped = reshape(value, options)
    object.set(name, options.alwaysArrays && !atRoot && !isOwnName(key) ? listOf(shaped) : shaped)
  }
  return object
}

function listOf(token: JToken): JArray {
  if (token instanceof JArray) return token
  const list = new JArray()
  list.insertAt(0, token)
  return list
}

/** Undefined for what is left out. An attribute that is named like a child keeps its `@`, so that nothing is lost. */
function friendlyName(key: string, names: ReadonlySet<string>): string | undefined {
  if (key === '#text' || key === '#cdata-section') return names.has('text') ? key : 'text'
  if (/^[#?!]/.test(key)) return undefined
  const bare = key.startsWith('@') && !names.has(key.slice(1)) ? key.slice(1) : key
  return bare.replaceAll(':', '$')
}

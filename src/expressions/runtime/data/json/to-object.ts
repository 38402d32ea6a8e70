import { makeArray } from '../../../types/arrays.ts'
import { nameOf, textOf } from '../../../types/boxing.ts'
import { isInstance, unbox } from '../../../types/casting.ts'
import { defaultOf } from '../../../types/defaults.ts'
import { enumMembers } from '../../../types/enums.ts'
import { fail, NetException } from '../../../types/exceptions.ts'
import { canBeNull, isByteArray, isDynamic, isEnum, isNamed, isObject, isString, nullableOf } from '../../../types/facts.ts'
import { isSubtype } from '../../../types/hierarchy.ts'
import { lookupType } from '../../../types/registry.ts'
import { ArrayType, NamedType, type Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { NetDictionary } from '../../collections/dictionary.ts'
import { equalityFor } from '../../collections/equality.ts'
import { KeyValuePair } from '../../collections/key-value-pair.ts'
import { NetList } from '../../collections/list.ts'
import { nested } from '../nesting.ts'
import { cast, castNames } from './casts.ts'
import { JArray, JConstructor, JObject } from './containers.ts'
import { makeSet } from './made-values.ts'
import { readDirectly } from './read-directly.ts'
import { madeOfMembers, membersOf, multiArrayOf } from './to-members.ts'
import type { JToken } from './token.ts'
import type { LoadOptions } from './token-builder.ts'
import { JValue } from './value.ts'
import { withoutSource } from './without-source.ts'

/** `token.ToObject<T>()`, raw. Primitives are cast; all else is deserialized. */
export function toObject(type: Type, token: JToken): Raw {
  const name = castName(nullableOf(type) ?? type)
  if (name !== undefined) return cast(token, name, nullableOf(type) !== undefined)
  return deserialize(type, token)
}

function castName(type: Type): string | undefined {
  if (isByteArray(type)) return undefined
  return type instanceof NamedType ? castNames.get(type.definition.fullName) : undefined
}

/** What JsonSerializer makes of a token for a type, raw. `text`: how the text that it was loaded from is read; undefined: there was none. */
export function deserialize(type: Type, token: JToken, text?: LoadOptions): Raw {
  return nested(() => {
    if (isObject(type) || isDynamic(type)) return objectOf(token, text)
    if (isNamed(type, 'Newtonsoft.Json.Linq.JToken')) return copyOf(token, text)
    if (isSubtype(type, lookupType('Newtonsoft.Json.Linq.JToken'))) return sameToken(type, token, text)
    if (token instanceof JValue) return fromValue(type, token)
    if (readsDirectly(nullableOf(type) ?? type)) return notPrimitive(token, text)
    if (token instanceof JObject) return fromJObject(type, token, text)
    if (token instanceof JArray) return fromJArray(type, token, text)
    return unexpected(
      token,
      `Unexpected token while deserializing object: ${token instanceof JConstructor ? 'StartConstructor' : 'PropertyName'}.`,
    )
  })
}

/** Types that JsonReader has a method for: it wants a primitive right there. */
const direct: ReadonlySet<string> = new Set(
  ['Int32', 'String', 'Decimal', 'Double', 'Boolean', 'DateTime', 'DateTimeOffset'].map(name => `System.${name}`),
)

const readsDirectly = (type: Type) => type instanceof NamedType && direct.has(type.definition.fullName)

function notPrimitive(token: JToken, text: LoadOptions | undefined): never {
  const start = token instanceof JObject ? '{' : token instanceof JArray ? '[' : 'n'
  const message =
    text !== undefined
      ? `Unexpected character encountered while parsing value: ${start}.`
      : `Error reading value. Unexpected token: ${token instanceof JObject ? 'StartObject' : 'StartArray'}.`
  throw new NetException('Newtonsoft.Json.JsonReaderException', at(message, token))
}

const copyOf = (token: JToken, text: LoadOptions | undefined): JToken =>
  text === undefined ? token.clone() : withoutSource(token, text)

function objectOf(token: JToken, text: LoadOptions | undefined): Value {
  const copy = copyOf(token, text)
  return copy instanceof JValue ? copy.value : copy
}

function sameToken(type: Type, token: JToken, text: LoadOptions | undefined): Raw {
  if (isInstance(token, type)) return copyOf(token, text)
  if (token instanceof JValue && token.value === null) return null
  return fail('System.InvalidCastException', `Unable to cast object of type '${token.netName}' to type '${nameOf(type)}'.`)
}

function at(message: string, token: JToken): string {
  const place = token.place === undefined ? '' : `, line ${token.place.line}, position ${token.place.position}`
  return `${/[.\n]$/.test(message) ? message : `${message}.`}${message.endsWith('\n') ? '' : ' '}Path '${token.path}'${place}.`
}

function failure(message: string, token: JToken, inner: NetException | null = null): never {
  throw new NetException('Newtonsoft.Json.JsonSerializationException', at(message, token), inner)
}

function unexpected(token: JToken, message: string): never {
  return failure(message, token)
}

function fromNull(type: Type, token: JValue): null {
  if (canBeNull(type)) return null
  const cause = new NetException('System.InvalidCastException', 'Null object cannot be converted to a value type.')
  return failure(`Error converting value {null} to type '${nameOf(type)}'.`, token, cause)
}

function fromValue(type: Type, token: JValue): Raw {
  const inner = nullableOf(type) ?? type
  const { value } = token
  if (value === null) return fromNull(type, token)
  if (isString(inner) && token.source !== undefined) return token.source
  if (isByteArray(inner)) return cast(token, 'byte[]', true)
  if (value === '' && canBeNull(type) && !isString(inner)) return null
  if (isEnum(inner)) return enumOf(inner as NamedType, token) // an enum is a named type
  const read = readDirectly(inner, token)
  if (read === null) return fromNull(type, token)
  if (read !== undefined) return read
  const name = castName(inner)
  try {
    if (name !== undefined) return cast(token, name, nullableOf(type) !== undefined)
    if (isInstance(value, type)) return unbox(type, value)
  } catch (error) {
    if (!(error instanceof NetException)) throw error
    return notConverted(type, token, error)
  }
  return notConverted(
    type,
    token,
    new NetException('System.ArgumentException', `Could not cast or convert from ${typeName(value)} to ${nameOf(type)}.`),
  )
}

const typeName = (value: Value) => nameOf(lookupTypeOf(value))

function lookupTypeOf(value: Value): Type {
  return typeof value === 'string'
    ? lookupType('System.String')
    : lookupType(typeof value === 'boolean' ? 'System.Boolean' : 'System.Int64')
}

function notConverted(type: Type, token: JValue, inner: NetException): never {
  const shown = typeof token.value === 'string' ? `"${token.value}"` : textOf(token.value)
  return failure(`Error converting value ${shown} to type '${nameOf(type)}'.`, token, inner)
}

function enumOf(type: NamedType, token: JValue): number {
  if (typeof token.value === 'bigint' || typeof token.value === 'number') return Number(token.value)
  const text = textOf(token.value).toLowerCase()
  for (const [name, value] of enumMembers(type)) if (name.toLowerCase() === text) return value
  return notConverted(
    type,
    token,
    new NetException('System.ArgumentException', `Requested value '${textOf(token.value)}' was not found.`),
  )
}

const dictionaries: ReadonlySet<string> = new Set(['Dictionary', 'IDictionary', 'IReadOnlyDictionary'])
const lists: ReadonlySet<string> = new Set([
  'List',
  'IList',
  'ICollection',
  'IEnumerable',
  'IReadOnlyList',
  'IReadOnlyCollection',
])
const sets: ReadonlySet<string> = new Set(['HashSet', 'ISet'])

/** The short name of a generic collection type; '' for any other type. */
function collectionName(type: Type): string {
  if (!(type instanceof NamedType) || type.args.length === 0) return ''
  const { fullName, name } = type.definition
  return fullName === `System.Collections.Generic.${name}` ? name : ''
}

function fromJObject(type: Type, token: JObject, text: LoadOptions | undefined): Raw {
  const name = collectionName(type)
  if (type instanceof NamedType && dictionaries.has(name)) return dictionaryOf(type.args as [Type, Type], token, text) // of two parameters
  if (type instanceof NamedType && name === 'KeyValuePair') return pairOf(type.args, token, text)
  const made = madeOfMembers(type, token, (held, value) => deserialize(held, value, text))
  if (made !== undefined) return made
  return failure(
    `Cannot deserialize the current JSON object (e.g. {"name":"value"}) into type '${nameOf(type)}' because the type requires a JSON ${arrayLike(type) ? 'array (e.g. [1,2,3])' : 'primitive value (e.g. string, number, boolean, null)'} to deserialize correctly.\r\nTo fix this error either change the JSON to a JSON ${arrayLike(type) ? 'array (e.g. [1,2,3])' : 'primitive value (e.g. string, number, boolean, null)'} or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not a collection type like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute can also be added to the type to force it to deserialize from a JSON object.\r\n`,
    token.properties[0] ?? closed(token),
  )
}

/** Newtonsoft stands on the end of an empty object by then. */
function closed(token: JObject): JObject {
  const place = token.place
  const empty = new JObject()
  if (place !== undefined) empty.place = { line: place.line, position: place.position + 1 }
  return empty
}

const arrayLike = (type: Type) => type instanceof ArrayType || lists.has(collectionName(type)) || sets.has(collectionName(type))

function dictionaryOf(types: readonly [Type, Type], token: JObject, text: LoadOptions | undefined): NetDictionary {
  const dictionary = new NetDictionary(types, equalityFor(types[0]))
  for (const property of token.properties) {
    const key = toObject(types[0], JValue.text(property.name))
    dictionary.set(key, property.value === null ? defaultOf(types[1]) : deserialize(types[1], property.value, text))
  }
  return dictionary
}

function pairOf(types: readonly Type[], token: JObject, text: LoadOptions | undefined): KeyValuePair {
  const [key, value] = membersOf(['Key', 'Value'], types, token, (type, held) => deserialize(type, held, text))
  return new KeyValuePair(types, key, value)
}

function fromJArray(type: Type, token: JArray, text: LoadOptions | undefined): Raw {
  const items = (element: Type) => token.items.map(item => deserialize(element, item, text))
  if (isByteArray(type)) return Uint8Array.from(items(lookupType('System.Byte')) as number[]) // raw bytes are numbers
  if (type instanceof ArrayType && type.rank === 1) return makeArray(type.element, items(type.element))
  if (type instanceof ArrayType) {
    const made = multiArrayOf(type, token, (held, value) => deserialize(held, value, text))
    if (made !== undefined) return made
  }
  const name = collectionName(type)
  const element = type instanceof NamedType ? type.args[0] : undefined
  if (element !== undefined && lists.has(name)) return new NetList(element, items(element))
  if (element !== undefined && sets.has(name)) return makeSet(element, items(element))
  if (isNamed(type, 'System.Collections.IEnumerable') || isNamed(type, 'System.Collections.IList')) {
    return new NetList(lookupType('System.Object'), items(lookupType('System.Object')))
  }
  const wants =
    dictionaries.has(name) ||
    (type instanceof NamedType && type.definition.kind === 'class' && name === '' && !isNamed(type, 'System.String'))
  const what = wants ? 'object (e.g. {"name":"value"})' : 'primitive value (e.g. string, number, boolean, null)'
  return failure(
    `Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '${nameOf(type)}' because the type requires a JSON ${what} to deserialize correctly.\r\nTo fix this error either change the JSON to a JSON ${what} or change the deserialized type to an array or a type that implements a collection interface (e.g. ICollection, IList) like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type to force it to deserialize from a JSON array.\r\n`,
    token,
  )
}

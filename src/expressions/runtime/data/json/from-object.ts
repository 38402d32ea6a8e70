import { AnonymousObject } from '../../../types/anonymous.ts'
import { MultiArray } from '../../../types/arrays.ts'
import { box, textOf, typeOf } from '../../../types/boxing.ts'
import { spend } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { isEnum, numericKind, substitute, typeArguments } from '../../../types/facts.ts'
import { asDefinition, namesOf } from '../../../types/hierarchy.ts'
import { lookupDefinition } from '../../../types/registry.ts'
import { SignatureScanner } from '../../../types/signature-scanner.ts'
import { parseType } from '../../../types/signature-types.ts'
import { NamedType, type Type, type TypeDefinition } from '../../../types/type.ts'
import { ValueTuple } from '../../../types/value-tuple.ts'
import { Boxed, netType, type Raw, type Value } from '../../../types/values.ts'
import { boxedElements, elementsOf } from '../../collections/elements.ts'
import { type KeyValuePair, keyOfPair, valueOfPair } from '../../collections/key-value-pair.ts'
import { isMapLike } from '../../collections/protocol.ts'
import { nested } from '../nesting.ts'
import { XNode } from '../xml/nodes.ts'
import { DomNode } from '../xmldom/dom.ts'
import { JArray, JObject, JProperty } from './containers.ts'
import { kindOf } from './content.ts'
import { fromXml } from './from-xml.ts'
import { literalOf } from './literal.ts'
import { JToken } from './token.ts'
import { JValue } from './value.ts'

/** What settings change of that. */
export interface Shape {
  /** Whether a member stays away, by its type and boxed value. */
  readonly omits: (type: Type, value: Value) => boolean
  readonly memberName: (name: string) => string
  readonly keyName: (name: string) => string
  /** A token of a converter's own. */
  readonly converts: (value: Value) => JToken | undefined
}

const plain: Shape = { omits: () => false, memberName: name => name, keyName: name => name, converts: () => undefined }

/** What JsonSerializer writes for a boxed value, as a token that hangs nowhere. */
export function fromObject(value: Value, shape: Shape = plain): JToken {
  if (value === null) return JValue.null()
  if (value instanceof JToken) return value.clone()
  return shape.converts(value) ?? primitive(value) ?? nested(() => composite(value, shape))
}

function primitive(value: Value): JValue | undefined {
  if (value instanceof Boxed) {
    if (numericKind(value.type) === 'char') return JValue.text(String.fromCharCode(Number(value.value)))
    if (isEnum(value.type)) return JValue.integer(BigInt(value.value))
  }
  const kind = kindOf(value)
  return kind === undefined ? undefined : new JValue(kind, value)
}

function composite(value: Value, shape: Shape): JToken {
  if (value instanceof MultiArray) return multiArray(value, 0, 0, shape)
  if (value instanceof XNode) return fromXml(value)
  if (value instanceof DomNode && value.item instanceof XNode) return fromXml(value.item)
  if (value instanceof AnonymousObject) return fromAnonymous(value, shape)
  if (value instanceof ValueTuple) return fromTuple(value, shape)
  if (typeof value !== 'object') return fromMembers(value, shape)
  const pairs = pairsIn(value)
  if (pairs !== undefined) return fromPairs(pairs, shape)
  return value !== null && Symbol.iterator in value ? fromItems(boxedElements(value), shape) : fromMembers(value, shape)
}

/** The key type, value type and pairs of a dictionary; undefined when it is none. */
function pairsIn(value: object | null): { readonly types: readonly Type[]; readonly pairs: Iterable<KeyValuePair> } | undefined {
  if (value === null || value instanceof NetException || !(Symbol.iterator in value || isMapLike(value))) return undefined
  for (const name of ['IDictionary', 'IReadOnlyDictionary']) {
    const found = asDefinition(typeOf(value), lookupDefinition(`System.Collections.Generic.${name}`, 2))
    if (found !== undefined) return { types: found.args, pairs: elementsOf<KeyValuePair>(value) }
  }
  return undefined
}

function fromPairs(
  { types, pairs }: { readonly types: readonly Type[]; readonly pairs: Iterable<KeyValuePair> },
  shape: Shape,
): JObject {
  const [keyType, valueType] = types as [Type, Type] // the definitions have two parameters
  const object = new JObject()
  for (const pair of pairs) {
    const name = shape.keyName(keyText(box(keyType, keyOfPair(pair))))
    object.set(name, fromObject(box(valueType, valueOfPair(pair)), shape))
  }
  return object
}

/** A dictionary's key as a name: a date as JSON writes it, all else as text. */
function keyText(key: Value): string {
  const written = typeof key === 'object' && !(key instanceof Boxed) ? literalOf(key) : undefined
  return written?.startsWith('"') ? written.slice(1, -1) : textOf(key)
}

function fromItems(items: Iterable<Value>, shape: Shape): JArray {
  const array = new JArray()
  for (const item of items) array.insertAt(array.items.length, fromObject(item, shape), true)
  return array
}

function multiArray(array: MultiArray, dimension: number, offset: number, shape: Shape): JToken {
  spend()
  const length = array.lengths[dimension]
  if (length === undefined) return fromObject(box(elementOf(array), array.items[offset] ?? null), shape)
  const token = new JArray()
  for (let i = 0; i < length; i++) token.insertAt(i, multiArray(array, dimension + 1, offset * length + i, shape), true)
  return token
}

const elementOf = (array: MultiArray): Type => {
  const type = typeOf(array)
  return 'element' in type ? type.element : type
}

function fromAnonymous(value: AnonymousObject, shape: Shape): JObject {
  const types = value[netType].args
  return withMembers(
    Array.from(value.members(), ([name, member], i) => ({ name, type: types[i] as Type, value: member })), // a type for each name
    shape,
  )
}

/** A tuple's fields: Item1 to Item7, and Rest, a tuple of what is beyond. */
function fromTuple(tuple: ValueTuple, shape: Shape): JObject {
  const types = tuple[netType].args
  const fields = (from: number): JObject => {
    const object = withMembers(
      types.slice(from, from + 7).map((type, i) => ({ name: `Item${i + 1}`, type, value: box(type, tuple.items[from + i]) })),
      shape,
    )
    if (types.length > from + 7) object.append(new JProperty(shape.memberName('Rest'), fields(from + 7)))
    return object
  }
  return fields(0)
}

function withMembers(members: readonly { name: string; type: Type; value: Value }[], shape: Shape): JObject {
  const object = new JObject()
  for (const { name, type, value } of members)
    if (!shape.omits(type, value)) object.append(new JProperty(shape.memberName(name), fromObject(value, shape)))
  return object
}

interface Readable {
  readonly name: string
  readonly type: Type
  readonly read: (self: Raw) => Raw
}

/** The public properties of an object whose type's table declares them: anonymous types, pairs, tuples, a host's own. */
function fromMembers(value: Value, shape: Shape): JObject {
  const type = typeOf(value)
  if (!(type instanceof NamedType)) return new JObject()
  return withMembers(
    readables(type).map(({ name, type: held, read }) => ({ name, type: held, value: box(held, read(value)) })),
    shape,
  )
}

const known = new WeakMap<NamedType, readonly Readable[]>()

export function readables(type: NamedType): readonly Readable[] {
  const before = known.get(type)
  if (before !== undefined) return before
  const found = Object.entries(type.definition.table).flatMap(([signature, member]) => {
    const read = typeof member === 'function' ? member : 'get' in member ? member.get : undefined
    const property = read === undefined ? undefined : propertyOf(type.definition, signature)
    if (read === undefined || property === undefined) return []
    return [{ name: property.name, type: substitute(property.type, typeArguments(type)), read }]
  })
  known.set(type, found)
  return found
}

function propertyOf(definition: TypeDefinition, signature: string): { readonly name: string; readonly type: Type } | undefined {
  const match = /^(?!static |const |new\()(?:readonly )?(.+?)\s+(\w+)\s*(?:\{\s*get;.*\}|)$/.exec(signature.trim())
  if (match === null || signature.includes('(') || match[1] === undefined || match[2] === undefined) return undefined
  return { name: match[2], type: parseType(new SignatureScanner(match[1]), namesOf(definition)) }
}

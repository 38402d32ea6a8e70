import { textOf, typeNameOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import { isEnum, numericKind } from '../../../types/facts.ts'
import { Boxed, type Value } from '../../../types/values.ts'
import { boxedElements } from '../../collections/elements.ts'
import { JArray } from './containers.ts'
import { type JContainer, JToken } from './token.ts'
import { type Kind, kind } from './token-kind.ts'
import { JValue } from './value.ts'

/** `new JValue(object)`: throws ArgumentException for what JSON has no kind for. */
export function valueOfObject(value: Value): JValue {
  if (value instanceof JValue)
    return fail('System.ArgumentException', `Could not determine JSON object type for type ${value.netName}.`)
  const of = kindOf(value)
  if (of === undefined)
    return fail('System.ArgumentException', `Could not determine JSON object type for type ${typeNameOf(value)}.`)
  return new JValue(of, value)
}

const kinds = new Map<string, Kind>([
  ['System.Decimal', kind.Float],
  ['System.Numerics.BigInteger', kind.Integer],
  ['System.DateTime', kind.Date],
  ['System.DateTimeOffset', kind.Date],
  ['System.Guid', kind.Guid],
  ['System.Uri', kind.Uri],
  ['System.TimeSpan', kind.TimeSpan],
])

/** The kind that JValue gives a boxed value; undefined when it takes no such value. */
export function kindOf(value: Value): Kind | undefined {
  if (value === null) return kind.Null
  if (typeof value === 'string') return kind.String
  if (typeof value === 'boolean') return kind.Boolean
  if (typeof value === 'number' || typeof value === 'bigint') return kind.Integer
  if (value instanceof Uint8Array) return kind.Bytes
  if (!(value instanceof Boxed)) return kinds.get(typeNameOf(value))
  const held = numericKind(value.type)
  if (held === 'char') return undefined
  return held === 'double' || held === 'float' ? kind.Float : isEnum(value.type) || held !== undefined ? kind.Integer : undefined
}

/** Whether content stands for several tokens: any enumerable but a text, bytes or a token. */
export function isMulti(content: Value): content is Iterable<unknown> {
  if (typeof content !== 'object' || content === null || content instanceof JToken || content instanceof Uint8Array) return false
  return Symbol.iterator in content
}

/** A token out of a piece of content that is no enumerable. */
export function tokenOf(content: Value): JToken {
  return content instanceof JToken ? content : valueOfObject(content)
}

/** Puts content, enumerables piece by piece, at an index; the index after it. */
export function addContent(container: JContainer, index: number, content: Value): number {
  if (!isMulti(content)) return container.insertAt(index, tokenOf(content)) ? index + 1 : index
  let at = index
  for (const piece of boxedElements(content)) at = addContent(container, at, piece)
  return at
}

export function appendContent(container: JContainer, content: Value): void {
  addContent(container, container.children.length, content)
}

/** What a property holds of its content: an array when there are several pieces. */
export function propertyValue(content: Value): JToken {
  if (!isMulti(content)) return tokenOf(content)
  const array = new JArray()
  appendContent(array, content)
  return array
}

/** As Newtonsoft quotes a value in a message. */
export function describe(value: Value): string {
  if (value === null) return '{null}'
  return typeof value === 'string' ? `"${value}"` : textOf(value)
}

import { AnonymousDefinition, AnonymousObject } from '../../../types/anonymous.ts'
import { MultiArray } from '../../../types/arrays.ts'
import { defaultOf } from '../../../types/defaults.ts'
import { ArrayType, NamedType, type Type } from '../../../types/type.ts'
import { ValueTuple } from '../../../types/value-tuple.ts'
import type { Raw } from '../../../types/values.ts'
import { JArray, JObject } from './containers.ts'
import type { JToken } from './token.ts'

type Read = (type: Type, token: JToken) => Raw

/** A value of an anonymous or tuple type, made of the properties named after its members, in any case; undefined for other types. */
export function madeOfMembers(type: Type, token: JObject, read: Read): Raw | undefined {
  if (!(type instanceof NamedType)) return undefined
  const { definition, args } = type
  if (definition instanceof AnonymousDefinition) return new AnonymousObject(type, membersOf(definition.names, args, token, read))
  if (definition.fullName === 'System.ValueTuple') return new ValueTuple(type, tupleItems(args, token, read))
  if (definition.fullName !== 'System.Tuple') return undefined
  const make = Object.entries(definition.table).find(([signature]) => signature.startsWith('new('))?.[1]
  const names = args.map((_, i) => (i === 7 ? 'Rest' : `Item${i + 1}`))
  return typeof make === 'function' ? make(args, ...membersOf(names, args, token, read)) : undefined
}

/**
 * The values of members by the properties named after them, in any case when none has the very name. Each property is read, in the text's
 * order; of several for one member the last stays.
 */
export function membersOf(names: readonly string[], types: readonly Type[], token: JObject, read: Read): Raw[] {
  const values = types.map(defaultOf)
  for (const { name, value } of token.properties) {
    const exact = names.indexOf(name)
    const i = exact >= 0 ? exact : names.findIndex(each => each.toLowerCase() === name.toLowerCase())
    const type = types[i]
    if (type !== undefined && value !== null) values[i] = read(type, value)
  }
  return values
}

/** Past the seventh, items are in `Rest`. */
function tupleItems(types: readonly Type[], token: JObject, read: Read): Raw[] {
  const first = types.slice(0, 7)
  const names = first.map((_, i) => `Item${i + 1}`)
  const items = membersOf(names, first, token, read)
  if (types.length <= 7) return items
  const rest = token.properties.findLast(({ name }) => name === 'Rest')?.value
  const others = types.slice(7)
  return [...items, ...(rest instanceof JObject ? tupleItems(others, rest, read) : others.map(defaultOf))]
}

/** An array of several dimensions; undefined when the rows differ in length or a row is none. */
export function multiArrayOf(type: ArrayType, token: JArray, read: Read): MultiArray | undefined {
  const lengths: number[] = []
  let level: JToken | undefined = token
  for (let d = 0; d < type.rank; d++) {
    lengths.push(level instanceof JArray ? level.items.length : 0)
    level = level instanceof JArray ? level.items[0] : undefined
  }
  const items: Raw[] = []
  const fill = (row: JToken, depth: number): boolean => {
    if (!(row instanceof JArray) || row.items.length !== lengths[depth]) return false
    if (depth < type.rank - 1) return row.items.every(each => fill(each, depth + 1))
    items.push(...row.items.map(each => read(type.element, each)))
    return true
  }
  return fill(token, 0) ? new MultiArray(ArrayType.of(type.element, type.rank), lengths, items) : undefined
}

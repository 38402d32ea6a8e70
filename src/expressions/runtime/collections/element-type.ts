import { typeOf } from '../../types/boxing.ts'
import { asDefinition } from '../../types/hierarchy.ts'
import { lookupDefinition, lookupType } from '../../types/registry.ts'
import { ArrayType, NamedType, type Type } from '../../types/type.ts'
import { netType, type Raw, type Typed } from '../../types/values.ts'

/** `T` of the IEnumerable<T> that a value is; undefined for what is only the plain IEnumerable, whose elements are boxed. */
export function elementTypeOf(source: Raw): Type | undefined {
  if (source instanceof Uint8Array) return lookupType('System.Byte')
  const type = typeof source === 'object' && source !== null && !(netType in source) ? undefined : typeOf(source)
  if (type instanceof ArrayType) return type.element
  return type === undefined
    ? undefined
    : asDefinition(type, lookupDefinition('System.Collections.Generic.IEnumerable', 1))?.args[0]
}

/** Key and value type of a dictionary: string and object when it does not tell. */
export function dictionaryTypes(source: object): readonly Type[] {
  const type = (source as Partial<Typed>)[netType] // a host's object may not carry its type
  if (type instanceof NamedType) {
    const found = asDefinition(type, lookupDefinition('System.Collections.Generic.IReadOnlyDictionary', 2))
    if (found !== undefined) return found.args
  }
  return [lookupType('System.String'), lookupType('System.Object')]
}

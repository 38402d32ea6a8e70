import type { DefinedType } from './define-type.ts'
import { isBool, isValueType, nullableOf, numericKind } from './facts.ts'
import { NamedType, type Type } from './type.ts'
import type { Raw } from './values.ts'

/** `default(T)`, raw. */
export function defaultOf(type: Type): Raw {
  if (!isValueType(type) || nullableOf(type) !== undefined || !(type instanceof NamedType)) return null
  if (isBool(type)) return false
  const kind = numericKind(type)
  if (kind === 'long' || kind === 'ulong') return 0n
  if (kind !== undefined && kind !== 'decimal') return 0
  if (type.definition.kind === 'enum') return 0
  const { default: make } = type.definition as DefinedType // every definition was made by defineType; the field is optional
  if (make === undefined) throw new TypeError(`${type.fullName} is a struct without a default value`)
  return type.args.length === 0 ? make() : (make as (types: readonly Type[]) => unknown)(type.args) // generic structs are made with their arguments
}

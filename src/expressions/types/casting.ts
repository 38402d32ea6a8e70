import { nameOf, rawOf, typeOf } from './boxing.ts'
import { defaultOf } from './defaults.ts'
import { underlyingKind } from './enums.ts'
import { fail } from './exceptions.ts'
import { isDynamic, isEnum, isObject, isValueType, nullableOf, numericKind } from './facts.ts'
import { isSubtype } from './hierarchy.ts'
import type { Type } from './type.ts'
import { Boxed, netType, type Raw, type Typed, type Value } from './values.ts'

/** `value is T` of a boxed value. */
export function isInstance(value: Value, type: Type): boolean {
  if (value === null) return false
  if (isObject(type) || isDynamic(type)) return true
  const wanted = nullableOf(type) ?? type
  const own = typeOf(value)
  return own === wanted || (!isValueType(wanted) && isSubtype(own, wanted))
}

/** The very type of a value, where that is quickly told. */
function ownType(value: Value): Type | undefined {
  if (typeof value !== 'object') return typeof value === 'function' ? undefined : typeOf(value)
  return value instanceof Boxed ? value.type : (value as Partial<Typed>)[netType] // an instance has the field or lacks it
}

/** `(T)value` of a boxed value, raw. Throws InvalidCastException, or NullReferenceException for null as a plain struct. */
export function unbox(type: Type, value: Value): Raw {
  if (value === null) {
    if (isValueType(type) && nullableOf(type) === undefined) {
      throw fail('System.NullReferenceException', 'Object reference not set to an instance of an object.')
    }
    return null
  }
  if (ownType(value) === type) return rawOf(value)
  if (isInstance(value, type)) return isValueType(type) ? rawOf(value) : value
  if (isSameStorage(typeOf(value), type)) return rawOf(value)
  if (isValueType(type)) throw fail('System.InvalidCastException', 'Specified cast is not valid.')
  throw fail('System.InvalidCastException', `Unable to cast object of type '${nameOf(typeOf(value))}' to type '${nameOf(type)}'.`)
}

/** An enum unboxes as its underlying type, and the other way round; `is`, `as` and `T?` ask for the very type. */
const isSameStorage = (own: Type, wanted: Type) =>
  (isEnum(own) || isEnum(wanted)) && storageKind(own) !== undefined && storageKind(own) === storageKind(wanted)

const storageKind = (type: Type) => (isEnum(type) ? underlyingKind(type) : numericKind(type))

/** `value as T` of a boxed value, raw: null when it is no `T`. */
export function unboxAs(type: Type, value: Value): Raw {
  if (!isInstance(value, type)) return null
  return isValueType(type) ? rawOf(value) : value
}

/** `default(T)`, raw: for tables, which have `unbox` from here already. */
export { defaultOf }

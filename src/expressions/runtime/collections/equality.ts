import { box, equalsBoxed, hashOf } from '../../types/boxing.ts'
import { isBool, isEnum, isString, nullableOf, numericKind } from '../../types/facts.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import type { NetEqualityComparer } from './protocol.ts'

/** `EqualityComparer<T>.Default`: equality of raw values of one type. */
export class DefaultEquality implements NetEqualityComparer {
  readonly element: Type

  constructor(element: Type) {
    this.element = element
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.EqualityComparer', this.element)
  }

  equals(a: Raw, b: Raw): boolean {
    return a === b || equalsBoxed(box(this.element, a), box(this.element, b))
  }

  hashCode(item: Raw): number {
    return item === null ? 0 : hashOf(box(this.element, item))
  }
}

/** For types whose raw values JavaScript's Map tells apart just as .NET does: strings, booleans, numbers, chars, enums. */
class PrimitiveEquality extends DefaultEquality {
  override equals(a: Raw, b: Raw): boolean {
    return a === b || (Number.isNaN(a) && Number.isNaN(b)) // NaN equals NaN
  }

  key(item: Raw): unknown {
    return item
  }
}

const equalities = new WeakMap<Type, NetEqualityComparer>()

/** .NET's default equality of a type. */
export function equalityFor(type: Type): NetEqualityComparer {
  const known = equalities.get(type)
  if (known !== undefined) return known
  const made = isPrimitive(nullableOf(type) ?? type) ? new PrimitiveEquality(type) : new DefaultEquality(type)
  equalities.set(type, made)
  return made
}

function isPrimitive(type: Type): boolean {
  if (isString(type) || isBool(type) || isEnum(type)) return true
  const kind = numericKind(type)
  return kind !== undefined && kind !== 'decimal'
}

/** The author's comparer, or the type's own equality for null. */
export function equalityOr(comparer: NetEqualityComparer | null, type: Type): NetEqualityComparer {
  return comparer ?? equalityFor(type)
}

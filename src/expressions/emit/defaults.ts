import { defaultOf } from '../types/defaults.ts'
import { isValueType, nullableOf, numericKind } from '../types/facts.ts'
import type { Type } from '../types/type.ts'
import type { Emission } from './emission.ts'
import { call, type Js, literal } from './js-tree.ts'

/** A folded value: a literal where JavaScript has one, otherwise a constant of the program. */
export function emitConstant(e: Emission, value: unknown): Js {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  )
    return literal(value)
  return e.constant(value)
}

/** `default(T)`. */
export function emitDefault(e: Emission, type: Type): Js {
  const value = defaultOf(e.erased(type))
  const needsFresh =
    isValueType(type) && nullableOf(type) === undefined && numericKind(type) === undefined && typeof value === 'object'
  return needsFresh ? call(e.constant(defaultOf), e.typeConstant(type)) : emitConstant(e, value)
}

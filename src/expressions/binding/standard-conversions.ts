import { underlyingKind } from '../types/enums.ts'
import {
  canBeNull,
  isDelegate,
  isDynamic,
  isEnum,
  isInterface,
  isNamed,
  isObject,
  isValueType,
  nullableOf,
  numericKind,
} from '../types/facts.ts'
import { isSubtype } from '../types/hierarchy.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import type { Conversion } from './bound.ts'
import { convertsImplicitly } from './numeric.ts'
import { sameType } from './same-type.ts'

const identity: Conversion = { kind: 'identity' }

/** §11.4.2: without user-defined operators. */
export function standardImplicit(from: Type, to: Type): Conversion | undefined {
  if (from === voidType || to === voidType) return undefined
  if (sameType(from, to) || from === errorType || to === errorType) return identity
  if (from === nullType) return canBeNull(to) ? { kind: 'null' } : undefined
  if (isDynamic(to) && isObject(from)) return identity
  if (isDynamic(from)) return isObject(to) ? identity : { kind: 'dynamic' }
  const fromKind = numericKind(from)
  const toKind = numericKind(to)
  if (fromKind !== undefined && toKind !== undefined) {
    return convertsImplicitly(fromKind, toKind) ? { kind: 'numeric', implicit: true, from: fromKind, to: toKind } : undefined
  }
  const nullable = nullableOf(to)
  if (nullable !== undefined) return toNullable(from, nullable)
  if (isValueType(from)) return isSubtype(nullableOf(from) ?? from, to) && !isValueType(to) ? { kind: 'boxing' } : undefined
  return isSubtype(from, to) ? { kind: 'reference', implicit: true } : undefined
}

function toNullable(from: Type, to: Type): Conversion | undefined {
  const source = nullableOf(from)
  const inner = standardImplicit(source ?? from, to)
  if (inner === undefined || inner.kind === 'boxing' || inner.kind === 'dynamic' || !isValueType(source ?? from)) return undefined
  return { kind: 'nullable', implicit: true, inner, fromNull: source !== undefined, toNull: true }
}

/** §11.3 without user-defined operators. */
export function standardExplicit(from: Type, to: Type): Conversion | undefined {
  if (from === voidType || to === voidType) return undefined
  const fromKind = isEnum(from) ? underlyingKind(from) : numericKind(from)
  const toKind = isEnum(to) ? underlyingKind(to) : numericKind(to)
  if (fromKind !== undefined && toKind !== undefined) {
    return { kind: isEnum(from) || isEnum(to) ? 'enum' : 'numeric', implicit: false, from: fromKind, to: toKind }
  }
  const source = nullableOf(from)
  const target = nullableOf(to)
  if (source !== undefined || target !== undefined) {
    const lifted = nullableExplicit(from, to)
    if (lifted !== undefined) return lifted
  }
  if (isValueType(to) && !isValueType(from)) return isSubtype(target ?? to, from) ? { kind: 'unboxing' } : undefined
  if (isValueType(from)) return undefined
  return explicitReference(from, to) ? { kind: 'reference', implicit: false } : undefined
}

function nullableExplicit(from: Type, to: Type): Conversion | undefined {
  const source = nullableOf(from)
  const target = nullableOf(to)
  const plainFrom = source ?? from
  const plainTo = target ?? to
  if (!isValueType(plainFrom) || !isValueType(plainTo)) return undefined
  const inner = standardImplicit(plainFrom, plainTo) ?? standardExplicit(plainFrom, plainTo)
  if (inner === undefined) return undefined
  return { kind: 'nullable', implicit: false, inner, fromNull: source !== undefined, toNull: target !== undefined }
}

/** §11.3.5: a cast that can succeed at run time. */
function explicitReference(from: Type, to: Type): boolean {
  if (isSubtype(to, from)) return true
  if (from instanceof ArrayType && to instanceof ArrayType) {
    return (
      from.rank === to.rank &&
      !isValueType(from.element) &&
      !isValueType(to.element) &&
      explicitReference(from.element, to.element)
    )
  }
  if (to instanceof ArrayType) return isInterface(from) || isNamed(from, 'System.Array')
  if (from instanceof ArrayType) return false
  if (isDelegate(from) && isDelegate(to) && from instanceof NamedType && to instanceof NamedType)
    return from.definition === to.definition
  if (isInterface(from)) return to instanceof NamedType && (isInterface(to) || !isSealed(to))
  return isInterface(to) && from instanceof NamedType && !isSealed(from)
}

/** Classes that nothing derives from: an unrelated interface can never be there. */
const isSealed = (type: NamedType) => isNamed(type, 'System.String') || isDelegate(type)

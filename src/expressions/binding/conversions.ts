import { underlyingKind } from '../types/enums.ts'
import { canBeNull, isEnum, type NumericKind, nullableOf, numericKind } from '../types/facts.ts'
import { errorType, nullType } from '../types/registry.ts'
import type { NamedType, Type } from '../types/type.ts'
import type { Bound, Conversion } from './bound.ts'
import type { Binding } from './context.ts'
import { constantOf, isError, isNullLiteral } from './nodes.ts'
import { convertsImplicitly, isIntegral, rangeOf } from './numeric.ts'
import { standardExplicit, standardImplicit } from './standard-conversions.ts'
import { isTupleType } from './tuple-types.ts'
import { userConversion } from './user-conversions.ts'

const identity: Conversion = { kind: 'identity' }

/** The implicit conversion from an expression to a type (C# 7 §11.2); undefined when there is none. */
export function implicitConversion(b: Binding, from: Bound, to: Type): Conversion | undefined {
  if (isError(from) || to === errorType) return identity
  switch (from.kind) {
    case 'unbound lambda':
      return b.lambdaConverts(from, to) ? { kind: 'lambda' } : undefined
    case 'method group':
    case 'local function':
      return b.groupConverts(from, to) ? { kind: 'method group' } : undefined
    case 'default literal':
      return { kind: 'default' }
    case 'throw expression':
      return { kind: 'throw' }
    case 'type':
    case 'namespace':
    case 'out variable':
    case 'discard':
      return undefined
    case 'tuple':
      return tupleLiteralConversion(b, from, to) ?? typeConversion(from.type, to)
  }
  if (isNullLiteral(from) && from.type === nullType) return canBeNull(to) ? { kind: 'null' } : undefined
  return constantConversion(from, to) ?? typeConversion(from.type, to)
}

/** §11.2.11: a constant of type int fits a smaller type when its value does; a literal 0 fits any enum. */
function constantConversion(from: Bound, to: Type): Conversion | undefined {
  const constant = constantOf(from)
  const kind = numericKind(from.type)
  if (constant === undefined || kind === undefined || kind === 'decimal') return undefined
  const target = nullableOf(to) ?? to
  const wanted = numericKind(target)
  let inner: Conversion | undefined
  if (isEnum(target) && isIntegral(kind) && BigInt(constant.value as number | bigint) === 0n)
    inner = { kind: 'enum', implicit: true, from: kind, to: underlyingKind(target) }
  else if (wanted !== undefined && (kind === 'int' || kind === 'long') && wanted !== kind)
    inner = narrowing(kind, wanted, constant.value)
  if (inner === undefined || target === to) return inner
  return { kind: 'nullable', implicit: true, inner, fromNull: false, toNull: true }
}

function narrowing(from: NumericKind, to: NumericKind, value: unknown): Conversion | undefined {
  const range = rangeOf(to)
  if (range === undefined || to === 'char' || convertsImplicitly(from, to)) return undefined
  if (from === 'long' && to !== 'ulong') return undefined
  const exact = BigInt(value as number | bigint) // integral kinds only
  return exact >= range.least && exact <= range.most ? { kind: 'numeric', implicit: true, from, to } : undefined
}

function tupleLiteralConversion(b: Binding, from: Bound & { kind: 'tuple' }, to: Type): Conversion | undefined {
  const target = nullableOf(to) ?? to
  if (!isTupleType(target) || target.args.length !== from.items.length) return undefined
  const items = from.items.map((item, i) => implicitConversion(b, item, target.args[i] ?? errorType))
  if (items.some(item => item === undefined)) return undefined
  const inner: Conversion = { kind: 'tuple', implicit: true, items: items.filter(item => item !== undefined) }
  return target === to ? inner : { kind: 'nullable', implicit: true, inner, fromNull: false, toNull: true }
}

/** The implicit conversion between types. */
export function typeConversion(from: Type, to: Type): Conversion | undefined {
  return standardImplicit(from, to) ?? tupleTypes(from, to, typeConversion) ?? userConversion(from, to, false)
}

type Classify = (from: Type, to: Type) => Conversion | undefined

function tupleTypes(from: Type, to: Type, each: Classify): Conversion | undefined {
  return isTupleType(from) && isTupleType(to) ? tupleConversion(from, to, each) : undefined
}

function tupleConversion(from: NamedType, to: NamedType, each: Classify): Conversion | undefined {
  if (from.args.length !== to.args.length) return undefined
  const items = from.args.map((arg, i) => each(arg, to.args[i] ?? errorType))
  if (items.some(item => item === undefined)) return undefined
  return { kind: 'tuple', implicit: each === typeConversion, items: items.filter(item => item !== undefined) }
}

/** The conversion that a cast makes: an implicit one, or one of §11.3. */
export function explicitConversion(b: Binding, from: Bound, to: Type): Conversion | undefined {
  const implicit = implicitConversion(b, from, to)
  if (implicit !== undefined) return implicit
  if (from.kind === 'tuple' && isTupleType(to)) {
    const items = from.items.map((item, i) => explicitConversion(b, item, to.args[i] ?? errorType))
    return items.some(item => item === undefined)
      ? undefined
      : { kind: 'tuple', implicit: false, items: items.filter(item => item !== undefined) }
  }
  return explicitTypeConversion(from.type, to)
}

export function explicitTypeConversion(from: Type, to: Type): Conversion | undefined {
  return (
    standardImplicit(from, to) ??
    standardExplicit(from, to) ??
    tupleTypes(from, to, explicitTypeConversion) ??
    userConversion(from, to, true)
  )
}

import type { Span } from '../syntax/nodes.ts'
import { textOf } from '../types/boxing.ts'
import { displayName } from '../types/display.ts'
import { NetException } from '../types/exceptions.ts'
import { isBool, isDelegate, isDynamic, isEnum, type NumericKind, nullableOf, numericKind } from '../types/facts.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import { membersOf } from '../types/signature.ts'
import { NamedType, type Type } from '../types/type.ts'
import type { Bound, Conversion } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { explicitConversion, implicitConversion } from './conversions.ts'
import { delegateShape } from './delegate-shape.ts'
import { foldNumeric } from './folding.ts'
import { at, constantNode, constantOf, errorNode, hasValue, isError } from './nodes.ts'
import { isTupleType } from './tuple-types.ts'

/** The expression converted to the type implicitly, or a fault and a node that stands for it. */
export function convert(b: Binding, bound: Bound, to: Type, where: Span = bound): Bound {
  if (isError(bound)) return bound
  const conversion = implicitConversion(b, bound, to)
  if (conversion !== undefined) return applyConversion(b, bound, to, conversion, true)
  reportNoConversion(b, bound, to, where)
  return { ...errorNode(bound), type: to }
}

/** `(T)expression`. */
export function cast(b: Binding, bound: Bound, to: Type, where: Span, checked: boolean, inUnchecked: boolean): Bound {
  if (isError(bound)) return bound
  const conversion = explicitConversion(b, bound, to)
  if (conversion?.kind === 'dynamic') return dynamicConversion(bound, to, where, true)
  if (conversion !== undefined) return applyConversion(b, bound, to, conversion, checked, where, inUnchecked)
  if (!hasValue(bound)) reportNoConversion(b, bound, to, where)
  else fault(b, where, 'CS0030', `Cannot convert type '${nameOf(bound)}' to '${displayName(to)}'`)
  return { ...errorNode(bound), type: to }
}

const nameOf = (bound: Bound) => displayName(bound.type)

/** How a message names what has no type of its own. */
export function describe(bound: Bound): string {
  switch (bound.kind) {
    case 'unbound lambda':
      return 'lambda expression'
    case 'method group':
    case 'local function':
      return 'method group'
    case 'default literal':
      return 'default'
    case 'type':
      return 'type'
    case 'namespace':
      return 'namespace'
    default:
      return bound.type === nullType ? '<null>' : nameOf(bound)
  }
}

export function reportNoConversion(b: Binding, bound: Bound, to: Type, where: Span): void {
  if (to === errorType) return
  const target = displayName(to)
  if (bound.kind === 'unbound lambda') reportLambda(b, bound, to, where)
  else if (bound.kind === 'method group' || bound.kind === 'local function') {
    const name = bound.kind === 'method group' ? bound.name : bound.symbol.name
    if (isDelegate(to)) fault(b, where, 'CS0123', `No overload for '${name}' matches delegate '${target}'`)
    else
      fault(
        b,
        where,
        'CS0428',
        `Cannot convert method group '${name}' to non-delegate type '${target}'. Did you intend to invoke the method?`,
      )
  } else if (bound.kind === 'type')
    fault(b, where, 'CS0119', `'${nameOf(bound)}' is a type, which is not valid in the given context`)
  else if (bound.kind === 'namespace') fault(b, where, 'CS0118', `'${bound.name}' is a namespace but is used like a variable`)
  else if (bound.type === nullType)
    fault(b, where, 'CS0037', `Cannot convert null to '${target}' because it is a non-nullable value type`)
  else reportTypes(b, bound, to, where)
}

/** `1.5` where float or decimal is wanted: the suffix is missing. */
function reportSuffix(b: Binding, bound: Bound, to: Type, where: Span): boolean {
  const kind = numericKind(to)
  if (bound.kind !== 'constant' || numericKind(bound.type) !== 'double' || (kind !== 'float' && kind !== 'decimal')) return false
  const suffix = kind === 'float' ? 'F' : 'M'
  fault(
    b,
    where,
    'CS0664',
    `Literal of type double cannot be implicitly converted to type '${kind}'; use an '${suffix}' suffix to create a literal of this type`,
  )
  return true
}

function reportTypes(b: Binding, bound: Bound, to: Type, where: Span): void {
  if (reportSuffix(b, bound, to, where)) return
  const constant = constantOf(bound)
  const explicit = explicitConversion(b, bound, to)
  const target = displayName(to)
  if (
    constant !== undefined &&
    explicit?.kind === 'numeric' &&
    numericKind(to) !== 'char' &&
    typeof constant.value !== 'string' &&
    bound.type !== errorType
  ) {
    if (isIntegerConstant(bound)) {
      fault(b, where, 'CS0031', `Constant value '${String(constant.value)}' cannot be converted to a '${target}'`)
      return
    }
  }
  if (explicit !== undefined) {
    fault(
      b,
      where,
      'CS0266',
      `Cannot implicitly convert type '${nameOf(bound)}' to '${target}'. An explicit conversion exists (are you missing a cast?)`,
    )
  } else fault(b, where, 'CS0029', `Cannot implicitly convert type '${nameOf(bound)}' to '${target}'`)
}

const isIntegerConstant = (bound: Bound) => bound.type instanceof NamedType && bound.type.definition.fullName === 'System.Int32'

function reportLambda(b: Binding, bound: Bound & { kind: 'unbound lambda' }, to: Type, where: Span): void {
  if (!isDelegate(to) || !(to instanceof NamedType)) {
    fault(b, where, 'CS1660', `Cannot convert lambda expression to type '${displayName(to)}' because it is not a delegate type`)
    return
  }
  const count = delegateShape(to)?.parameters.length
  if (count !== bound.syntax.parameters.length && bound.syntax.anyParameters !== true) {
    fault(b, where, 'CS1593', `Delegate '${displayName(to)}' does not take ${bound.syntax.parameters.length} arguments`)
    return
  }
  const faults = b.lambda(bound, to).faults
  if (faults.hasErrors) b.faults.addAll(faults.list)
  else fault(b, where, 'CS1593', `Delegate '${displayName(to)}' does not take ${bound.syntax.parameters.length} arguments`)
}

/** Puts a conversion that is known to exist around an expression, folding constants. */
export function applyConversion(
  b: Binding,
  bound: Bound,
  to: Type,
  conversion: Conversion,
  checked: boolean,
  where: Span = bound,
  inUnchecked = false,
): Bound {
  switch (conversion.kind) {
    case 'identity':
      return bound.type === to || isError(bound) ? bound : retype(bound, to)
    case 'lambda':
      return bound.kind === 'unbound lambda' && to instanceof NamedType ? useLambda(b, bound, to) : errorNode(bound)
    case 'method group':
      return b.groupReference(bound, to)
    case 'default':
      return { kind: 'default', ...at(bound), type: to }
    case 'dynamic':
      return dynamicConversion(bound, to, where, false)
    case 'null':
      return constantNode(bound, to, null)
    case 'throw':
      return bound.kind === 'throw expression' ? { kind: 'throw', ...at(bound), type: to, value: bound.value } : errorNode(bound)
    case 'tuple':
      if (bound.kind === 'tuple') return tupleItems(b, bound, to, conversion, checked)
      break
    case 'nullable':
      if (bound.kind === 'tuple' || (constantOf(bound) !== undefined && !conversion.fromNull && conversion.toNull)) {
        const inner = applyConversion(b, bound, nullableOf(to) ?? to, conversion.inner, checked, where, inUnchecked)
        return {
          kind: 'conversion',
          ...at(where),
          type: to,
          operand: inner,
          checked,
          conversion: { ...conversion, inner: { kind: 'identity' } },
        }
      }
      break
    case 'numeric':
    case 'enum': {
      const folded = fold(b, bound, to, conversion, where, inUnchecked)
      if (folded !== undefined) return folded
      break
    }
  }
  return { kind: 'conversion', ...at(where), type: to, conversion, operand: bound, checked: checked && !inUnchecked }
}

/** What a dynamic value converts to is found when its type is known. */
function dynamicConversion(bound: Bound, to: Type, where: Span, explicit: boolean): Bound {
  return { kind: 'dynamic', ...at(where), type: to, site: { kind: 'convert', to, explicit }, operands: [bound] }
}

/** An identity conversion may still change the type's face: `dynamic`, names of tuple elements. */
function retype(bound: Bound, to: Type): Bound {
  return constantOf(bound) !== undefined && bound.kind === 'constant'
    ? { ...bound, type: to }
    : { kind: 'conversion', ...at(bound), type: to, conversion: { kind: 'identity' }, operand: bound, checked: false }
}

function useLambda(b: Binding, lambda: Bound & { kind: 'unbound lambda' }, to: NamedType): Bound {
  const { bound, faults } = b.lambda(lambda, to)
  b.faults.addAll(faults.list)
  return bound
}

function tupleItems(
  b: Binding,
  bound: Bound & { kind: 'tuple' },
  to: Type,
  conversion: Conversion & { kind: 'tuple' },
  checked: boolean,
): Bound {
  if (!isTupleType(to)) return errorNode(bound)
  const items = bound.items.map((item, i) =>
    applyConversion(b, item, to.args[i] ?? errorType, conversion.items[i] ?? { kind: 'identity' }, checked),
  )
  return { ...bound, type: to, items }
}

type NumericConversion = { readonly from: NumericKind; readonly to: NumericKind }

/** Constant conversions are checked unless the author wrote `unchecked` (C# 7 §12.20). */
function fold(
  b: Binding,
  bound: Bound,
  to: Type,
  { from, to: kind }: NumericConversion,
  where: Span,
  inUnchecked: boolean,
): Bound | undefined {
  const constant = constantOf(bound)
  if (constant !== undefined && from === 'decimal' && kind !== 'decimal') return fromDecimal(b, bound, to, kind, where)
  if (constant === undefined || (typeof constant.value !== 'number' && typeof constant.value !== 'bigint')) return undefined
  if (kind === 'decimal' && from !== 'decimal') return toDecimal(b, to, from, constant.value, where)
  const folded = foldNumeric(from, kind, constant.value, !inUnchecked)
  if (folded === 'overflow') {
    fault(
      b,
      where,
      'CS0221',
      `Constant value '${String(constant.value)}' cannot be converted to a '${displayName(to)}' (use 'unchecked' syntax to override)`,
    )
    return { ...errorNode(where), type: to }
  }
  return folded === undefined || folded === 'division by zero' ? undefined : constantNode(where, to, folded.value)
}

/** The decimal of a constant, by the table's own conversion. */
function toDecimal(b: Binding, to: Type, from: NumericKind, value: number | bigint, where: Span): Bound | undefined {
  if (!(to instanceof NamedType)) return undefined
  const { implicit, explicit } = membersOf(to.definition)
  const method = [...implicit, ...explicit].find(
    each => numericKind(each.returns) === 'decimal' && numericKind(each.parameters[0]?.type ?? to) === from,
  )
  if (method?.run === undefined) return undefined
  try {
    return constantNode(where, to, method.run(value))
  } catch (error) {
    if (!(error instanceof NetException)) throw error
    fault(b, where, 'CS0031', `Constant value '${String(value)}' cannot be converted to a 'decimal'`)
    return { ...errorNode(where), type: to }
  }
}

/** A decimal constant as another number, by the table's own conversion; one that does not fit is refused, `unchecked` or not. */
function fromDecimal(b: Binding, bound: Bound, to: Type, kind: NumericKind, where: Span): Bound | undefined {
  if (!(bound.type instanceof NamedType) || isEnum(to)) return undefined
  const method = membersOf(bound.type.definition).explicit.find(
    each => numericKind(each.returns) === kind && numericKind(each.parameters[0]?.type ?? to) === 'decimal',
  )
  const value = constantOf(bound)?.value
  if (method?.run === undefined) return undefined
  try {
    return constantNode(where, to, method.run(value))
  } catch (error) {
    if (!(error instanceof NetException)) throw error
    fault(b, where, 'CS0031', `Constant value '${textOf(value)}M' cannot be converted to a '${displayName(to)}'`)
    return { ...errorNode(where), type: to }
  }
}

/** A condition: bool, what converts to it, or a type with operator true. */
export function condition(b: Binding, bound: Bound): Bound {
  const value = requireValue(b, bound)
  if (isError(value) || isBool(value.type)) return value
  if (!isDynamic(value.type) || !hasValue(value)) return convert(b, value, b.known.bool)
  return { kind: 'dynamic', ...at(value), type: b.known.bool, site: { kind: 'unary', operator: 'true' }, operands: [value] }
}

/** Anything that is a value and not void; otherwise a fault. */
export function requireValue(b: Binding, bound: Bound): Bound {
  if (isError(bound)) return bound
  if (bound.kind === 'type') fault(b, bound, 'CS0119', `'${nameOf(bound)}' is a type, which is not valid in the given context`)
  else if (bound.kind === 'namespace') fault(b, bound, 'CS0118', `'${bound.name}' is a namespace but is used like a variable`)
  else return bound
  return errorNode(bound)
}

/** A value of a type: what has none of its own (lambda, null, default) is refused, and so is void. */
export function requireTyped(b: Binding, bound: Bound, operator: string): Bound {
  const value = requireValue(b, bound)
  if (isError(value) || (hasValue(value) && value.type !== voidType && value.type !== nullType)) return value
  fault(b, value, 'CS0023', `Operator '${operator}' cannot be applied to operand of type '${describe(value)}'`)
  return errorNode(value)
}

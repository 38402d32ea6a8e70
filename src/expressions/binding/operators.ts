import type { BinaryOperator } from '../syntax/nodes.ts'
import { underlyingKind } from '../types/enums.ts'
import {
  canBeNull,
  isBool,
  isDelegate,
  isDynamic,
  isEnum,
  isString,
  isValueType,
  type NumericKind,
  nullableOf,
  numericKind,
} from '../types/facts.ts'
import { nullType, voidType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { ArithmeticOperator, Bound } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { implicitConversion } from './conversions.ts'
import { applyConversion, convert, describe, requireValue } from './convert.ts'
import { foldBinary, foldUnary } from './folding.ts'
import { comparisons, lift, type Operation } from './lifting.ts'
import { at, constantNode, constantOf, errorNode, hasValue, isError, isNullLiteral } from './nodes.ts'
import { isIntegral, promote, promoteOne } from './numeric.ts'
import { sameType } from './same-type.ts'
import { standardExplicit, standardImplicit } from './standard-conversions.ts'
import { userOperation } from './user-operators.ts'

const equalities: ReadonlySet<string> = new Set(['==', '!='])

/** `left operator right` for all operators but `&&`, `||` and `??` (C# 7 §12.9 to §12.13). */
export function binaryOperation(
  b: Binding,
  operator: BinaryOperator & ArithmeticOperator,
  first: Bound,
  second: Bound,
  op: Operation,
): Bound {
  const left = requireValue(b, first)
  const right = requireValue(b, second)
  if (isError(left) || isError(right)) return errorNode(op.span)
  const result = attempt(b, operator, left, right, op)
  if (result !== undefined) return result
  fault(
    b,
    op.span,
    'CS0019',
    `Operator '${operator}' cannot be applied to operands of type '${describe(left)}' and '${describe(right)}'`,
  )
  return errorNode(op.span)
}

function attempt(b: Binding, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound | undefined {
  if ((isDynamic(left.type) || isDynamic(right.type)) && hasValue(left) && hasValue(right))
    return dynamicOperation(b, operator, left, right, op)
  if (left.type === voidType || right.type === voidType) return undefined
  if (operator === '+' && (isString(left.type) || isString(right.type))) {
    // an operator of either type comes first: XNamespace + string is an XName
    return userOperation(b, operator, [left, right], op) ?? concatenation(b, left, right, op)
  }
  const withDefault = operandDefaults(b, left, right)
  if (withDefault !== undefined) return attempt(b, operator, withDefault[0], withDefault[1], op)
  return (
    userOperation(b, operator, [left, right], op) ??
    numericOperation(b, operator, left, right, op) ??
    boolOperation(b, operator, left, right, op) ??
    enumOperation(b, operator, left, right, op) ??
    delegateOperation(b, operator, left, right, op) ??
    equality(b, operator, left, right, op)
  )
}

/** `x == default`: the literal takes the other side's type. */
function operandDefaults(b: Binding, left: Bound, right: Bound): readonly [Bound, Bound] | undefined {
  if (left.kind === 'default literal' && hasValue(right)) return [convert(b, left, right.type), right]
  if (right.kind === 'default literal' && hasValue(left)) return [left, convert(b, right, left.type)]
  return undefined
}

function dynamicOperation(b: Binding, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound {
  const type = b.dynamicType
  return { kind: 'dynamic', ...at(op.span), type, site: { kind: 'binary', operator }, operands: [left, right] }
}

/** String concatenation, flattened; constants joined. */
function concatenation(b: Binding, left: Bound, right: Bound, op: Operation): Bound | undefined {
  if (!isConcatenable(left) || !isConcatenable(right)) return undefined
  const one = constantOf(left)?.value
  const two = constantOf(right)?.value
  if (typeof one === 'string' && typeof two === 'string') return constantNode(op.span, b.known.string, one + two)
  const flat = (each: Bound): readonly Bound[] => (each.kind === 'concat' ? each.parts : [each])
  return { kind: 'concat', ...at(op.span), type: b.known.string, parts: [...flat(left), ...flat(right)] }
}

const isConcatenable = (bound: Bound) => hasValue(bound) && bound.type !== voidType

// Numbers

function numericOperation(b: Binding, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound | undefined {
  const one = nullableOf(left.type) ?? left.type
  const two = nullableOf(right.type) ?? right.type
  const lifted = one !== left.type || two !== right.type
  const leftKind = numericKind(isNullLiteral(left) && left.type === nullType ? two : one)
  const rightKind = numericKind(isNullLiteral(right) && right.type === nullType ? one : two)
  if (leftKind === undefined || rightKind === undefined) return undefined
  if (left.type === nullType && !lifted && !canBeNull(two)) {
    if (!equalities.has(operator)) return undefined
  }
  const kinds = operandKinds(operator, left, right, leftKind, rightKind)
  if (kinds === undefined) return undefined
  const [kind, shift] = kinds
  if (kind === 'decimal') return undefined // decimal's operators are in its table
  const operandType = b.known.numeric(kind)
  const shiftType = b.known.numeric(shift)
  const returns = comparisons.has(operator) ? b.known.bool : operandType
  const node = (l: Bound, r: Bound) =>
    numericNode(b, operator, kind, convert(b, l, operandType), convert(b, r, shiftType), returns, op)
  if (lifted || left.type === nullType || right.type === nullType)
    return lift(b, operator, [left, right], [operandType, shiftType], returns, op, ([l, r]) => node(l ?? left, r ?? right))
  return node(left, right)
}

/** The kind of the left (and usually right) operand after promotion, and that of the right one. */
function operandKinds(
  operator: ArithmeticOperator,
  left: Bound,
  right: Bound,
  one: NumericKind,
  two: NumericKind,
): readonly [NumericKind, NumericKind] | undefined {
  if (operator === '<<' || operator === '>>') {
    const kind = promoteOne(one)
    return isIntegral(kind) && ['int', 'short', 'sbyte', 'byte', 'ushort', 'char'].includes(two) ? [kind, 'int'] : undefined
  }
  const kind = promote(one, two) ?? promoteConstants(left, right, one, two)
  if (kind === undefined) return undefined
  if (['&', '|', '^'].includes(operator) && !isIntegral(kind)) return undefined
  return [adjust(left, right, one, two, kind), adjust(left, right, one, two, kind)]
}

/** A non-negative int constant goes along with uint and ulong. */
function adjust(left: Bound, right: Bound, one: NumericKind, two: NumericKind, kind: NumericKind): NumericKind {
  if (kind !== 'long') return kind
  if (one === 'uint' && two === 'int' && fitsUnsigned(right, two)) return 'uint'
  if (two === 'uint' && one === 'int' && fitsUnsigned(left, one)) return 'uint'
  return kind
}

function promoteConstants(left: Bound, right: Bound, one: NumericKind, two: NumericKind): NumericKind | undefined {
  if (one === 'ulong' && fitsUnsigned(right, two)) return 'ulong'
  if (two === 'ulong' && fitsUnsigned(left, one)) return 'ulong'
  return undefined
}

const fitsUnsigned = (bound: Bound, kind: NumericKind) => {
  const value = constantOf(bound)?.value
  return (kind === 'int' || kind === 'long') && (typeof value === 'number' || typeof value === 'bigint') && value >= 0
}

function numericNode(
  b: Binding,
  operator: ArithmeticOperator,
  kind: NumericKind,
  left: Bound,
  right: Bound,
  type: Type,
  op: Operation,
): Bound {
  const one = constantOf(left)?.value
  const two = constantOf(right)?.value
  if (isNumber(one) && isNumber(two)) {
    const folded = foldBinary(operator, kind, one, two, !op.unchecked)
    if (folded === 'overflow') {
      fault(b, op.span, 'CS0220', 'The operation overflows at compile time in checked mode')
      return { ...errorNode(op.span), type }
    }
    if (folded === 'division by zero') {
      fault(b, op.span, 'CS0020', 'Division by constant zero')
      return { ...errorNode(op.span), type }
    }
    if (folded !== undefined) return constantNode(op.span, type, folded.value)
  } else if (isNumber(two) && Number(two) === 0 && isIntegral(kind) && (operator === '/' || operator === '%')) {
    fault(b, op.span, 'CS0020', 'Division by constant zero')
  }
  return { kind: 'binary', ...at(op.span), type, operator, numeric: kind, left, right, checked: op.checked }
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'

// bool, enums, delegates, references

function boolOperation(b: Binding, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound | undefined {
  if (!['==', '!=', '&', '|', '^'].includes(operator)) return undefined
  const { bool } = b.known
  const isBoolish = (bound: Bound) => isBool(nullableOf(bound.type) ?? bound.type) || bound.type === nullType
  if (!isBoolish(left) || !isBoolish(right) || (left.type === nullType && right.type === nullType)) return undefined
  const node = (l: Bound, r: Bound): Bound => {
    const one = constantOf(l)?.value
    const two = constantOf(r)?.value
    if (typeof one === 'boolean' && typeof two === 'boolean') return constantNode(op.span, bool, foldBool(operator, one, two))
    return { kind: 'binary', ...at(op.span), type: bool, operator, numeric: 'bool', left: l, right: r, checked: false }
  }
  if (isBool(left.type) && isBool(right.type)) return node(left, right)
  if (operator === '&' || operator === '|') {
    const type = b.known.nullable(bool)
    return { kind: 'lifted logic', ...at(op.span), type, operator, left: convert(b, left, type), right: convert(b, right, type) }
  }
  return lift(b, operator, [left, right], [bool, bool], bool, op, ([l, r]) => node(l ?? left, r ?? right))
}

function foldBool(operator: ArithmeticOperator, left: boolean, right: boolean): boolean {
  if (operator === '==') return left === right
  if (operator === '&') return left && right
  return operator === '|' ? left || right : left !== right
}

/** §12.9.5, §12.12: comparisons and flags of one enum; `enum + integer`, `enum - enum`. */
function enumOperation(b: Binding, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound | undefined {
  const one = nullableOf(left.type) ?? left.type
  const two = nullableOf(right.type) ?? right.type
  const type = isEnum(one) ? one : isEnum(two) ? two : undefined
  if (type === undefined) return undefined
  const kind = underlyingKind(type)
  const underlying = b.known.numeric(kind)
  const lifted = one !== left.type || two !== right.type || left.type === nullType || right.type === nullType
  const both = sides(b, operator, left, right, type, underlying, lifted)
  if (both === undefined) return undefined
  const [leftType, rightType, returns] = both
  const node = (l: Bound, r: Bound): Bound => {
    const x = retyped(convert(b, l, leftType), underlying)
    const y = retyped(convert(b, r, rightType), underlying)
    const promoted = promoteOne(kind)
    const wide = b.known.numeric(promoted)
    const result = numericNode(
      b,
      operator,
      promoted,
      convert(b, x, wide),
      convert(b, y, wide),
      comparisons.has(operator) ? returns : wide,
      op,
    )
    return comparisons.has(operator) ? result : retyped(promoted === kind ? result : narrow(b, result, underlying), returns)
  }
  return lifted
    ? lift(b, operator, [left, right], [leftType, rightType], returns, op, ([l, r]) => node(l ?? left, r ?? right))
    : node(left, right)
}

function narrow(b: Binding, bound: Bound, to: Type): Bound {
  const conversion = standardExplicit(bound.type, to)
  return conversion === undefined ? bound : applyConversion(b, bound, to, conversion, false, bound, true)
}

/** The same raw number under another type. */
function retyped(bound: Bound, type: Type): Bound {
  return bound.kind === 'constant'
    ? { ...bound, type }
    : { kind: 'conversion', ...at(bound), type, conversion: { kind: 'identity' }, operand: bound, checked: false }
}

function sides(
  b: Binding,
  operator: ArithmeticOperator,
  left: Bound,
  right: Bound,
  type: Type,
  underlying: Type,
  lifted: boolean,
): readonly [Type, Type, Type] | undefined {
  const fits = (bound: Bound, to: Type) => implicitConversion(b, bound, lifted ? b.known.nullable(to) : to) !== undefined
  const same = fits(left, type) && fits(right, type)
  if (comparisons.has(operator)) return same ? [type, type, b.known.bool] : undefined
  if (['&', '|', '^'].includes(operator)) return same ? [type, type, type] : undefined
  const isOwn = (bound: Bound) => isEnum(nullableOf(bound.type) ?? bound.type)
  if (operator === '-' && isOwn(left) && isOwn(right)) return same ? [type, type, underlying] : undefined
  if ((operator === '+' || operator === '-') && isOwn(left) && fits(right, underlying)) return [type, underlying, type]
  if (operator === '+' && isOwn(right) && fits(left, underlying)) return [underlying, type, type]
  return undefined
}

function delegateOperation(
  b: Binding,
  operator: ArithmeticOperator,
  left: Bound,
  right: Bound,
  op: Operation,
): Bound | undefined {
  if (operator !== '+' && operator !== '-') return undefined
  const type = isDelegate(left.type) ? left.type : isDelegate(right.type) ? right.type : undefined
  if (type === undefined || implicitConversion(b, left, type) === undefined || implicitConversion(b, right, type) === undefined)
    return undefined
  return {
    kind: 'combine delegates',
    ...at(op.span),
    type,
    remove: operator === '-',
    left: convert(b, left, type),
    right: convert(b, right, type),
  }
}

/** Strings by value; references by identity; `x == null`. */
function equality(b: Binding, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound | undefined {
  if (!equalities.has(operator)) return undefined
  const isText = (bound: Bound) => isString(bound.type) || bound.type === nullType
  const bool = b.known.bool
  if (isText(left) && isText(right)) {
    const one = constantOf(left)
    const two = constantOf(right)
    if (one !== undefined && two !== undefined)
      return constantNode(op.span, bool, (one.value === two.value) === (operator === '=='))
    return { kind: 'binary', ...at(op.span), type: bool, operator, numeric: 'string', left, right, checked: false }
  }
  if (!comparableReferences(left, right)) return undefined
  warnOfText(b, left, right, op)
  return { kind: 'binary', ...at(op.span), type: bool, operator, numeric: 'reference', left, right, checked: false }
}

/** `object == string` compares references in .NET, which rarely is what was meant. */
function warnOfText(b: Binding, left: Bound, right: Bound, op: Operation): void {
  const isText = (bound: Bound) => isString(bound.type)
  if (left.type === nullType || right.type === nullType || isText(left) === isText(right)) return
  const [code, side] = isText(right) ? ['CS0252', 'left'] : ['CS0253', 'right']
  const message = `Possible unintended reference comparison; to get a value comparison, cast the ${side} hand side to type 'string'`
  b.faults.add(op.span.start, code, message, 'warning')
}

function comparableReferences(left: Bound, right: Bound): boolean {
  if (!hasValue(left) || !hasValue(right)) return false
  if (left.type === nullType) return canBeNull(right.type)
  if (right.type === nullType) return canBeNull(left.type)
  if (isValueType(left.type) || isValueType(right.type)) return false
  return (
    sameType(left.type, right.type) ||
    standardImplicit(left.type, right.type) !== undefined ||
    standardImplicit(right.type, left.type) !== undefined ||
    standardExplicit(left.type, right.type) !== undefined
  )
}

// Unary

/** `+ - ! ~` (§12.8). */
export function unaryOperation(b: Binding, operator: '+' | '-' | '!' | '~', operand: Bound, op: Operation): Bound {
  const value = requireValue(b, operand)
  if (isError(value)) return errorNode(op.span)
  if (isDynamic(value.type) && hasValue(value)) {
    return { kind: 'dynamic', ...at(op.span), type: b.dynamicType, site: { kind: 'unary', operator }, operands: [value] }
  }
  const result = userOperation(b, operator, [value], op) ?? predefinedUnary(b, operator, value, op)
  if (result !== undefined) return result
  fault(b, op.span, 'CS0023', `Operator '${operator}' cannot be applied to operand of type '${describe(value)}'`)
  return errorNode(op.span)
}

function predefinedUnary(b: Binding, operator: '+' | '-' | '!' | '~', value: Bound, op: Operation): Bound | undefined {
  const plain = nullableOf(value.type) ?? value.type
  const type = unaryType(b, operator, plain)
  if (type === undefined) return undefined
  if (plain === value.type) return unaryNode(b, operator, value, type, op)
  return lift(b, operator, [value], [plain], type, op, ([local]) => unaryNode(b, operator, local ?? value, type, op))
}

function unaryType(b: Binding, operator: string, plain: Type): Type | undefined {
  if (operator === '!') return isBool(plain) ? plain : undefined
  if (operator === '~' && isEnum(plain)) return plain
  const kind = numericKind(plain)
  if (kind === undefined || kind === 'decimal') return undefined
  const promoted = promoteOne(kind)
  if (operator === '~') return isIntegral(promoted) ? b.known.numeric(promoted) : undefined
  if (operator === '-' && promoted === 'uint') return b.known.numeric('long')
  return operator === '-' && promoted === 'ulong' ? undefined : b.known.numeric(promoted)
}

function unaryNode(b: Binding, operator: '+' | '-' | '!' | '~', value: Bound, type: Type, op: Operation): Bound {
  const constant = constantOf(value)?.value
  if (operator === '!') {
    if (typeof constant === 'boolean') return constantNode(op.span, type, !constant)
    return { kind: 'unary', ...at(op.span), type, operator, numeric: 'bool', operand: value, checked: false }
  }
  const kind = isEnum(type) ? underlyingKind(type) : (numericKind(type) ?? 'int')
  const operand = isEnum(type) ? value : convert(b, value, type)
  if (operator === '+') return operand
  const folding = constantOf(operand)?.value
  if (isNumber(folding)) {
    const folded = foldUnary(operator, kind, folding, !op.unchecked)
    if (folded === 'overflow') fault(b, op.span, 'CS0220', 'The operation overflows at compile time in checked mode')
    else if (folded !== undefined && folded !== 'division by zero') return constantNode(op.span, type, folded.value)
  }
  return { kind: 'unary', ...at(op.span), type, operator, numeric: kind, operand, checked: op.checked && isIntegral(kind) }
}

import type { AssignOperator, BinaryOperator, Expression, Span } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isDelegate, isDynamic, isEnum, isString, nullableOf, numericKind } from '../types/facts.ts'
import { dynamicType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { ArithmeticOperator, Bound } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { implicitConversion } from './conversions.ts'
import { applyConversion, convert, requireValue } from './convert.ts'
import { bindDeconstruction, isDeconstruction } from './deconstruction.ts'
import { at, constantNode, errorNode, hasValue, isError, localNode, temporary } from './nodes.ts'
import { isBig } from './numeric.ts'
import { binaryOperation } from './operators.ts'
import { sameType } from './same-type.ts'
import type { Scope } from './scope.ts'
import { standardExplicit } from './standard-conversions.ts'
import { userOperation } from './user-operators.ts'

/** `target = value` and `target op= value` (C# 7 §12.18). */
export function bindAssignment(b: Binding, syntax: Expression & { kind: 'assign' }, scope: Scope): Bound {
  if (syntax.operator === '=' && isDeconstruction(syntax.target)) return bindDeconstruction(b, syntax, scope)
  if (syntax.operator === '=' && isDiscard(syntax.target, scope)) return discard(b, syntax, scope)
  const target = b.expression(syntax.target, scope)
  const value = b.expression(syntax.value, scope)
  if (isError(target) || isError(value)) return errorNode(syntax)
  return syntax.operator === '=' ? assign(b, target, value, syntax) : compound(b, target, syntax.operator, value, syntax, scope)
}

const isDiscard = (target: Expression, scope: Scope) =>
  target.kind === 'name' && target.name === '_' && scope.find('_') === undefined

function discard(b: Binding, syntax: Expression & { kind: 'assign' }, scope: Scope): Bound {
  const value = requireValue(b, b.expression(syntax.value, scope))
  return isError(value) ? errorNode(syntax) : value
}

export function assign(b: Binding, target: Bound, value: Bound, span: Span): Bound {
  if (target.kind === 'dynamic') return dynamicAssign(b, target, value, span)
  if (!checkAssignable(b, target)) return errorNode(span)
  return { kind: 'assign', ...at(span), type: target.type, target, value: convert(b, value, target.type, value) }
}

function dynamicAssign(b: Binding, target: Bound & { kind: 'dynamic' }, value: Bound, span: Span): Bound {
  const { site } = target
  if (site.kind !== 'member' && site.kind !== 'index') {
    fault(b, target, 'CS0131', 'The left-hand side of an assignment must be a variable, property or indexer')
    return errorNode(span)
  }
  const boxed = hasValue(value) ? value : convert(b, value, dynamicType)
  return { ...target, ...at(span), type: dynamicType, site: { ...site, assign: true }, operands: [...target.operands, boxed] }
}

/** Refuses what cannot be assigned to. */
export function checkAssignable(b: Binding, target: Bound, incremented = false): boolean {
  switch (target.kind) {
    case 'local':
      target.local.reassigned = true
      if (target.local.kind !== 'readonly') return true
      fault(
        b,
        target,
        'CS1656',
        `Cannot assign to '${target.local.name}' because it is a 'foreach iteration variable' or 'using variable'`,
      )
      return false
    case 'array element':
    case 'dereference':
    case 'dynamic':
      return true
    case 'tuple item':
      if (
        target.tuple.kind === 'local' ||
        target.tuple.kind === 'array element' ||
        target.tuple.kind === 'tuple item' ||
        target.tuple.kind === 'dereference'
      )
        return checkAssignable(b, target.tuple)
      fault(b, target, 'CS1612', `Cannot modify the return value because it is not a variable`)
      return false
    case 'property':
      if (target.property.set !== undefined) return true
      fault(b, target, 'CS0200', `Property or indexer '${propertyName(target)}' cannot be assigned to -- it is read only`)
      return false
    case 'anonymous item':
    case 'array length':
      fault(b, target, 'CS0200', 'Property or indexer cannot be assigned to -- it is read only')
      return false
    case 'error':
      return false
    default:
      if (incremented)
        fault(b, target, 'CS1059', 'The operand of an increment or decrement operator must be a variable, property or indexer')
      else fault(b, target, 'CS0131', 'The left-hand side of an assignment must be a variable, property or indexer')
      return false
  }
}

const propertyName = ({ property }: Bound & { kind: 'property' }) => `${property.owner.name}.${property.name}`

function compound(b: Binding, target: Bound, operator: AssignOperator, value: Bound, span: Span, scope: Scope): Bound {
  if (!checkAssignable(b, target)) return errorNode(span)
  const binary = operator.slice(0, -1) as BinaryOperator & ArithmeticOperator // every compound operator is a binary one and `=`
  if (target.kind === 'dynamic') return dynamicCompound(b, target, binary, value, span, scope)
  const current = temporary(target.type, scope)
  const right = hasValue(value) ? value : isDelegate(target.type) ? convert(b, value, target.type) : value
  const result = binaryOperation(b, binary, localNode(target, current), right, {
    span,
    scope,
    checked: scope.checked,
    unchecked: b.isUnchecked(scope),
  })
  if (isError(result)) return errorNode(span)
  const converted = compoundResult(b, result, target.type, value)
  return { kind: 'compound', ...at(span), type: target.type, target, current, value: converted, postfix: false }
}

/** §12.18.3: the result is cast back when the right side alone would have fitted. */
function compoundResult(b: Binding, result: Bound, to: Type, value: Bound): Bound {
  if (sameType(result.type, to) || implicitConversion(b, result, to) !== undefined) return convert(b, result, to)
  const conversion = standardExplicit(result.type, to)
  const fits = implicitConversion(b, value, to) !== undefined || isShift(result)
  return conversion !== undefined && fits ? applyConversion(b, result, to, conversion, false) : convert(b, result, to, result)
}

const isShift = (bound: Bound) => bound.kind === 'binary' && (bound.operator === '<<' || bound.operator === '>>')

/** `d.x += 1`: the operands are kept, then read, changed and written. */
function dynamicCompound(
  b: Binding,
  target: Bound & { kind: 'dynamic' },
  operator: ArithmeticOperator,
  value: Bound,
  span: Span,
  scope: Scope,
): Bound {
  const { kept, keep } = keepOperands(target, span, scope)
  const result: Bound = {
    kind: 'dynamic',
    ...at(span),
    type: dynamicType,
    site: { kind: 'binary', operator },
    operands: [kept, value],
  }
  return { kind: 'sequence', ...at(span), type: dynamicType, effects: keep, value: dynamicAssign(b, kept, result, span) }
}

/** The operands of a dynamic place evaluated once: the place over temporaries, and what fills them. */
function keepOperands(target: Bound & { kind: 'dynamic' }, span: Span, scope: Scope) {
  const locals = target.operands.map(operand => temporary(operand.type, scope))
  const keep = target.operands.map((operand, i): Bound => {
    const local = locals[i] ?? temporary(operand.type, scope)
    return { kind: 'assign', ...at(span), type: operand.type, target: localNode(operand, local), value: operand }
  })
  return { kept: { ...target, operands: locals.map(local => localNode(span, local)) }, keep }
}

const incremented = (current: Bound, operator: '++' | '--', span: Span): Bound => ({
  kind: 'dynamic',
  ...at(span),
  type: dynamicType,
  site: { kind: 'unary', operator },
  operands: [current],
})

/** `d.x++`: its value is the old one, `++d.x`: the new one. */
function dynamicIncrement(
  b: Binding,
  target: Bound & { kind: 'dynamic' },
  operator: '++' | '--',
  isPostfix: boolean,
  span: Span,
  scope: Scope,
): Bound {
  const { kept, keep } = keepOperands(target, span, scope)
  const old = temporary(dynamicType, scope)
  const read: Bound = { kind: 'assign', ...at(span), type: dynamicType, target: localNode(span, old), value: kept }
  const write = dynamicAssign(b, kept, incremented(localNode(span, old), operator, span), span)
  const [effects, value] = isPostfix ? [[...keep, read, write], localNode(span, old)] : [[...keep, read], write]
  return { kind: 'sequence', ...at(span), type: dynamicType, effects, value }
}

/** `++x`, `x--` and so on (§12.7.10, §12.8.6). */
export function bindIncrement(
  b: Binding,
  syntax: Expression & { kind: 'unary' | 'postfix' },
  operator: '++' | '--',
  scope: Scope,
): Bound {
  const target = b.expression(syntax.operand, scope)
  if (isError(target) || !checkAssignable(b, target, true)) return errorNode(syntax)
  const isPostfix = syntax.kind === 'postfix'
  if (target.kind === 'dynamic') return dynamicIncrement(b, target, operator, isPostfix, syntax, scope)
  const current = temporary(target.type, scope)
  const value = isDynamic(target.type)
    ? incremented(localNode(target, current), operator, syntax)
    : increment(b, localNode(target, current), operator, syntax, scope)
  if (value === undefined) {
    fault(b, syntax, 'CS0023', `Operator '${operator}' cannot be applied to operand of type '${displayName(target.type)}'`)
    return errorNode(syntax)
  }
  return { kind: 'compound', ...at(syntax), type: target.type, target, current, value, postfix: isPostfix }
}

function increment(b: Binding, current: Bound, operator: '++' | '--', span: Span, scope: Scope): Bound | undefined {
  const op = { span, scope, checked: scope.checked, unchecked: b.isUnchecked(scope) }
  const user = userOperation(b, operator, [current], op)
  if (user !== undefined) return convert(b, user, current.type)
  const plain = nullableOf(current.type) ?? current.type
  const kind = numericKind(plain)
  if ((kind === undefined && !isEnum(plain)) || isString(plain)) return undefined
  const one =
    kind !== undefined && isBig(kind) ? constantNode(span, b.known.numeric(kind), 1n) : constantNode(span, b.known.int, 1)
  const result = binaryOperation(b, operator === '++' ? '+' : '-', current, one, op)
  if (isError(result)) return result
  if (implicitConversion(b, result, current.type) !== undefined) return convert(b, result, current.type)
  const conversion = standardExplicit(result.type, current.type)
  return conversion === undefined ? undefined : applyConversion(b, result, current.type, conversion, scope.checked)
}

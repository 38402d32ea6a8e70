import type { Expression } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { canBeNull, isDynamic, isValueType, nullableOf } from '../types/facts.ts'
import { dynamicType, nullType, voidType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { Bound } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { implicitConversion, typeConversion } from './conversions.ts'
import { condition, convert, describe, requireValue } from './convert.ts'
import { at, constantNode, constantOf, errorNode, hasValue, isError, localNode, temporary } from './nodes.ts'
import type { Scope } from './scope.ts'
import { userOperation } from './user-operators.ts'

type Binary = Expression & { kind: 'binary' }

/** `&&` and `||`. */
export function bindLogical(b: Binding, syntax: Binary, scope: Scope): Bound {
  const operator = syntax.operator === '&&' ? '&&' : '||'
  const left = requireValue(b, b.expression(syntax.left, scope))
  const right = requireValue(b, b.expression(syntax.right, scope))
  if (isError(left) || isError(right)) return { ...errorNode(syntax), type: b.known.bool }
  const { bool } = b.known
  if (isDynamic(left.type) || isDynamic(right.type)) {
    return { kind: 'logical', ...at(syntax), type: bool, operator, left: condition(b, left), right: condition(b, right) }
  }
  if (implicitConversion(b, left, bool) === undefined || implicitConversion(b, right, bool) === undefined) {
    const user = userOperation(b, operator === '&&' ? '&' : '|', [left, right], {
      span: syntax,
      scope,
      checked: false,
      unchecked: false,
    })
    if (user !== undefined) return user
    fault(
      b,
      syntax,
      'CS0019',
      `Operator '${operator}' cannot be applied to operands of type '${describe(left)}' and '${describe(right)}'`,
    )
    return { ...errorNode(syntax), type: bool }
  }
  const one = convert(b, left, bool)
  const two = convert(b, right, bool)
  const first = constantOf(one)?.value
  const second = constantOf(two)?.value
  if (typeof first === 'boolean' && typeof second === 'boolean') {
    return constantNode(syntax, bool, operator === '&&' ? first && second : first || second)
  }
  return { kind: 'logical', ...at(syntax), type: bool, operator, left: one, right: two }
}

/** `a ?? b` (C# 7 §12.14). */
export function bindCoalesce(b: Binding, syntax: Binary, scope: Scope): Bound {
  const left = requireValue(b, b.expression(syntax.left, scope))
  const right = requireValue(b, b.expression(syntax.right, scope))
  if (isError(left) || isError(right)) return errorNode(syntax)
  if (!hasValue(left) || left.type === voidType || !canBeNull(left.type)) {
    fault(b, syntax, 'CS0019', `Operator '??' cannot be applied to operands of type '${describe(left)}' and '${describe(right)}'`)
    return errorNode(syntax)
  }
  if (left.type === nullType && hasValue(right) && right.type !== nullType) return right
  if (left.type === nullType && right.type === nullType) {
    fault(b, syntax, 'CS0019', "Operator '??' cannot be applied to operands of type '<null>' and '<null>'")
    return errorNode(syntax)
  }
  const type = coalesceType(b, left, right)
  if (type === undefined) {
    fault(b, syntax, 'CS0019', `Operator '??' cannot be applied to operands of type '${describe(left)}' and '${describe(right)}'`)
    return errorNode(syntax)
  }
  const inner = nullableOf(left.type)
  const local = temporary(inner !== undefined && type !== left.type ? inner : left.type, scope)
  const whenNotNull = convert(b, localNode(left, local), type)
  return { kind: 'coalesce', ...at(syntax), type, left, local, whenNotNull, right: convert(b, right, type) }
}

function coalesceType(b: Binding, left: Bound, right: Bound): Type | undefined {
  const inner = nullableOf(left.type)
  if (right.kind === 'throw expression') return inner ?? left.type
  if (isDynamic(right.type) && hasValue(right)) return dynamicType
  if (inner !== undefined && implicitConversion(b, right, inner) !== undefined) return inner
  if (implicitConversion(b, right, left.type) !== undefined) return left.type
  if (!hasValue(right)) return undefined
  const from = inner === undefined ? left : { ...left, type: inner }
  return implicitConversion(b, from, right.type) === undefined ? undefined : right.type
}

/** `c ? a : b` (§12.16). */
export function bindConditional(b: Binding, syntax: Expression & { kind: 'conditional' }, scope: Scope): Bound {
  const test = condition(b, b.expression(syntax.condition, scope))
  const whenTrue = requireValue(b, b.expression(syntax.whenTrue, scope))
  const whenFalse = requireValue(b, b.expression(syntax.whenFalse, scope))
  if (isError(whenTrue) || isError(whenFalse)) return errorNode(syntax)
  const type = conditionalType(b, whenTrue, whenFalse)
  if (type === undefined) {
    reportNoCommonType(b, syntax, whenTrue, whenFalse)
    return errorNode(syntax)
  }
  if (isError(test)) return { ...errorNode(syntax), type }
  const one = convert(b, whenTrue, type)
  const two = convert(b, whenFalse, type)
  const known = constantOf(test)?.value
  const chosen = known === true ? one : two
  if (known !== undefined && constantOf(one) !== undefined && constantOf(two) !== undefined) return { ...chosen, ...at(syntax) }
  return { kind: 'conditional', ...at(syntax), type, condition: test, whenTrue: one, whenFalse: two }
}

function conditionalType(b: Binding, one: Bound, two: Bound): Type | undefined {
  const typed = (bound: Bound) => hasValue(bound) && bound.type !== nullType
  if (typed(one) && typed(two)) {
    if (one.type === two.type) return one.type === voidType ? undefined : one.type
    const forth = implicitConversion(b, one, two.type) !== undefined
    const back = implicitConversion(b, two, one.type) !== undefined
    if (forth && back)
      return isDynamic(one.type) || isDynamic(two.type)
        ? dynamicType
        : typeConversion(one.type, two.type) !== undefined
          ? two.type
          : one.type
    return forth ? two.type : back ? one.type : undefined
  }
  const known = typed(one) ? one : typed(two) ? two : undefined
  const other = known === one ? two : one
  if (known === undefined || known.type === voidType) return undefined
  return implicitConversion(b, other, known.type) === undefined ? undefined : known.type
}

function reportNoCommonType(b: Binding, syntax: Expression, one: Bound, two: Bound): void {
  fault(
    b,
    syntax,
    'CS0173',
    `Type of conditional expression cannot be determined because there is no implicit conversion between '${describe(one)}' and '${describe(two)}'`,
  )
}

/** `a?.b`: null when `a` is, else the access; a struct result becomes nullable (§12.7.7). */
export function bindConditionalAccess(
  b: Binding,
  syntax: Expression & { kind: 'conditional access' },
  scope: Scope,
  bindAccess: (receiver: Bound) => Bound,
): Bound {
  const target = requireValue(b, b.expression(syntax.target, scope))
  if (isError(target)) return errorNode(syntax)
  if (!hasValue(target) || target.type === voidType || target.type === nullType || !canBeNull(target.type)) {
    fault(b, { start: target.end }, 'CS0023', `Operator '?' cannot be applied to operand of type '${describe(target)}'`)
    return errorNode(syntax)
  }
  const local = temporary(nullableOf(target.type) ?? target.type, scope)
  const access = bindAccess(localNode(target, local))
  if (isError(access)) return errorNode(syntax)
  if (!hasValue(access)) {
    fault(b, syntax, 'CS0119', 'A method is not valid in the given context')
    return errorNode(syntax)
  }
  const needsNullable = isValueType(access.type) && nullableOf(access.type) === undefined && access.type !== voidType
  const type = needsNullable ? b.known.nullable(access.type) : access.type
  const wrapped = needsNullable ? convert(b, access, type) : access
  return { kind: 'conditional access', ...at(syntax), type, target, local, access: wrapped }
}

/** `x as T`. */
export function bindAs(b: Binding, syntax: Expression & { kind: 'as' }, scope: Scope): Bound {
  const operand = requireValue(b, b.expression(syntax.operand, scope))
  const type = b.type(syntax.type, scope)
  if (isError(operand)) return { ...errorNode(syntax), type }
  if (isValueType(type) && nullableOf(type) === undefined) {
    fault(
      b,
      syntax,
      'CS0077',
      `The as operator must be used with a reference type or nullable type ('${displayName(type)}' is a non-nullable value type)`,
    )
    return errorNode(syntax)
  }
  if (!hasValue(operand) || operand.type === voidType) {
    fault(b, syntax, 'CS0837', `The first operand of an 'is' or 'as' operator may not be a ${describe(operand)}`)
    return errorNode(syntax)
  }
  if (operand.type === nullType) return constantNode(syntax, type, null)
  const conversion = b.referenceConversion(operand, type)
  if (conversion === undefined) {
    fault(
      b,
      syntax,
      'CS0039',
      `Cannot convert type '${displayName(operand.type)}' to '${displayName(type)}' via a reference conversion, boxing conversion, unboxing conversion, wrapping conversion, or null type conversion`,
    )
    return errorNode(syntax)
  }
  return { kind: 'conversion', ...at(syntax), type, conversion: { kind: 'as' }, operand, checked: false }
}

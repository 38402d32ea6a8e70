import type { Designation, Expression, Pattern } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isValueType, nullableOf } from '../types/facts.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { Bound, BoundPattern } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { convert, describe, requireValue } from './convert.ts'
import { declare } from './declare.ts'
import { at, constantOf, errorNode, hasValue, isError, isNullLiteral, temporary } from './nodes.ts'
import { sameType } from './same-type.ts'
import { Local, type Scope } from './scope.ts'
import { standardExplicit, standardImplicit } from './standard-conversions.ts'

/** `x is T`, `x is T t`, `x is 5`, `x is var y` (C# 7 §12.11.11, §11.2). */
export function bindIs(b: Binding, syntax: Expression & { kind: 'is' }, scope: Scope): Bound {
  const operand = requireValue(b, b.expression(syntax.operand, scope))
  const { bool } = b.known
  if (!isError(operand) && (!hasValue(operand) || operand.type === voidType)) {
    fault(b, syntax, 'CS0837', `The first operand of an 'is' or 'as' operator may not be a ${describe(operand)}`)
    return { ...errorNode(syntax), type: bool }
  }
  const pattern = bindPattern(b, syntax.pattern, operand.type, scope)
  if (isError(operand)) return { ...errorNode(syntax), type: bool }
  return { kind: 'is', ...at(syntax), type: bool, operand, local: temporary(operand.type, scope), pattern }
}

/** A pattern against a value of that type. */
export function bindPattern(b: Binding, syntax: Pattern, type: Type, scope: Scope): BoundPattern {
  switch (syntax.kind) {
    case 'constant pattern':
      return constantPattern(b, b.expression(syntax.value, scope), type)
    case 'type or constant pattern':
      return typeOrConstant(b, syntax, type, scope)
    case 'type pattern':
      return typePattern(b, b.type(syntax.type, scope), syntax.designation, type, scope, syntax)
    case 'var pattern':
      return { kind: 'any', local: designated(b, syntax.designation, type, scope) }
  }
}

function typeOrConstant(
  b: Binding,
  syntax: Pattern & { kind: 'type or constant pattern' },
  type: Type,
  scope: Scope,
): BoundPattern {
  const { value, faults } = b.speculate(() => b.expression(syntax.value, scope))
  if (!faults.hasErrors && value.kind !== 'type' && value.kind !== 'namespace') return constantPattern(b, value, type)
  const asType = b.speculate(() => b.type(syntax.type, scope))
  if (!asType.faults.hasErrors) return typePattern(b, asType.value, undefined, type, scope, syntax)
  b.faults.addAll(asType.faults.list)
  return { kind: 'any', local: undefined }
}

function constantPattern(b: Binding, value: Bound, type: Type): BoundPattern {
  if (isError(value) || type === errorType) return { kind: 'constant', value }
  if (constantOf(value) === undefined) {
    fault(b, value, 'CS0150', 'A constant value is expected')
    return { kind: 'constant', value: errorNode(value) }
  }
  if (isNullLiteral(value) && value.type === nullType) {
    if (isValueType(type) && nullableOf(type) === undefined)
      fault(b, value, 'CS0037', `Cannot convert null to '${displayName(type)}' because it is a non-nullable value type`)
    return { kind: 'constant', value }
  }
  return { kind: 'constant', value: constantFor(b, value, type) }
}

/** The constant as the compared value's type has it; against object it keeps its own. */
function constantFor(b: Binding, value: Bound, type: Type): Bound {
  const target = nullableOf(type) ?? type
  const converted = convert(b, value, target)
  return isValueType(target) ? converted : value
}

function typePattern(
  b: Binding,
  type: Type,
  designation: Designation | undefined,
  from: Type,
  scope: Scope,
  syntax: Pattern,
): BoundPattern {
  const local = designation === undefined ? undefined : designated(b, designation, type, scope)
  if (type === errorType || from === errorType) return { kind: 'any', local }
  if (nullableOf(type) !== undefined && designation !== undefined) {
    fault(
      b,
      syntax,
      'CS8116',
      `It is not legal to use nullable type '${displayName(type)}' in a pattern; use the underlying type '${displayName(nullableOf(type) ?? type)}' instead.`,
    )
  } else if (designation !== undefined && !mayBe(from, type)) {
    fault(
      b,
      syntax,
      'CS8121',
      `An expression of type '${displayName(from)}' cannot be handled by a pattern of type '${displayName(type)}'.`,
    )
  }
  return { kind: 'type', type, local }
}

const mayBe = (from: Type, to: Type) =>
  from === nullType ||
  sameType(from, to) ||
  sameType(nullableOf(from) ?? from, to) ||
  standardImplicit(from, to) !== undefined ||
  standardExplicit(from, to) !== undefined

function designated(b: Binding, designation: Designation, type: Type, scope: Scope): Local | undefined {
  if (designation.kind === 'discard') return undefined
  if (designation.kind === 'several') {
    fault(b, designation, 'CS8400', 'Positional patterns are not available in C# 7')
    return undefined
  }
  const local = new Local({ name: designation.name, type, kind: 'variable', offset: designation.start, owner: scope.frame })
  declare(b, scope, local)
  return local
}

import type { Bound, BoundPattern } from '../binding/bound.ts'
import { constantOf } from '../binding/nodes.ts'
import { sameType } from '../binding/same-type.ts'
import type { Local } from '../binding/scope.ts'
import { standardImplicit } from '../binding/standard-conversions.ts'
import { box, rawOf } from '../types/boxing.ts'
import { isInstance } from '../types/casting.ts'
import { isBool, isString, isValueType, nullableOf, numericKind } from '../types/facts.ts'
import type { Type } from '../types/type.ts'
import { emitBoxing } from './conversions.ts'
import type { Emission } from './emission.ts'
import { assign, binary, call, type Js, literal, sequence } from './js-tree.ts'
import { matches } from './value-helpers.ts'

/** `x is pattern`: a boolean that sets the pattern's variable. */
export function emitIs(e: Emission, node: Bound & { kind: 'is' }): Js {
  const { operand, pattern } = node
  if (operand.kind === 'local' && operand.local.mode === 'value')
    return emitPattern(e, pattern, e.place(operand.local), operand.type)
  const kept = e.temp()
  return sequence([assign(kept, e.expr(operand)), emitPattern(e, pattern, kept, operand.type)])
}

/** Tests a value that stands in a variable. */
export function emitPattern(e: Emission, pattern: BoundPattern, value: Js, type: Type): Js {
  switch (pattern.kind) {
    case 'any':
      return pattern.local === undefined ? literal(true) : sequence([assign(e.place(pattern.local), value), literal(true)])
    case 'constant':
      return emitConstant(e, pattern.value, value, type)
    case 'type':
      return emitType(e, pattern.type, pattern.local, value, type)
  }
}

/** Against a primitive by value; against object by `object.Equals`. */
function emitConstant(e: Emission, constant: Bound, value: Js, type: Type): Js {
  const folded = constantOf(constant)?.value
  if (folded === null) return binary('===', value, literal(null))
  const plain = nullableOf(type) ?? type
  if (isString(type) || isBool(plain) || isNumeric(plain)) return sameValue(e, constant, value, plain)
  return call(e.constant(matches), emitBoxing(e, value, type), e.constant(box(constant.type, folded)))
}

const isNumeric = (type: Type) =>
  isValueType(type) &&
  numericKind(type) !== 'decimal' &&
  (numericKind(type) !== undefined || ('definition' in type && type.definition.kind === 'enum'))

function sameValue(e: Emission, constant: Bound, value: Js, type: Type): Js {
  const folded = constantOf(constant)?.value
  if (typeof folded === 'number' && Number.isNaN(folded)) return binary('!==', value, value)
  return isValueType(type) || isString(type) ? binary('===', value, e.expr(constant)) : binary('===', value, literal(null))
}

function emitType(e: Emission, wanted: Type, local: Local | undefined, value: Js, from: Type): Js {
  const plain = nullableOf(wanted) ?? wanted
  const take = (raw: Js): readonly Js[] => (local === undefined ? [] : [assign(e.place(local), raw)])
  const always = isValueType(from) && nullableOf(from) === undefined && sameType(from, plain)
  if (always) return sequence([...take(value), literal(true)])
  if (
    sameType(nullableOf(from) ?? from, plain) ||
    (!isValueType(from) && !isValueType(plain) && standardImplicit(from, plain) !== undefined)
  ) {
    return whenTrue(binary('!==', value, literal(null)), take(value))
  }
  const boxed = emitBoxing(e, value, from)
  const test = call(e.constant(isInstance), boxed, e.typeConstant(plain))
  return whenTrue(test, take(isValueType(plain) && !isValueType(from) ? call(e.constant(rawOf), value) : boxed))
}

/** The test, with the variable set when it holds. */
function whenTrue(test: Js, effects: readonly Js[]): Js {
  if (effects.length === 0) return test
  return { type: 'LogicalExpression', operator: '&&', left: test, right: sequence([...effects, literal(true)]) }
}

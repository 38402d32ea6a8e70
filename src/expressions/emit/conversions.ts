import type { Bound, Conversion } from '../binding/bound.ts'
import { sameType } from '../binding/same-type.ts'
import { box, boxingOf } from '../types/boxing.ts'
import { unbox, unboxAs } from '../types/casting.ts'
import {
  isBool,
  isDelegate,
  isDynamic,
  isNamed,
  isObject,
  isString,
  isValueType,
  nullableOf,
  numericKind,
} from '../types/facts.ts'
import { membersOf } from '../types/signature.ts'
import { type Implementation, NamedType, type Type } from '../types/type.ts'
import { ValueTuple } from '../types/value-tuple.ts'
import type { Value } from '../types/values.ts'
import { emitNumericConversion } from './arithmetic.ts'
import type { Emission } from './emission.ts'
import { assign, binary, call, choose, type Js, list, literal, sequence } from './js-tree.ts'
import {
  Generated,
  makeBoxed,
  makeNullableBoxed,
  noValue,
  nullReference,
  toBoolean,
  toInstance,
  toNumber,
  toText,
} from './value-helpers.ts'

export function emitConversion(e: Emission, node: Bound & { kind: 'conversion' }): Js {
  const { conversion, operand, type } = node
  if (conversion.kind === 'as') return emitAs(e, operand, type)
  if (conversion.kind === 'boxing' && operand.kind === 'constant') return e.constant(box(operand.type, operand.constant.value))
  return convertValue(e, conversion, e.expr(operand), operand.type, type, node.checked)
}

/** The value of one type as another's raw form. */
export function convertValue(e: Emission, conversion: Conversion, value: Js, from: Type, to: Type, checked: boolean): Js {
  switch (conversion.kind) {
    case 'numeric':
    case 'enum':
      return emitNumber(e, conversion, value, from, to, checked)
    case 'boxing':
      return emitBoxing(e, value, from)
    case 'unboxing':
    case 'dynamic':
      return emitCast(e, value, to)
    case 'reference':
      return emitReference(e, conversion.implicit, value, from, to)
    case 'nullable':
      return emitNullable(e, conversion, value, from, to, checked)
    case 'user':
      return emitUser(e, conversion, value, from, to, checked)
    case 'tuple':
      return emitTuple(e, conversion, value, from, to, checked)
    default:
      return value
  }
}

function emitNumber(
  e: Emission,
  conversion: Conversion & { kind: 'numeric' | 'enum' },
  value: Js,
  from: Type,
  to: Type,
  checked: boolean,
): Js {
  const { from: source, to: target } = conversion
  if (source !== 'decimal' && target !== 'decimal') return emitNumericConversion(e, source, target, value, checked)
  if (source === target) return value
  const decimal = numericKind(from) === 'decimal' ? from : to
  if (!(decimal instanceof NamedType)) return value
  const members = membersOf(decimal.definition)
  const wanted = [...members.implicit, ...members.explicit].find(each => {
    const parameter = each.parameters[0]
    return parameter !== undefined && numericKind(parameter.type) === source && numericKind(each.returns) === target
  })
  if (wanted?.run === undefined) throw new TypeError(`decimal lacks a conversion from ${source} to ${target}`)
  return call(e.constant(wanted.run), value)
}

/** A struct in a place of type object: wrapped unless its JavaScript form tells its type. */
export function emitBoxing(e: Emission, value: Js, type: Type): Js {
  switch (boxingOf(type)) {
    case 'wrap':
      return call(e.constant(makeBoxed), e.typeConstant(type), value)
    case 'nullable': {
      const inner = nullableOf(type) ?? type
      return boxingOf(inner) === 'none' ? value : call(e.constant(makeNullableBoxed), e.typeConstant(inner), value)
    }
    case 'delegate':
      return call(e.constant(box), e.typeConstant(type), value)
    default:
      return value
  }
}

/** The value of an expression, boxed. */
export function emitBoxed(e: Emission, bound: Bound): Js {
  if (bound.kind === 'constant' && isValueType(bound.type) && boxingOf(bound.type) !== 'none')
    return e.constant(box(bound.type, bound.constant.value))
  return emitBoxing(e, e.expr(bound), bound.type)
}

/** A boxed value as a type: the frequent ones without a search for their type. */
function emitCast(e: Emission, value: Js, to: Type): Js {
  if (isObject(to) || isDynamic(to)) return value
  const helper = isString(to) ? toText : isBool(to) ? toBoolean : numericKind(to) === 'int' ? toNumber : undefined
  if (helper !== undefined) return call(e.constant(helper), value, e.typeConstant(to))
  if (!isValueType(to)) return call(e.constant(toInstance), value, e.typeConstant(to))
  return call(e.constant(unbox), e.typeConstant(to), value)
}

/** What enumerates a JObject as pairs of name and token: as an object of JavaScript it gives its properties. */
export function pairsMethod(type: Type): Implementation | undefined {
  if (!(type instanceof NamedType) || !isNamed(type, 'Newtonsoft.Json.Linq.JObject')) return undefined
  return membersOf(type.definition)
    .methods.get('GetEnumerator')
    ?.find(each => each.parameters.length === 0)?.run
}

const isPair = (sequence: Type) =>
  sequence instanceof NamedType && isNamed(sequence.args[0] ?? sequence, 'System.Collections.Generic.KeyValuePair')

// what GetEnumerator gives can be iterated over once
const pairSequence = (type: Type, enumerate: (source: Value) => Iterable<Value>, source: Value): Value =>
  source === null ? null : new Generated(type, () => enumerate(source)[Symbol.iterator]())

function emitReference(e: Emission, implicit: boolean, value: Js, from: Type, to: Type): Js {
  if (!implicit) return emitCast(e, value, to)
  const pairs = pairsMethod(from)
  if (pairs !== undefined && isNamed(to, 'System.Collections.Generic.IEnumerable') && isPair(to))
    return call(e.constant(pairSequence), e.typeConstant(to), e.constant(pairs), value)
  return isDelegate(from) && !isDelegate(to) ? emitBoxing(e, value, from) : value
}

function emitNullable(
  e: Emission,
  conversion: Conversion & { kind: 'nullable' },
  value: Js,
  from: Type,
  to: Type,
  checked: boolean,
): Js {
  const { inner, fromNull, toNull } = conversion
  const plainFrom = fromNull ? (nullableOf(from) ?? from) : from
  const plainTo = toNull ? (nullableOf(to) ?? to) : to
  if (!fromNull) return convertValue(e, inner, value, plainFrom, plainTo, checked)
  if (!toNull) {
    const present: Js = { type: 'LogicalExpression', operator: '??', left: value, right: call(e.constant(noValue)) }
    return convertValue(e, inner, present, plainFrom, plainTo, checked)
  }
  if (inner.kind === 'identity') return value
  const kept = e.temp()
  return choose(
    binary('===', assign(kept, value), literal(null)),
    literal(null),
    convertValue(e, inner, kept, plainFrom, plainTo, checked),
  )
}

function emitUser(
  e: Emission,
  { method, owner, before, after }: Conversion & { kind: 'user' },
  value: Js,
  from: Type,
  to: Type,
  checked: boolean,
): Js {
  const parameter = method.parameters[0]?.type ?? from
  const closed = owner.args.length === 0 ? parameter : owner
  const given = convertValue(e, before, value, from, closed, checked)
  const types = method.takesTypes ? [e.typeList(owner.args)] : []
  const made = call(e.constant(method.run), ...types, given)
  return convertValue(e, after, made, method.returns, to, checked)
}

function emitTuple(
  e: Emission,
  conversion: Conversion & { kind: 'tuple' },
  value: Js,
  from: Type,
  to: Type,
  checked: boolean,
): Js {
  if (!(from instanceof NamedType) || !(to instanceof NamedType) || conversion.items.every(item => item.kind === 'identity'))
    return value
  const kept = e.temp()
  const items = conversion.items.map((item, i) => {
    const raw: Js = {
      type: 'IndexExpression',
      object: { type: 'MemberExpression', object: kept, property: 'items' },
      index: literal(i),
    }
    return convertValue(e, item, raw, from.args[i] ?? from, to.args[i] ?? to, checked)
  })
  return sequence([assign(kept, value), call(e.constant(makeTuple), e.typeConstant(to), list(items))])
}

export const makeTuple = (type: NamedType, items: unknown[]) => new ValueTuple(type, items)

/** `x as T`. */
function emitAs(e: Emission, operand: Bound, type: Type): Js {
  if (sameType(operand.type, type)) return e.expr(operand)
  return call(e.constant(unboxAs), e.typeConstant(type), emitBoxed(e, operand))
}

/** The value, or NullReferenceException when it is null. */
export function notNull(e: Emission, value: Js): Js {
  return { type: 'LogicalExpression', operator: '??', left: value, right: call(e.constant(nullReference)) }
}

import type { Bound } from '../binding/bound.ts'
import { isString, isValueType, nullableOf } from '../types/facts.ts'
import { ArrayType } from '../types/type.ts'
import type { ValueTuple } from '../types/value-tuple.ts'
import { notNull } from './conversions.ts'
import type { Emission } from './emission.ts'
import { assign, call, id, type Js, list, literal, member, sequence } from './js-tree.ts'
import { elementReference, itemReference, makeReference } from './references.ts'
import { elementAt, multiElementAt, setCovariantElement, setElement, setMultiElement } from './value-helpers.ts'

/** Something that can be read and written, its operands evaluated once by `prepare`. */
export interface Place {
  readonly prepare: readonly Js[]
  readonly get: () => Js
  /** Writes, as an effect; `value` is used once. */
  readonly set: (value: Js) => Js
}

/** Keeps an operand in a temporary unless it is one already. */
function keep(e: Emission, value: Js, prepare: Js[]): Js {
  if (value.type === 'Literal') return value
  const temp = e.temp()
  prepare.push(assign(temp, value))
  return temp
}

export function emitPlace(e: Emission, target: Bound): Place {
  switch (target.kind) {
    case 'local': {
      const place = e.place(target.local)
      return { prepare: [], get: () => place, set: value => assign(place, value) }
    }
    case 'property':
      return propertyPlace(e, target)
    case 'dereference': {
      const prepare: Js[] = []
      const reference = keep(e, e.expr(target.operand), prepare)
      const place = member(reference, 'value')
      return { prepare, get: () => place, set: value => assign(place, value) }
    }
    case 'array element':
      return elementPlace(e, target)
    case 'tuple item': {
      const tuple = emitPlace(e, target.tuple)
      const get = () => itemOf(tuple.get(), target.index)
      return {
        prepare: tuple.prepare,
        get,
        set: value => tuple.set(call(e.constant(withItem), tuple.get(), literal(target.index), value)),
      }
    }
    default:
      throw new TypeError(`${target.kind} is no place`)
  }
}

export const itemOf = (tuple: Js, index: number): Js => ({
  type: 'IndexExpression',
  object: member(tuple, 'items'),
  index: literal(index),
})

const withItem = (tuple: ValueTuple, index: number, value: unknown) => tuple.with(index, value)

/** The receiver of an instance member, with a check where it may be null. */
export function emitReceiver(e: Emission, receiver: Bound): Js {
  const value = e.expr(receiver)
  return neverNull(receiver) ? value : notNull(e, value)
}

/** What cannot be null: structs, literals, what was just made. A nullable's own members take null. */
export function neverNull(bound: Bound): boolean {
  if (isValueType(bound.type) || nullableOf(bound.type) !== undefined) return true
  switch (bound.kind) {
    case 'constant':
      return bound.constant.value !== null
    case 'call':
      return bound.method.isConstructor
    case 'array':
    case 'anonymous object':
    case 'initialized':
    case 'concat':
    case 'interpolation':
    case 'lambda':
    case 'method reference':
    case 'typeof':
      return true
    case 'conversion':
      return bound.conversion.kind === 'boxing' && nullableOf(bound.operand.type) === undefined
    default:
      return false
  }
}

function propertyPlace(e: Emission, { property, types, receiver, args }: Bound & { kind: 'property' }): Place {
  const prepare: Js[] = []
  const self = receiver === undefined ? [] : [keep(e, emitReceiver(e, receiver), prepare)]
  const indexes = args.map(arg => keep(e, e.expr(arg), prepare))
  const lead = [...(types.length > 0 ? [e.typeList(types)] : []), ...self, ...indexes]
  return {
    prepare,
    get: () => call(e.constant(property.get), ...lead),
    set: value => call(e.constant(property.set), ...lead, value),
  }
}

function elementPlace(e: Emission, target: Bound & { kind: 'array element' }): Place {
  const prepare: Js[] = []
  const array = keep(e, e.expr(target.array), prepare)
  const indexes = target.indexes.map(index => keep(e, e.expr(index), prepare))
  const [index] = indexes
  const type = target.array.type instanceof ArrayType ? target.array.type : undefined
  const isFlat = type?.rank === 1 && index !== undefined
  const isExact = type === undefined || isValueType(type.element) || isString(type.element)
  const setFlat = (at: Js, value: Js) =>
    isExact
      ? call(e.constant(setElement), array, at, value)
      : call(e.constant(setCovariantElement), array, at, value, e.typeConstant(type))
  return {
    prepare,
    get: () => (isFlat ? call(e.constant(elementAt), array, index) : call(e.constant(multiElementAt), array, list(indexes))),
    set: value => (isFlat ? setFlat(index, value) : call(e.constant(setMultiElement), array, list(indexes), value)),
  }
}

/** A reference to a place: something with a `value` that reads and writes it. The place's operands are evaluated now. */
export function emitReference(e: Emission, target: Bound): Js {
  switch (target.kind) {
    case 'local': {
      const name = id(e.name(target.local))
      if (target.local.mode !== 'value') return name
      const write: Js = { type: 'ArrowFunctionExpression', params: ['x'], body: assign(name, id('x')) }
      return call(e.constant(makeReference), { type: 'ArrowFunctionExpression', params: [], body: name }, write)
    }
    case 'array element': {
      const indexes = target.indexes.map(index => e.expr(index))
      const type = target.array.type
      const declared = type instanceof ArrayType && type.rank === 1 ? [e.typeConstant(type)] : []
      return call(e.constant(elementReference), e.expr(target.array), list(indexes), ...declared)
    }
    case 'tuple item':
      return call(e.constant(itemReference), emitReference(e, target.tuple), literal(target.index))
    case 'dereference':
      return e.expr(target.operand)
    default:
      throw new TypeError(`${target.kind} is no place`)
  }
}

/** `target = value`; the value counts unless `discarded`. */
export function emitAssign(e: Emission, { target, value }: Bound & { kind: 'assign' }, discarded: boolean): Js {
  const place = emitPlace(e, target)
  if (target.kind === 'local') return place.set(e.expr(value))
  if (discarded) return sequence([...place.prepare, place.set(e.expr(value))])
  const result = e.temp()
  return sequence([...place.prepare, assign(result, e.expr(value)), place.set(result), result])
}

/** `target op= value`, `target++`. */
export function emitCompound(e: Emission, node: Bound & { kind: 'compound' }, discarded: boolean): Js {
  const place = emitPlace(e, node.target)
  const wantsOld = node.postfix && !discarded
  if (node.target.kind === 'local' && node.target.local.mode === 'value' && !wantsOld) {
    e.alias(node.current, e.name(node.target.local))
    return place.set(e.expr(node.value))
  }
  const old = e.place(node.current)
  const steps = [...place.prepare, assign(old, place.get())]
  if (discarded) return sequence([...steps, place.set(e.expr(node.value))])
  if (wantsOld) return sequence([...steps, place.set(e.expr(node.value)), old])
  const result = e.temp()
  return sequence([...steps, assign(result, e.expr(node.value)), place.set(result), result])
}

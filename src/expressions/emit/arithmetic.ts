import type { Bound } from '../binding/bound.ts'
import { isBig, isIntegral, rangeOf } from '../binding/numeric.ts'
import type { Local } from '../binding/scope.ts'
import { isDynamic, isInterface, isObject, type NumericKind } from '../types/facts.ts'
import {
  checkBigRange,
  checkInt,
  checkLong,
  checkRange,
  checkUint,
  checkUlong,
  divideInt,
  divideLong,
  divideUint,
  moduloInt,
  moduloLong,
  moduloUint,
  toInt,
  toLong,
  toUint,
  toUlong,
} from './arithmetic-helpers.ts'
import type { Emission } from './emission.ts'
import { binary, call, id, type Js, literal, member } from './js-tree.ts'
import { sameReference } from './value-helpers.ts'

const zero = literal(0)
const comparisons = new Map([
  ['==', '==='],
  ['!=', '!=='],
  ['<', '<'],
  ['>', '>'],
  ['<=', '<='],
  ['>=', '>='],
])

type Binary = Bound & { kind: 'binary' }

/** An operation that the language defines, on operands of one kind. */
export function emitBinary(e: Emission, node: Binary): Js {
  const left = e.expr(node.left)
  const right = e.expr(node.right)
  const comparison = comparisons.get(node.operator)
  switch (node.numeric) {
    case 'bool':
      return comparison !== undefined ? binary(comparison, left, right) : emitBool(node.operator, left, right)
    case 'string':
      return binary(comparison ?? '===', left, right)
    case 'reference':
      return emitReference(e, node, left, right)
    default:
      if (comparison !== undefined) return binary(comparison, left, right)
      return emitNumeric(e, node, node.numeric, left, right)
  }
}

function emitBool(operator: string, left: Js, right: Js): Js {
  return operator === '^' ? binary('!==', left, right) : binary('===', binary(operator, left, right), literal(1))
}

function emitReference(e: Emission, node: Binary, left: Js, right: Js): Js {
  const mayBeBox = (bound: Bound) => isObject(bound.type) || isDynamic(bound.type) || isInterface(bound.type)
  const operator = node.operator === '==' ? '===' : '!=='
  if (!mayBeBox(node.left) || !mayBeBox(node.right)) return binary(operator, left, right)
  const one = storage(node.left)
  // a variable is what it is, even if it holds a box
  const same = one !== undefined && one === storage(node.right) ? literal(true) : call(e.constant(sameReference), left, right)
  return node.operator === '==' ? same : { type: 'UnaryExpression', operator: '!', argument: same }
}

/** The variable that an operand reads, through the variables that it was declared a copy of. */
function storage(bound: Bound): Local | undefined {
  if (bound.kind === 'conversion' && bound.conversion.kind === 'identity') return storage(bound.operand)
  if (bound.kind !== 'local') return undefined
  let { local } = bound
  while (local.copyOf !== undefined && isFixed(local) && isFixed(local.copyOf)) local = local.copyOf
  return local
}

const isFixed = (local: Local) => !local.reassigned && !local.referenced && local.mode === 'value'

function emitNumeric(e: Emission, node: Binary, kind: NumericKind, left: Js, right: Js): Js {
  const { operator } = node
  if (operator === '/' || operator === '%') return emitDivision(e, node, kind, left, right)
  if (operator === '<<' || operator === '>>') return emitShift(kind, operator, left, right)
  if (kind === 'double') return binary(operator, left, right)
  if (kind === 'float') return call(member(id('Math'), 'fround'), binary(operator, left, right))
  if (kind === 'long' || kind === 'ulong') return emitBig(e, kind, operator, binary(operator, left, right), node.checked)
  if (['&', '|', '^'].includes(operator)) return fitSmall(kind, binary(operator, left, right))
  if (node.checked) return call(e.constant(kind === 'uint' ? checkUint : checkInt), binary(operator, left, right))
  const raw = operator === '*' ? call(member(id('Math'), 'imul'), left, right) : binary(operator, left, right)
  return kind === 'uint' ? binary('>>>', raw, zero) : operator === '*' ? raw : binary('|', raw, zero)
}

const fitSmall = (kind: NumericKind, raw: Js) => (kind === 'uint' ? binary('>>>', raw, zero) : raw)

function emitBig(e: Emission, kind: 'long' | 'ulong', operator: string, raw: Js, checked: boolean): Js {
  if (operator === '&' || operator === '|' || (operator === '^' && kind === 'long')) return raw
  if (checked && operator !== '^') return call(e.constant(kind === 'long' ? checkLong : checkUlong), raw)
  return wrapBig(kind, raw)
}

export const wrapBig = (kind: 'long' | 'ulong', raw: Js) =>
  call(member(id('BigInt'), kind === 'long' ? 'asIntN' : 'asUintN'), literal(64), raw)

function emitDivision(e: Emission, { operator, right: divisor }: Binary, kind: NumericKind, left: Js, right: Js): Js {
  if (kind === 'double') return binary(operator, left, right)
  if (kind === 'float') return call(member(id('Math'), 'fround'), binary(operator, left, right))
  const divides = operator === '/'
  if (isBig(kind)) return call(e.constant(divides ? divideLong : moduloLong), left, right)
  if (kind === 'uint') return call(e.constant(divides ? divideUint : moduloUint), left, right)
  const known = divisor.kind === 'constant' && typeof divisor.constant.value === 'number' ? divisor.constant.value : 0
  if (known > 0) return binary('|', binary(operator, left, right), zero)
  return call(e.constant(divides ? divideInt : moduloInt), left, right)
}

function emitShift(kind: NumericKind, operator: '<<' | '>>', left: Js, right: Js): Js {
  if (kind === 'long' || kind === 'ulong') {
    const distance = call(id('BigInt'), binary('&', right, literal(63)))
    const raw = binary(operator, left, distance)
    return operator === '<<' ? wrapBig(kind, raw) : raw
  }
  if (kind === 'uint') return operator === '<<' ? binary('>>>', binary('<<', left, right), zero) : binary('>>>', left, right)
  return binary(operator, left, right)
}

/** `-x`, `~x`, `!x`. */
export function emitUnary(e: Emission, node: Bound & { kind: 'unary' }): Js {
  const operand = e.expr(node.operand)
  const raw: Js = { type: 'UnaryExpression', operator: node.operator, argument: operand }
  const kind = node.numeric
  if (kind === 'bool' || kind === 'double' || kind === 'float' || kind === 'decimal') return raw
  if (node.operator === '~') {
    if (kind === 'ulong') return wrapBig('ulong', raw)
    return fitUnary(kind, raw)
  }
  if (kind === 'long' || kind === 'ulong') return node.checked ? call(e.constant(checkLong), raw) : wrapBig(kind, raw)
  return node.checked ? call(e.constant(checkInt), raw) : binary('|', raw, zero)
}

/** `~` of an enum keeps to its underlying kind. */
function fitUnary(kind: NumericKind, raw: Js): Js {
  if (kind === 'uint') return binary('>>>', raw, zero)
  if (kind === 'byte') return binary('&', raw, literal(0xff))
  return kind === 'ushort' ? binary('&', raw, literal(0xffff)) : raw
}

/** A conversion between numeric kinds other than decimal. */
export function emitNumericConversion(e: Emission, from: NumericKind, to: NumericKind, value: Js, checked: boolean): Js {
  if (from === to) return value
  if (to === 'double') return isBig(from) ? call(id('Number'), value) : value
  if (to === 'float') return call(member(id('Math'), 'fround'), isBig(from) ? call(id('Number'), value) : value)
  if (fitsIn(from, to)) return isBig(to) && !isBig(from) ? call(id('BigInt'), value) : value
  return checked ? emitChecked(e, from, to, value) : emitUnchecked(e, from, to, value)
}

function fitsIn(from: NumericKind, to: NumericKind): boolean {
  const inner = rangeOf(from)
  const outer = rangeOf(to)
  return inner !== undefined && outer !== undefined && inner.least >= outer.least && inner.most <= outer.most
}

function emitChecked(e: Emission, from: NumericKind, to: NumericKind, value: Js): Js {
  const range = rangeOf(to)
  if (range === undefined) return value
  if (isBig(to)) {
    const big = isBig(from) || !isIntegral(from) ? value : call(id('BigInt'), value)
    return call(e.constant(checkBigRange), big, literal(range.least), literal(range.most))
  }
  return call(e.constant(checkRange), value, literal(Number(range.least)), literal(Number(range.most)))
}

function emitUnchecked(e: Emission, from: NumericKind, to: NumericKind, value: Js): Js {
  if (isBig(to)) return emitToBig(e, from, to === 'long' ? 'long' : 'ulong', value)
  const isReal = from === 'double' || from === 'float'
  if (to === 'uint') {
    if (isReal) return call(e.constant(toUint), value)
    return isBig(from)
      ? call(id('Number'), call(member(id('BigInt'), 'asUintN'), literal(32), value))
      : binary('>>>', value, zero)
  }
  const whole = isReal
    ? call(e.constant(toInt), value)
    : isBig(from)
      ? call(id('Number'), call(member(id('BigInt'), 'asIntN'), literal(32), value))
      : value
  return narrow(to, whole)
}

function emitToBig(e: Emission, from: NumericKind, to: 'long' | 'ulong', value: Js): Js {
  if (from === 'double' || from === 'float') return call(e.constant(to === 'long' ? toLong : toUlong), value)
  return wrapBig(to, isBig(from) ? value : call(id('BigInt'), value))
}

function narrow(to: NumericKind, value: Js): Js {
  switch (to) {
    case 'sbyte':
      return binary('>>', binary('<<', value, literal(24)), literal(24))
    case 'short':
      return binary('>>', binary('<<', value, literal(16)), literal(16))
    case 'byte':
      return binary('&', value, literal(0xff))
    case 'ushort':
    case 'char':
      return binary('&', value, literal(0xffff))
    default:
      return binary('|', value, zero)
  }
}

import type { NumericKind } from '../types/facts.ts'
import type { ArithmeticOperator } from './bound.ts'
import { isBig, isIntegral, rangeOf } from './numeric.ts'

/** A folded constant, or why it cannot be: overflow where arithmetic is checked (constants always are, unless `unchecked`). */
export type Folded = { readonly value: unknown } | 'overflow' | 'division by zero' | undefined

type Numeric = number | bigint

/** Wraps an exact integer into its kind. */
export function wrap(kind: NumericKind, value: bigint): Numeric {
  switch (kind) {
    case 'long':
      return BigInt.asIntN(64, value)
    case 'ulong':
      return BigInt.asUintN(64, value)
    case 'sbyte':
      return Number(BigInt.asIntN(8, value))
    case 'short':
      return Number(BigInt.asIntN(16, value))
    case 'int':
      return Number(BigInt.asIntN(32, value))
    case 'byte':
      return Number(BigInt.asUintN(8, value))
    case 'ushort':
    case 'char':
      return Number(BigInt.asUintN(16, value))
    default:
      return Number(BigInt.asUintN(32, value))
  }
}

const fits = (kind: NumericKind, value: bigint) => {
  const range = rangeOf(kind)
  return range !== undefined && value >= range.least && value <= range.most
}

function integer(kind: NumericKind, value: bigint, checked: boolean): Folded {
  if (checked && !fits(kind, value)) return 'overflow'
  return { value: wrap(kind, value) }
}

/** Folds arithmetic and comparison of two values of the same kind. Decimals are left to run time. */
export function foldBinary(
  operator: ArithmeticOperator,
  kind: NumericKind,
  left: Numeric,
  right: Numeric,
  checked: boolean,
): Folded {
  const comparison = compare(operator, left, right)
  if (comparison !== undefined) return { value: comparison }
  if (kind === 'decimal') return undefined
  if (isIntegral(kind)) return foldInteger(operator, kind, BigInt(left), BigInt(right), checked)
  const value = foldReal(operator, Number(left), Number(right))
  return value === undefined ? undefined : { value: kind === 'float' ? Math.fround(value) : value }
}

function compare(operator: ArithmeticOperator, left: Numeric, right: Numeric): boolean | undefined {
  switch (operator) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '>':
      return left > right
    case '<=':
      return left <= right
    case '>=':
      return left >= right
    default:
      return undefined
  }
}

function foldReal(operator: ArithmeticOperator, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    default:
      return undefined
  }
}

function foldInteger(operator: ArithmeticOperator, kind: NumericKind, left: bigint, right: bigint, checked: boolean): Folded {
  const mask = isBig(kind) ? 63n : 31n
  switch (operator) {
    case '+':
      return integer(kind, left + right, checked)
    case '-':
      return integer(kind, left - right, checked)
    case '*':
      return integer(kind, left * right, checked)
    case '/':
    case '%':
      if (right === 0n) return 'division by zero'
      return integer(kind, operator === '/' ? left / right : left % right, true)
    case '<<':
      return integer(kind, left << (right & mask), false)
    case '>>':
      return integer(kind, left >> (right & mask), false)
    case '&':
      return integer(kind, left & right, false)
    case '|':
      return integer(kind, left | right, false)
    case '^':
      return integer(kind, left ^ right, false)
    default:
      return undefined
  }
}

/** Folds `-` and `~`. */
export function foldUnary(operator: '-' | '~', kind: NumericKind, value: Numeric, checked: boolean): Folded {
  if (kind === 'decimal') return undefined
  if (!isIntegral(kind)) return operator === '-' ? { value: -Number(value) } : undefined
  const exact = BigInt(value)
  return operator === '-' ? integer(kind, -exact, checked) : integer(kind, ~exact, false)
}

/** Folds a conversion between kinds other than decimal. */
export function foldNumeric(from: NumericKind, to: NumericKind, value: Numeric, checked: boolean): Folded {
  if (from === 'decimal' || to === 'decimal') return undefined
  if (to === 'double') return { value: Number(value) }
  if (to === 'float') return { value: Math.fround(Number(value)) }
  if (isIntegral(from)) return integer(to, BigInt(value), checked)
  const whole = Math.trunc(Number(value))
  if (!Number.isFinite(whole)) return checked ? 'overflow' : undefined
  return integer(to, BigInt(whole), checked)
}

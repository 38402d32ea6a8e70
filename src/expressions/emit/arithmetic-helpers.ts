import { fail } from '../types/exceptions.ts'

/** What emitted arithmetic calls where JavaScript's own operators do not do. */

const overflow = (): never => fail('System.OverflowException', 'Arithmetic operation resulted in an overflow.')
const byZero = (): never => fail('System.DivideByZeroException', 'Attempted to divide by zero.')

export function divideInt(left: number, right: number): number {
  if (right === 0) return byZero()
  if (right === -1 && left === -0x80000000) return overflow()
  return (left / right) | 0
}

export function moduloInt(left: number, right: number): number {
  if (right === 0) return byZero()
  if (right === -1) return left === -0x80000000 ? overflow() : 0 // .NET's remainder divides
  return (left % right) | 0
}

export function divideUint(left: number, right: number): number {
  return right === 0 ? byZero() : Math.floor(left / right)
}

export function moduloUint(left: number, right: number): number {
  return right === 0 ? byZero() : left % right
}

export function divideLong(left: bigint, right: bigint): bigint {
  if (right === 0n) return byZero()
  if (right === -1n && left === -0x8000000000000000n) return overflow()
  return left / right
}

export function moduloLong(left: bigint, right: bigint): bigint {
  if (right === 0n) return byZero()
  if (right === -1n && left === -0x8000000000000000n) return overflow()
  return left % right
}

/** Exact results within range; the callers add, subtract and multiply ints as doubles, which is exact far enough to tell. */
export function checkInt(value: number): number {
  return value >= -0x80000000 && value <= 0x7fffffff ? value + 0 : overflow()
}

export function checkUint(value: number): number {
  return value >= 0 && value <= 0xffffffff ? value + 0 : overflow()
}

export function checkLong(value: bigint): bigint {
  return BigInt.asIntN(64, value) === value ? value : overflow()
}

export function checkUlong(value: bigint): bigint {
  return BigInt.asUintN(64, value) === value ? value : overflow()
}

/** `checked((T)x)` for the whole kinds held as numbers. */
export function checkRange(value: number | bigint, least: number, most: number): number {
  const whole = typeof value === 'bigint' ? value : Math.trunc(value)
  return whole >= least && whole <= most ? Number(whole) + 0 : overflow()
}

/** `checked((long)x)`, `checked((ulong)x)` of a double. */
export function checkBigRange(value: number | bigint, least: bigint, most: bigint): bigint {
  if (typeof value === 'number' && !Number.isFinite(value)) return overflow()
  const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(value))
  return whole >= least && whole <= most ? whole : overflow()
}

/** `(int)x` of a double: what the processor gives for what does not fit. */
export function toInt(value: number): number {
  const whole = Math.trunc(value)
  return whole >= -0x80000000 && whole <= 0x7fffffff ? whole | 0 : -0x80000000
}

export function toLong(value: number): bigint {
  const whole = Math.trunc(value)
  return whole >= -(2 ** 63) && whole < 2 ** 63 ? BigInt(whole) : -0x8000000000000000n
}

export function toUlong(value: number): bigint {
  const whole = Math.trunc(value)
  if (whole >= 0 && whole < 2 ** 64) return BigInt(whole)
  return whole >= -(2 ** 63) && whole < 0 ? BigInt.asUintN(64, BigInt(whole)) : 0x8000000000000000n
}

export function toUint(value: number): number {
  return Number(BigInt.asUintN(32, toLong(value)))
}

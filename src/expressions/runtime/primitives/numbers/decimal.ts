import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { numberFormatOf } from '../culture/culture.ts'
import { badArgument } from '../errors/argument-errors.ts'
import { formatScaled } from './format-number.ts'

export const maxUnscaled: bigint = (1n << 96n) - 1n
const maxScale = 28

const powers: bigint[] = []
for (let i = 0; i <= 60; i++) powers.push(10n ** BigInt(i))

export function powerOfTen(exponent: number): bigint {
  // computed for what two decimals can need; larger ones are made
  return powers[exponent] ?? 10n ** BigInt(exponent)
}

/** System.Decimal: `unscaled` / 10^`scale`, at most 96 bits and 28 places. 1.50 and 1.5 are equal, but not the same form. */
export class Decimal {
  readonly unscaled: bigint
  readonly scale: number

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled
    this.scale = scale
  }

  static readonly zero: Decimal = new Decimal(0n, 0)
  static readonly one: Decimal = new Decimal(1n, 0)
  static readonly minusOne: Decimal = new Decimal(-1n, 0)
  static readonly max: Decimal = new Decimal(maxUnscaled, 0)
  static readonly min: Decimal = new Decimal(-maxUnscaled, 0)

  netToString(format: string | null = null, provider: Value = null): string {
    return formatScaled(this.unscaled, this.scale, format, numberFormatOf(provider))
  }

  netEquals(other: Value): boolean {
    return other instanceof Decimal && compareDecimals(this, other) === 0
  }

  /** Equal decimals of different scale have the same code. */
  netHashCode(): number {
    const { unscaled, scale } = trimZeros(this.unscaled, this.scale)
    return Number(BigInt.asIntN(32, unscaled ^ (unscaled >> 32n) ^ (unscaled >> 64n))) ^ scale
  }

  netCompare(other: Value): number {
    return other instanceof Decimal ? compareDecimals(this, other) : badArgument('Object must be of type Decimal.')
  }
}

export function decimalOverflow(): never {
  return fail('System.OverflowException', 'Value was either too large or too small for a Decimal.')
}

/** Brings an exact value into 96 bits and 28 places, dropping places with banker's rounding. */
export function fitDecimal(unscaled: bigint, scale: number): Decimal {
  let drop = Math.max(0, scale - maxScale)
  const size = unscaled < 0n ? -unscaled : unscaled
  if (drop === 0 && size <= maxUnscaled)
    return scale < 0 ? fitDecimal(unscaled * powerOfTen(-scale), 0) : new Decimal(unscaled, scale)
  // the digit count tells how many places must go, one more where rounding carries over
  drop = Math.max(drop, size.toString().length - 29)
  for (; ; drop++) {
    if (drop > scale) return decimalOverflow()
    const rounded = divideHalfEven(unscaled, powerOfTen(drop))
    if ((rounded < 0n ? -rounded : rounded) <= maxUnscaled) return new Decimal(rounded, scale - drop)
  }
}

/** a / b to the nearest whole number, ties to even; b is positive. */
export function divideHalfEven(a: bigint, b: bigint): bigint {
  const negative = a < 0n
  const size = negative ? -a : a
  let quotient = size / b
  const twice = (size % b) * 2n
  if (twice > b || (twice === b && (quotient & 1n) === 1n)) quotient++
  return negative ? -quotient : quotient
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.unscaled, b.unscaled, a.scale]
  const scale = Math.max(a.scale, b.scale)
  return [a.unscaled * powerOfTen(scale - a.scale), b.unscaled * powerOfTen(scale - b.scale), scale]
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b)
  return fitDecimal(x + y, scale)
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b)
  return fitDecimal(x - y, scale)
}

/** A zero product keeps the sum of the scales only where both factors fit in 32 bits, as .NET computes it. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  if ((a.unscaled === 0n && isWide(b)) || (b.unscaled === 0n && isWide(a))) return Decimal.zero
  return fitDecimal(a.unscaled * b.unscaled, a.scale + b.scale)
}

const isWide = ({ unscaled }: Decimal) => unscaled > 0xffffffffn || unscaled < -0xffffffffn

/** Exact quotients keep the difference of the scales; others get as many places as fit, without trailing zeros. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.unscaled === 0n) return fail('System.DivideByZeroException', 'Attempted to divide by zero.')
  const [x, y] = b.unscaled < 0n ? [-a.unscaled, -b.unscaled] : [a.unscaled, b.unscaled]
  const scale = a.scale - b.scale
  if (x % y === 0n) return fitDecimal(x / y, scale)
  const size = x < 0n ? -x : x
  // more places than could ever fit, then rounded once: a sticky digit keeps ties honest
  let places = maxScale
  for (; places > scale && places > 0; places--) {
    const quotient = divideHalfEven(size * powerOfTen(places - scale), y)
    if (quotient <= maxUnscaled) return trimZeros(x < 0n ? -quotient : quotient, places)
  }
  const numerator = places >= scale ? x * powerOfTen(places - scale) : x
  const denominator = places >= scale ? y : y * powerOfTen(scale - places)
  const quotient = divideHalfEven(numerator, denominator)
  if ((quotient < 0n ? -quotient : quotient) > maxUnscaled) return decimalOverflow()
  return trimZeros(quotient, places)
}

function trimZeros(unscaled: bigint, scale: number): Decimal {
  let value = unscaled
  let places = scale
  while (places > 0 && value % 10n === 0n) {
    value /= 10n
    places--
  }
  return new Decimal(value, places)
}

export function remainderOfDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.unscaled === 0n) return fail('System.DivideByZeroException', 'Attempted to divide by zero.')
  const [x, y, scale] = aligned(a, b)
  if ((x < 0n ? -x : x) < (y < 0n ? -y : y)) return a
  return fitDecimal(x % y, scale)
}

export function negateDecimal(value: Decimal): Decimal {
  return new Decimal(-value.unscaled, value.scale)
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

export function truncateDecimal(value: Decimal): Decimal {
  return value.scale === 0 ? value : new Decimal(value.unscaled / powerOfTen(value.scale), 0)
}

export function floorDecimal(value: Decimal): Decimal {
  const whole = truncateDecimal(value)
  return value.unscaled < 0n && compareDecimals(whole, value) !== 0 ? subtractDecimals(whole, Decimal.one) : whole
}

export function ceilingDecimal(value: Decimal): Decimal {
  const whole = truncateDecimal(value)
  return value.unscaled > 0n && compareDecimals(whole, value) !== 0 ? addDecimals(whole, Decimal.one) : whole
}

/** Keeps at most `places`; ties go to the even neighbour, or away from zero. */
export function roundDecimal(value: Decimal, places: number, awayFromZero: boolean): Decimal {
  if (places < 0 || places > maxScale) {
    return fail(
      'System.ArgumentOutOfRangeException',
      'Decimal can only round to between 0 and 28 digits of precision.\r\nParameter name: decimals',
    )
  }
  if (places >= value.scale) return value
  const divisor = powerOfTen(value.scale - places)
  if (!awayFromZero) return new Decimal(divideHalfEven(value.unscaled, divisor), places)
  const size = value.unscaled < 0n ? -value.unscaled : value.unscaled
  const rounded = (size + divisor / 2n) / divisor
  return new Decimal(value.unscaled < 0n ? -rounded : rounded, places)
}

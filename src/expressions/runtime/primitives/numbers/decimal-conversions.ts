import { Decimal, decimalOverflow, maxUnscaled, powerOfTen, truncateDecimal } from './decimal.ts'
import type { IntegerRange } from './parse-number.ts'
import { overflowFailure } from './parse-number.ts'

/** The decimal nearest to a double's first 15 significant digits (a float's first 7), without trailing zeros. */
export function decimalFromDouble(value: number, precision = 15): Decimal {
  if (!Number.isFinite(value)) return decimalOverflow()
  if (Math.abs(value) < 1e-29) return Decimal.zero
  const text = value.toExponential(precision - 1)
  const at = text.indexOf('e')
  let unscaled = BigInt(text.slice(0, at).replace('.', ''))
  let scale = precision - 1 - Number(text.slice(at + 1))
  while (scale > 0 && unscaled % 10n === 0n) {
    unscaled /= 10n
    scale--
  }
  if (scale < 0) {
    unscaled *= powerOfTen(-scale)
    scale = 0
  }
  if (scale > 28) {
    const cut = powerOfTen(scale - 28)
    const half = unscaled < 0n ? -cut / 2n : cut / 2n
    unscaled = (unscaled + half) / cut
    scale = 28
  }
  return (unscaled < 0n ? -unscaled : unscaled) > maxUnscaled ? decimalOverflow() : new Decimal(unscaled, scale)
}

export function decimalToDouble(value: Decimal): number {
  return value.scale === 0 ? Number(value.unscaled) : Number(`${value.unscaled}e-${value.scale}`)
}

/** Truncates; OverflowException when the whole part does not fit, checked or not. */
export function decimalToInteger(value: Decimal, range: IntegerRange): bigint {
  const whole = truncateDecimal(value).unscaled
  return whole < range.min || whole > range.max ? overflowFailure(range.overflow) : whole
}

export function decimalFromInteger(value: number | bigint): Decimal {
  return new Decimal(BigInt(value), 0)
}

/** decimal.GetBits: low, middle and high 32 bits, then scale and sign. */
export function decimalBits(value: Decimal): number[] {
  const size = value.unscaled < 0n ? -value.unscaled : value.unscaled
  const word = (shift: bigint) => Number(BigInt.asIntN(32, size >> shift))
  return [word(0n), word(32n), word(64n), (value.scale << 16) | (value.unscaled < 0n ? 0x80000000 | 0 : 0)]
}

export function decimalFromBits(low: number, middle: number, high: number, negative: boolean, scale: number): Decimal {
  const size = (BigInt(high >>> 0) << 64n) | (BigInt(middle >>> 0) << 32n) | BigInt(low >>> 0)
  return new Decimal(negative ? -size : size, scale)
}

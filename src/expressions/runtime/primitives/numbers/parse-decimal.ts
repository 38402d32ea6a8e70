import type { Value } from '../../../types/values.ts'
import { numberFormatOf } from '../culture/culture.ts'
import { required } from '../errors/argument-errors.ts'
import { Decimal, decimalOverflow, divideHalfEven, maxUnscaled, powerOfTen } from './decimal.ts'
import { checkFloatStyle } from './number-styles.ts'
import { formatFailure, type ParseFailure } from './parse-number.ts'
import { scanNumber } from './scan-number.ts'

/** A decimal with the scale that its text has; places beyond what fits are rounded half to even. */
export function parseDecimal(text: string, styles: number, provider: Value): Decimal | ParseFailure {
  const scanned = scanNumber(text, styles, numberFormatOf(provider))
  if (scanned === undefined) return 'format'
  const { negative, digits, scale } = scanned
  if (digits === '') return new Decimal(0n, Math.min(28, Math.max(0, -scale)))
  if (scale > 29) return 'overflow'
  // digits past the 60th cannot change the rounding but by being there
  const kept = digits.length > 60 ? `${digits.slice(0, 60)}1` : digits
  const size = fit(BigInt(kept), kept.length - scale)
  if (size === undefined) return 'overflow'
  return negative ? new Decimal(-size.unscaled, size.scale) : size
}

function fit(unscaled: bigint, places: number): Decimal | undefined {
  if (places < 0) return unscaled * powerOfTen(-places) > maxUnscaled ? undefined : new Decimal(unscaled * powerOfTen(-places), 0)
  for (let drop = Math.max(0, places - 28); drop <= places; drop++) {
    const rounded = divideHalfEven(unscaled, powerOfTen(drop))
    if (rounded <= maxUnscaled) return new Decimal(rounded, places - drop)
  }
  return undefined
}

export function parseDecimalOrThrow(text: string | null, styles: number, provider: Value): Decimal {
  checkFloatStyle(styles)
  const value = parseDecimal(required(text, 'String'), styles, provider)
  if (value === 'format') return formatFailure()
  return value === 'overflow' ? decimalOverflow() : value
}

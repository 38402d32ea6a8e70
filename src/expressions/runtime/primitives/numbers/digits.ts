/**
 * A number as its decimal digits, the form in which .NET formats every numeric type: the value is 0.d1d2d3… × 10^scale, with
 * no leading zero in `digits`. Zero has no digits (a decimal's trailing zeros stand in a negative scale then).
 */
export interface Digits {
  readonly negative: boolean
  readonly digits: string
  readonly scale: number
}

export function digitsOfInteger(value: number | bigint): Digits {
  const text = String(value)
  const negative = text.charCodeAt(0) === 45
  const digits = negative ? text.slice(1) : text
  return digits === '0' ? { negative: false, digits: '', scale: 0 } : { negative, digits, scale: digits.length }
}

/** A finite double's first `precision` significant digits, rounded. */
export function digitsOfDouble(value: number, precision: number): Digits {
  if (value === 0) return { negative: false, digits: '', scale: 0 }
  const text = Math.abs(value).toExponential(precision - 1)
  const at = text.indexOf('e')
  const digits = stripTrailingZeros(text.slice(0, at).replace('.', ''))
  return { negative: value < 0, digits, scale: Number(text.slice(at + 1)) + 1 }
}

/** A decimal's digits, trailing zeros included: they are part of its value's form. */
export function digitsOfScaled(unscaled: bigint, scale: number): Digits {
  const negative = unscaled < 0n
  const digits = unscaled === 0n ? '' : (negative ? -unscaled : unscaled).toString()
  return { negative, digits, scale: digits.length - scale }
}

/** Keeps the first `count` digits, rounding half away from zero; a result of zero has neither sign nor scale. */
export function roundDigits(number: Digits, count: number): Digits {
  const { negative, digits, scale } = number
  if (count >= digits.length) return cleaned(negative, digits, scale)
  if (count < 0) return zero
  if (digits.charCodeAt(count) < 53) return cleaned(negative, digits.slice(0, count), scale)
  let last = count - 1
  while (last >= 0 && digits[last] === '9') last--
  if (last < 0) return { negative, digits: '1', scale: scale + 1 }
  return { negative, digits: digits.slice(0, last) + String.fromCharCode(digits.charCodeAt(last) + 1), scale }
}

function cleaned(negative: boolean, digits: string, scale: number): Digits {
  const kept = stripTrailingZeros(digits)
  return kept === '' ? zero : { negative, digits: kept, scale }
}

export function stripTrailingZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end--
  return end === digits.length ? digits : digits.slice(0, end)
}

const zero: Digits = { negative: false, digits: '', scale: 0 }

import { fail } from '../../../types/exceptions.ts'
import type { NumberFormat } from '../culture/number-format.ts'
import { NumberStyles } from './number-styles.ts'
import { type Scanned, scanNumber } from './scan-number.ts'

/** Why a text is no number of the wanted type. */
export type ParseFailure = 'format' | 'overflow'

export interface IntegerRange {
  /** C#'s name in messages: `Int32`. */
  readonly name: string
  readonly bits: number
  readonly min: bigint
  readonly max: bigint
  /** As .NET's message says it. */
  readonly overflow: string
}

export function parseInteger(text: string, styles: number, info: NumberFormat, range: IntegerRange): bigint | ParseFailure {
  if ((styles & NumberStyles.AllowHexSpecifier) !== 0) return parseHex(text, styles, range)
  if (text.length <= 15 && /^-?[0-9]+$/.test(text) && info.negativeSign === '-' && (styles & NumberStyles.AllowLeadingSign) !== 0)
    return inRange(BigInt(text), range)
  const scanned = scanNumber(text, styles, info)
  if (scanned === undefined) return 'format'
  const { digits, scale, negative } = scanned
  if (scale > 20) return digits === '' ? 0n : 'overflow'
  // digits right of the point must be zeros, whatever the exponent made of them
  const whole = scale > 0 ? digits.slice(0, scale).padEnd(scale, '0') : ''
  if (/[1-9]/.test(digits.slice(Math.max(0, scale)))) return 'overflow'
  const size = BigInt(whole === '' ? '0' : whole)
  return inRange(negative ? -size : size, range)
}

function inRange(value: bigint, range: IntegerRange): bigint | ParseFailure {
  return value < range.min || value > range.max ? 'overflow' : value
}

function parseHex(text: string, styles: number, range: IntegerRange): bigint | ParseFailure {
  const lead = (styles & NumberStyles.AllowLeadingWhite) !== 0 ? '[\\t-\\r ]*' : ''
  const trail = (styles & NumberStyles.AllowTrailingWhite) !== 0 ? '[\\t-\\r ]*' : ''
  const match = new RegExp(`^${lead}([0-9A-Fa-f]+)${trail}\\0*$`).exec(text)
  if (match === null) return 'format'
  // the group takes part in every match
  const digits = (match[1] as string).replace(/^0+(?=.)/, '')
  if (digits.length * 4 > range.bits) return 'overflow'
  const value = BigInt(`0x${digits}`)
  return range.min < 0n ? BigInt.asIntN(range.bits, value) : value
}

/** A double's value; out of the double's range is an overflow (.NET Framework does not give infinity). */
export function parseDouble(text: string, styles: number, info: NumberFormat): number | ParseFailure {
  const scanned = scanNumber(text, styles, info)
  if (scanned === undefined) return specialDouble(text, info) ?? 'format'
  const value = toDouble(scanned)
  return Number.isFinite(value) ? value : 'overflow'
}

function toDouble({ negative, digits, scale }: Scanned): number {
  if (digits === '') return negative ? -0 : 0
  const size = Number(`0.${digits}e${scale}`)
  return negative ? -size : size
}

function specialDouble(text: string, info: NumberFormat): number | undefined {
  const word = text.trim()
  if (word === info.positiveInfinitySymbol) return Number.POSITIVE_INFINITY
  if (word === info.negativeInfinitySymbol) return Number.NEGATIVE_INFINITY
  return word === info.naNSymbol ? Number.NaN : undefined
}

export function formatFailure(): never {
  return fail('System.FormatException', 'Input string was not in a correct format.')
}

export function overflowFailure(message: string): never {
  return fail('System.OverflowException', message)
}

import type { NumberFormat } from '../culture/number-format.ts'
import { formatCustom } from './custom-format.ts'
import { digitsOfDouble, digitsOfInteger, digitsOfScaled } from './digits.ts'
import { formatDigits, invalidSpecifier, readStandardFormat } from './standard-format.ts'

/** An integral type's ToString; `bits` is its width, for hexadecimal's two's complement. */
export function formatInteger(value: number | bigint, bits: number, format: string | null, info: NumberFormat): string {
  if (format === null || format === '') return signed(value, info)
  const standard = readStandardFormat(format)
  if (standard === undefined) return formatCustom(digitsOfInteger(value), format, info)
  const { letter, precision } = standard
  if (letter === 'G' && precision <= 0) return signed(value, info)
  if (letter === 'D')
    return value < 0 ? info.negativeSign + String(-value).padStart(precision, '0') : String(value).padStart(precision, '0')
  if (letter === 'X') {
    const hex = BigInt.asUintN(bits, BigInt(value)).toString(16).padStart(precision, '0')
    return standard.upper ? hex.toUpperCase() : hex
  }
  return formatDigits(digitsOfInteger(value), standard, info, 29)
}

function signed(value: number | bigint, info: NumberFormat): string {
  return value < 0 && info.negativeSign !== '-' ? info.negativeSign + String(-value) : String(value)
}

/** .NET Framework's System.Double.ToString: 15 significant digits unless R, or more than that many are asked for. */
export function formatDouble(value: number, format: string | null, info: NumberFormat): string {
  return formatFloating(value, format, info, doublePrecision)
}

export function formatSingle(value: number, format: string | null, info: NumberFormat): string {
  return formatFloating(value, format, info, singlePrecision)
}

interface FloatingPrecision {
  readonly usual: number
  readonly most: number
  /** Rounds to the type, so that R can tell whether the usual digits read back as the same value. */
  readonly round: (value: number) => number
}

const doublePrecision: FloatingPrecision = { usual: 15, most: 17, round: value => value }
const singlePrecision: FloatingPrecision = { usual: 7, most: 9, round: Math.fround }

function formatFloating(value: number, format: string | null, info: NumberFormat, precision: FloatingPrecision): string {
  if (Number.isNaN(value)) return info.naNSymbol
  if (!Number.isFinite(value)) return value > 0 ? info.positiveInfinitySymbol : info.negativeInfinitySymbol
  const standard = readStandardFormat(format === null || format === '' ? 'G' : format)
  // a format that is neither null nor empty but not standard is custom
  if (standard === undefined) return formatCustom(digitsOfDouble(value, precision.usual), format as string, info)
  if (standard.letter === 'R') return roundTrip(value, info, precision)
  const many =
    (standard.letter === 'E' && standard.precision > precision.usual - 1) ||
    (standard.letter === 'G' && standard.precision > precision.usual)
  if (standard.letter === 'D' || standard.letter === 'X') return invalidSpecifier()
  return formatDigits(digitsOfDouble(value, many ? precision.most : precision.usual), standard, info, precision.usual)
}

const general = { letter: 'G', upper: true, precision: -1 }

function roundTrip(value: number, info: NumberFormat, precision: FloatingPrecision): string {
  const short = precision.round(Number(value.toPrecision(precision.usual)))
  const digits = short === value ? precision.usual : precision.most
  return formatDigits(digitsOfDouble(value, digits), general, info, digits)
}

/** System.Decimal.ToString of unscaled / 10^scale. */
export function formatScaled(unscaled: bigint, scale: number, format: string | null, info: NumberFormat): string {
  const standard = readStandardFormat(format === null || format === '' ? 'G' : format)
  const number = digitsOfScaled(unscaled, scale)
  // a format that is neither null nor empty but not standard is custom
  if (standard === undefined) return formatCustom(number, format as string, info)
  if (standard.letter === 'R' || standard.letter === 'D' || standard.letter === 'X') return invalidSpecifier()
  return formatDigits(number, standard, info, 29, true)
}

import { fail } from '../../../types/exceptions.ts'
import type { NumberFormat } from '../culture/number-format.ts'
import { type Digits, roundDigits } from './digits.ts'

/** A standard numeric format string: its letter in upper case, the case it had, and the precision (-1: none given). */
export interface StandardFormat {
  readonly letter: string
  readonly upper: boolean
  readonly precision: number
}

const standardForm = /^([A-Za-z])(0*\d{0,2})$/

/** There are no more standard formats than 52 letters with a hundred precisions; people use a few. */
const known = new Map<string, StandardFormat>()

/** Reads `N2` and the like; undefined when the text is a custom format. Source: .NET reference, "Standard numeric format strings". */
export function readStandardFormat(format: string): StandardFormat | undefined {
  const found = known.get(format)
  if (found !== undefined) return found
  const match = standardForm.exec(format)
  if (match === null) return undefined
  // both groups take part in every match
  const [letter, precision] = [match[1] as string, match[2] as string]
  const upper = letter <= 'Z'
  const made = { letter: letter.toUpperCase(), upper, precision: precision === '' ? -1 : Number(precision) }
  if (format.length <= 3) known.set(format, made)
  return made
}

export function invalidSpecifier(): never {
  return fail('System.FormatException', 'Format specifier was invalid.')
}

/** C, E, F, G, N and P, which all numeric types share. `exact` is decimal's own G: every digit, never an exponent. */
export function formatDigits(
  number: Digits,
  format: StandardFormat,
  info: NumberFormat,
  defaultPrecision: number,
  exact = false,
): string {
  switch (format.letter) {
    case 'C':
      return currency(number, format.precision < 0 ? info.currencyDecimalDigits : format.precision, info)
    case 'E':
      return scientificFormat(number, format, info)
    case 'F':
      return fixedFormat(number, format.precision < 0 ? info.numberDecimalDigits : format.precision, info)
    case 'G':
      return general(number, format, info, defaultPrecision, exact)
    case 'N':
      return grouped(number, format.precision < 0 ? info.numberDecimalDigits : format.precision, info)
    case 'P':
      return percent(number, format.precision < 0 ? info.percentDecimalDigits : format.precision, info)
    default:
      return invalidSpecifier()
  }
}

function fixedFormat(number: Digits, decimals: number, info: NumberFormat): string {
  const rounded = roundDigits(number, number.scale + decimals)
  const text = fixed(rounded, decimals, info.numberDecimalSeparator)
  return rounded.negative ? info.negativeSign + text : text
}

/** Digits with a fixed count of decimals, grouped when sizes are given. */
function fixed(number: Digits, decimals: number, separator: string, groupSizes?: readonly number[], groupSeparator = ''): string {
  const { digits, scale } = number
  const whole = scale > 0 ? digits.slice(0, scale).padEnd(scale, '0') : '0'
  const head = groupSizes === undefined ? whole : group(whole, groupSizes, groupSeparator)
  if (decimals === 0) return head
  const rest = scale > 0 ? digits.slice(scale) : '0'.repeat(-scale) + digits
  return head + separator + rest.slice(0, decimals).padEnd(decimals, '0')
}

/** Sets separators from the right by the culture's sizes: the last size repeats, and 0 ends the grouping. */
function group(whole: string, sizes: readonly number[], separator: string): string {
  let rest = whole
  let text = ''
  for (let index = 0; ; index = Math.min(index + 1, sizes.length - 1)) {
    const size = sizes[index] ?? 0
    if (size === 0 || rest.length <= size) return rest + text
    text = separator + rest.slice(-size) + text
    rest = rest.slice(0, -size)
  }
}

// Source: NumberFormatInfo's pattern properties; n is the number, $ the symbol
const currencyNegative = [
  '($n)',
  '-$n',
  '$-n',
  '$n-',
  '(n$)',
  '-n$',
  'n-$',
  'n$-',
  '-n $',
  '-$ n',
  'n $-',
  '$ n-',
  '$ -n',
  'n- $',
  '($ n)',
  '(n $)',
]
const currencyPositive = ['$n', 'n$', '$ n', 'n $']
const percentNegative = ['-n %', '-n%', '-%n', '%-n', '%n-', 'n-%', 'n%-', '-% n', 'n %-', '% n-', '% -n', 'n- %']
const percentPositive = ['n %', 'n%', '%n', '% n']
const numberNegative = ['(n)', '-n', '- n', 'n-', 'n -']

function currency(number: Digits, decimals: number, info: NumberFormat): string {
  const rounded = roundDigits(number, number.scale + decimals)
  const text = fixed(rounded, decimals, info.currencyDecimalSeparator, info.currencyGroupSizes, info.currencyGroupSeparator)
  const pattern = rounded.negative
    ? currencyNegative[info.currencyNegativePattern]
    : currencyPositive[info.currencyPositivePattern]
  return fill(pattern, text, info.currencySymbol, info)
}

function percent(number: Digits, decimals: number, info: NumberFormat): string {
  const rounded = roundDigits({ ...number, scale: number.scale + 2 }, number.scale + 2 + decimals)
  const text = fixed(rounded, decimals, info.percentDecimalSeparator, info.percentGroupSizes, info.percentGroupSeparator)
  const pattern = rounded.negative ? percentNegative[info.percentNegativePattern] : percentPositive[info.percentPositivePattern]
  return fill(pattern, text, info.percentSymbol, info)
}

function grouped(number: Digits, decimals: number, info: NumberFormat): string {
  const rounded = roundDigits(number, number.scale + decimals)
  const text = fixed(rounded, decimals, info.numberDecimalSeparator, info.numberGroupSizes, info.numberGroupSeparator)
  return rounded.negative ? fill(numberNegative[info.numberNegativePattern], text, '', info) : text
}

function fill(pattern: string | undefined, number: string, symbol: string, info: NumberFormat): string {
  let text = ''
  for (const c of pattern ?? 'n') text += c === 'n' ? number : c === '-' ? info.negativeSign : c === '$' || c === '%' ? symbol : c
  return text
}

function scientificFormat(number: Digits, format: StandardFormat, info: NumberFormat): string {
  const decimals = format.precision < 0 ? 6 : format.precision
  const rounded = roundDigits(number, decimals + 1)
  const mantissa = rounded.digits.padEnd(decimals + 1, '0')
  const head = decimals === 0 ? mantissa : `${mantissa.slice(0, 1)}${info.numberDecimalSeparator}${mantissa.slice(1)}`
  const exponent = rounded.digits === '' ? 0 : rounded.scale - 1
  return (rounded.negative ? info.negativeSign : '') + head + exponentText(exponent, format.upper ? 'E' : 'e', 3, true, info)
}

/** `E+005`: sign always shown when `plus`, at least `width` digits. */
export function exponentText(exponent: number, letter: string, width: number, plus: boolean, info: NumberFormat): string {
  const sign = exponent < 0 ? info.negativeSign : plus ? info.positiveSign : ''
  return letter + sign + String(Math.abs(exponent)).padStart(width, '0')
}

function general(number: Digits, format: StandardFormat, info: NumberFormat, defaultPrecision: number, exact: boolean): string {
  const keepAll = exact && format.precision < 0
  const precision = format.precision < 1 ? defaultPrecision : format.precision
  const rounded = keepAll ? number : roundDigits(number, precision)
  const sign = rounded.negative && rounded.digits !== '' ? info.negativeSign : ''
  const { digits, scale } = rounded
  if (!keepAll && (scale > precision || scale < -3)) {
    const rest = digits.length > 1 ? info.numberDecimalSeparator + digits.slice(1) : ''
    return sign + digits.slice(0, 1) + rest + exponentText(scale - 1, format.upper ? 'E' : 'e', 2, true, info)
  }
  const decimals = digits.length - scale
  return sign + fixed(rounded, Math.max(0, decimals), info.numberDecimalSeparator)
}

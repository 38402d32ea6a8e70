import { textOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { Value } from '../../../types/values.ts'
import { parseBoolean } from '../boolean-type.ts'
import { badFormat, required } from '../errors/argument-errors.ts'
import { Decimal, roundDecimal } from '../numbers/decimal.ts'
import { decimalFromDouble, decimalFromInteger, decimalToDouble } from '../numbers/decimal-conversions.ts'
import { type doubleKind, parseFloatingOrThrow } from '../numbers/floating-types.ts'
import { type IntegerKind, parseIntegerOrThrow } from '../numbers/integer-types.ts'
import { roundHalfEven } from '../numbers/math.ts'
import { NumberStyles } from '../numbers/number-styles.ts'
import { parseDecimalOrThrow } from '../numbers/parse-decimal.ts'
import { overflowFailure } from '../numbers/parse-number.ts'
import { formatValue } from '../text/format-value.ts'
import type { Source } from './conversion-source.ts'

/** InvalidCastException: the two types have no conversion. */
export function invalidCast(from: string, to: string): never {
  return fail('System.InvalidCastException', `Invalid cast from '${from}' to '${to}'.`)
}

function notConvertible(): never {
  return fail('System.InvalidCastException', 'Unable to cast object to type System.IConvertible.')
}

function unfit(source: Source, to: string): never {
  if (source.is === 'date') return invalidCast('DateTime', to)
  if (source.is === 'char') return invalidCast('Char', to)
  if (source.is === 'bool') return invalidCast('Boolean', to)
  return notConvertible()
}

/** `Convert.ToInt32` and its siblings: fractions round to even, what does not fit overflows. */
export function toInteger(source: Source, kind: IntegerKind, provider: Value): number | bigint {
  const value = integerOf(source, kind, provider)
  if (value < kind.min || value > kind.max) return overflowFailure(kind.overflow)
  return kind.wide ? value : Number(value)
}

function integerOf(source: Source, kind: IntegerKind, provider: Value): bigint {
  switch (source.is) {
    case 'null':
      return 0n
    case 'text':
      return BigInt(parseIntegerOrThrow(source.value, NumberStyles.Integer, provider, kind))
    case 'integer':
      return source.value
    case 'char':
      return BigInt(source.value)
    case 'bool':
      return source.value ? 1n : 0n
    case 'float':
      if (!Number.isFinite(source.value)) return overflowFailure(kind.overflow)
      return BigInt(roundHalfEven(source.value))
    case 'decimal':
      return roundDecimal(source.value, 0, false).unscaled
    default:
      return unfit(source, kind.name)
  }
}

export function toFloating(source: Source, kind: typeof doubleKind, provider: Value): number {
  switch (source.is) {
    case 'null':
      return 0
    case 'text':
      return parseFloatingOrThrow(source.value, NumberStyles.Float | NumberStyles.AllowThousands, provider, kind)
    case 'integer':
      return kind.round(Number(source.value))
    case 'bool':
      return source.value ? 1 : 0
    case 'float':
      return kind.round(source.value)
    case 'decimal':
      return kind.round(decimalToDouble(source.value))
    default:
      return unfit(source, kind.name)
  }
}

export function toDecimal(source: Source, provider: Value): Decimal {
  switch (source.is) {
    case 'null':
      return Decimal.zero
    case 'text':
      return parseDecimalOrThrow(source.value, NumberStyles.Number, provider)
    case 'integer':
      return decimalFromInteger(source.value)
    case 'bool':
      return decimalFromInteger(source.value ? 1 : 0)
    case 'float':
      return decimalFromDouble(source.value, source.name === 'Single' ? 7 : 15)
    case 'decimal':
      return source.value
    default:
      return unfit(source, 'Decimal')
  }
}

export function toBoolean(source: Source): boolean {
  switch (source.is) {
    case 'null':
      return false
    case 'text':
      return parseBoolean(source.value)
    case 'integer':
      return source.value !== 0n
    case 'bool':
      return source.value
    case 'float':
      return source.value !== 0
    case 'decimal':
      return source.value.unscaled !== 0n
    default:
      return unfit(source, 'Boolean')
  }
}

export function toChar(source: Source): number {
  switch (source.is) {
    case 'null':
      return source.of === 'object' ? 0 : required<never>(null, 'value')
    case 'text':
      if (source.value.length !== 1) return badFormat('String must be exactly one character long.')
      return source.value.charCodeAt(0)
    case 'integer':
      if (source.value < 0n || source.value > 0xffffn)
        return overflowFailure('Value was either too large or too small for a character.')
      return Number(source.value)
    case 'char':
      return source.value
    case 'bool':
      return invalidCast('Boolean', 'Char')
    case 'float':
      return invalidCast(source.name, 'Char')
    case 'decimal':
      return invalidCast('Decimal', 'Char')
    default:
      return unfit(source, 'Char')
  }
}

/** `Convert.ToString`: of a null object the empty string, of a null string null. */
export function toText(value: Value, provider: Value): string {
  if (value === null) return ''
  return provider === null ? textOf(value) : formatValue(value, null, provider)
}

/** `Convert.ToDateTime`: only texts and dates have one. */
export function toDate(source: Source, provider: Value): Value {
  if (source.is === 'date') return source.value
  if (source.is === 'null') return dateMember('static readonly DateTime MinValue { get; }', 'static readonly DateTime MinValue')
  if (source.is === 'text') return parseDate(source.value, provider)
  if (source.is === 'integer') return invalidCast(source.name, 'DateTime')
  if (source.is === 'float') return invalidCast(source.name, 'DateTime')
  return source.is === 'decimal' ? invalidCast('Decimal', 'DateTime') : unfit(source, 'DateTime')
}

/** The dates' own table does it: Convert would otherwise stand in a circle of imports with it. */
function parseDate(text: string, provider: Value): Value {
  const parse = member(/^static DateTime Parse\(string \w+, IFormatProvider \w+\)$/)
  return parse(text, provider)
}

function dateMember(...signatures: readonly string[]): Value {
  return member(new RegExp(`^(?:${signatures.map(one => RegExp.escape(one)).join('|')})$`))()
}

function member(signature: RegExp): (...args: readonly unknown[]) => Value {
  const type = lookupType('System.DateTime')
  const table: Readonly<Record<string, unknown>> = 'definition' in type ? type.definition.table : {}
  for (const [name, found] of Object.entries(table)) {
    if (!signature.test(name)) continue
    // a table's members are functions, or hold one or a constant (types/type.ts)
    if (typeof found === 'function') return found as (...args: readonly unknown[]) => Value
    const held = found as { readonly get?: () => Value; readonly constant?: Value }
    return held.get ?? (() => held.constant ?? null)
  }
  throw new TypeError(`System.DateTime has no member ${signature}`)
}

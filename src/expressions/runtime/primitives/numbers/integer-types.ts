import { box, hashOf } from '../../../types/boxing.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import type { MemberTable } from '../../../types/type.ts'
import { Boxed, type Ref, type Value } from '../../../types/values.ts'
import { numberFormatOf } from '../culture/culture.ts'
import { badArgument, required } from '../errors/argument-errors.ts'
import { formatInteger } from './format-number.ts'
import { checkIntegerStyle, NumberStyles } from './number-styles.ts'
import { formatFailure, type IntegerRange, overflowFailure, parseInteger } from './parse-number.ts'

type Integer = number | bigint

export interface IntegerKind extends IntegerRange {
  readonly keyword: string
  /** Whether the raw value is a bigint. */
  readonly wide: boolean
  readonly typeCode: number
}

function kind(keyword: string, name: string, bits: number, signed: boolean, typeCode: number, article: string): IntegerKind {
  const range = 1n << BigInt(bits)
  const [min, max] = signed ? [-range / 2n, range / 2n - 1n] : [0n, range - 1n]
  const size = bits === 8 && signed ? 'a signed byte' : bits === 8 ? 'an unsigned byte' : `${article} ${name}`
  return {
    keyword,
    name,
    bits,
    min,
    max,
    wide: bits === 64,
    typeCode,
    overflow: `Value was either too large or too small for ${size}.`,
  }
}

export const integerKinds: readonly IntegerKind[] = [
  kind('sbyte', 'SByte', 8, true, 5, 'a'),
  kind('byte', 'Byte', 8, false, 6, 'a'),
  kind('short', 'Int16', 16, true, 7, 'an'),
  kind('ushort', 'UInt16', 16, false, 8, 'a'),
  kind('int', 'Int32', 32, true, 9, 'an'),
  kind('uint', 'UInt32', 32, false, 10, 'a'),
  kind('long', 'Int64', 64, true, 11, 'an'),
  kind('ulong', 'UInt64', 64, false, 12, 'a'),
]

/** The raw value, or what .NET throws: FormatException, OverflowException, ArgumentNullException. */
export function parseIntegerOrThrow(text: string | null, styles: number, provider: Value, range: IntegerKind): Integer {
  checkIntegerStyle(styles)
  const parsed = parseInteger(required(text, 'String'), styles, numberFormatOf(provider), range)
  if (parsed === 'format') return formatFailure()
  if (parsed === 'overflow') return overflowFailure(range.overflow)
  return range.wide ? parsed : Number(parsed)
}

function tryParseInteger(text: string | null, styles: number, provider: Value, result: Ref, range: IntegerKind): boolean {
  checkIntegerStyle(styles)
  const parsed = text === null ? 'format' : parseInteger(text, styles, numberFormatOf(provider), range)
  const failed = typeof parsed === 'string'
  const value = failed ? 0n : parsed
  result.value = range.wide ? value : Number(value)
  return !failed
}

function integerTable(range: IntegerKind, definition: () => DefinedType): MemberTable {
  const { keyword: k, bits, wide } = range
  const constant = (value: bigint) => ({ constant: wide ? value : Number(value) })
  const own = (other: Value): Integer | undefined => {
    if (k === 'int') return typeof other === 'number' ? other : undefined
    if (k === 'long') return typeof other === 'bigint' ? other : undefined
    return other instanceof Boxed && other.type === definition().of() ? other.value : undefined
  }
  // the small types give the difference itself, the others its sign
  const compare =
    bits < 32 ? (a: Integer, b: Integer) => Number(a) - Number(b) : (a: Integer, b: Integer) => (a < b ? -1 : a > b ? 1 : 0)
  return {
    [`const ${k} MaxValue`]: constant(range.max),
    [`const ${k} MinValue`]: constant(range.min),
    [`static ${k} Parse(string s)`]: (s: string | null) => parseIntegerOrThrow(s, NumberStyles.Integer, null, range),
    [`static ${k} Parse(string s, NumberStyles style)`]: (s: string | null, style: number) =>
      parseIntegerOrThrow(s, style, null, range),
    [`static ${k} Parse(string s, IFormatProvider provider)`]: (s: string | null, provider: Value) =>
      parseIntegerOrThrow(s, NumberStyles.Integer, provider, range),
    [`static ${k} Parse(string s, NumberStyles style, IFormatProvider provider)`]: (
      s: string | null,
      style: number,
      provider: Value,
    ) => parseIntegerOrThrow(s, style, provider, range),
    [`static bool TryParse(string s, out ${k} result)`]: (s: string | null, result: Ref) =>
      tryParseInteger(s, NumberStyles.Integer, null, result, range),
    [`static bool TryParse(string s, NumberStyles style, IFormatProvider provider, out ${k} result)`]: (
      s: string | null,
      style: number,
      provider: Value,
      result: Ref,
    ) => tryParseInteger(s, style, provider, result, range),
    'string ToString()': (self: Integer) => String(self),
    'string ToString(string format)': (self: Integer, format: string | null) =>
      formatInteger(self, bits, format, numberFormatOf(null)),
    'string ToString(IFormatProvider provider)': (self: Integer, provider: Value) =>
      formatInteger(self, bits, null, numberFormatOf(provider)),
    'string ToString(string format, IFormatProvider provider)': (self: Integer, format: string | null, provider: Value) =>
      formatInteger(self, bits, format, numberFormatOf(provider)),
    'bool Equals(object obj)': (self: Integer, other: Value) => own(other) === self,
    [`bool Equals(${k} obj)`]: (self: Integer, other: Integer) => self === other,
    'int CompareTo(object value)': (self: Integer, other: Value) => {
      if (other === null) return 1
      const value = own(other)
      return value === undefined ? badArgument(`Object must be of type ${range.name}.`) : compare(self, value)
    },
    [`int CompareTo(${k} value)`]: compare,
    'int GetHashCode()': (self: Integer) => hashOf(box(definition().of(), self)),
    'TypeCode GetTypeCode()': () => range.typeCode,
  }
}

export const integerTypes: readonly DefinedType[] = integerKinds.map(range => {
  const header = `struct System.${range.name} : IComparable, IFormattable, IConvertible, IComparable<${range.keyword}>, IEquatable<${range.keyword}>`
  const definition: DefinedType = defineType(
    header,
    integerTable(range, () => definition),
    {
      default: () => (range.wide ? 0n : 0),
    },
  )
  return definition
})

import { box, hashOf } from '../../../types/boxing.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import type { MemberTable } from '../../../types/type.ts'
import { Boxed, type Ref, type Value } from '../../../types/values.ts'
import { numberFormatOf } from '../culture/culture.ts'
import { badArgument, required } from '../errors/argument-errors.ts'
import { formatDouble, formatSingle } from './format-number.ts'
import { checkFloatStyle, floatWithThousands } from './number-styles.ts'
import { formatFailure, overflowFailure, type ParseFailure, parseDouble } from './parse-number.ts'

interface FloatingKind {
  readonly keyword: string
  readonly name: string
  readonly format: typeof formatDouble
  readonly round: (value: number) => number
  readonly typeCode: number
  readonly constants: Readonly<Record<string, number>>
}

const common = { NaN: Number.NaN, NegativeInfinity: Number.NEGATIVE_INFINITY, PositiveInfinity: Number.POSITIVE_INFINITY }

export const doubleKind: FloatingKind = {
  keyword: 'double',
  name: 'Double',
  format: formatDouble,
  round: value => value,
  typeCode: 14,
  constants: { MaxValue: Number.MAX_VALUE, MinValue: -Number.MAX_VALUE, Epsilon: Number.MIN_VALUE, ...common },
}

export const singleKind: FloatingKind = {
  keyword: 'float',
  name: 'Single',
  format: formatSingle,
  round: Math.fround,
  typeCode: 13,
  constants: { MaxValue: 3.4028234663852886e38, MinValue: -3.4028234663852886e38, Epsilon: 2 ** -149, ...common },
}

function parse(text: string, styles: number, provider: Value, kind: FloatingKind): number | ParseFailure {
  const info = numberFormatOf(provider)
  const value = parseDouble(text, styles, info)
  if (typeof value === 'string' || !Number.isFinite(value)) return value
  const rounded = kind.round(value)
  return Number.isFinite(rounded) ? rounded : 'overflow'
}

export function parseFloatingOrThrow(text: string | null, styles: number, provider: Value, kind: FloatingKind): number {
  checkFloatStyle(styles)
  const value = parse(required(text, 'String'), styles, provider, kind)
  if (value === 'format') return formatFailure()
  return value === 'overflow' ? overflowFailure(`Value was either too large or too small for a ${kind.name}.`) : value
}

function tryParseFloating(text: string | null, styles: number, provider: Value, result: Ref, kind: FloatingKind): boolean {
  checkFloatStyle(styles)
  const value = text === null ? 'format' : parse(text, styles, provider, kind)
  result.value = typeof value === 'string' ? 0 : value
  return typeof value !== 'string'
}

/** NaN sorts before every number and equals itself. */
export function compareFloating(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1
}

function floatingTable(kind: FloatingKind, definition: () => DefinedType): MemberTable {
  const { keyword: k, format } = kind
  const own = (other: Value) => (other instanceof Boxed && other.type === definition().of() ? Number(other.value) : undefined)
  const constants = Object.entries(kind.constants).map(([name, constant]) => [`const ${k} ${name}`, { constant }] as const)
  const leastNormal = k === 'double' ? 2 ** -1022 : 2 ** -126
  return {
    ...Object.fromEntries(constants),
    [`static ${k} Parse(string s)`]: (s: string | null) => parseFloatingOrThrow(s, floatWithThousands, null, kind),
    [`static ${k} Parse(string s, NumberStyles style)`]: (s: string | null, style: number) =>
      parseFloatingOrThrow(s, style, null, kind),
    [`static ${k} Parse(string s, IFormatProvider provider)`]: (s: string | null, provider: Value) =>
      parseFloatingOrThrow(s, floatWithThousands, provider, kind),
    [`static ${k} Parse(string s, NumberStyles style, IFormatProvider provider)`]: (
      s: string | null,
      style: number,
      provider: Value,
    ) => parseFloatingOrThrow(s, style, provider, kind),
    [`static bool TryParse(string s, out ${k} result)`]: (s: string | null, result: Ref) =>
      tryParseFloating(s, floatWithThousands, null, result, kind),
    [`static bool TryParse(string s, NumberStyles style, IFormatProvider provider, out ${k} result)`]: (
      s: string | null,
      style: number,
      provider: Value,
      result: Ref,
    ) => tryParseFloating(s, style, provider, result, kind),
    [`static bool IsNaN(${k} d)`]: Number.isNaN,
    [`static bool IsFinite(${k} d)`]: Number.isFinite,
    [`static bool IsNegative(${k} d)`]: (d: number) => d < 0 || Object.is(d, -0),
    [`static bool IsNormal(${k} d)`]: (d: number) => Number.isFinite(d) && Math.abs(d) >= leastNormal,
    [`static bool IsSubnormal(${k} d)`]: (d: number) => d !== 0 && Math.abs(d) < leastNormal,
    [`static bool IsInfinity(${k} d)`]: (d: number) => d === Number.POSITIVE_INFINITY || d === Number.NEGATIVE_INFINITY,
    [`static bool IsPositiveInfinity(${k} d)`]: (d: number) => d === Number.POSITIVE_INFINITY,
    [`static bool IsNegativeInfinity(${k} d)`]: (d: number) => d === Number.NEGATIVE_INFINITY,
    'string ToString()': (self: number) => format(self, null, numberFormatOf(null)),
    'string ToString(string format)': (self: number, text: string | null) => format(self, text, numberFormatOf(null)),
    'string ToString(IFormatProvider provider)': (self: number, provider: Value) => format(self, null, numberFormatOf(provider)),
    'string ToString(string format, IFormatProvider provider)': (self: number, text: string | null, provider: Value) =>
      format(self, text, numberFormatOf(provider)),
    'bool Equals(object obj)': (self: number, other: Value) => {
      const value = own(other)
      return value !== undefined && compareFloating(self, value) === 0
    },
    [`bool Equals(${k} obj)`]: (self: number, other: number) => compareFloating(self, other) === 0,
    'int CompareTo(object value)': (self: number, other: Value) => {
      if (other === null) return 1
      const value = own(other)
      return value === undefined ? badArgument(`Object must be of type ${kind.name}.`) : compareFloating(self, value)
    },
    [`int CompareTo(${k} value)`]: compareFloating,
    'int GetHashCode()': (self: number) => hashOf(box(definition().of(), self)),
    'TypeCode GetTypeCode()': () => kind.typeCode,
  }
}

function define(kind: FloatingKind): DefinedType {
  const { keyword: k } = kind
  const definition: DefinedType = defineType(
    `struct System.${kind.name} : IComparable, IFormattable, IConvertible, IComparable<${k}>, IEquatable<${k}>`,
    floatingTable(kind, () => definition),
    { default: () => 0 },
  )
  return definition
}

export const doubleType: DefinedType = define(doubleKind)
export const singleType: DefinedType = define(singleKind)

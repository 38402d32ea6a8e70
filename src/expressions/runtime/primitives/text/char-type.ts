import { type DefinedType, defineType } from '../../../types/define-type.ts'
import type { Implementation, MemberTable } from '../../../types/type.ts'
import { Boxed, type Ref, type Value } from '../../../types/values.ts'
import { argumentNull, badArgument, badFormat, outOfRange } from '../errors/argument-errors.ts'
import { toLowerInvariant, toUpperInvariant } from './compare-strings.ts'
import { categoryOf, categoryOfText, isWhiteSpace } from './unicode-category.ts'

const upper = (unit: number) => toUpperInvariant(String.fromCharCode(unit)).charCodeAt(0)
const lower = (unit: number) => toLowerInvariant(String.fromCharCode(unit)).charCodeAt(0)
const inCategories = (low: number, high: number) => (unit: number) => {
  const category = categoryOf(unit)
  return category >= low && category <= high
}
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff

const tests: Readonly<Record<string, (unit: number) => boolean>> = {
  IsControl: unit => unit < 32 || (unit >= 127 && unit < 160),
  IsDigit: inCategories(8, 8),
  IsLetter: inCategories(0, 4),
  IsLetterOrDigit: unit => categoryOf(unit) <= 4 || categoryOf(unit) === 8,
  IsLower: inCategories(1, 1),
  IsUpper: inCategories(0, 0),
  IsNumber: inCategories(8, 10),
  IsPunctuation: inCategories(18, 24),
  IsSeparator: inCategories(11, 13),
  IsSurrogate: unit => unit >= 0xd800 && unit <= 0xdfff,
  IsHighSurrogate: isHigh,
  IsLowSurrogate: isLow,
  IsSymbol: inCategories(25, 28),
  IsWhiteSpace: isWhiteSpace,
}

/** The unit at an index of a string that a caller gave. */
function unitAt(text: string | null, index: number): number {
  if (text === null) return argumentNull('s')
  return index < 0 || index >= text.length ? outOfRange('index') : text.charCodeAt(index)
}

function testTable(): MemberTable {
  const table: Record<string, Implementation> = {}
  for (const [name, test] of Object.entries(tests)) {
    table[`static bool ${name}(char c)`] = test
    table[`static bool ${name}(string s, int index)`] = (text: string | null, index: number) => test(unitAt(text, index))
  }
  return table
}

function numericValue(text: string): number {
  if (/^\p{Nd}$/u.test(text)) return digitValue(text.codePointAt(0) ?? 0)
  return otherNumbers.get(text) ?? -1
}

/** Decimal digits come in runs of ten that start where the code point before is no digit. */
function digitValue(codePoint: number): number {
  if (codePoint >= 48 && codePoint <= 57) return codePoint - 48
  let zero = codePoint
  while (codePoint - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--
  return codePoint - zero
}

const otherNumbers = new Map<string, number>([
  ['\u00b2', 2],
  ['\u00b3', 3],
  ['\u00b9', 1],
  ['\u00bc', 0.25],
  ['\u00bd', 0.5],
  ['\u00be', 0.75],
  ...Array.from({ length: 12 }, (_, i) => [String.fromCharCode(0x2160 + i), i + 1] as const),
  ...Array.from({ length: 12 }, (_, i) => [String.fromCharCode(0x2170 + i), i + 1] as const),
  ...Array.from({ length: 20 }, (_, i) => [String.fromCharCode(0x2460 + i), i + 1] as const),
])

function toUtf32(text: string | null, index: number): number {
  const unit = unitAt(text, index)
  const pair = isHigh(unit) ? text?.codePointAt(index) : undefined
  if (pair !== undefined && pair > 0xffff) return pair
  if (isHigh(unit) || isLow(unit))
    badArgument(
      `Found a ${isHigh(unit) ? 'high' : 'low'} surrogate char without a preceding or following low surrogate at index: ${index}. The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.`,
      's',
    )
  return unit
}

function fromUtf32(codePoint: number): string {
  if (codePoint < 0 || codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    return outOfRange(
      'utf32',
      'A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff).',
    )
  }
  return String.fromCodePoint(codePoint)
}

function parse(text: string | null): number {
  if (text === null) return argumentNull('s')
  return text.length === 1 ? text.charCodeAt(0) : badFormat('String must be exactly one character long.')
}

const own = (other: Value) => (other instanceof Boxed && other.type === charType.of() ? Number(other.value) : undefined)
const text = (unit: number) => String.fromCharCode(unit)

const members: MemberTable = {
  'const char MaxValue': { constant: 65535 },
  'const char MinValue': { constant: 0 },
  'static bool IsSurrogatePair(char highSurrogate, char lowSurrogate)': (a: number, b: number) => isHigh(a) && isLow(b),
  'static bool IsSurrogatePair(string s, int index)': (s: string | null, index: number) =>
    isHigh(unitAt(s, index)) && s !== null && index + 1 < s.length && isLow(s.charCodeAt(index + 1)),
  'static char ToUpper(char c)': upper,
  'static char ToUpper(char c, CultureInfo culture)': upper,
  'static char ToUpperInvariant(char c)': upper,
  'static char ToLower(char c)': lower,
  'static char ToLower(char c, CultureInfo culture)': lower,
  'static char ToLowerInvariant(char c)': lower,
  'static string ToString(char c)': text,
  'static char Parse(string s)': parse,
  'static bool TryParse(string s, out char result)': (s: string | null, result: Ref) => {
    result.value = s?.length === 1 ? s.charCodeAt(0) : 0
    return s?.length === 1
  },
  'static double GetNumericValue(char c)': (unit: number) => numericValue(text(unit)),
  'static double GetNumericValue(string s, int index)': (s: string | null, index: number) => numericValue(text(unitAt(s, index))),
  'static UnicodeCategory GetUnicodeCategory(char c)': categoryOf,
  'static UnicodeCategory GetUnicodeCategory(string s, int index)': (s: string | null, index: number) => {
    unitAt(s, index)
    return categoryOfText(String.fromCodePoint(s?.codePointAt(index) ?? 0))
  },
  'static int ConvertToUtf32(string s, int index)': toUtf32,
  'static int ConvertToUtf32(char highSurrogate, char lowSurrogate)': (a: number, b: number) =>
    isHigh(a) && isLow(b)
      ? (a - 0xd800) * 1024 + (b - 0xdc00) + 0x10000
      : outOfRange(isHigh(a) ? 'lowSurrogate' : 'highSurrogate'),
  'static string ConvertFromUtf32(int utf32)': fromUtf32,
  'string ToString()': text,
  'string ToString(IFormatProvider provider)': text,
  'bool Equals(object obj)': (self: number, other: Value) => own(other) === self,
  'bool Equals(char obj)': (self: number, other: number) => self === other,
  'int CompareTo(object value)': (self: number, other: Value) => {
    if (other === null) return 1
    const value = own(other)
    return value === undefined ? badArgument('Object must be of type Char.') : self - value
  },
  'int CompareTo(char value)': (self: number, other: number) => self - other,
  'int GetHashCode()': (self: number) => self | (self << 16),
  'TypeCode GetTypeCode()': () => 4,
}

export const charType: DefinedType = defineType(
  'struct System.Char : IComparable, IConvertible, IComparable<char>, IEquatable<char>',
  { ...testTable(), ...members },
  { default: () => 0 },
)

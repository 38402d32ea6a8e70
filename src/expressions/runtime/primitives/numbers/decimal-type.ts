import { makeArray } from '../../../types/arrays.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { lookupType } from '../../../types/registry.ts'
import type { MemberTable } from '../../../types/type.ts'
import { netType, type Ref, type Value } from '../../../types/values.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'
import {
  addDecimals,
  compareDecimals,
  Decimal,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
  roundDecimal,
  subtractDecimals,
} from './decimal.ts'
import {
  decimalBits,
  decimalFromBits,
  decimalFromDouble,
  decimalFromInteger,
  decimalToDouble,
  decimalToInteger,
} from './decimal-conversions.ts'
import { decimalRounding } from './decimal-rounding.ts'
import { integerKinds } from './integer-types.ts'
import { checkFloatStyle, NumberStyles } from './number-styles.ts'
import { parseDecimal, parseDecimalOrThrow } from './parse-decimal.ts'

const operators: MemberTable = {
  'static decimal operator +(decimal d)': (d: Decimal) => d,
  'static decimal operator -(decimal d)': negateDecimal,
  'static decimal operator ++(decimal d)': (d: Decimal) => addDecimals(d, Decimal.one),
  'static decimal operator --(decimal d)': (d: Decimal) => subtractDecimals(d, Decimal.one),
  'static decimal operator +(decimal d1, decimal d2)': addDecimals,
  'static decimal operator -(decimal d1, decimal d2)': subtractDecimals,
  'static decimal operator *(decimal d1, decimal d2)': multiplyDecimals,
  'static decimal operator /(decimal d1, decimal d2)': divideDecimals,
  'static decimal operator %(decimal d1, decimal d2)': remainderOfDecimals,
  'static bool operator ==(decimal d1, decimal d2)': (a: Decimal, b: Decimal) => compareDecimals(a, b) === 0,
  'static bool operator !=(decimal d1, decimal d2)': (a: Decimal, b: Decimal) => compareDecimals(a, b) !== 0,
  'static bool operator <(decimal d1, decimal d2)': (a: Decimal, b: Decimal) => compareDecimals(a, b) < 0,
  'static bool operator <=(decimal d1, decimal d2)': (a: Decimal, b: Decimal) => compareDecimals(a, b) <= 0,
  'static bool operator >(decimal d1, decimal d2)': (a: Decimal, b: Decimal) => compareDecimals(a, b) > 0,
  'static bool operator >=(decimal d1, decimal d2)': (a: Decimal, b: Decimal) => compareDecimals(a, b) >= 0,
}

const charRange = {
  name: 'Char',
  bits: 16,
  min: 0n,
  max: 65535n,
  overflow: 'Value was either too large or too small for a character.',
}

function conversions(): MemberTable {
  const table: Record<string, MemberTable[string]> = {
    'static implicit operator decimal(char value)': decimalFromInteger,
    'static explicit operator decimal(float value)': (value: number) => decimalFromDouble(value, 7),
    'static explicit operator decimal(double value)': (value: number) => decimalFromDouble(value),
    'static explicit operator char(decimal value)': (value: Decimal) => Number(decimalToInteger(value, charRange)),
    'static explicit operator float(decimal value)': (value: Decimal) => Math.fround(decimalToDouble(value)),
    'static explicit operator double(decimal value)': decimalToDouble,
    'static float ToSingle(decimal d)': (value: Decimal) => Math.fround(decimalToDouble(value)),
    'static double ToDouble(decimal d)': decimalToDouble,
  }
  for (const range of integerKinds) {
    const convert = (value: Decimal) => (range.wide ? decimalToInteger(value, range) : Number(decimalToInteger(value, range)))
    table[`static implicit operator decimal(${range.keyword} value)`] = decimalFromInteger
    table[`static explicit operator ${range.keyword}(decimal value)`] = convert
    table[`static ${range.keyword} To${range.name}(decimal value)`] = convert
  }
  return table
}

const reading: MemberTable = {
  'static decimal Parse(string s)': (s: string | null) => parseDecimalOrThrow(s, NumberStyles.Number, null),
  'static decimal Parse(string s, NumberStyles style)': (s: string | null, style: number) => parseDecimalOrThrow(s, style, null),
  'static decimal Parse(string s, IFormatProvider provider)': (s: string | null, provider: Value) =>
    parseDecimalOrThrow(s, NumberStyles.Number, provider),
  'static decimal Parse(string s, NumberStyles style, IFormatProvider provider)': parseDecimalOrThrow,
  'static bool TryParse(string s, out decimal result)': (s: string | null, result: Ref) =>
    tryParse(s, NumberStyles.Number, null, result),
  'static bool TryParse(string s, NumberStyles style, IFormatProvider provider, out decimal result)': tryParse,
}

function tryParse(text: string | null, styles: number, provider: Value, result: Ref): boolean {
  checkFloatStyle(styles)
  const value = text === null ? 'format' : parseDecimal(text, styles, provider)
  result.value = value instanceof Decimal ? value : Decimal.zero
  return value instanceof Decimal
}

const members: MemberTable = {
  'const decimal Zero': { constant: Decimal.zero },
  'const decimal One': { constant: Decimal.one },
  'const decimal MinusOne': { constant: Decimal.minusOne },
  'const decimal MaxValue': { constant: Decimal.max },
  'const decimal MinValue': { constant: Decimal.min },
  'new(int value)': decimalFromInteger,
  'new(uint value)': decimalFromInteger,
  'new(long value)': decimalFromInteger,
  'new(ulong value)': decimalFromInteger,
  'new(float value)': (value: number) => decimalFromDouble(value, 7),
  'new(double value)': (value: number) => decimalFromDouble(value),
  'new(int lo, int mid, int hi, bool isNegative, byte scale)': (
    lo: number,
    mid: number,
    hi: number,
    negative: boolean,
    scale: number,
  ) =>
    scale > 28
      ? outOfRange('scale', "Decimal's scale value must be between 0 and 28, inclusive.")
      : decimalFromBits(lo, mid, hi, negative, scale),
  'new(int[] bits)': (bits: readonly number[] | null) => {
    const [lo, mid, hi, flags] = required(bits, 'bits')
    if (lo === undefined || mid === undefined || hi === undefined || flags === undefined)
      return badArgument('Decimal byte array constructor requires an array of length four containing valid decimal bytes.')
    return decimalFromBits(lo, mid, hi, flags < 0, (flags >>> 16) & 0xff)
  },
  'static int[] GetBits(decimal d)': (d: Decimal) => makeArray(lookupType('System.Int32'), decimalBits(d)),
  'static decimal Add(decimal d1, decimal d2)': addDecimals,
  'static decimal Subtract(decimal d1, decimal d2)': subtractDecimals,
  'static decimal Multiply(decimal d1, decimal d2)': multiplyDecimals,
  'static decimal Divide(decimal d1, decimal d2)': divideDecimals,
  'static decimal Remainder(decimal d1, decimal d2)': remainderOfDecimals,
  'static decimal Negate(decimal d)': negateDecimal,
  'static int Compare(decimal d1, decimal d2)': compareDecimals,
  'static bool Equals(decimal d1, decimal d2)': (a: Decimal, b: Decimal) => compareDecimals(a, b) === 0,
  'static long ToOACurrency(decimal value)': (value: Decimal) =>
    roundDecimal(multiplyDecimals(value, new Decimal(10000n, 0)), 0, false).unscaled,
  'static decimal FromOACurrency(long cy)': (cy: bigint) => divideDecimals(new Decimal(cy, 0), new Decimal(10000n, 0)),
  'string ToString()': (self: Decimal) => self.netToString(),
  'string ToString(string format)': (self: Decimal, format: string | null) => self.netToString(format),
  'string ToString(IFormatProvider provider)': (self: Decimal, provider: Value) => self.netToString(null, provider),
  'string ToString(string format, IFormatProvider provider)': (self: Decimal, format: string | null, provider: Value) =>
    self.netToString(format, provider),
  'bool Equals(object value)': (self: Decimal, other: Value) => self.netEquals(other),
  'bool Equals(decimal value)': (self: Decimal, other: Decimal) => compareDecimals(self, other) === 0,
  'int CompareTo(object value)': (self: Decimal, other: Value) => (other === null ? 1 : self.netCompare(other)),
  'int CompareTo(decimal value)': compareDecimals,
  'int GetHashCode()': (self: Decimal) => self.netHashCode(),
  'TypeCode GetTypeCode()': () => 15,
}

export const decimalType: DefinedType = defineType(
  'struct System.Decimal : IComparable, IFormattable, IConvertible, IComparable<decimal>, IEquatable<decimal>',
  { ...operators, ...conversions(), ...decimalRounding, ...reading, ...members },
  { default: () => Decimal.zero },
)

Object.defineProperty(Decimal.prototype, netType, { value: decimalType.of() })

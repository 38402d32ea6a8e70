import { defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import type { MemberTable } from '../../../types/type.ts'
import type { Ref } from '../../../types/values.ts'
import { badArgument, outOfRange } from '../errors/argument-errors.ts'
import { compareDecimals, type Decimal, negateDecimal } from './decimal.ts'
import { decimalRounding } from './decimal-rounding.ts'
import { integerKinds } from './integer-types.ts'

/** Math.Round(double): ties to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest < 0.5) return floor
  if (rest > 0.5) return floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

function roundAwayFromZero(value: number): number {
  const size = Math.abs(value)
  const whole = Math.trunc(size)
  return Math.sign(value) * (size - whole >= 0.5 ? whole + 1 : whole)
}

function checkMode(mode: number): void {
  if (mode !== 0 && mode !== 1)
    badArgument(`The value '${mode}' is not valid for this usage of the type MidpointRounding.`, 'mode')
}

/** As .NET Framework does it: scaled by the power of ten in double arithmetic, rounded, scaled back. */
function roundDouble(value: number, digits: number, mode: number): number {
  if (digits < 0 || digits > 15) return outOfRange('digits', 'Rounding digits must be between 0 and 15, inclusive.')
  checkMode(mode)
  if (!(Math.abs(value) < 1e16)) return value
  const power = 10 ** digits
  const scaled = value * power
  return (mode === 1 ? roundAwayFromZero(scaled) : roundHalfEven(scaled)) / power
}

function divisionByZero(): never {
  return fail('System.DivideByZeroException', 'Attempted to divide by zero.')
}

function signOf(value: number): number {
  if (Number.isNaN(value))
    return fail('System.ArithmeticException', 'Function does not accept floating point Not-a-Number values.')
  return Math.sign(value) + 0
}

function ieeeRemainder(x: number, y: number): number {
  const quotient = x / y
  if (!Number.isFinite(x) || y === 0 || Number.isNaN(y)) return Number.NaN
  return Number.isFinite(y) ? x - y * roundHalfEven(quotient) : x
}

function logarithm(a: number, base: number): number {
  if (Number.isNaN(a) || Number.isNaN(base)) return Number.NaN
  if (base === 1 || (a !== 1 && (base === 0 || base === Number.POSITIVE_INFINITY))) return Number.NaN
  return Math.log(a) / Math.log(base)
}

function power(x: number, y: number): number {
  if (y === 0) return 1
  return x ** y
}

const doubles: MemberTable = {
  'const double PI': { constant: Math.PI },
  'const double E': { constant: Math.E },
  'static double Acos(double d)': Math.acos,
  'static double Asin(double d)': Math.asin,
  'static double Atan(double d)': Math.atan,
  'static double Atan2(double y, double x)': Math.atan2,
  'static double Cos(double d)': Math.cos,
  'static double Cosh(double value)': Math.cosh,
  'static double Sin(double a)': Math.sin,
  'static double Sinh(double value)': Math.sinh,
  'static double Tan(double a)': Math.tan,
  'static double Tanh(double value)': Math.tanh,
  'static double Exp(double d)': Math.exp,
  'static double Log(double d)': Math.log,
  'static double Log(double a, double newBase)': logarithm,
  'static double Log10(double d)': Math.log10,
  'static double Pow(double x, double y)': power,
  'static double Sqrt(double d)': Math.sqrt,
  'static double IEEERemainder(double x, double y)': ieeeRemainder,
  'static double Ceiling(double a)': Math.ceil,
  'static double Floor(double d)': Math.floor,
  'static double Truncate(double d)': Math.trunc,
  'static double Round(double a)': roundHalfEven,
  'static double Round(double value, int digits)': (value: number, digits: number) => roundDouble(value, digits, 0),
  'static double Round(double value, MidpointRounding mode)': (value: number, mode: number) => roundDouble(value, 0, mode),
  'static double Round(double value, int digits, MidpointRounding mode)': roundDouble,
}

const decimals: MemberTable = {
  ...decimalRounding,
  'static decimal Abs(decimal value)': (d: Decimal) => (d.unscaled < 0n ? negateDecimal(d) : d),
  'static decimal Clamp(decimal value, decimal min, decimal max)': (value: Decimal, least: Decimal, most: Decimal) => {
    if (compareDecimals(least, most) > 0)
      return fail('System.ArgumentException', `'${least.netToString()}' cannot be greater than ${most.netToString()}.`)
    return compareDecimals(value, least) < 0 ? least : compareDecimals(value, most) > 0 ? most : value
  },
  'static decimal Max(decimal val1, decimal val2)': (a: Decimal, b: Decimal) => (compareDecimals(a, b) >= 0 ? a : b),
  'static decimal Min(decimal val1, decimal val2)': (a: Decimal, b: Decimal) => (compareDecimals(a, b) <= 0 ? a : b),
  'static int Sign(decimal value)': (d: Decimal) => (d.unscaled > 0n ? 1 : d.unscaled < 0n ? -1 : 0),
}

/** Also of bigints, which Math.max does not take. */
function largerWhole(a: number | bigint, b: number | bigint): number | bigint {
  if (a < b) return b
  return a
}

function smallerWhole(a: number | bigint, b: number | bigint): number | bigint {
  if (b < a) return b
  return a
}

function clampedWhole(value: number | bigint, least: number | bigint, most: number | bigint): number | bigint {
  if (least > most) return fail('System.ArgumentException', `'${least}' cannot be greater than ${most}.`)
  return value < least ? least : value > most ? most : value
}

const clampedReal = (value: number, least: number, most: number) =>
  Number.isNaN(value) ? value : Number(clampedWhole(value, least, most))

/** Abs, Max, Min and Sign of each numeric type that is a JavaScript number or bigint. */
function perType(): MemberTable {
  const table: Record<string, MemberTable[string]> = {}
  for (const { keyword: k, min, wide } of integerKinds) {
    table[`static ${k} Max(${k} val1, ${k} val2)`] = largerWhole
    table[`static ${k} Min(${k} val1, ${k} val2)`] = smallerWhole
    table[`static ${k} Clamp(${k} value, ${k} min, ${k} max)`] = clampedWhole
    if (min === 0n) continue
    const least = wide ? min : Number(min)
    table[`static ${k} Abs(${k} value)`] = (value: number | bigint) =>
      value === least
        ? fail('System.OverflowException', 'Negating the minimum value of a twos complement number is invalid.')
        : value < 0
          ? -value
          : value
    table[`static int Sign(${k} value)`] = (value: number | bigint) => (value > 0 ? 1 : value < 0 ? -1 : 0)
  }
  for (const k of ['double', 'float']) {
    table[`static ${k} Max(${k} val1, ${k} val2)`] = (a: number, b: number) => (a > b || Number.isNaN(a) ? a : b)
    table[`static ${k} Min(${k} val1, ${k} val2)`] = (a: number, b: number) => (a < b || Number.isNaN(a) ? a : b)
    table[`static ${k} Clamp(${k} value, ${k} min, ${k} max)`] = clampedReal
    table[`static ${k} Abs(${k} value)`] = Math.abs
    table[`static int Sign(${k} value)`] = signOf
  }
  return table
}

const integers: MemberTable = {
  'static double Cbrt(double d)': Math.cbrt,
  'static double Asinh(double d)': Math.asinh,
  'static double Acosh(double d)': Math.acosh,
  'static double Atanh(double d)': Math.atanh,
  'static long BigMul(int a, int b)': (a: number, b: number) => BigInt(a) * BigInt(b),
  'static int DivRem(int a, int b, out int result)': (a: number, b: number, result: Ref) => {
    if (b === 0) return divisionByZero()
    result.value = (a % b) + 0
    return Math.trunc(a / b) | 0
  },
  'static long DivRem(long a, long b, out long result)': (a: bigint, b: bigint, result: Ref) => {
    if (b === 0n) return divisionByZero()
    result.value = a % b
    return BigInt.asIntN(64, a / b)
  },
}

export const mathType = defineType('static class System.Math', { ...doubles, ...decimals, ...perType(), ...integers })

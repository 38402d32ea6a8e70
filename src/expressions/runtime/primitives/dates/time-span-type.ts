import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import type { MemberTable } from '../../../types/type.ts'
import { netType, type Ref, type Value } from '../../../types/values.ts'
import { required } from '../errors/argument-errors.ts'
import { ticksPerDay, ticksPerHour, ticksPerMillisecond, ticksPerMinute, ticksPerSecond } from './calendar.ts'
import { compareTicks, TimeSpan } from './time-span.ts'
import { parseTimeSpan, parseTimeSpanExact, type TimeSpanFault, timeSpanFailure } from './time-span-parse.ts'

type Text = string | null

const spanOf = (read: bigint | TimeSpanFault) => (typeof read === 'string' ? timeSpanFailure(read) : new TimeSpan(read))

function tryRead(read: bigint | TimeSpanFault, result: Ref): boolean {
  result.value = typeof read === 'string' ? TimeSpan.zero : new TimeSpan(read)
  return typeof read !== 'string'
}

const exact = (text: Text, format: Text, provider: Value, styles = 0) =>
  spanOf(parseTimeSpanExact(required(text, 'input'), required(format, 'format'), provider, styles === 1))

function exactOf(text: Text, formats: readonly Text[] | null, provider: Value, styles = 0): bigint | TimeSpanFault {
  let last: bigint | TimeSpanFault = 'format'
  for (const format of required(formats, 'formats')) {
    last = parseTimeSpanExact(required(text, 'input'), format ?? '', provider, styles === 1)
    if (typeof last !== 'string') return last
  }
  return last
}

const parsing: MemberTable = {
  'static TimeSpan Parse(string s)': (text: Text) => spanOf(parseTimeSpan(required(text, 's'))),
  'static TimeSpan Parse(string input, IFormatProvider formatProvider)': (text: Text) =>
    spanOf(parseTimeSpan(required(text, 'input'))),
  'static TimeSpan ParseExact(string input, string format, IFormatProvider formatProvider)': exact,
  'static TimeSpan ParseExact(string input, string format, IFormatProvider formatProvider, TimeSpanStyles styles)': exact,
  'static TimeSpan ParseExact(string input, string[] formats, IFormatProvider formatProvider)': (
    text: Text,
    formats: readonly Text[] | null,
    provider: Value,
  ) => spanOf(exactOf(text, formats, provider)),
  'static bool TryParse(string s, out TimeSpan result)': (text: Text, result: Ref) =>
    tryRead(text === null ? 'format' : parseTimeSpan(text), result),
  'static bool TryParse(string input, IFormatProvider formatProvider, out TimeSpan result)': (
    text: Text,
    _provider: Value,
    result: Ref,
  ) => tryRead(text === null ? 'format' : parseTimeSpan(text), result),
  'static bool TryParseExact(string input, string format, IFormatProvider formatProvider, out TimeSpan result)': (
    text: Text,
    format: Text,
    provider: Value,
    result: Ref,
  ) => tryRead(text === null || format === null ? 'format' : parseTimeSpanExact(text, format, provider, false), result),
  'static bool TryParseExact(string input, string[] formats, IFormatProvider formatProvider, out TimeSpan result)': (
    text: Text,
    formats: readonly Text[] | null,
    provider: Value,
    result: Ref,
  ) => tryRead(text === null || formats === null ? 'format' : exactOf(text, formats, provider), result),
}

/** To the nearest tick. */
function multiplied(self: TimeSpan, factor: number): TimeSpan {
  if (Number.isNaN(factor))
    return fail('System.ArgumentException', 'TimeSpan does not accept floating point Not-a-Number values.')
  const ticks = Math.round(Number(self.ticks) * factor)
  if (Math.abs(ticks) >= 2 ** 63) return fail('System.OverflowException', 'TimeSpan overflowed because the duration is too long.')
  return new TimeSpan(BigInt(ticks))
}

const divided = (unit: bigint) => (self: TimeSpan) => Number(self.ticks) / Number(unit)

const operators: MemberTable = {
  'static TimeSpan operator -(TimeSpan t)': (t: TimeSpan) => t.negated(),
  'static TimeSpan operator +(TimeSpan t)': (t: TimeSpan) => t,
  'static TimeSpan operator +(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => TimeSpan.checked(a.ticks + b.ticks),
  'static TimeSpan operator -(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => TimeSpan.checked(a.ticks - b.ticks),
  'static bool operator ==(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => a.ticks === b.ticks,
  'static bool operator !=(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => a.ticks !== b.ticks,
  'static bool operator <(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => a.ticks < b.ticks,
  'static bool operator <=(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => a.ticks <= b.ticks,
  'static bool operator >(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => a.ticks > b.ticks,
  'static bool operator >=(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => a.ticks >= b.ticks,
}

export const timeSpanType: DefinedType = defineType(
  'struct System.TimeSpan : IComparable, IComparable<TimeSpan>, IEquatable<TimeSpan>, IFormattable',
  {
    'new(long ticks)': (ticks: bigint) => new TimeSpan(ticks),
    'new(int hours, int minutes, int seconds)': (h: number, m: number, s: number) => TimeSpan.of(0, h, m, s, 0),
    'new(int days, int hours, int minutes, int seconds)': (d: number, h: number, m: number, s: number) =>
      TimeSpan.of(d, h, m, s, 0),
    'new(int days, int hours, int minutes, int seconds, int milliseconds)': TimeSpan.of,
    'static readonly TimeSpan Zero { get; }': () => TimeSpan.zero,
    'static readonly TimeSpan MinValue { get; }': () => TimeSpan.min,
    'static readonly TimeSpan MaxValue { get; }': () => TimeSpan.max,
    'const long TicksPerDay': { constant: ticksPerDay },
    'const long TicksPerHour': { constant: ticksPerHour },
    'const long TicksPerMinute': { constant: ticksPerMinute },
    'const long TicksPerSecond': { constant: ticksPerSecond },
    'const long TicksPerMillisecond': { constant: ticksPerMillisecond },
    'static TimeSpan FromDays(double value)': (value: number) => TimeSpan.from(value, 86_400_000),
    'static TimeSpan FromHours(double value)': (value: number) => TimeSpan.from(value, 3_600_000),
    'static TimeSpan FromMinutes(double value)': (value: number) => TimeSpan.from(value, 60_000),
    'static TimeSpan FromSeconds(double value)': (value: number) => TimeSpan.from(value, 1000),
    'static TimeSpan FromMilliseconds(double value)': (value: number) => TimeSpan.from(value, 1),
    'static TimeSpan FromTicks(long value)': (ticks: bigint) => new TimeSpan(ticks),
    'static int Compare(TimeSpan t1, TimeSpan t2)': compareTicks,
    'static bool Equals(TimeSpan t1, TimeSpan t2)': (a: TimeSpan, b: TimeSpan) => a.ticks === b.ticks,
    'long Ticks { get; }': (self: TimeSpan) => self.ticks,
    'int Days { get; }': (self: TimeSpan) => self.days,
    'int Hours { get; }': (self: TimeSpan) => self.hours,
    'int Minutes { get; }': (self: TimeSpan) => self.minutes,
    'int Seconds { get; }': (self: TimeSpan) => self.seconds,
    'int Milliseconds { get; }': (self: TimeSpan) => self.milliseconds,
    'double TotalDays { get; }': divided(ticksPerDay),
    'double TotalHours { get; }': divided(ticksPerHour),
    'double TotalMinutes { get; }': divided(ticksPerMinute),
    'double TotalSeconds { get; }': divided(ticksPerSecond),
    'double TotalMilliseconds { get; }': divided(ticksPerMillisecond),
    'TimeSpan Add(TimeSpan ts)': (a: TimeSpan, b: TimeSpan) => TimeSpan.checked(a.ticks + b.ticks),
    'TimeSpan Subtract(TimeSpan ts)': (a: TimeSpan, b: TimeSpan) => TimeSpan.checked(a.ticks - b.ticks),
    'TimeSpan Multiply(double factor)': multiplied,
    'TimeSpan Divide(double divisor)': (self: TimeSpan, divisor: number) => multiplied(self, 1 / divisor),
    'double Divide(TimeSpan ts)': (self: TimeSpan, other: TimeSpan) => Number(self.ticks) / Number(other.ticks),
    'TimeSpan Negate()': (self: TimeSpan) => self.negated(),
    'TimeSpan Duration()': (self: TimeSpan) =>
      self.ticks === TimeSpan.min.ticks
        ? fail(
            'System.OverflowException',
            'The duration cannot be returned for TimeSpan.MinValue because the absolute value of TimeSpan.MinValue exceeds the value of TimeSpan.MaxValue.',
          )
        : new TimeSpan(self.ticks < 0n ? -self.ticks : self.ticks),
    'int CompareTo(object value)': (self: TimeSpan, other: Value) => (other === null ? 1 : self.netCompare(other)),
    'int CompareTo(TimeSpan value)': compareTicks,
    'bool Equals(object value)': (self: TimeSpan, other: Value) => self.netEquals(other),
    'bool Equals(TimeSpan obj)': (self: TimeSpan, other: TimeSpan) => self.ticks === other.ticks,
    'int GetHashCode()': (self: TimeSpan) => self.netHashCode(),
    'string ToString()': (self: TimeSpan) => self.netToString(),
    'string ToString(string format)': (self: TimeSpan, format: Text) => self.netToString(format),
    'string ToString(string format, IFormatProvider formatProvider)': (self: TimeSpan, format: Text, provider: Value) =>
      self.netToString(format, provider),
    ...parsing,
    ...operators,
  },
  { default: () => TimeSpan.zero },
)

Object.defineProperty(TimeSpan.prototype, netType, { value: timeSpanType.of() })

import { makeArray } from '../../../types/arrays.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { MemberTable } from '../../../types/type.ts'
import { netType, type Ref, type Value } from '../../../types/values.ts'
import { required } from '../errors/argument-errors.ts'
import { checkedLeapYear, daysInMonth, ticksPerDay, unixEpochTicks } from './calendar.ts'
import { clockMembers } from './clock-members.ts'
import { parseDateTime, parseDateTimeExact, tryParseDateTime, tryParseDateTimeExact } from './date-reading.ts'
import { DateTime, DateTimeKind } from './date-time.ts'
import { fromOaDate, oaDateOf } from './ole-date.ts'
import { compareTicks, TimeSpan } from './time-span.ts'

type Text = string | null

const { Utc, Local } = DateTimeKind

const constructors: MemberTable = {
  'new(long ticks)': (ticks: bigint) => DateTime.checked(ticks, 0),
  'new(long ticks, DateTimeKind kind)': DateTime.checked,
  'new(int year, int month, int day)': DateTime.of,
  'new(int year, int month, int day, int hour, int minute, int second)': DateTime.of,
  'new(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)': (
    y: number,
    mo: number,
    d: number,
    h: number,
    mi: number,
    s: number,
    kind: number,
  ) => DateTime.of(y, mo, d, h, mi, s, 0, kind),
  'new(int year, int month, int day, int hour, int minute, int second, int millisecond)': DateTime.of,
  'new(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)': DateTime.of,
}

const now = (kind: number) => () => DateTime.now(kind)
const midnight = (self: DateTime) => new DateTime(self.ticks - (self.ticks % ticksPerDay), self.kind)

const statics: MemberTable = {
  'static readonly DateTime UnixEpoch { get; }': () => new DateTime(unixEpochTicks, Utc),
  'static readonly DateTime MinValue { get; }': () => DateTime.min,
  'static readonly DateTime MaxValue { get; }': () => DateTime.max,
  'static DateTime Now { get; }': now(Local),
  'static DateTime UtcNow { get; }': now(Utc),
  'static DateTime Today { get; }': () => midnight(DateTime.now(Local)),
  'static int DaysInMonth(int year, int month)': daysInMonth,
  'static bool IsLeapYear(int year)': checkedLeapYear,
  'static int Compare(DateTime t1, DateTime t2)': compareTicks,
  'static bool Equals(DateTime t1, DateTime t2)': (a: DateTime, b: DateTime) => a.ticks === b.ticks,
  'static DateTime SpecifyKind(DateTime value, DateTimeKind kind)': (value: DateTime, kind: number) => value.withKind(kind),
  'static DateTime FromBinary(long dateData)': (data: bigint) =>
    new DateTime(BigInt.asUintN(62, data), [0, 1, 2, 2][Number(BigInt.asUintN(64, data) >> 62n)]),
  'static DateTime FromFileTime(long fileTime)': (ticks: bigint) => DateTime.checked(ticks + fileEpoch, Local),
  'static DateTime FromFileTimeUtc(long fileTime)': (ticks: bigint) => DateTime.checked(ticks + fileEpoch, Utc),
  'static DateTime FromOADate(double d)': fromOaDate,
}

/** 1601-01-01, from which Windows counts file times. */
const fileEpoch = 504911232000000000n

function tryRead(found: DateTime | undefined, result: Ref): boolean {
  result.value = found ?? DateTime.min
  return found !== undefined
}

const parsing: MemberTable = {
  'static DateTime Parse(string s)': (text: Text) => parseDateTime(text),
  'static DateTime Parse(string s, IFormatProvider provider)': (text: Text, provider: Value) => parseDateTime(text, provider),
  'static DateTime Parse(string s, IFormatProvider provider, DateTimeStyles styles)': parseDateTime,
  'static DateTime ParseExact(string s, string format, IFormatProvider provider)': (text: Text, format: Text, provider: Value) =>
    parseDateTimeExact(text, [format], provider),
  'static DateTime ParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style)': (
    text: Text,
    format: Text,
    provider: Value,
    styles: number,
  ) => parseDateTimeExact(text, [format], provider, styles),
  'static DateTime ParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style)': (
    text: Text,
    formats: readonly Text[] | null,
    provider: Value,
    styles: number,
  ) => parseDateTimeExact(text, required(formats, 'formats'), provider, styles),
  'static bool TryParse(string s, out DateTime result)': (text: Text, result: Ref) => tryRead(tryParseDateTime(text), result),
  'static bool TryParse(string s, IFormatProvider provider, DateTimeStyles styles, out DateTime result)': (
    text: Text,
    provider: Value,
    styles: number,
    result: Ref,
  ) => tryRead(tryParseDateTime(text, provider, styles), result),
  'static bool TryParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style, out DateTime result)': (
    text: Text,
    format: Text,
    provider: Value,
    styles: number,
    result: Ref,
  ) => tryRead(tryParseDateTimeExact(text, [format], provider, styles), result),
  'static bool TryParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style, out DateTime result)': (
    text: Text,
    formats: readonly Text[] | null,
    provider: Value,
    styles: number,
    result: Ref,
  ) => tryRead(tryParseDateTimeExact(text, formats, provider, styles), result),
}

const parts: MemberTable = {
  ...clockMembers,
  'DateTimeKind Kind { get; }': (self: DateTime) => self.kind,
  'DateTime Date { get; }': midnight,
}

const units = (milliseconds: number) => (self: DateTime, value: number) => self.addUnits(value, milliseconds)

const arithmetic: MemberTable = {
  'DateTime Add(TimeSpan value)': (self: DateTime, span: TimeSpan) => self.addTicks(span.ticks),
  'DateTime AddDays(double value)': units(86_400_000),
  'DateTime AddHours(double value)': units(3_600_000),
  'DateTime AddMinutes(double value)': units(60_000),
  'DateTime AddSeconds(double value)': units(1000),
  'DateTime AddMilliseconds(double value)': units(1),
  'DateTime AddTicks(long value)': (self: DateTime, ticks: bigint) => self.addTicks(ticks),
  'DateTime AddMonths(int months)': (self: DateTime, months: number) => self.addMonths(months),
  'DateTime AddYears(int value)': (self: DateTime, years: number) =>
    years < -10000 || years > 10000
      ? fail('System.ArgumentOutOfRangeException', 'Years value must be between +/-10000.\r\nParameter name: years')
      : self.addMonths(years * 12),
  'TimeSpan Subtract(DateTime value)': (self: DateTime, other: DateTime) => new TimeSpan(self.ticks - other.ticks),
  'DateTime Subtract(TimeSpan value)': (self: DateTime, span: TimeSpan) => self.addTicks(-span.ticks),
  'static DateTime operator +(DateTime d, TimeSpan t)': (self: DateTime, span: TimeSpan) => self.addTicks(span.ticks),
  'static DateTime operator -(DateTime d, TimeSpan t)': (self: DateTime, span: TimeSpan) => self.addTicks(-span.ticks),
  'static TimeSpan operator -(DateTime d1, DateTime d2)': (a: DateTime, b: DateTime) => new TimeSpan(a.ticks - b.ticks),
  'static bool operator ==(DateTime d1, DateTime d2)': (a: DateTime, b: DateTime) => a.ticks === b.ticks,
  'static bool operator !=(DateTime d1, DateTime d2)': (a: DateTime, b: DateTime) => a.ticks !== b.ticks,
  'static bool operator <(DateTime t1, DateTime t2)': (a: DateTime, b: DateTime) => a.ticks < b.ticks,
  'static bool operator <=(DateTime t1, DateTime t2)': (a: DateTime, b: DateTime) => a.ticks <= b.ticks,
  'static bool operator >(DateTime t1, DateTime t2)': (a: DateTime, b: DateTime) => a.ticks > b.ticks,
  'static bool operator >=(DateTime t1, DateTime t2)': (a: DateTime, b: DateTime) => a.ticks >= b.ticks,
}

function fileTime(self: DateTime): bigint {
  if (self.ticks < fileEpoch) return fail('System.ArgumentOutOfRangeException', 'Not a valid Win32 FileTime.')
  return self.ticks - fileEpoch
}

function allFormats(self: DateTime, letters = 'dDfFgGmMoOrRstTuUyY', provider: Value = null): unknown {
  const texts = [...letters].map(letter => self.netToString(letter, provider))
  return makeArray(lookupType('System.String'), texts)
}

const rest: MemberTable = {
  // the local zone is UTC: the clock stays, the kind changes
  'DateTime ToLocalTime()': (self: DateTime) => self.withKind(Local),
  'DateTime ToUniversalTime()': (self: DateTime) => self.withKind(Utc),
  'bool IsDaylightSavingTime()': () => false,
  'long ToBinary()': (self: DateTime) => BigInt.asIntN(64, self.ticks | (BigInt(self.kind) << 62n)),
  'long ToFileTime()': fileTime,
  'long ToFileTimeUtc()': fileTime,
  'double ToOADate()': oaDateOf,
  'string[] GetDateTimeFormats()': (self: DateTime) => allFormats(self),
  'string[] GetDateTimeFormats(IFormatProvider provider)': (self: DateTime, provider: Value) =>
    allFormats(self, undefined, provider),
  'string[] GetDateTimeFormats(char format)': (self: DateTime, format: number) => allFormats(self, String.fromCharCode(format)),
  'string[] GetDateTimeFormats(char format, IFormatProvider provider)': (self: DateTime, format: number, provider: Value) =>
    allFormats(self, String.fromCharCode(format), provider),
  'TypeCode GetTypeCode()': () => 16,
  'string ToString()': (self: DateTime) => self.netToString(),
  'string ToString(string format)': (self: DateTime, format: Text) => self.netToString(format),
  'string ToString(IFormatProvider provider)': (self: DateTime, provider: Value) => self.netToString(null, provider),
  'string ToString(string format, IFormatProvider provider)': (self: DateTime, format: Text, provider: Value) =>
    self.netToString(format, provider),
  'string ToShortDateString()': (self: DateTime) => self.netToString('d'),
  'string ToLongDateString()': (self: DateTime) => self.netToString('D'),
  'string ToShortTimeString()': (self: DateTime) => self.netToString('t'),
  'string ToLongTimeString()': (self: DateTime) => self.netToString('T'),
  'bool Equals(object value)': (self: DateTime, other: Value) => self.netEquals(other),
  'bool Equals(DateTime value)': (self: DateTime, other: DateTime) => self.ticks === other.ticks,
  'int CompareTo(object value)': (self: DateTime, other: Value) => (other === null ? 1 : self.netCompare(other)),
  'int CompareTo(DateTime value)': compareTicks,
  'int GetHashCode()': (self: DateTime) => self.netHashCode(),
}

export const dateTimeType: DefinedType = defineType(
  'struct System.DateTime : IComparable, IFormattable, IConvertible, IComparable<DateTime>, IEquatable<DateTime>',
  { ...constructors, ...statics, ...parsing, ...parts, ...arithmetic, ...rest },
  { default: () => DateTime.min },
)

Object.defineProperty(DateTime.prototype, netType, { value: dateTimeType.of() })

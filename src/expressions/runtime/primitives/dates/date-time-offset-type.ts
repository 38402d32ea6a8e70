import { type DefinedType, defineType } from '../../../types/define-type.ts'
import type { MemberTable } from '../../../types/type.ts'
import { netType, type Ref, type Value } from '../../../types/values.ts'
import { dateTimeFormatOf } from '../culture/culture.ts'
import { required } from '../errors/argument-errors.ts'
import { ticksPerDay, ticksPerMillisecond, ticksPerMinute, ticksPerSecond, unixEpochTicks } from './calendar.ts'
import { clockMembers } from './clock-members.ts'
import { DateTime, DateTimeKind } from './date-time.ts'
import { compareMoments, DateTimeOffset } from './date-time-offset.ts'
import { readAnyDate } from './parse-date.ts'
import { readExactDate } from './parse-exact.ts'
import { checkDateStyles, clockTicks, type DateFault, type DateReading, DateTimeStyles, dateFailure } from './read-date.ts'
import { TimeSpan } from './time-span.ts'

type Text = string | null

/** A reading without a zone is local, which is UTC. */
function toOffset(reading: DateReading | DateFault, styles: number): DateTimeOffset | DateFault {
  if (typeof reading === 'string') return reading
  const ticks = clockTicks(reading, styles)
  if (typeof ticks === 'string') return ticks
  const offset = reading.offset ?? 0
  if (Math.abs(offset) > 14 * 60) return 'offset'
  const utc = ticks - BigInt(offset) * ticksPerMinute
  if (utc < 0n || utc > DateTime.max.ticks) return 'range'
  return (styles & DateTimeStyles.AdjustToUniversal) !== 0 ? new DateTimeOffset(utc, 0) : new DateTimeOffset(ticks, offset)
}

const readAny = (text: string, provider: Value, styles: number) => toOffset(readAnyDate(text, dateTimeFormatOf(provider)), styles)

function readExact(text: string, formats: readonly Text[], provider: Value, styles: number): DateTimeOffset | DateFault {
  let found: DateTimeOffset | DateFault = 'format'
  for (const format of formats) {
    found = toOffset(readExactDate(text, format ?? '', dateTimeFormatOf(provider), styles, true), styles)
    if (typeof found !== 'string') return found
  }
  return found
}

const orThrow = (found: DateTimeOffset | DateFault) => (typeof found === 'string' ? dateFailure(found) : found)

function parse(text: Text, provider: Value = null, styles = 0): DateTimeOffset {
  checkDateStyles(styles)
  return orThrow(readAny(required(text, 'input'), provider, styles))
}

function parseExact(text: Text, formats: readonly Text[] | null, provider: Value, styles = 0): DateTimeOffset {
  checkDateStyles(styles)
  return orThrow(readExact(required(text, 'input'), required(formats, 'formats'), provider, styles))
}

function tryRead(found: DateTimeOffset | DateFault, result: Ref): boolean {
  result.value = typeof found === 'string' ? DateTimeOffset.min : found
  return typeof found !== 'string'
}

const parsing: MemberTable = {
  'static DateTimeOffset Parse(string input)': (text: Text) => parse(text),
  'static DateTimeOffset Parse(string input, IFormatProvider formatProvider)': (text: Text, provider: Value) =>
    parse(text, provider),
  'static DateTimeOffset Parse(string input, IFormatProvider formatProvider, DateTimeStyles styles)': parse,
  'static DateTimeOffset ParseExact(string input, string format, IFormatProvider formatProvider)': (
    text: Text,
    format: Text,
    provider: Value,
  ) => parseExact(text, [required(format, 'format')], provider),
  'static DateTimeOffset ParseExact(string input, string format, IFormatProvider formatProvider, DateTimeStyles styles)': (
    text: Text,
    format: Text,
    provider: Value,
    styles: number,
  ) => parseExact(text, [required(format, 'format')], provider, styles),
  'static DateTimeOffset ParseExact(string input, string[] formats, IFormatProvider formatProvider, DateTimeStyles styles)':
    parseExact,
  'static bool TryParse(string input, out DateTimeOffset result)': (text: Text, result: Ref) =>
    tryRead(text === null ? 'format' : readAny(text, null, 0), result),
  'static bool TryParse(string input, IFormatProvider formatProvider, DateTimeStyles styles, out DateTimeOffset result)': (
    text: Text,
    provider: Value,
    styles: number,
    result: Ref,
  ) => tryRead(text === null ? 'format' : readAny(text, provider, styles), result),
  'static bool TryParseExact(string input, string format, IFormatProvider formatProvider, DateTimeStyles styles, out DateTimeOffset result)':
    (text: Text, format: Text, provider: Value, styles: number, result: Ref) =>
      tryRead(text === null ? 'format' : readExact(text, [format], provider, styles), result),
  'static bool TryParseExact(string input, string[] formats, IFormatProvider formatProvider, DateTimeStyles styles, out DateTimeOffset result)':
    (text: Text, formats: readonly Text[] | null, provider: Value, styles: number, result: Ref) =>
      tryRead(text === null ? 'format' : readExact(text, formats ?? [], provider, styles), result),
}

const at = (y: number, mo: number, d: number, h: number, mi: number, s: number, ms: number, offset: TimeSpan) =>
  DateTimeOffset.checked(DateTime.of(y, mo, d, h, mi, s, ms).ticks, DateTimeOffset.minutesOf(offset))

const making: MemberTable = {
  'new(long ticks, TimeSpan offset)': (ticks: bigint, offset: TimeSpan) =>
    DateTimeOffset.checked(ticks, DateTimeOffset.minutesOf(offset)),
  'new(DateTime dateTime)': DateTimeOffset.from,
  'new(DateTime dateTime, TimeSpan offset)': DateTimeOffset.withOffset,
  'new(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)': (
    y: number,
    mo: number,
    d: number,
    h: number,
    mi: number,
    s: number,
    offset: TimeSpan,
  ) => at(y, mo, d, h, mi, s, 0, offset),
  'new(int year, int month, int day, int hour, int minute, int second, int millisecond, TimeSpan offset)': at,
  'static implicit operator DateTimeOffset(DateTime dateTime)': DateTimeOffset.from,
  'static readonly DateTimeOffset UnixEpoch { get; }': () => new DateTimeOffset(unixEpochTicks, 0),
  'static readonly DateTimeOffset MinValue { get; }': () => DateTimeOffset.min,
  'static readonly DateTimeOffset MaxValue { get; }': () => DateTimeOffset.max,
  'static DateTimeOffset Now { get; }': () => DateTimeOffset.from(DateTime.now(DateTimeKind.Local)),
  'static DateTimeOffset UtcNow { get; }': () => DateTimeOffset.from(DateTime.now(DateTimeKind.Utc)),
  'static DateTimeOffset FromUnixTimeSeconds(long seconds)': (value: bigint) =>
    DateTimeOffset.fromUnix(value, ticksPerSecond, 'seconds'),
  'static DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)': (value: bigint) =>
    DateTimeOffset.fromUnix(value, ticksPerMillisecond, 'milliseconds'),
  'static DateTimeOffset FromFileTime(long fileTime)': (value: bigint) => DateTimeOffset.checked(value + 504911232000000000n, 0),
}

/** Whole units since 1970, towards the past. */
function unixTime(self: DateTimeOffset, unit: bigint): bigint {
  // as .NET: both counts from year 1 are positive, so that the division rounds down
  return self.utcTicks / unit - unixEpochTicks / unit
}

const parts: MemberTable = {
  ...clockMembers,
  'DateTime DateTime { get; }': (self: DateTimeOffset) => self.clock,
  'DateTime LocalDateTime { get; }': (self: DateTimeOffset) => new DateTime(self.utcTicks, DateTimeKind.Local),
  'DateTime UtcDateTime { get; }': (self: DateTimeOffset) => new DateTime(self.utcTicks, DateTimeKind.Utc),
  'DateTime Date { get; }': (self: DateTimeOffset) => new DateTime(self.ticks - (self.ticks % ticksPerDay)),
  'TimeSpan Offset { get; }': (self: DateTimeOffset) => new TimeSpan(BigInt(self.offset) * ticksPerMinute),
  'long UtcTicks { get; }': (self: DateTimeOffset) => self.utcTicks,
  'long ToUnixTimeSeconds()': (self: DateTimeOffset) => unixTime(self, ticksPerSecond),
  'long ToUnixTimeMilliseconds()': (self: DateTimeOffset) => unixTime(self, ticksPerMillisecond),
  'long ToFileTime()': (self: DateTimeOffset) => self.utcTicks - 504911232000000000n,
}

const units = (milliseconds: number) => (self: DateTimeOffset, value: number) =>
  self.withClock(self.clock.addUnits(value, milliseconds))
const plus = (self: DateTimeOffset, span: TimeSpan) => self.withClock(self.clock.addTicks(span.ticks))
const minus = (self: DateTimeOffset, span: TimeSpan) => self.withClock(self.clock.addTicks(-span.ticks))
const between = (a: DateTimeOffset, b: DateTimeOffset) => new TimeSpan(a.utcTicks - b.utcTicks)

const arithmetic: MemberTable = {
  'DateTimeOffset Add(TimeSpan timeSpan)': plus,
  'DateTimeOffset AddDays(double days)': units(86_400_000),
  'DateTimeOffset AddHours(double hours)': units(3_600_000),
  'DateTimeOffset AddMinutes(double minutes)': units(60_000),
  'DateTimeOffset AddSeconds(double seconds)': units(1000),
  'DateTimeOffset AddMilliseconds(double milliseconds)': units(1),
  'DateTimeOffset AddTicks(long ticks)': (self: DateTimeOffset, ticks: bigint) => self.withClock(self.clock.addTicks(ticks)),
  'DateTimeOffset AddMonths(int months)': (self: DateTimeOffset, months: number) => self.withClock(self.clock.addMonths(months)),
  'DateTimeOffset AddYears(int years)': (self: DateTimeOffset, years: number) => self.withClock(self.clock.addMonths(years * 12)),
  'TimeSpan Subtract(DateTimeOffset value)': between,
  'DateTimeOffset Subtract(TimeSpan value)': minus,
  'DateTimeOffset ToOffset(TimeSpan offset)': (self: DateTimeOffset, offset: TimeSpan) =>
    self.toOffset(DateTimeOffset.minutesOf(offset)),
  'DateTimeOffset ToLocalTime()': (self: DateTimeOffset) => self.toOffset(0),
  'DateTimeOffset ToUniversalTime()': (self: DateTimeOffset) => self.toOffset(0),
  'static DateTimeOffset operator +(DateTimeOffset d, TimeSpan t)': plus,
  'static DateTimeOffset operator -(DateTimeOffset d, TimeSpan t)': minus,
  'static TimeSpan operator -(DateTimeOffset a, DateTimeOffset b)': between,
  'static bool operator ==(DateTimeOffset a, DateTimeOffset b)': (a: DateTimeOffset, b: DateTimeOffset) =>
    compareMoments(a, b) === 0,
  'static bool operator !=(DateTimeOffset a, DateTimeOffset b)': (a: DateTimeOffset, b: DateTimeOffset) =>
    compareMoments(a, b) !== 0,
  'static bool operator <(DateTimeOffset a, DateTimeOffset b)': (a: DateTimeOffset, b: DateTimeOffset) =>
    compareMoments(a, b) < 0,
  'static bool operator <=(DateTimeOffset a, DateTimeOffset b)': (a: DateTimeOffset, b: DateTimeOffset) =>
    compareMoments(a, b) <= 0,
  'static bool operator >(DateTimeOffset a, DateTimeOffset b)': (a: DateTimeOffset, b: DateTimeOffset) =>
    compareMoments(a, b) > 0,
  'static bool operator >=(DateTimeOffset a, DateTimeOffset b)': (a: DateTimeOffset, b: DateTimeOffset) =>
    compareMoments(a, b) >= 0,
}

const rest: MemberTable = {
  'static int Compare(DateTimeOffset first, DateTimeOffset second)': compareMoments,
  'static bool Equals(DateTimeOffset first, DateTimeOffset second)': (a: DateTimeOffset, b: DateTimeOffset) =>
    compareMoments(a, b) === 0,
  'bool Equals(object obj)': (self: DateTimeOffset, other: Value) => self.netEquals(other),
  'bool Equals(DateTimeOffset other)': (self: DateTimeOffset, other: DateTimeOffset) => self.netEquals(other),
  'bool EqualsExact(DateTimeOffset other)': (self: DateTimeOffset, other: DateTimeOffset) =>
    self.ticks === other.ticks && self.offset === other.offset,
  'int CompareTo(DateTimeOffset other)': compareMoments,
  'int GetHashCode()': (self: DateTimeOffset) => self.netHashCode(),
  'string ToString()': (self: DateTimeOffset) => self.netToString(),
  'string ToString(string format)': (self: DateTimeOffset, format: Text) => self.netToString(format),
  'string ToString(IFormatProvider formatProvider)': (self: DateTimeOffset, provider: Value) => self.netToString(null, provider),
  'string ToString(string format, IFormatProvider formatProvider)': (self: DateTimeOffset, format: Text, provider: Value) =>
    self.netToString(format, provider),
}

export const dateTimeOffsetType: DefinedType = defineType(
  'struct System.DateTimeOffset : IComparable, IFormattable, IComparable<DateTimeOffset>, IEquatable<DateTimeOffset>',
  { ...making, ...parsing, ...parts, ...arithmetic, ...rest },
  { default: () => DateTimeOffset.min },
)

Object.defineProperty(DateTimeOffset.prototype, netType, { value: dateTimeOffsetType.of() })

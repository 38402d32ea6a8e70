import { makeArray } from '../../../types/arrays.ts'
import { defineType } from '../../../types/define-type.ts'
import type { MemberTable } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'
import { ticksPerMinute } from './calendar.ts'
import { DateTime, DateTimeKind } from './date-time.ts'
import type { DateTimeOffset } from './date-time-offset.ts'
import { TimeSpan } from './time-span.ts'
import { timeSpanType } from './time-span-type.ts'
import { allTimeZones, convertOffset, convertTime, findTimeZone, momentIn, TimeZone } from './time-zone.ts'
import { adjustmentRule } from './zone-rule-types.ts'
import { type AdjustmentRule, RuleOffsets } from './zone-rules.ts'

type Text = string | null
type Zone = TimeZone | null

const span = (minutes: number) => new TimeSpan(BigInt(minutes) * ticksPerMinute)
const zoneOf = (id: Text) => findTimeZone(required(id, 'id'))
const target = (zone: Zone) => required(zone, 'destinationTimeZone')

function fromUtc(clock: DateTime, zone: Zone): DateTime {
  if (clock.kind === DateTimeKind.Local) {
    return badArgument(
      'The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.',
      'sourceTimeZone',
    )
  }
  return convertTime(clock, target(zone), TimeZone.utc)
}

const converting: MemberTable = {
  'static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)': (clock: DateTime, zone: Zone) =>
    convertTime(clock, target(zone)),
  'static DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)': (
    clock: DateTime,
    from: Zone,
    to: Zone,
  ) => convertTime(clock, target(to), required(from, 'sourceTimeZone')),
  'static DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)': (
    moment: DateTimeOffset,
    zone: Zone,
  ) => convertOffset(moment, target(zone)),
  'static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)': (clock: DateTime, id: Text) =>
    convertTime(clock, zoneOf(id)),
  'static DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string sourceTimeZoneId, string destinationTimeZoneId)': (
    clock: DateTime,
    from: Text,
    to: Text,
  ) => convertTime(clock, zoneOf(to), zoneOf(from)),
  'static DateTimeOffset ConvertTimeBySystemTimeZoneId(DateTimeOffset dateTimeOffset, string destinationTimeZoneId)': (
    moment: DateTimeOffset,
    id: Text,
  ) => convertOffset(moment, zoneOf(id)),
  'static DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)': fromUtc,
  'static DateTime ConvertTimeToUtc(DateTime dateTime)': (clock: DateTime) => clock.withKind(DateTimeKind.Utc),
  'static DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)': (clock: DateTime, zone: Zone) =>
    convertTime(clock, TimeZone.utc, required(zone, 'sourceTimeZone')),
}

function ambiguousOffsets(zone: TimeZone, ticks: bigint) {
  const { kind, offsets } = zone.ofClock(ticks)
  if (kind !== 'twice') return badArgument('The supplied DateTime is not in an ambiguous time range.', 'dateTime')
  return makeArray(timeSpanType.of(), offsets.map(span))
}

/** A DateTimeOffset's clock in a zone. */
const clockIn = (zone: TimeZone, moment: DateTimeOffset) => convertOffset(moment, zone).ticks
const clockOf = (zone: TimeZone, value: DateTime) =>
  value.kind === DateTimeKind.Unspecified ? value.ticks : convertTime(value, zone).ticks

const asking: MemberTable = {
  'string Id { get; }': (self: TimeZone) => self.id,
  'string DisplayName { get; }': (self: TimeZone) => self.displayName,
  'string StandardName { get; }': (self: TimeZone) => self.standardName,
  'string DaylightName { get; }': (self: TimeZone) => self.daylightName,
  'TimeSpan BaseUtcOffset { get; }': (self: TimeZone) => span(self.baseOffset),
  'bool SupportsDaylightSavingTime { get; }': (self: TimeZone) => self.hasDaylight,
  'TimeSpan GetUtcOffset(DateTime dateTime)': (self: TimeZone, value: DateTime) => span(self.offsetAt(momentIn(self, value))),
  'TimeSpan GetUtcOffset(DateTimeOffset dateTimeOffset)': (self: TimeZone, value: DateTimeOffset) =>
    span(self.offsetAt(value.utcTicks)),
  'bool IsDaylightSavingTime(DateTime dateTime)': (self: TimeZone, value: DateTime) => self.isDaylightAt(momentIn(self, value)),
  'bool IsDaylightSavingTime(DateTimeOffset dateTimeOffset)': (self: TimeZone, value: DateTimeOffset) =>
    self.isDaylightAt(value.utcTicks),
  'bool IsAmbiguousTime(DateTime dateTime)': (self: TimeZone, value: DateTime) =>
    self.ofClock(clockOf(self, value)).kind === 'twice',
  'bool IsAmbiguousTime(DateTimeOffset dateTimeOffset)': (self: TimeZone, value: DateTimeOffset) =>
    self.ofClock(clockIn(self, value)).kind === 'twice',
  'bool IsInvalidTime(DateTime dateTime)': (self: TimeZone, value: DateTime) =>
    value.kind === DateTimeKind.Unspecified && self.ofClock(value.ticks).kind === 'skipped',
  'TimeSpan[] GetAmbiguousTimeOffsets(DateTime dateTime)': (self: TimeZone, value: DateTime) =>
    ambiguousOffsets(self, clockOf(self, value)),
  'TimeSpan[] GetAmbiguousTimeOffsets(DateTimeOffset dateTimeOffset)': (self: TimeZone, value: DateTimeOffset) =>
    ambiguousOffsets(self, clockIn(self, value)),
  'System.TimeZoneInfo.AdjustmentRule[] GetAdjustmentRules()': (self: TimeZone) =>
    makeArray(adjustmentRule.of(), [...self.rules]),
  'bool HasSameRules(TimeZoneInfo other)': (self: TimeZone, other: Zone) => {
    const theirs = required(other, 'other')
    const moments = Array.from(
      { length: 24 },
      (_, i) => DateTime.of(new Date().getUTCFullYear(), 1 + (i >> 1), i % 2 === 0 ? 1 : 15).ticks,
    )
    return moments.every(moment => self.offsetAt(moment) === theirs.offsetAt(moment))
  },
  'string ToString()': (self: TimeZone) => self.displayName,
  'bool Equals(object obj)': (self: TimeZone, other: Value) => self.netEquals(other),
  'bool Equals(TimeZoneInfo other)': (self: TimeZone, other: Zone) => self.netEquals(other),
  'int GetHashCode()': (self: TimeZone) => self.netHashCode(),
}

function customZone(
  id: Text,
  offset: TimeSpan,
  displayName: Text,
  standardName: Text,
  daylightName: Text = standardName,
  rules: readonly AdjustmentRule[] | null = null,
  withoutRules = false,
): TimeZone {
  if (required(id, 'id') === '') return badArgument("The specified ID parameter '' is not supported.", 'id')
  if (offset.ticks % ticksPerMinute !== 0n)
    return badArgument('The TimeSpan parameter cannot be specified more precisely than whole minutes.', 'baseUtcOffset')
  const minutes = Number(offset.ticks / ticksPerMinute)
  if (Math.abs(minutes) > 14 * 60)
    return outOfRange('baseUtcOffset', 'The TimeSpan parameter must be within plus or minus 14.0 hours.')
  if (withoutRules || rules === null || rules.length === 0)
    return new TimeZone(id ?? '', displayName ?? '', minutes, standardName ?? '')
  return new TimeZone(id ?? '', displayName ?? '', new RuleOffsets(minutes, [...rules]), standardName ?? '', daylightName ?? '')
}

export const timeZoneInfoType = defineType('class System.TimeZoneInfo : IEquatable<TimeZoneInfo>', {
  'static TimeZoneInfo Utc { get; }': () => TimeZone.utc,
  'static TimeZoneInfo Local { get; }': () => TimeZone.utc,
  'static TimeZoneInfo FindSystemTimeZoneById(string id)': zoneOf,
  'static System.Collections.Generic.IReadOnlyList<TimeZoneInfo> GetSystemTimeZones()': () =>
    makeArray(timeZoneInfoType.of(), allTimeZones()),
  'static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName)':
    customZone,
  'static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName, string daylightDisplayName, System.TimeZoneInfo.AdjustmentRule[] adjustmentRules)':
    customZone,
  'static TimeZoneInfo CreateCustomTimeZone(string id, TimeSpan baseUtcOffset, string displayName, string standardDisplayName, string daylightDisplayName, System.TimeZoneInfo.AdjustmentRule[] adjustmentRules, bool disableDaylightSavingTime)':
    customZone,
  'static void ClearCachedData()': () => undefined,
  ...converting,
  ...asking,
})

Object.defineProperty(TimeZone.prototype, netType, { value: timeZoneInfoType.of() })

/** System.TimeZone, TimeZoneInfo's forerunner: it only knows the local zone. */
export const timeZoneType = defineType('class System.TimeZone', {
  'static System.TimeZone CurrentTimeZone { get; }': () => TimeZone.utc,
  'string StandardName { get; }': (self: TimeZone) => self.standardName,
  'string DaylightName { get; }': (self: TimeZone) => self.daylightName,
  'TimeSpan GetUtcOffset(DateTime time)': () => TimeSpan.zero,
  'DateTime ToLocalTime(DateTime time)': (_self: TimeZone, time: DateTime) => time.withKind(DateTimeKind.Local),
  'DateTime ToUniversalTime(DateTime time)': (_self: TimeZone, time: DateTime) => time.withKind(DateTimeKind.Utc),
  'bool IsDaylightSavingTime(DateTime time)': () => false,
})

import { defineType } from '../../../types/define-type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { badArgument, outOfRange } from '../errors/argument-errors.ts'
import { daysInMonth, ticksPerDay, ticksPerMinute } from './calendar.ts'
import { DateTime, DateTimeKind } from './date-time.ts'
import { TimeSpan } from './time-span.ts'
import { AdjustmentRule, TransitionTime } from './zone-rules.ts'

function checkedTime(timeOfDay: DateTime, month: number): DateTime {
  if (timeOfDay.kind !== DateTimeKind.Unspecified)
    return badArgument('The supplied DateTime must have the Kind property set to DateTimeKind.Unspecified.', 'timeOfDay')
  if (month < 1 || month > 12) return outOfRange('month', 'The Month parameter must be in the range 1 through 12.')
  if (timeOfDay.ticks >= ticksPerDay || timeOfDay.ticks % 10_000n !== 0n)
    return badArgument('The supplied DateTime must have the Year, Month, and Day properties set to 1.', 'timeOfDay')
  return timeOfDay
}

export const transitionTime = defineType(
  'struct System.TimeZoneInfo.TransitionTime : IEquatable<TimeZoneInfo.TransitionTime>',
  {
    'static System.TimeZoneInfo.TransitionTime CreateFixedDateRule(DateTime timeOfDay, int month, int day)': (
      timeOfDay: DateTime,
      month: number,
      day: number,
    ) => {
      const checked = checkedTime(timeOfDay, month)
      if (day < 1 || day > daysInMonth(2000, month))
        return outOfRange('day', 'The Day parameter must be in the range 1 through 31.')
      return new TransitionTime({ timeOfDay: checked, month, day, week: 1, dayOfWeek: 0, isFixed: true })
    },
    'static System.TimeZoneInfo.TransitionTime CreateFloatingDateRule(DateTime timeOfDay, int month, int week, DayOfWeek dayOfWeek)':
      (timeOfDay: DateTime, month: number, week: number, dayOfWeek: number) => {
        const checked = checkedTime(timeOfDay, month)
        if (week < 1 || week > 5) return outOfRange('week', 'The Week parameter must be in the range 1 through 5.')
        if (dayOfWeek < 0 || dayOfWeek > 6)
          return outOfRange('dayOfWeek', 'The DayOfWeek enumeration must be in the range 0 through 6.')
        return new TransitionTime({ timeOfDay: checked, month, day: 1, week, dayOfWeek, isFixed: false })
      },
    'DateTime TimeOfDay { get; }': (self: TransitionTime) => self.timeOfDay,
    'int Month { get; }': (self: TransitionTime) => self.month,
    'int Week { get; }': (self: TransitionTime) => self.week,
    'int Day { get; }': (self: TransitionTime) => self.day,
    'DayOfWeek DayOfWeek { get; }': (self: TransitionTime) => self.dayOfWeek,
    'bool IsFixedDateRule { get; }': (self: TransitionTime) => self.isFixed,
    'bool Equals(System.TimeZoneInfo.TransitionTime other)': (self: TransitionTime, other: TransitionTime) =>
      self.netEquals(other),
    'bool Equals(object obj)': (self: TransitionTime, other: Value) => self.netEquals(other),
    'int GetHashCode()': (self: TransitionTime) => self.netHashCode(),
    'static bool operator ==(System.TimeZoneInfo.TransitionTime t1, System.TimeZoneInfo.TransitionTime t2)': (
      a: TransitionTime,
      b: TransitionTime,
    ) => a.netEquals(b),
    'static bool operator !=(System.TimeZoneInfo.TransitionTime t1, System.TimeZoneInfo.TransitionTime t2)': (
      a: TransitionTime,
      b: TransitionTime,
    ) => !a.netEquals(b),
  },
  {
    default: () => new TransitionTime({ timeOfDay: DateTime.min, month: 0, day: 0, week: 0, dayOfWeek: 0, isFixed: false }),
  },
)

function createRule(
  dateStart: DateTime,
  dateEnd: DateTime,
  delta: TimeSpan,
  start: TransitionTime,
  end: TransitionTime,
): AdjustmentRule {
  if (dateStart.kind !== DateTimeKind.Unspecified || dateEnd.kind !== DateTimeKind.Unspecified)
    return badArgument('The supplied DateTime must have the Kind property set to DateTimeKind.Unspecified.', 'dateStart')
  if (start.netEquals(end))
    return badArgument(
      'The DaylightTransitionStart property must not equal the DaylightTransitionEnd property.',
      'daylightTransitionStart',
    )
  if (dateStart.ticks > dateEnd.ticks)
    return badArgument('The DateStart property must come before the DateEnd property.', 'dateStart')
  if (dateStart.ticks % ticksPerDay !== 0n || dateEnd.ticks % ticksPerDay !== 0n)
    return badArgument('The supplied DateTime includes a TimeOfDay setting.   This is not supported.', 'dateStart')
  const minutes = Number(delta.ticks / ticksPerMinute)
  if (Math.abs(minutes) > 14 * 60)
    return outOfRange('daylightDelta', 'The TimeSpan parameter must be within plus or minus 14.0 hours.')
  if (delta.ticks % ticksPerMinute !== 0n)
    return badArgument('The TimeSpan parameter cannot be specified more precisely than whole minutes.', 'daylightDelta')
  return new AdjustmentRule(dateStart, dateEnd, minutes, start, end)
}

export const adjustmentRule = defineType('class System.TimeZoneInfo.AdjustmentRule : IEquatable<TimeZoneInfo.AdjustmentRule>', {
  'static System.TimeZoneInfo.AdjustmentRule CreateAdjustmentRule(DateTime dateStart, DateTime dateEnd, TimeSpan daylightDelta, System.TimeZoneInfo.TransitionTime daylightTransitionStart, System.TimeZoneInfo.TransitionTime daylightTransitionEnd)':
    createRule,
  'DateTime DateStart { get; }': (self: AdjustmentRule) => self.dateStart,
  'DateTime DateEnd { get; }': (self: AdjustmentRule) => self.dateEnd,
  'TimeSpan DaylightDelta { get; }': (self: AdjustmentRule) => new TimeSpan(BigInt(self.delta) * ticksPerMinute),
  'System.TimeZoneInfo.TransitionTime DaylightTransitionStart { get; }': (self: AdjustmentRule) => self.start,
  'System.TimeZoneInfo.TransitionTime DaylightTransitionEnd { get; }': (self: AdjustmentRule) => self.end,
  'bool Equals(System.TimeZoneInfo.AdjustmentRule other)': (self: AdjustmentRule, other: AdjustmentRule | null) =>
    self.netEquals(other),
  'bool Equals(object obj)': (self: AdjustmentRule, other: Value) => self.netEquals(other),
  'int GetHashCode()': (self: AdjustmentRule) => self.netHashCode(),
})

Object.defineProperty(TransitionTime.prototype, netType, { value: transitionTime.of() })
Object.defineProperty(AdjustmentRule.prototype, netType, { value: adjustmentRule.of() })

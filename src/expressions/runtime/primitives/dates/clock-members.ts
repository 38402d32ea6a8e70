import type { MemberTable } from '../../../types/type.ts'
import { clockPartsOf, datePartsOf, dayOfWeekOf, ticksPerDay } from './calendar.ts'
import { TimeSpan } from './time-span.ts'

/** What a clock shows, whatever its zone. */
interface Clock {
  readonly ticks: bigint
}

/** What `DateTime` and `DateTimeOffset` have alike. */
export const clockMembers: MemberTable = {
  'long Ticks { get; }': (self: Clock) => self.ticks,
  'int Year { get; }': (self: Clock) => datePartsOf(self.ticks).year,
  'int Month { get; }': (self: Clock) => datePartsOf(self.ticks).month,
  'int Day { get; }': (self: Clock) => datePartsOf(self.ticks).day,
  'int DayOfYear { get; }': (self: Clock) => datePartsOf(self.ticks).dayOfYear,
  'DayOfWeek DayOfWeek { get; }': (self: Clock) => dayOfWeekOf(self.ticks),
  'int Hour { get; }': (self: Clock) => clockPartsOf(self.ticks).hour,
  'int Minute { get; }': (self: Clock) => clockPartsOf(self.ticks).minute,
  'int Second { get; }': (self: Clock) => clockPartsOf(self.ticks).second,
  'int Millisecond { get; }': (self: Clock) => Math.floor(clockPartsOf(self.ticks).fraction / 10_000),
  'TimeSpan TimeOfDay { get; }': (self: Clock) => new TimeSpan(self.ticks % ticksPerDay),
}

import { fail } from '../../../types/exceptions.ts'
import { ticksPerDay, ticksPerMillisecond } from './calendar.ts'
import { DateTime } from './date-time.ts'

/** 1899-12-30, day 0 of OLE Automation. */
const epoch = 599264352000000000n
const millisecondsPerDay = 86_400_000

/** Days since 1899-12-30; before it, the fraction counts forwards in the day all the same. */
export function oaDateOf(value: DateTime): number {
  if (value.ticks === 0n) return 0
  // a time alone stands on day 0
  const ticks = value.ticks < ticksPerDay ? value.ticks + epoch : value.ticks
  if (ticks < 31241376000000000n) return fail('System.OverflowException', 'Not a legal OleAut date.')
  let milliseconds = Number((ticks - epoch) / ticksPerMillisecond)
  if (milliseconds < 0) {
    const rest = milliseconds % millisecondsPerDay
    if (rest !== 0) milliseconds -= (millisecondsPerDay + rest) * 2
  }
  return milliseconds / millisecondsPerDay
}

export function fromOaDate(days: number): DateTime {
  if (!(days > -657435 && days < 2958466)) return fail('System.ArgumentException', 'Not a legal OleAut date.')
  let milliseconds = Math.trunc(days * millisecondsPerDay + (days >= 0 ? 0.5 : -0.5))
  if (milliseconds < 0) milliseconds -= (milliseconds % millisecondsPerDay) * 2
  return new DateTime(epoch + BigInt(milliseconds) * ticksPerMillisecond)
}

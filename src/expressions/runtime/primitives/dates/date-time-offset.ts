import type { Value } from '../../../types/values.ts'
import { dateTimeFormatOf } from '../culture/culture.ts'
import { invariantDateTimeFormat } from '../culture/date-time-format.ts'
import { badArgument, outOfRange } from '../errors/argument-errors.ts'
import { maxDateTicks, ticksPerMinute, unixEpochTicks } from './calendar.ts'
import { formatMoment } from './date-format.ts'
import { DateTime, DateTimeKind } from './date-time.ts'
import type { TimeSpan } from './time-span.ts'

/** System.DateTimeOffset: clock ticks and the minutes by which that clock is ahead of UTC. */
export class DateTimeOffset {
  /** Clock ticks. */
  readonly ticks: bigint
  /** Minutes. */
  readonly offset: number

  constructor(ticks: bigint, offset: number) {
    this.ticks = ticks
    this.offset = offset
  }

  static readonly min: DateTimeOffset = new DateTimeOffset(0n, 0)
  static readonly max: DateTimeOffset = new DateTimeOffset(maxDateTicks, 0)

  static checked(ticks: bigint, offset: number): DateTimeOffset {
    const utc = ticks - BigInt(offset) * ticksPerMinute
    if (utc < 0n || utc > maxDateTicks)
      return outOfRange('offset', 'The UTC time represented when the offset is applied must be between year 0 and 10,000.')
    if (ticks < 0n || ticks > maxDateTicks)
      return outOfRange('ticks', 'Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.')
    return new DateTimeOffset(ticks, offset)
  }

  /** Whole minutes, at most 14 hours. */
  static minutesOf(span: TimeSpan): number {
    if (span.ticks % ticksPerMinute !== 0n) return badArgument('Offset must be specified in whole minutes.', 'offset')
    const minutes = Number(span.ticks / ticksPerMinute)
    return Math.abs(minutes) > 14 * 60 ? outOfRange('offset', 'Offset must be within plus or minus 14 hours.') : minutes
  }

  /** The local zone is UTC. */
  static from(value: DateTime): DateTimeOffset {
    return new DateTimeOffset(value.ticks, 0)
  }

  static withOffset(value: DateTime, span: TimeSpan): DateTimeOffset {
    const minutes = DateTimeOffset.minutesOf(span)
    if (value.kind === DateTimeKind.Utc && minutes !== 0)
      return badArgument('The UTC Offset for Utc DateTime instances must be 0.', 'offset')
    if (value.kind === DateTimeKind.Local && minutes !== 0) {
      return badArgument('The UTC Offset of the local dateTime parameter does not match the offset argument.', 'offset')
    }
    return DateTimeOffset.checked(value.ticks, minutes)
  }

  static fromUnix(value: bigint, ticksPerUnit: bigint, name: string): DateTimeOffset {
    const ticks = unixEpochTicks + value * ticksPerUnit
    if (ticks < 0n || ticks > maxDateTicks) {
      const [low, high] = [-unixEpochTicks / ticksPerUnit, (maxDateTicks - unixEpochTicks) / ticksPerUnit]
      return outOfRange(name, `Valid values are between ${low} and ${high}, inclusive.`)
    }
    return new DateTimeOffset(ticks, 0)
  }

  get utcTicks(): bigint {
    return this.ticks - BigInt(this.offset) * ticksPerMinute
  }

  get clock(): DateTime {
    return new DateTime(this.ticks)
  }

  toOffset(minutes: number): DateTimeOffset {
    return DateTimeOffset.checked(this.utcTicks + BigInt(minutes) * ticksPerMinute, minutes)
  }

  /** The same offset around a changed clock. */
  withClock(clock: DateTime): DateTimeOffset {
    return DateTimeOffset.checked(clock.ticks, this.offset)
  }

  netToString(format: string | null = null, provider: Value = null): string {
    return formatMoment(
      { ticks: this.ticks, zone: 'offset', offset: this.offset },
      format,
      dateTimeFormatOf(provider),
      invariantDateTimeFormat,
    )
  }

  /** The same moment, whatever the offsets. */
  netEquals(other: Value): boolean {
    return other instanceof DateTimeOffset && other.utcTicks === this.utcTicks
  }

  netHashCode(): number {
    return new DateTime(this.utcTicks).netHashCode()
  }

  netCompare(other: Value): number {
    return other instanceof DateTimeOffset ? compareMoments(this, other) : badArgument('Object must be of type DateTimeOffset.')
  }
}

export function compareMoments(a: DateTimeOffset, b: DateTimeOffset): number {
  return a.utcTicks < b.utcTicks ? -1 : a.utcTicks > b.utcTicks ? 1 : 0
}

import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { dateTimeFormatOf } from '../culture/culture.ts'
import { invariantDateTimeFormat } from '../culture/date-time-format.ts'
import { badArgument, outOfRange } from '../errors/argument-errors.ts'
import {
  datePartsOf,
  dateTicks,
  daysInMonth,
  maxDateTicks,
  ticksPerDay,
  ticksPerMillisecond,
  unixEpochTicks,
} from './calendar.ts'
import { clock } from './clock.ts'
import { formatMoment } from './date-format.ts'
import { compareTicks } from './time-span.ts'

/** System.DateTimeKind. */
export const DateTimeKind = { Unspecified: 0, Utc: 1, Local: 2 } as const

/** System.DateTime. The gateway's local time zone is UTC, as on Azure. */
export class DateTime {
  readonly ticks: bigint
  readonly kind: number

  constructor(ticks: bigint, kind: number = DateTimeKind.Unspecified) {
    this.ticks = ticks
    this.kind = kind
  }

  static readonly min: DateTime = new DateTime(0n)
  static readonly max: DateTime = new DateTime(maxDateTicks)

  static checked(ticks: bigint, kind: number): DateTime {
    return ticks < 0n || ticks > maxDateTicks
      ? outOfRange('ticks', 'Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.')
      : new DateTime(ticks, kind)
  }

  /** Throws ArgumentOutOfRangeException when there is no such time. */
  static of(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, millisecond = 0, kind = 0): DateTime {
    const date = dateTicks(year, month, day)
    if (date === undefined) return outOfDate('Year, Month, and Day parameters describe an un-representable DateTime.')
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return outOfDate('Hour, Minute, and Second parameters describe an un-representable DateTime.')
    }
    if (millisecond < 0 || millisecond > 999) return outOfRange('millisecond', 'Valid values are between 0 and 999, inclusive.')
    if (kind < 0 || kind > 2) return badArgument('Invalid DateTimeKind value.', 'kind')
    return new DateTime(date + BigInt(((hour * 60 + minute) * 60 + second) * 1000 + millisecond) * ticksPerMillisecond, kind)
  }

  static fromUnixMilliseconds(milliseconds: number, kind: number): DateTime {
    return new DateTime(unixEpochTicks + BigInt(Math.trunc(milliseconds)) * ticksPerMillisecond, kind)
  }

  static now(kind: number): DateTime {
    return DateTime.fromUnixMilliseconds(clock.now(), kind)
  }

  withKind(kind: number): DateTime {
    return kind === this.kind ? this : new DateTime(this.ticks, kind)
  }

  addTicks(ticks: bigint): DateTime {
    const sum = this.ticks + ticks
    if (sum < 0n || sum > maxDateTicks)
      return outOfRange('value', 'The added or subtracted value results in an un-representable DateTime.')
    return new DateTime(sum, this.kind)
  }

  /** AddDays and its like: to the nearest millisecond, as .NET Framework does. */
  addUnits(value: number, milliseconds: number): DateTime {
    const rounded = Math.trunc(value * milliseconds + (value >= 0 ? 0.5 : -0.5))
    if (!(Math.abs(rounded) < 315537897600000)) return outOfRange('value', 'Value to add was out of range.')
    return this.addTicks(BigInt(rounded) * ticksPerMillisecond)
  }

  addMonths(months: number): DateTime {
    if (months < -120000 || months > 120000) return outOfRange('months', 'Months value must be between +/-120000.')
    const { year, month, day } = datePartsOf(this.ticks)
    const index = year * 12 + month - 1 + months
    const [newYear, newMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1]
    if (newYear < 1 || newYear > 9999)
      return outOfRange('months', 'The added or subtracted value results in an un-representable DateTime.')
    const date = dateTicks(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth))) ?? 0n
    return new DateTime(date + (this.ticks % ticksPerDay), this.kind)
  }

  netToString(format: string | null = null, provider: Value = null): string {
    const zone = this.kind === DateTimeKind.Utc ? 'utc' : this.kind === DateTimeKind.Local ? 'local' : 'unspecified'
    return formatMoment({ ticks: this.ticks, zone, offset: 0 }, format, dateTimeFormatOf(provider), invariantDateTimeFormat)
  }

  /** The kind does not count. */
  netEquals(other: Value): boolean {
    return other instanceof DateTime && other.ticks === this.ticks
  }

  netHashCode(): number {
    return Number(BigInt.asIntN(32, this.ticks)) ^ Number(BigInt.asIntN(32, this.ticks >> 32n))
  }

  netCompare(other: Value): number {
    return other instanceof DateTime ? compareTicks(this, other) : badArgument('Object must be of type DateTime.')
  }
}

function outOfDate(message: string): never {
  return fail('System.ArgumentOutOfRangeException', message)
}

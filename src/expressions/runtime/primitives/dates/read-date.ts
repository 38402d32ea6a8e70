import { fail } from '../../../types/exceptions.ts'
import { badFormat } from '../errors/argument-errors.ts'
import { dateTicks, maxDateTicks, ticksPerMinute } from './calendar.ts'
import { DateTime, DateTimeKind } from './date-time.ts'

/** System.Globalization.DateTimeStyles. */
export const DateTimeStyles = {
  AllowLeadingWhite: 1,
  AllowTrailingWhite: 2,
  AllowInnerWhite: 4,
  NoCurrentDateDefault: 8,
  AdjustToUniversal: 16,
  AssumeLocal: 32,
  AssumeUniversal: 64,
  RoundtripKind: 128,
} as const

export type DateFault = 'format' | 'day' | 'calendar' | 'offset' | 'range'

export function dateFailure(fault: DateFault): never {
  switch (fault) {
    case 'day':
      return badFormat('String was not recognized as a valid DateTime because the day of week was incorrect.')
    case 'calendar':
      return badFormat(
        'The DateTime represented by the string is not supported in calendar System.Globalization.GregorianCalendar.',
      )
    case 'offset':
      return badFormat('The time zone offset must be within plus or minus 14 hours.')
    case 'range':
      return badFormat('The UTC representation of the date falls outside the year range 1-9999.')
    case 'format':
      return badFormat('String was not recognized as a valid DateTime.')
  }
}

/** What a text said of a date; absent parts were not there. */
export interface DateReading {
  readonly year?: number | undefined
  readonly month?: number | undefined
  readonly day?: number | undefined
  readonly dayOfWeek?: number | undefined
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Ticks within the second; may be a whole second after rounding. */
  readonly fraction: number
  /** `Z` or `GMT` was there. */
  readonly utc: boolean
  /** Minutes east of Greenwich, when an offset (or `Z`) was there. */
  readonly offset?: number | undefined
}

/** Clock ticks of a reading; what is missing comes from today, or from 0001-01-01 when the styles say so. */
export function clockTicks(reading: DateReading, styles: number): bigint | DateFault {
  if (reading.hour > 23 || reading.minute > 59 || reading.second > 59) return 'calendar'
  const date = dateOf(reading, styles)
  if (typeof date === 'string') return date
  const seconds = (reading.hour * 60 + reading.minute) * 60 + reading.second
  const ticks = date + BigInt(seconds) * 10_000_000n + BigInt(reading.fraction)
  if (ticks > maxDateTicks) return 'calendar'
  if (reading.dayOfWeek !== undefined && Number(ticks / 864_000_000_000n + 1n) % 7 !== reading.dayOfWeek) return 'day'
  return ticks
}

function dateOf({ year, month, day }: DateReading, styles: number): bigint | DateFault {
  if (year === undefined && month === undefined && day === undefined) {
    if ((styles & DateTimeStyles.NoCurrentDateDefault) !== 0) return 0n
    const { ticks } = DateTime.now(DateTimeKind.Local)
    return ticks - (ticks % 864_000_000_000n)
  }
  const thisYear = (styles & DateTimeStyles.NoCurrentDateDefault) !== 0 ? 1 : new Date().getUTCFullYear()
  return dateTicks(year ?? thisYear, month ?? 1, day ?? 1) ?? 'format'
}

/** A DateTime by what the text said of its zone and what the styles make of it. The local zone is UTC. */
export function toDateTime(reading: DateReading, styles: number): DateTime | DateFault {
  const ticks = clockTicks(reading, styles)
  if (typeof ticks === 'string') return ticks
  const { offset } = reading
  if (offset === undefined) return assumed(ticks, styles)
  if (Math.abs(offset) > 14 * 60) return 'offset'
  if ((styles & DateTimeStyles.RoundtripKind) !== 0 && reading.utc) return new DateTime(ticks, DateTimeKind.Utc)
  const utc = ticks - BigInt(offset) * ticksPerMinute
  if (utc < 0n || utc > maxDateTicks) return 'range'
  return new DateTime(utc, (styles & DateTimeStyles.AdjustToUniversal) !== 0 ? DateTimeKind.Utc : DateTimeKind.Local)
}

function assumed(ticks: bigint, styles: number): DateTime {
  const zoned = (styles & (DateTimeStyles.AssumeLocal | DateTimeStyles.AssumeUniversal)) !== 0
  if (!zoned) return new DateTime(ticks, DateTimeKind.Unspecified)
  return new DateTime(ticks, (styles & DateTimeStyles.AdjustToUniversal) !== 0 ? DateTimeKind.Utc : DateTimeKind.Local)
}

export function checkDateStyles(styles: number): void {
  if ((styles & ~0xff) !== 0)
    fail('System.ArgumentException', 'An undefined DateTimeStyles value is being used.\r\nParameter name: styles')
  const both = DateTimeStyles.AssumeLocal | DateTimeStyles.AssumeUniversal
  if ((styles & both) === both) {
    fail(
      'System.ArgumentException',
      'The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.\r\nParameter name: styles',
    )
  }
  if ((styles & DateTimeStyles.RoundtripKind) !== 0 && (styles & (both | DateTimeStyles.AdjustToUniversal)) !== 0) {
    fail(
      'System.ArgumentException',
      'The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or AdjustToUniversal.\r\nParameter name: styles',
    )
  }
}

/** Two digits mean 1930 to 2029. */
export function fullYear(year: number): number {
  return year < 30 ? 2000 + year : year < 100 ? 1900 + year : year
}

/** Ticks of a fraction's digits, rounded half up beyond seven. */
export function fractionTicks(digits: string): number {
  if (digits.length <= 7) return Number(digits.padEnd(7, '0'))
  return Number(digits.slice(0, 7)) + (digits.charCodeAt(7) >= 53 ? 1 : 0)
}

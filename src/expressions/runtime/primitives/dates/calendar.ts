import { outOfRange } from '../errors/argument-errors.ts'

/** Ticks are 100 ns; dates count them from 0001-01-01 in the proleptic Gregorian calendar. */
export const ticksPerMillisecond = 10_000n
export const ticksPerSecond = 10_000_000n
export const ticksPerMinute = 600_000_000n
export const ticksPerHour = 36_000_000_000n
export const ticksPerDay = 864_000_000_000n
export const maxDateTicks = 3155378975999999999n
/** 1970-01-01. */
export const unixEpochTicks = 621355968000000000n

const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
const daysBeforeInLeap = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366]

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function checkedLeapYear(year: number): boolean {
  return year < 1 || year > 9999 ? outOfRange('year', 'Year must be between 1 and 9999.') : isLeapYear(year)
}

export function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12) return outOfRange('month', 'Month must be between one and twelve.')
  const table = checkedLeapYear(year) ? daysBeforeInLeap : daysBefore
  return (table[month] ?? 0) - (table[month - 1] ?? 0)
}

/** Days since 0001-01-01 of a valid date. */
export function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1
  const table = isLeapYear(year) ? daysBeforeInLeap : daysBefore
  return (
    before * 365 +
    Math.floor(before / 4) -
    Math.floor(before / 100) +
    Math.floor(before / 400) +
    (table[month - 1] ?? 0) +
    day -
    1
  )
}

export function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** Ticks at midnight; undefined when there is no such day. */
export function dateTicks(year: number, month: number, day: number): bigint | undefined {
  return isDate(year, month, day) ? BigInt(dayNumber(year, month, day)) * ticksPerDay : undefined
}

export interface DateParts {
  readonly year: number
  readonly month: number
  readonly day: number
  /** 1 for 1 January. */
  readonly dayOfYear: number
}

export function datePartsOf(ticks: bigint): DateParts {
  let days = Number(ticks / ticksPerDay)
  const centuries400 = Math.floor(days / 146097)
  days -= centuries400 * 146097
  const centuries = Math.min(3, Math.floor(days / 36524))
  days -= centuries * 36524
  const fours = Math.floor(days / 1461)
  days -= fours * 1461
  const years = Math.min(3, Math.floor(days / 365))
  days -= years * 365
  const year = centuries400 * 400 + centuries * 100 + fours * 4 + years + 1
  const table = isLeapYear(year) ? daysBeforeInLeap : daysBefore
  let month = (days >> 5) + 1
  while (days >= (table[month] ?? 366)) month++
  return { year, month, day: days - (table[month - 1] ?? 0) + 1, dayOfYear: days + 1 }
}

/** 0 is Sunday. */
export function dayOfWeekOf(ticks: bigint): number {
  return (Number(ticks / ticksPerDay) + 1) % 7
}

export interface ClockParts {
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Ticks within the second. */
  readonly fraction: number
}

export function clockPartsOf(ticks: bigint): ClockParts {
  const inDay = Number(ticks % ticksPerDay)
  const seconds = Math.floor(inDay / 1e7)
  return {
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: inDay - seconds * 1e7,
  }
}

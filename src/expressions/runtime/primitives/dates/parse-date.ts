import { spend } from '../../../types/budget.ts'
import type { DateTimeFormat } from '../culture/date-time-format.ts'
import { type DateFault, type DateReading, fractionTicks, fullYear } from './read-date.ts'

const longest = 400

/**
 * DateTime.Parse's general reading, in the forms that the culture and ISO 8601 give: a date (numbers with `/`, `-`, `.` or
 * blanks, or a month's name), a time, a day's name and a zone, in any sensible order.
 */
export function readAnyDate(text: string, info: DateTimeFormat): DateReading | DateFault {
  spend(text.length >> 3)
  if (text.length > longest) return 'format'
  const trimmed = text.replace(/[\s\0]+$/, '').trim()
  return readIso(trimmed) ?? new DateReader(trimmed, info).read()
}

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?$/i

function readIso(text: string): DateReading | undefined {
  const match = iso.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction: fractionTicks(fraction),
    ...readZone(zone),
  }
}

function readZone(zone: string | undefined): { readonly utc: boolean; readonly offset?: number } {
  if (zone === undefined) return { utc: false }
  if (/^[a-z]/i.test(zone)) return { utc: true, offset: 0 }
  const digits = zone.slice(1).replace(':', '')
  const [hours, minutes] = digits.length <= 2 ? [digits, '0'] : [digits.slice(0, -2), digits.slice(-2)]
  const size = Number(hours) * 60 + Number(minutes)
  return { utc: false, offset: zone[0] === '-' ? -size : size }
}

const clock = /(?<![\d:+])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?(?:\s*(AM|PM)\b)?/i
const hourOnly = /(?<![\d:./-])(\d{1,2})\s*(AM|PM)\b/i
const zoneAfterClock = /^\s*(Z|GMT)(?![a-z])|^\s*([+-]\d{1,2}(?::?\d{2})?)(?!\d)/i
const zoneAtEnd = /(?:(?<=\d)\s*(Z)|\s+(GMT)|(?<=\d{4}-\d{1,2}-\d{1,2})\s*([+-]\d{1,2}:\d{2}))$/i

interface DateNumber {
  readonly value: number
  readonly length: number
  readonly beforeMonth: boolean
}

class DateReader {
  #rest: string
  readonly #info: DateTimeFormat
  readonly #numbers: DateNumber[] = []
  #time = { hour: 0, minute: 0, second: 0, fraction: 0 }
  #zone: { readonly utc: boolean; readonly offset?: number } = { utc: false }
  #month: number | undefined
  #dayOfWeek: number | undefined

  constructor(text: string, info: DateTimeFormat) {
    this.#rest = text
    this.#info = info
  }

  read(): DateReading | DateFault {
    const timed = this.#readClock()
    if (!timed && !this.#readHour()) this.#readZoneAtEnd()
    if (!this.#words()) return 'format'
    const date = this.#date()
    if (date === undefined) return 'format'
    if (this.#numbers.length === 0 && this.#month === undefined && !timed && this.#time.hour === 0) return 'format'
    return { ...date, ...this.#time, ...this.#zone, dayOfWeek: this.#dayOfWeek }
  }

  #readClock(): boolean {
    const match = clock.exec(this.#rest)
    if (match === null) return false
    const [all, hour, minute, second = '0', fraction = '', half] = match
    this.#time = {
      hour: hourOf(Number(hour), half),
      minute: Number(minute),
      second: Number(second),
      fraction: fractionTicks(fraction),
    }
    const after = this.#rest.slice(match.index + all.length)
    const zone = zoneAfterClock.exec(after)
    this.#zone = readZone(zone?.[1] ?? zone?.[2])
    const before = this.#rest.slice(0, match.index)
    const isIso = /^\d{4}-\d{1,2}-\d{1,2}T$/i.test(before)
    // a point needs digits, ISO two digits an hour, and a date stands on one side of its time
    const split = /[\p{L}\d]/u.test(before) && /\d/.test(after.slice(zone?.[0].length ?? 0))
    if (after.startsWith('.') || split || (isIso && hour?.length === 1)) {
      this.#rest = '?'
      return true
    }
    // an ISO date may stand before a T; other dates may not
    const date = isIso ? before.slice(0, -1) : before
    this.#rest = `${date} ${after.slice(zone?.[0].length ?? 0)}`
    return true
  }

  #readHour(): boolean {
    const match = hourOnly.exec(this.#rest)
    if (match === null) return false
    this.#time.hour = hourOf(Number(match[1]), match[2])
    this.#rest = `${this.#rest.slice(0, match.index)} ${this.#rest.slice(match.index + match[0].length)}`
    return true
  }

  #readZoneAtEnd(): void {
    const match = zoneAtEnd.exec(this.#rest)
    if (match === null) return
    this.#zone = readZone(match[1] ?? match[2] ?? match[3])
    this.#rest = this.#rest.slice(0, match.index)
  }

  /** Names and numbers of the date, in order; false for anything else. */
  #words(): boolean {
    const rest = this.#rest.trim()
    if (rest === '') return true
    for (const [token] of rest.matchAll(/[\p{L}.]*\p{L}[.]?|\d+|\s*[,/.-]\s*|\s+|./gu)) {
      if (/^\d/.test(token))
        this.#numbers.push({ value: Number(token), length: token.length, beforeMonth: this.#month === undefined })
      else if (/^\p{L}/u.test(token)) {
        if (!this.#name(token)) return false
      } else if (!/^\s*[,/.-]?\s*$/.test(token)) return false
    }
    return this.#numbers.every(number => number.length <= 4) && !/[/-]\s*$|^\s*[/.,-]/.test(rest)
  }

  #name(word: string): boolean {
    const lower = word.toLowerCase().replace(/\.$/, '')
    const indexIn = (names: readonly string[]) =>
      names.findIndex(name => name !== '' && name.toLowerCase().replace(/\.$/, '') === lower)
    const month = Math.max(indexIn(this.#info.monthNames), indexIn(this.#info.abbreviatedMonthNames))
    if (month >= 0) {
      if (this.#month !== undefined) return false
      this.#month = month + 1
      return true
    }
    const day = Math.max(indexIn(this.#info.dayNames), indexIn(this.#info.abbreviatedDayNames))
    if (day < 0 || this.#dayOfWeek !== undefined) return false
    this.#dayOfWeek = day
    return true
  }

  #date(): { readonly year?: number; readonly month?: number; readonly day?: number } | undefined {
    const [a, b, c] = this.#numbers
    if (this.#numbers.length > 3) return undefined
    if (this.#month !== undefined) return c === undefined ? this.#withMonthName(this.#month, a, b) : undefined
    if (a === undefined) return {}
    if (b === undefined) return undefined
    if (c === undefined) return twoNumbers(a, b, this.#dayFirst())
    if (a.length >= 3) return c.length <= 2 ? { year: a.value, month: b.value, day: c.value } : undefined
    if (b.length >= 3) return undefined
    const [month, day] = this.#dayFirst() ? [b.value, a.value] : [a.value, b.value]
    if (this.#info.shortDatePattern.startsWith('y')) return { year: fullYear(a.value), month: b.value, day: c.value }
    return { year: yearOf(c), month, day }
  }

  #dayFirst(): boolean {
    return this.#info.shortDatePattern.startsWith('d')
  }

  #withMonthName(month: number, a: DateNumber | undefined, b: DateNumber | undefined) {
    if (a === undefined) return undefined
    if (b === undefined) {
      if (a.length >= 3) return { year: a.value, month, day: 1 }
      // "02 January" is a year and a month where that is the culture's order; "January 02" is a day
      return a.beforeMonth && this.#info.yearMonthPattern.startsWith('y')
        ? { year: fullYear(a.value), month, day: 1 }
        : { month, day: a.value }
    }
    if (a.length >= 3) return b.length <= 2 ? { year: a.value, month, day: b.value } : undefined
    return { year: yearOf(b), month, day: a.value }
  }
}

const yearOf = (number: DateNumber) => (number.length <= 2 ? fullYear(number.value) : number.value)

function twoNumbers(a: DateNumber, b: DateNumber, dayFirst: boolean) {
  if (a.length >= 3) return b.length <= 2 ? { year: a.value, month: b.value, day: 1 } : undefined
  if (b.length >= 3) return b.length === 4 ? { year: b.value, month: a.value, day: 1 } : undefined
  return dayFirst ? { month: b.value, day: a.value } : { month: a.value, day: b.value }
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined || hour > 12) return hour
  const isPm = half.toUpperCase() === 'PM'
  return (hour % 12) + (isPm ? 12 : 0)
}

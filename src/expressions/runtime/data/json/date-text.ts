import type { Value } from '../../../types/values.ts'
import { dateByTicks } from './made-values.ts'

/** JSON's texts that Newtonsoft takes for dates: ISO 8601 with a `T`, and `/Date(milliseconds)/`. Undefined for any other. */
export function dateOf(text: string): Value | undefined {
  if (text.startsWith('/')) return microsoftDate(text)
  const may = text.length >= 19 && text.length <= 40 && text[10] === 'T' && /^\d/.test(text)
  return may ? isoDate(text) : undefined
}

const latest = 3_155_378_975_999_999_999n

const dateAndTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(.*)$/s

function isoDate(text: string): Value | undefined {
  const match = dateAndTime.exec(text)
  if (match === null) return undefined
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ] // six groups that always match
  if (year < 1 || month < 1 || month > 12 || date < 1 || date > daysInMonth(year, month)) return undefined
  if (hour > 24 || minute > 59 || second > 59) return undefined
  const fraction = BigInt((match[7] ?? '').padEnd(7, '0'))
  if (hour === 24 && (minute !== 0 || second !== 0 || fraction !== 0n)) return undefined
  const zone = zoneOf(match[8] ?? '')
  if (zone === undefined) return undefined
  const seconds = daysTo(year, month, date) * 86_400 + hour * 3600 + minute * 60 + second
  return inZone(BigInt(seconds) * 10_000_000n + fraction, zone)
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
}

/** Days since 0001-01-01. */
function daysTo(year: number, month: number, date: number): number {
  // Date.UTC takes years below 100 for others; 400 years later the calendar is the same
  return Date.UTC(year + 400, month - 1, date) / 86_400_000 + 719_162 - 146_097
}

/** `Z`, none, or the offset in minutes. */
type Zone = 'utc' | 'none' | number

/** Newtonsoft's reading of a zone: `Z`, `+hh`, `+hh:mm`, `+hhmm`, and two stray digits, which it passes over. */
function zoneOf(text: string): Zone | undefined {
  if (text === '' || /^\d\d$/.test(text) || /^:\d\d$/.test(text)) return 'none'
  if (/^[zZ](:?\d\d)?$/.test(text)) return 'utc'
  const match = /^([-+])(\d\d)(?::?(\d\d))?$/.exec(text)
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  return match[1] === '-' ? -minutes : minutes
}

function inZone(ticks: bigint, zone: Zone): Value | undefined {
  if (ticks > latest) return undefined
  if (zone === 'utc') return dateByTicks(ticks, 1)
  if (zone === 'none') return dateByTicks(ticks, 0)
  return dateByTicks(clamped(ticks - BigInt(zone) * 600_000_000n), 2)
}

const clamped = (ticks: bigint) => (ticks < 0n ? 0n : ticks > latest ? latest : ticks)

function microsoftDate(text: string): Value | undefined {
  const match = /^\/Date\((-?\d{1,18})([-+]\d{2,4})?\)\/$/.exec(text)
  if (match === null) return undefined
  const ticks = BigInt(match[1] ?? 0) * 10_000n + 621_355_968_000_000_000n
  if (ticks < 0n || ticks > latest) return undefined
  return dateByTicks(ticks, match[2] === undefined ? 1 : 2)
}

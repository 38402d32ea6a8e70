import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { numberFormatOf } from '../culture/culture.ts'
import { badFormat } from '../errors/argument-errors.ts'

export type TimeSpanFault = 'format' | 'overflow'

export function timeSpanFailure(fault: TimeSpanFault): never {
  if (fault === 'format') return badFormat('String was not recognized as a valid TimeSpan.')
  return fail(
    'System.OverflowException',
    'The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits.',
  )
}

interface Read {
  readonly days?: string | undefined
  readonly hours?: string | undefined
  readonly minutes?: string | undefined
  readonly seconds?: string | undefined
  readonly fraction?: string | undefined
}

const maxDays = 10675199

function ticksOf(negative: boolean, read: Read): bigint | TimeSpanFault {
  const { days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '' } = read
  if (Number(days) > maxDays || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return 'overflow'
  if (fraction.replace(/^0+/, '').length > 7 || fraction.length > 7) return 'overflow'
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)
  const size = whole * 10_000_000n + BigInt(fraction.padEnd(7, '0'))
  const ticks = negative ? -size : size
  return BigInt.asIntN(64, ticks) === ticks ? ticks : 'overflow'
}

// [-]d | [-][d.]hh:mm[:ss[.fffffff]] | [-]d:hh:mm:ss[.fffffff]
const general =
  /^\s*(-?)(?:(\d+)|(?:(\d+)\.)?(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?|(\d+):(\d+):(\d+):(\d+)(?:\.(\d+))?|(\d+)\.(\d+):(\d+):(\d+):(\d+))\s*$/

/** TimeSpan.Parse. Source: .NET reference, TimeSpan.Parse. */
export function parseTimeSpan(text: string): bigint | TimeSpanFault {
  spend(text.length >> 3)
  const match = general.exec(text)
  if (match === null) return 'format'
  const [, sign, onlyDays, days, hours, minutes, seconds, fraction, longDays, longHours, longMinutes, longSeconds, longFraction] =
    match
  const negative = sign === '-'
  if (onlyDays !== undefined) return ticksOf(negative, { days: onlyDays })
  if (longDays !== undefined) {
    return ticksOf(negative, {
      days: longDays,
      hours: longHours,
      minutes: longMinutes,
      seconds: longSeconds,
      fraction: longFraction,
    })
  }
  if (hours === undefined) return 'format'
  // h:m:s with an hour that is none is days:hours:minutes
  if (days === undefined && seconds !== undefined && fraction === undefined && Number(hours) > 23) {
    return ticksOf(negative, { days: hours, hours: minutes, minutes: seconds })
  }
  return ticksOf(negative, { days, hours, minutes, seconds, fraction })
}

function standardPattern(letter: string, point: string): RegExp | undefined {
  const p = point === '.' ? '\\.' : point
  switch (letter) {
    case 'c':
    case 't':
    case 'T':
      return /^(?<sign>-?)(?:(?<days>\d+)\.)?(?<hours>\d{2}):(?<minutes>\d{2}):(?<seconds>\d{2})(?:\.(?<fraction>\d{7}))?$/
    case 'g':
      return new RegExp(
        `^(?<sign>-?)(?:(?:(?<days>\\d+):)?(?<hours>\\d{1,2}):(?<minutes>\\d{1,2}):(?<seconds>\\d{1,2})(?:${p}(?<fraction>\\d{1,7}))?|(?<hours2>\\d{1,2}):(?<minutes2>\\d{1,2})|(?<days2>\\d+))$`,
      )
    case 'G':
      return new RegExp(
        `^(?<sign>-?)(?<days>\\d+):(?<hours>\\d{2}):(?<minutes>\\d{2}):(?<seconds>\\d{2})${p}(?<fraction>\\d{7})$`,
      )
    default:
      return undefined
  }
}

/** TimeSpan.ParseExact. */
export function parseTimeSpanExact(
  text: string,
  format: string,
  provider: Value,
  assumeNegative: boolean,
): bigint | TimeSpanFault {
  if (format === '') return 'format'
  const standard = format.length === 1
  const pattern = standard ? standardPattern(format, numberFormatOf(provider).numberDecimalSeparator) : customPattern(format)
  if (pattern === undefined) return 'format'
  const groups = pattern.exec(text)?.groups
  if (groups === undefined) return 'format'
  const negative = standard ? groups.sign === '-' : assumeNegative
  return ticksOf(negative, {
    days: groups.days ?? groups.days2,
    hours: groups.hours ?? groups.hours2,
    minutes: groups.minutes ?? groups.minutes2,
    seconds: groups.seconds,
    fraction: groups.fraction,
  })
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** A custom format as a regular expression; undefined when it is not one. */
function customPattern(format: string): RegExp | undefined {
  spend(format.length)
  let source = ''
  const used = new Set<string>()
  for (let at = 0; at < format.length; ) {
    const c = format[at] as string // the index is inside
    if (c === '\\') {
      source += escaped(format[at + 1] ?? '')
      at += 2
      continue
    }
    if (c === "'" || c === '"') {
      const close = format.indexOf(c, at + 1)
      if (close < 0) return undefined
      source += escaped(format.slice(at + 1, close))
      at = close + 1
      continue
    }
    if (c === '%') {
      at++
      continue
    }
    let length = 1
    while (format[at + length] === c) length++
    const group = groupFor(c, length)
    if (group === undefined || used.has(c.toLowerCase())) return undefined
    used.add(c.toLowerCase())
    source += group
    at += length
  }
  return new RegExp(`^${source}$`)
}

function groupFor(letter: string, length: number): string | undefined {
  if (letter === 'f' && length <= 7) return `(?<fraction>\\d{${length}})`
  if (letter === 'F' && length <= 7) return `(?<fraction>\\d{0,${length}})`
  if (letter === 'd' && length <= 8) return length === 1 ? '(?<days>\\d{1,8})' : `(?<days>\\d{${length}})`
  const name = letter === 'h' ? 'hours' : letter === 'm' ? 'minutes' : letter === 's' ? 'seconds' : undefined
  if (name === undefined || length > 2) return undefined
  return length === 1 ? `(?<${name}>\\d{1,2})` : `(?<${name}>\\d{2})`
}

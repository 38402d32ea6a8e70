import { spend } from '../../../types/budget.ts'
import type { DateTimeFormat } from '../culture/date-time-format.ts'
import { rfc1123Pattern, roundTripPattern, sortablePattern, universalPattern } from '../culture/date-time-format.ts'
import { badFormat } from '../errors/argument-errors.ts'
import { clockPartsOf, datePartsOf, dayOfWeekOf } from './calendar.ts'

/** A moment as a format sees it. `offset` is in minutes; undefined: a DateTime of unspecified kind. */
export interface Moment {
  /** Clock ticks, in the zone of `offset`. */
  readonly ticks: bigint
  readonly zone: 'utc' | 'local' | 'unspecified' | 'offset'
  readonly offset: number
}

const invalid = (): never => badFormat('Input string was not in a correct format.')

/** The custom format that a standard letter stands for; undefined when it is none. */
export function expandDateFormat(letter: string, info: DateTimeFormat, isOffset: boolean): string | undefined {
  switch (letter) {
    case 'd':
      return info.shortDatePattern
    case 'D':
      return info.longDatePattern
    case 'f':
      return `${info.longDatePattern} ${info.shortTimePattern}`
    case 'F':
      return info.fullDateTimePattern
    case 'g':
      return `${info.shortDatePattern} ${info.shortTimePattern}`
    case 'G':
      return `${info.shortDatePattern} ${info.longTimePattern}`
    case 'm':
    case 'M':
      return info.monthDayPattern
    case 'o':
    case 'O':
      return isOffset ? "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffzzz" : roundTripPattern
    case 'r':
    case 'R':
      return rfc1123Pattern
    case 's':
      return sortablePattern
    case 't':
      return info.shortTimePattern
    case 'T':
      return info.longTimePattern
    case 'u':
      return universalPattern
    case 'U':
      return isOffset ? undefined : info.fullDateTimePattern
    case 'y':
    case 'Y':
      return info.yearMonthPattern
    default:
      return undefined
  }
}

/** DateTime.ToString and DateTimeOffset.ToString. Source: .NET reference, "Standard/Custom date and time format strings". */
export function formatMoment(moment: Moment, format: string | null, info: DateTimeFormat, invariant: DateTimeFormat): string {
  const isOffset = moment.zone === 'offset'
  if (format === null || format === '') {
    return formatCustom(moment, `${info.shortDatePattern} ${info.longTimePattern}${isOffset ? ' zzz' : ''}`, info)
  }
  if (format.length > 1) return formatCustom(moment, format, info)
  const pattern = expandDateFormat(format, info, isOffset) ?? invalid()
  const names = 'oOrRsu'.includes(format) ? invariant : info
  const utc =
    isOffset && 'rRu'.includes(format)
      ? { ...moment, ticks: moment.ticks - BigInt(moment.offset) * 600_000_000n, offset: 0 }
      : moment
  return formatCustom(utc, pattern, names)
}

function formatCustom(moment: Moment, format: string, info: DateTimeFormat): string {
  spend(format.length)
  const writer = new MomentWriter(moment, info)
  let text = ''
  for (let at = 0; at < format.length; ) {
    const c = format[at] as string // the index is inside
    if (c === "'" || c === '"') {
      const [quoted, end] = readQuoted(format, at)
      text += quoted
      at = end
    } else if (c === '\\') {
      text += format[at + 1] ?? invalid()
      at += 2
    } else if (c === '%') {
      const next = format[at + 1]
      if (next === undefined || next === '%') return invalid()
      at++
    } else {
      let length = 1
      while (format[at + length] === c) length++
      const written = writer.write(c, length, text)
      text = written ?? text + c
      at += written === undefined ? 1 : length
    }
  }
  return text
}

/** The text in quotes, and where it ends. */
export function readQuoted(format: string, start: number): readonly [string, number] {
  const quote = format[start]
  let text = ''
  for (let at = start + 1; at < format.length; at++) {
    const c = format[at]
    if (c === quote) return [text, at + 1]
    if (c === '\\') at++
    text += format[at] ?? ''
  }
  return badFormat(`Cannot find a matching quote character for the character '${quote}'.`)
}

const pad = (value: number, length: number) => String(value).padStart(length, '0')

class MomentWriter {
  readonly #moment: Moment
  readonly #info: DateTimeFormat
  readonly #date: ReturnType<typeof datePartsOf>
  readonly #clock: ReturnType<typeof clockPartsOf>

  constructor(moment: Moment, info: DateTimeFormat) {
    this.#moment = moment
    this.#info = info
    this.#date = datePartsOf(moment.ticks)
    this.#clock = clockPartsOf(moment.ticks)
  }

  /** The text with what the specifier stands for; undefined for a letter that is no specifier. */
  write(letter: string, length: number, text: string): string | undefined {
    if (letter === 'F') return this.#optionalFraction(length, text)
    const piece = this.#piece(letter, length)
    return piece === undefined ? undefined : text + piece
  }

  #piece(letter: string, length: number): string | undefined {
    const { year, month, day } = this.#date
    const { hour, minute, second, fraction } = this.#clock
    const info = this.#info
    switch (letter) {
      case 'd':
        if (length <= 2) return pad(day, length)
        return (length === 3 ? info.abbreviatedDayNames : info.dayNames)[dayOfWeekOf(this.#moment.ticks)]
      case 'M':
        if (length <= 2) return pad(month, length)
        return (length === 3 ? info.abbreviatedMonthNames : info.monthNames)[month - 1]
      case 'y':
        return length <= 2 ? pad(year % 100, length) : pad(year, length)
      case 'h':
        return pad(hour % 12 === 0 ? 12 : hour % 12, Math.min(length, 2))
      case 'H':
        return pad(hour, Math.min(length, 2))
      case 'm':
        return pad(minute, Math.min(length, 2))
      case 's':
        return pad(second, Math.min(length, 2))
      case 'f':
        return length > 7 ? invalid() : pad(fraction, 7).slice(0, length)
      case 't': {
        const designator = hour < 12 ? info.amDesignator : info.pmDesignator
        return length === 1 ? designator.slice(0, 1) : designator
      }
      case 'g':
        return 'A.D.'
      case 'z':
        return this.#offset(length)
      case 'K':
        return this.#kind().repeat(length)
      case ':':
        return info.timeSeparator.repeat(length)
      case '/':
        return info.dateSeparator.repeat(length)
      default:
        return undefined
    }
  }

  /** No digits when they are all zero, and no point before them then. */
  #optionalFraction(length: number, text: string): string {
    if (length > 7) return invalid()
    const digits = pad(this.#clock.fraction, 7).slice(0, length).replace(/0+$/, '')
    return digits === '' && text.endsWith('.') ? text.slice(0, -1) : text + digits
  }

  #offset(length: number): string {
    const { offset } = this.#moment
    const size = Math.abs(offset)
    const hours = Math.floor(size / 60)
    const sign = offset < 0 ? '-' : '+'
    if (length <= 2) return sign + pad(hours, length)
    return `${sign}${pad(hours, 2)}:${pad(size % 60, 2)}`
  }

  #kind(): string {
    if (this.#moment.zone === 'utc') return 'Z'
    return this.#moment.zone === 'unspecified' ? '' : this.#offset(3)
  }
}

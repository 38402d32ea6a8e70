import { spend } from '../../../types/budget.ts'
import type { Value } from '../../../types/values.ts'
import { numberFormatOf } from '../culture/culture.ts'
import { badFormat } from '../errors/argument-errors.ts'

const invalid = (): never => badFormat('Input string was not in a correct format.')

interface Parts {
  readonly negative: boolean
  readonly days: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
  /** Seven digits. */
  readonly fraction: string
}

function partsOf(ticks: bigint): Parts {
  const size = ticks < 0n ? -ticks : ticks
  const seconds = size / 10_000_000n
  return {
    negative: ticks < 0n,
    days: Number(seconds / 86400n),
    hours: Number((seconds / 3600n) % 24n),
    minutes: Number((seconds / 60n) % 60n),
    seconds: Number(seconds % 60n),
    fraction: (size % 10_000_000n).toString().padStart(7, '0'),
  }
}

const two = (value: number) => String(value).padStart(2, '0')

/** c, g, G or a custom format. Source: .NET reference, "Standard TimeSpan format strings" and "Custom TimeSpan format strings". */
export function formatTimeSpan(ticks: bigint, format: string | null, provider: Value): string {
  const parts = partsOf(ticks)
  const sign = parts.negative ? '-' : ''
  const { days, hours, minutes, seconds, fraction } = parts
  switch (format === null || format === '' ? 'c' : format) {
    case 'c':
    case 't':
    case 'T':
      return `${sign}${days === 0 ? '' : `${days}.`}${two(hours)}:${two(minutes)}:${two(seconds)}${fraction === '0000000' ? '' : `.${fraction}`}`
    case 'g': {
      const point = numberFormatOf(provider).numberDecimalSeparator
      const rest = fraction.replace(/0+$/, '')
      return `${sign}${days === 0 ? '' : `${days}:`}${hours}:${two(minutes)}:${two(seconds)}${rest === '' ? '' : point + rest}`
    }
    case 'G':
      return `${sign}${days}:${two(hours)}:${two(minutes)}:${two(seconds)}${numberFormatOf(provider).numberDecimalSeparator}${fraction}`
  }
  const custom = format as string // null and the empty string are 'c'
  return custom.length === 1 ? invalid() : formatCustom(parts, custom)
}

function formatCustom(parts: Parts, format: string): string {
  spend(format.length)
  let text = ''
  for (let at = 0; at < format.length; ) {
    const c = format[at] as string // the index is inside
    let length = 1
    while (format[at + length] === c) length++
    if (c === '\\') {
      const next = format[at + 1]
      if (next === undefined) return invalid()
      text += next
      at += 2
    } else if (c === "'" || c === '"') {
      const [quoted, end] = readQuoted(format, at)
      text += quoted
      at = end
    } else if (c === '%') {
      const next = format[at + 1]
      if (next === undefined || next === '%') return invalid()
      text += specifier(parts, next, 1)
      at += 2
    } else {
      text += specifier(parts, c, length)
      at += length
    }
  }
  return text
}

function readQuoted(format: string, start: number): readonly [string, number] {
  const quote = format[start]
  let text = ''
  for (let at = start + 1; at < format.length; at++) {
    if (format[at] === quote) return [text, at + 1]
    if (format[at] === '\\') at++
    text += format[at] ?? ''
  }
  return invalid()
}

function specifier(parts: Parts, letter: string, length: number): string {
  if (letter === 'f' || letter === 'F') {
    if (length > 7) return invalid()
    const digits = parts.fraction.slice(0, length)
    return letter === 'f' ? digits : digits.replace(/0+$/, '')
  }
  if (letter === 'd') return length > 8 ? invalid() : String(parts.days).padStart(length, '0')
  const value = letter === 'h' ? parts.hours : letter === 'm' ? parts.minutes : letter === 's' ? parts.seconds : undefined
  if (value === undefined || length > 2) return invalid()
  return String(value).padStart(length, '0')
}

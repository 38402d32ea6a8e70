import type { Value } from '../../../types/values.ts'
import { dateTimeFormatOf } from '../culture/culture.ts'
import { badFormat, required } from '../errors/argument-errors.ts'
import type { DateTime } from './date-time.ts'
import { readAnyDate } from './parse-date.ts'
import { readExactDate } from './parse-exact.ts'
import { checkDateStyles, type DateFault, dateFailure, toDateTime } from './read-date.ts'

type Text = string | null

function read(text: string, provider: Value, styles: number): DateTime | DateFault {
  const reading = readAnyDate(text, dateTimeFormatOf(provider))
  return typeof reading === 'string' ? reading : toDateTime(reading, styles)
}

function readExact(text: string, format: string, provider: Value, styles: number): DateTime | DateFault {
  const reading = readExactDate(text, format, dateTimeFormatOf(provider), styles, false)
  return typeof reading === 'string' ? reading : toDateTime(reading, styles)
}

export function parseDateTime(text: Text, provider: Value = null, styles = 0): DateTime {
  checkDateStyles(styles)
  const found = read(required(text, 's'), provider, styles)
  return typeof found === 'string' ? dateFailure(found) : found
}

/** undefined when the text is none. */
export function tryParseDateTime(text: Text, provider: Value = null, styles = 0): DateTime | undefined {
  checkDateStyles(styles)
  const found = text === null ? 'format' : read(text, provider, styles)
  return typeof found === 'string' ? undefined : found
}

export function parseDateTimeExact(text: Text, formats: readonly Text[], provider: Value, styles = 0): DateTime {
  checkDateStyles(styles)
  const given = required(text, 's')
  let fault: DateFault = 'format'
  for (const format of formats) {
    if (required(format, 'format') === '') return badFormat('Format specifier was invalid.')
    const found = readExact(given, format ?? '', provider, styles)
    if (typeof found !== 'string') return found
    fault = found
  }
  return dateFailure(formats.length === 1 ? fault : 'format')
}

export function tryParseDateTimeExact(
  text: Text,
  formats: readonly Text[] | null,
  provider: Value,
  styles = 0,
): DateTime | undefined {
  checkDateStyles(styles)
  if (text === null || formats === null) return undefined
  for (const format of formats) {
    const found = format === null || format === '' ? 'format' : readExact(text, format, provider, styles)
    if (typeof found !== 'string') return found
  }
  return undefined
}

import { numericKind } from '../../../types/facts.ts'
import { Boxed, type Value } from '../../../types/values.ts'
import { ticksPerMinute, unixEpochTicks } from '../../primitives/dates/calendar.ts'
import { DateTime, DateTimeKind } from '../../primitives/dates/date-time.ts'
import { DateTimeOffset } from '../../primitives/dates/date-time-offset.ts'
import { literalOf, quoted } from './literal.ts'
import { DateConverter, type SerializerSettings } from './settings.ts'

/** How a JsonTextWriter writes texts and primitives. */
export interface WriteStyle {
  readonly quoted: (text: string) => string
  readonly literal: (value: Value) => string | undefined
}

export const plainStyle: WriteStyle = { quoted, literal: literalOf }

/** The style that settings ask for. */
export function styleOf(settings: SerializerSettings): WriteStyle {
  const quote = escaping(settings.stringEscapeHandling)
  return { quoted: quote, literal: value => literal(value, settings, quote) }
}

const beyondAscii = /[\u007f-\uffff]/g
const forHtml = /[<>&']/g
const escapeOf = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

function escaping(handling: number): (text: string) => string {
  if (handling === 1) return text => quoted(text).replace(beyondAscii, escapeOf)
  if (handling !== 2) return quoted
  return text => `"${quoted(text).slice(1, -1).replaceAll('\\"', '\\u0022').replace(forHtml, escapeOf)}"`
}

function literal(value: Value, settings: SerializerSettings, quote: (text: string) => string): string | undefined {
  if (typeof value === 'string') return quote(value)
  if (value instanceof Boxed) return numberOf(value, settings) ?? escaped(literalOf(value), quote)
  if (value instanceof DateTime) return dateOf(inZone(value, settings.dateTimeZoneHandling), settings, quote)
  if (value instanceof DateTimeOffset) return offsetOf(value, settings, quote)
  return literalOf(value)
}

/** A char's literal may need more escapes. */
const escaped = (text: string | undefined, quote: (text: string) => string) =>
  text?.length === 3 && text.startsWith('"') ? quote(text.slice(1, -1)) : text

/** NaN and the infinities as symbols or as the default. */
function numberOf({ type, value }: Boxed, { floatFormatHandling }: SerializerSettings): string | undefined {
  const kind = numericKind(type)
  if ((kind !== 'double' && kind !== 'float') || Number.isFinite(Number(value)) || floatFormatHandling === 0) return undefined
  return floatFormatHandling === 2 ? '0.0' : String(value)
}

/** The process is in UTC: local and universal time differ by their kind alone. */
export function inZone(date: DateTime, handling: number): DateTime {
  if (handling === 0) return date.withKind(DateTimeKind.Local)
  if (handling === 1) return date.withKind(DateTimeKind.Utc)
  return handling === 2 ? date.withKind(DateTimeKind.Unspecified) : date
}

function dateOf(date: DateTime, settings: SerializerSettings, quote: (text: string) => string): string {
  const converter = dateConverter(settings)
  if (converter !== undefined) {
    const format = converter.format || "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFFK"
    return quote(date.netToString(format, converter.culture))
  }
  if (settings.dateFormatString) return quote(date.netToString(settings.dateFormatString, settings.culture))
  if (settings.dateFormatHandling === 0) return literalOf(date) ?? 'null'
  return `"\\/Date(${milliseconds(date.ticks)}${date.kind === DateTimeKind.Utc ? '' : '+0000'})\\/"`
}

function offsetOf(moment: DateTimeOffset, settings: SerializerSettings, quote: (text: string) => string): string | undefined {
  const converter = dateConverter(settings)
  const format =
    converter === undefined ? settings.dateFormatString : converter.format || "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFFK"
  if (format) return quote(moment.netToString(format, converter?.culture ?? settings.culture))
  if (settings.dateFormatHandling === 0) return literalOf(moment)
  return `"\\/Date(${milliseconds(moment.ticks - BigInt(moment.offset) * ticksPerMinute)}${moment.netToString('zzz').replace(':', '')})\\/"`
}

function dateConverter({ converters }: SerializerSettings): DateConverter | undefined {
  for (const each of converters) if (each instanceof DateConverter) return each
  return undefined
}

const milliseconds = (ticks: bigint) => (ticks - unixEpochTicks) / 10_000n

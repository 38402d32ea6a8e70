import { fail } from '../../../types/exceptions.ts'
import { cultureData } from './culture-data.ts'
import { DateTimeFormat, invariantDateTimeFormat } from './date-time-format.ts'
import { invariantNumberFormat, NumberFormat } from './number-format.ts'

/** System.Globalization.CultureInfo. */
export class Culture {
  readonly name: string
  readonly englishName: string
  readonly lcid: number
  numberFormat: NumberFormat
  dateTimeFormat: DateTimeFormat

  constructor(name: string, englishName: string, lcid: number, numberFormat: NumberFormat, dateTimeFormat: DateTimeFormat) {
    this.name = name
    this.englishName = englishName
    this.lcid = lcid
    this.numberFormat = numberFormat
    this.dateTimeFormat = dateTimeFormat
  }

  get isInvariant(): boolean {
    return this.name === ''
  }

  netToString(): string {
    return this.name
  }

  netEquals(other: unknown): boolean {
    return other instanceof Culture && other.name === this.name
  }

  netHashCode(): number {
    return this.lcid
  }
}

export const invariantCulture: Culture = new Culture(
  '',
  'Invariant Language (Invariant Country)',
  127,
  invariantNumberFormat,
  invariantDateTimeFormat,
)

const known = new Map<string, Culture>([['', invariantCulture]])

/** The culture of that name, any case. Throws CultureNotFoundException for names without data. */
export function findCulture(name: string): Culture {
  const key = name.toLowerCase()
  const found = known.get(key) ?? makeCulture(key)
  if (found === undefined) {
    return fail(
      'System.Globalization.CultureNotFoundException',
      `Culture is not supported.\r\nParameter name: name\r\n${name} is an invalid culture identifier.`,
    )
  }
  known.set(key, found)
  return found
}

function makeCulture(key: string): Culture | undefined {
  const data = cultureData.get(key)
  if (data === undefined) return undefined
  const numbers = Object.assign(new NumberFormat(), data.number, { readOnly: true })
  return new Culture(
    data.name,
    data.englishName,
    data.lcid,
    numbers,
    Object.assign(new DateTimeFormat(), data.date, { readOnly: true }),
  )
}

/** The number format that an IFormatProvider gives; null is the current culture, which is the invariant one. */
export function numberFormatOf(provider: unknown): NumberFormat {
  if (provider === null || provider === undefined) return invariantNumberFormat
  if (provider instanceof Culture) return provider.numberFormat
  return provider instanceof NumberFormat ? provider : invariantNumberFormat
}

export function dateTimeFormatOf(provider: unknown): DateTimeFormat {
  if (provider === null || provider === undefined) return invariantDateTimeFormat
  if (provider instanceof Culture) return provider.dateTimeFormat
  return provider instanceof DateTimeFormat ? provider : invariantDateTimeFormat
}

/** The culture whose casing and sorting a provider names. */
export function cultureOf(provider: unknown): Culture {
  return provider instanceof Culture ? provider : invariantCulture
}

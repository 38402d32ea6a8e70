import { invariantDateTimeFormat } from '../../expressions/runtime/primitives/culture/date-time-format.ts'

const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:?\d\d)?$/
const { dayNames, monthNames } = invariantDateTimeFormat

/** A date-shaped JSON text, read as Newtonsoft reads it; printed by .NET's custom format strings in the invariant culture, in UTC. */
export class LiquidDate {
  readonly #date: Date
  /** Below a second, in units of 100 ns. */
  readonly #ticks: number
  readonly #zoned: boolean

  private constructor(date: Date, ticks: number, zoned: boolean) {
    this.#date = date
    this.#ticks = ticks
    this.#zoned = zoned
  }

  /** Undefined for what is no ISO 8601 date and time. */
  static parse(text: string): LiquidDate | undefined {
    const match = shape.exec(text)
    if (match === null) return undefined
    const zone = match[8]
    const date = new Date(`${text.slice(0, 19)}${zone ?? 'Z'}`)
    if (Number.isNaN(date.getTime())) return undefined
    return new LiquidDate(date, Number((match[7] ?? '').padEnd(7, '0')), zone !== undefined)
  }

  toString(): string {
    return this.format('MM/dd/yyyy HH:mm:ss')
  }

  /** What liquidjs compares dates by. */
  valueOf(): number {
    return this.#date.getTime()
  }

  /** Custom format specifiers of .NET's "Custom date and time format strings"; a single letter is one as it stands. */
  format(format: string): string {
    return format.replace(
      /'([^']*)'|"([^"]*)"|\\(.)|d{1,4}|M{1,4}|y{1,5}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}|t{1,2}|z{1,3}|K/g,
      (token, a?: string, b?: string, c?: string) => a ?? b ?? c ?? this.#part(token),
    )
  }

  #part(token: string): string {
    const date = this.#date
    const padded = (value: number) => String(value).padStart(token.length, '0')
    switch (token[0]) {
      case 'd':
        return token.length < 3 ? padded(date.getUTCDate()) : name(dayNames, date.getUTCDay(), token.length)
      case 'M':
        return token.length < 3 ? padded(date.getUTCMonth() + 1) : name(monthNames, date.getUTCMonth(), token.length)
      case 'y':
        return token.length < 3 ? padded(date.getUTCFullYear() % 100) : padded(date.getUTCFullYear())
      case 'H':
        return padded(date.getUTCHours())
      case 'h':
        return padded(date.getUTCHours() % 12 || 12)
      case 'm':
        return padded(date.getUTCMinutes())
      case 's':
        return padded(date.getUTCSeconds())
      case 'f':
        return this.#fraction(token.length)
      case 'F':
        return this.#fraction(token.length).replace(/0+$/, '')
      case 't':
        return (date.getUTCHours() < 12 ? 'AM' : 'PM').slice(0, token.length)
      case 'K':
        return this.#zoned ? 'Z' : ''
      default:
        return token.length === 3 ? '+00:00' : token.length === 2 ? '+00' : '+0'
    }
  }

  #fraction(digits: number): string {
    return String(this.#ticks).padStart(7, '0').slice(0, digits)
  }
}

function name(names: readonly string[], index: number, length: number): string {
  const full = names[index] ?? ''
  return length === 3 ? full.slice(0, 3) : full
}

import { spend } from '../../../types/budget.ts'
import { type DateTimeFormat, invariantDateTimeFormat } from '../culture/date-time-format.ts'
import { expandDateFormat } from './date-format.ts'
import { type DateFault, type DateReading, DateTimeStyles, fullYear } from './read-date.ts'

/** ParseExact's reading of a text by one format, standard or custom. */
export function readExactDate(
  text: string,
  format: string,
  info: DateTimeFormat,
  styles: number,
  isOffset: boolean,
): DateReading | DateFault {
  spend((text.length + format.length) >> 2)
  if (format.length !== 1) return new ExactReader(text, info, styles).read(format)
  const pattern = expandDateFormat(format, info, isOffset)
  if (pattern === undefined) return 'format'
  const reading = new ExactReader(text, 'oOrRsu'.includes(format) ? invariantDateTimeFormat : info, styles).read(pattern)
  // U is in universal time; for an offset, so are R and u, whose zone is a literal
  const universal = format === 'U' || (isOffset && 'rRu'.includes(format))
  return universal && typeof reading !== 'string' ? { ...reading, utc: true, offset: 0 } : reading
}

class ExactReader {
  readonly #text: string
  readonly #info: DateTimeFormat
  readonly #styles: number
  #at = 0
  #fault = false
  readonly #found = new Map<string, number>()
  #fraction = 0
  #pm: boolean | undefined
  #utc = false
  #offset: number | undefined

  constructor(text: string, info: DateTimeFormat, styles: number) {
    this.#text = text
    this.#info = info
    this.#styles = styles
  }

  read(pattern: string): DateReading | DateFault {
    let format = pattern
    if ((this.#styles & DateTimeStyles.AllowLeadingWhite) !== 0) {
      this.#skipBlanks()
      format = format.trimStart()
    }
    if ((this.#styles & DateTimeStyles.AllowTrailingWhite) !== 0) format = format.trimEnd()
    for (let at = 0; at < format.length && !this.#fault; ) at = this.#step(format, at)
    if ((this.#styles & DateTimeStyles.AllowTrailingWhite) !== 0) this.#skipBlanks()
    if (this.#fault || this.#at !== this.#text.length) return 'format'
    return this.#reading()
  }

  #reading(): DateReading | DateFault {
    const get = (key: string) => this.#found.get(key)
    const half = get('h')
    let hour = get('H') ?? half ?? 0
    if (half !== undefined && (half < 1 || half > 12)) return 'format'
    if (this.#pm !== undefined) {
      if (half !== undefined) hour = (half % 12) + (this.#pm ? 12 : 0)
      else if (get('H') !== undefined && this.#pm !== hour >= 12) return 'format'
      else if (get('H') === undefined) hour = this.#pm ? 12 : 0
    } else if (half === 12) hour = 0
    const [year, month, day] = [get('y'), get('M'), get('d')]
    if ((month !== undefined && (month < 1 || month > 12)) || (day !== undefined && (day < 1 || day > 31))) return 'format'
    if (hour > 23 || (get('m') ?? 0) > 59 || (get('s') ?? 0) > 59) return 'format'
    // a day alone is in January, a month alone on its first: only a whole date left out is today
    const anyDate = year !== undefined || month !== undefined || day !== undefined
    return {
      year,
      month: anyDate ? (month ?? 1) : undefined,
      day: anyDate ? (day ?? 1) : undefined,
      dayOfWeek: get('w'),
      hour,
      minute: get('m') ?? 0,
      second: get('s') ?? 0,
      fraction: this.#fraction,
      utc: this.#utc,
      offset: this.#offset,
    }
  }

  #set(key: string, value: number | undefined): void {
    const known = this.#found.get(key)
    if (value === undefined || (known !== undefined && known !== value)) this.#fault = true
    else this.#found.set(key, value)
  }

  #skipBlanks(): void {
    while (/^\s$/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #literal(word: string): void {
    if (this.#text.startsWith(word, this.#at)) this.#at += word.length
    else this.#fault = true
  }

  /** Takes what the format asks for at `at`; the place of its next part. */
  #step(format: string, at: number): number {
    const c = format[at] as string // the index is inside
    if ((this.#styles & DateTimeStyles.AllowInnerWhite) !== 0) {
      this.#skipBlanks()
      if (/\s/.test(c)) return at + 1
    }
    if (c === "'" || c === '"') {
      const close = format.indexOf(c, at + 1)
      if (close < 0) this.#fault = true
      else this.#literal(format.slice(at + 1, close).replace(/\\(.)/g, '$1'))
      return close < 0 ? format.length : close + 1
    }
    if (c === '\\') {
      this.#literal(format[at + 1] ?? '')
      return at + 2
    }
    if (c === '%') {
      if (at + 1 >= format.length || format[at + 1] === '%') this.#fault = true
      return at + 1
    }
    let length = 1
    while (format[at + length] === c) length++
    if (c === 'F' || c === 'f') this.#fractionDigits(c, length)
    // a point before F may be missing with its digits
    else if (c === '.' && length === 1 && format[at + 1] === 'F' && this.#text[this.#at] !== '.') {
      let end = at + 1
      while (format[end] === 'F') end++
      return end
    } else if (!this.#specifier(c, length)) {
      this.#literal(c)
      return at + 1
    }
    return at + length
  }

  #specifier(letter: string, length: number): boolean {
    const info = this.#info
    switch (letter) {
      case 'd':
        if (length <= 2) this.#set('d', this.#number(length, 2))
        else this.#set('w', this.#name(length === 3 ? info.abbreviatedDayNames : info.dayNames))
        return true
      case 'M': {
        const month =
          length <= 2 ? this.#number(length, 2) : this.#name(length === 3 ? info.abbreviatedMonthNames : info.monthNames)
        this.#set('M', length <= 2 || month === undefined ? month : month + 1)
        return true
      }
      case 'y': {
        const year = length <= 2 ? this.#number(length, 2) : this.#number(length, Math.max(4, length))
        this.#set('y', year === undefined || length > 2 ? year : fullYear(year))
        return true
      }
      case 'H':
      case 'h':
      case 'm':
      case 's':
        this.#set(letter, this.#number(Math.min(length, 2), 2))
        return true
      case 't':
        this.#designator(length)
        return true
      case 'z':
        this.#zone(length)
        return true
      case 'K':
        this.#kind()
        return true
      case ':':
        this.#literal(info.timeSeparator.repeat(length))
        return true
      case '/':
        this.#literal(info.dateSeparator.repeat(length))
        return true
      case 'Z':
        this.#zoneName()
        return true
      case 'g':
        if (/^A\.?D\.?/i.test(this.#text.slice(this.#at))) this.#at += this.#text.startsWith('A.D.', this.#at) ? 4 : 2
        return true
      default:
        return false
    }
  }

  /** One letter: up to `most` digits. More: exactly as many. */
  #number(length: number, most: number): number | undefined {
    const least = length === 1 ? 1 : length
    const limit = length === 1 ? most : length
    const digits = new RegExp(`^[0-9]{${least},${limit}}`).exec(this.#text.slice(this.#at, this.#at + limit))?.[0]
    if (digits === undefined) return undefined
    this.#at += digits.length
    return Number(digits)
  }

  #name(names: readonly string[]): number | undefined {
    const rest = this.#text.slice(this.#at).toLowerCase()
    let found = -1
    names.forEach((name, i) => {
      const longer = found < 0 || name.length > (names[found]?.length ?? 0)
      if (name !== '' && longer && rest.startsWith(name.toLowerCase())) found = i
    })
    if (found < 0) return undefined
    this.#at += names[found]?.length ?? 0
    return found
  }

  #fractionDigits(letter: string, length: number): void {
    const digits = /^[0-9]*/.exec(this.#text.slice(this.#at, this.#at + length))?.[0] ?? ''
    if (length > 7 || (letter === 'f' && digits.length !== length)) this.#fault = true
    else this.#fraction = Number(digits.padEnd(7, '0'))
    this.#at += digits.length
  }

  #designator(length: number): void {
    const options = [this.#info.amDesignator, this.#info.pmDesignator].map(word => (length === 1 ? word.slice(0, 1) : word))
    const rest = this.#text.slice(this.#at).toLowerCase()
    const index = options.findIndex(word => word !== '' && rest.startsWith(word.toLowerCase()))
    if (index < 0) {
      this.#fault = options.some(word => word !== '')
      return
    }
    this.#pm = index === 1
    this.#at += options[index]?.length ?? 0
  }

  #zone(length: number): void {
    const pattern = length === 1 ? /^([+-])(\d{1,2})/ : length === 2 ? /^([+-])(\d{2})/ : /^([+-])(\d{1,2}):?(\d{2})/
    const match = pattern.exec(this.#text.slice(this.#at))
    if (match === null) {
      if (length >= 3 && this.#text[this.#at] === 'Z') this.#takeUtc()
      else this.#fault = true
      return
    }
    this.#at += match[0].length
    const size = Number(match[2]) * 60 + Number(match[3] ?? 0)
    if (Number(match[3] ?? 0) > 59) this.#fault = true
    this.#offset = match[1] === '-' ? -size : size
  }

  /** `Z` in a format, unquoted, is a zone: it takes Z or GMT. */
  #zoneName(): void {
    const name = /^(?:Z|GMT)/i.exec(this.#text.slice(this.#at, this.#at + 3))?.[0]
    if (name === undefined) this.#fault = true
    else {
      this.#takeUtc()
      this.#at += name.length - 1
    }
  }

  #takeUtc(): void {
    this.#at++
    this.#utc = true
    this.#offset = 0
  }

  /** Z, an offset, or nothing. */
  #kind(): void {
    const next = this.#text[this.#at]
    if (next === 'Z' || next === 'z') this.#takeUtc()
    else if (next === '+' || next === '-') this.#zone(3)
  }
}

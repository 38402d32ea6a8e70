import { spend } from '../../../types/budget.ts'
import type { NumberFormat } from '../culture/number-format.ts'
import { type Digits, roundDigits } from './digits.ts'
import { exponentText } from './standard-format.ts'

/** What a section of a custom numeric format asks for, counted before any digit is written. */
interface Section {
  readonly start: number
  readonly digitCount: number
  /** How many digit places stand left of the decimal point. */
  readonly decimalPos: number
  /** The leftmost and rightmost `0`, counted from the decimal point; places between them are always written. */
  readonly firstZero: number
  readonly lastZero: number
  readonly scientific: boolean
  readonly grouping: boolean
  /** Powers of ten from `%`, `‰` and trailing commas. */
  readonly scaleAdjust: number
}

/** Formats by a custom format string such as `#,##0.00;(0.00);zero`. Source: .NET reference, "Custom numeric format strings". */
export function formatCustom(value: Digits, format: string, info: NumberFormat): string {
  spend(format.length)
  let number = value
  let start = findSection(format, number.digits === '' ? 2 : number.negative ? 1 : 0)
  let section = readSection(format, start)
  for (;;) {
    if (number.digits === '') {
      number = { negative: false, digits: '', scale: 0 }
      break
    }
    const scaled = { ...number, scale: number.scale + section.scaleAdjust }
    number = roundDigits(scaled, section.scientific ? section.digitCount : scaled.scale + section.digitCount - section.decimalPos)
    if (number.digits !== '') break
    const zeroStart = findSection(format, 2)
    if (zeroStart === start) break
    start = zeroStart
    section = readSection(format, start)
  }
  return new SectionWriter(format, section, number, info).write()
}

/** Where the wanted section starts: 0 for the first when that one is missing or empty. */
function findSection(format: string, wanted: number): number {
  if (wanted === 0) return 0
  let left = wanted
  for (let at = 0; at < format.length; at++) {
    const c = format[at] as string
    if (c === "'" || c === '"') at = skipQuoted(format, at)
    else if (c === '\\') at++
    else if (c === ';' && --left === 0) {
      const next = format[at + 1]
      return next === undefined || next === ';' ? 0 : at + 1
    }
  }
  return 0
}

/** The index of the closing quote, or the last character when there is none. */
function skipQuoted(format: string, at: number): number {
  const close = format.indexOf(format[at] as string, at + 1)
  return close < 0 ? format.length : close
}

/** Whether `E0`, `E+0` or `E-0` starts here. */
function exponentFollows(format: string, at: number): boolean {
  const next = format[at + 1]
  return next === '0' || ((next === '+' || next === '-') && format[at + 2] === '0')
}

function readSection(format: string, start: number): Section {
  let digitCount = 0
  let decimalPos = -1
  let firstDigit = Number.MAX_SAFE_INTEGER
  let lastDigit = 0
  let scientific = false
  let commaAt = -1
  let commas = 0
  let grouping = false
  let scaleAdjust = 0
  for (let at = start; at < format.length && format[at] !== ';'; at++) {
    const c = format[at] as string
    if (c === '#') digitCount++
    else if (c === '0') {
      if (firstDigit === Number.MAX_SAFE_INTEGER) firstDigit = digitCount
      digitCount++
      lastDigit = digitCount
    } else if (c === '.') {
      if (decimalPos < 0) decimalPos = digitCount
    } else if (c === ',') {
      if (digitCount > 0 && decimalPos < 0) {
        if (commaAt === digitCount) commas++
        else {
          if (commaAt >= 0) grouping = true
          commaAt = digitCount
          commas = 1
        }
      }
    } else if (c === '%') scaleAdjust += 2
    else if (c === '\u2030') scaleAdjust += 3
    else if (c === "'" || c === '"') at = skipQuoted(format, at)
    else if (c === '\\') at++
    else if ((c === 'E' || c === 'e') && exponentFollows(format, at)) {
      at++
      while (format[at + 1] === '0') at++
      scientific = true
    }
  }
  if (decimalPos < 0) decimalPos = digitCount
  if (commaAt >= 0) {
    if (commaAt === decimalPos) scaleAdjust -= commas * 3
    else grouping = true
  }
  const firstZero = firstDigit < decimalPos ? decimalPos - firstDigit : 0
  const lastZero = lastDigit > decimalPos ? decimalPos - lastDigit : 0
  return { start, digitCount, decimalPos, firstZero, lastZero, scientific, grouping, scaleAdjust }
}

/** Writes one section. Its fields are the running position: places left before the decimal point, and digits used. */
class SectionWriter {
  readonly #format: string
  readonly #section: Section
  readonly #number: Digits
  readonly #info: NumberFormat
  readonly #separators: number[] = []
  #text = ''
  #place: number
  /** Digits that stand left of the first place (positive), or places without a digit (negative). */
  #adjust: number
  #used = 0
  #decimalWritten = false

  constructor(format: string, section: Section, number: Digits, info: NumberFormat) {
    this.#format = format
    this.#section = section
    this.#number = number
    this.#info = info
    this.#place = section.scientific ? section.decimalPos : Math.max(number.scale, section.decimalPos)
    this.#adjust = section.scientific ? 0 : number.scale - section.decimalPos
    if (section.grouping && info.numberGroupSeparator !== '') this.#placeSeparators()
  }

  #placeSeparators(): void {
    const sizes = this.#info.numberGroupSizes
    const total = Math.max(this.#section.firstZero, this.#place + Math.min(0, this.#adjust))
    let sum = 0
    for (let index = 0; ; index = Math.min(index + 1, sizes.length - 1)) {
      const size = sizes[index] ?? 0
      sum += size
      if (size === 0 || total <= sum) return
      this.#separators.push(sum)
    }
  }

  write(): string {
    const { start } = this.#section
    const format = this.#format
    if (this.#number.negative && start === 0) this.#text += this.#info.negativeSign
    let scientific = this.#section.scientific
    for (let at = start; at < format.length && format[at] !== ';'; at++) {
      const c = format[at] as string
      if (c === '#' || c === '0' || c === '.') {
        this.#writeLeadingDigits()
        if (c === '.') this.#writePoint()
        else this.#writePlace()
      } else if (c === '%') this.#text += this.#info.percentSymbol
      else if (c === '\u2030') this.#text += this.#info.perMilleSymbol
      else if (c === ',') continue
      else if (c === "'" || c === '"') {
        const close = skipQuoted(format, at)
        this.#text += format.slice(at + 1, close)
        at = close
      } else if (c === '\\') {
        at++
        this.#text += format[at] ?? ''
      } else if (c === 'E' || c === 'e') {
        const spent = scientific && exponentFollows(format, at)
        at = this.#writeExponent(at, c, scientific)
        if (spent) scientific = false
      } else this.#text += c
    }
    return this.#text
  }

  #writeLeadingDigits(): void {
    for (; this.#adjust > 0; this.#adjust--) this.#put(this.#nextDigit() ?? '0')
  }

  #nextDigit(): string | undefined {
    return this.#used < this.#number.digits.length ? this.#number.digits[this.#used++] : undefined
  }

  #writePlace(): void {
    let digit: string | undefined
    if (this.#adjust < 0) {
      this.#adjust++
      digit = this.#place <= this.#section.firstZero ? '0' : undefined
    } else digit = this.#nextDigit() ?? (this.#place > this.#section.lastZero ? '0' : undefined)
    if (digit === undefined) this.#place--
    else this.#put(digit)
  }

  #put(digit: string): void {
    this.#text += digit
    if (this.#place > 1 && this.#separators.at(-1) === this.#place - 1) {
      this.#text += this.#info.numberGroupSeparator
      this.#separators.pop()
    }
    this.#place--
  }

  #writePoint(): void {
    if (this.#place !== 0 || this.#decimalWritten) return
    const { lastZero, decimalPos, digitCount } = this.#section
    if (lastZero < 0 || (decimalPos < digitCount && this.#used < this.#number.digits.length)) {
      this.#text += this.#info.numberDecimalSeparator
      this.#decimalWritten = true
    }
  }

  /** Writes what an `E` stands for and returns the index of its last character. */
  #writeExponent(start: number, letter: string, scientific: boolean): number {
    const format = this.#format
    let at = start
    if (!scientific) {
      this.#text += letter
      if (format[at + 1] === '+' || format[at + 1] === '-') this.#text += format[++at]
      while (format[at + 1] === '0') this.#text += format[++at]
      return at
    }
    if (!exponentFollows(format, at)) {
      this.#text += letter
      return at
    }
    const plus = format[at + 1] === '+'
    if (format[at + 1] !== '0') at++
    let width = 0
    while (format[at + 1] === '0') {
      at++
      width++
    }
    const exponent = this.#number.digits === '' ? 0 : this.#number.scale - this.#section.decimalPos
    this.#text += exponentText(exponent, letter, Math.min(width, 10), plus, this.#info)
    return at
  }
}

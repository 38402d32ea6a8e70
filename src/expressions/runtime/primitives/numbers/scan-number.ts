import { spend } from '../../../types/budget.ts'
import type { NumberFormat } from '../culture/number-format.ts'
import { NumberStyles } from './number-styles.ts'

/** A number as it was written: sign, digits without leading zeros, and how many of them stand left of the point. */
export interface Scanned {
  readonly negative: boolean
  readonly digits: string
  readonly scale: number
}

/**
 * Reads the text of a number by the parts that `styles` allows; undefined when it does not fit. Trailing NULs are let through, as
 * .NET does. Source: .NET reference, "Parsing numeric strings" and NumberStyles.
 */
export function scanNumber(text: string, styles: number, info: NumberFormat): Scanned | undefined {
  // short texts cost nothing: the compiler reads decimal literals here, when no evaluation runs and nothing may be spent
  if (text.length > 100) spend(text.length >> 3)
  const scanner = new NumberScanner(text, styles, info)
  return scanner.scan() ? scanner : undefined
}

class NumberScanner {
  negative = false
  digits = ''
  scale = 0
  readonly #text: string
  readonly #styles: number
  readonly #info: NumberFormat
  #at = 0
  #signed = false
  #parenthesis = false
  #currency: string

  constructor(text: string, styles: number, info: NumberFormat) {
    this.#text = text
    this.#styles = styles
    this.#info = info
    this.#currency = (styles & NumberStyles.AllowCurrencySymbol) === 0 ? '' : info.currencySymbol
  }

  scan(): boolean {
    this.#lead()
    if (!this.#number()) return false
    this.#trail()
    if (this.#parenthesis) return false
    if (this.digits === '' && this.scale >= 0) this.negative = false
    return this.#onlyNulsLeft()
  }

  #allows(style: number): boolean {
    return (this.#styles & style) !== 0
  }

  /** Takes `word` when it comes next. */
  #take(word: string): boolean {
    if (word === '' || !this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #takeSign(): boolean {
    if (this.#take(this.#info.positiveSign)) return true
    if (this.#take(this.#info.negativeSign)) {
      this.negative = true
      return true
    }
    return false
  }

  #lead(): void {
    for (; this.#at < this.#text.length; ) {
      if (isSpace(this.#text.charCodeAt(this.#at)) && this.#leadingWhiteFits()) this.#at++
      else if (!this.#signed && this.#allows(NumberStyles.AllowLeadingSign) && this.#takeSign()) this.#signed = true
      else if (!this.#signed && this.#allows(NumberStyles.AllowParentheses) && this.#take('(')) {
        this.#signed = true
        this.#parenthesis = true
        this.negative = true
      } else if (this.#take(this.#currency)) this.#currency = ''
      else return
    }
  }

  /** Blanks after a sign are let through only where a currency symbol may still come, or by patterns that hold a blank. */
  #leadingWhiteFits(): boolean {
    if (!this.#allows(NumberStyles.AllowLeadingWhite)) return false
    return (
      !this.#signed ||
      (this.#allows(NumberStyles.AllowCurrencySymbol) && this.#currency === '') ||
      this.#info.numberNegativePattern === 2
    )
  }

  #number(): boolean {
    const money = this.#allows(NumberStyles.AllowCurrencySymbol)
    const { numberDecimalSeparator, currencyDecimalSeparator, numberGroupSeparator, currencyGroupSeparator } = this.#info
    let any = false
    let point = false
    for (;;) {
      const c = this.#text.charCodeAt(this.#at)
      if (c >= 48 && c <= 57) {
        any = true
        this.#at++
        this.#digit(c, point)
      } else if (
        this.#allows(NumberStyles.AllowDecimalPoint) &&
        !point &&
        (this.#take(numberDecimalSeparator) || (money && this.#take(currencyDecimalSeparator)))
      )
        point = true
      else if (
        this.#allows(NumberStyles.AllowThousands) &&
        any &&
        !point &&
        (this.#take(numberGroupSeparator) || (money && this.#take(currencyGroupSeparator)))
      )
        continue
      else break
    }
    if (!any) return false
    if (this.#allows(NumberStyles.AllowExponent)) this.#exponent()
    return true
  }

  #digit(c: number, point: boolean): void {
    if (c === 48 && this.digits === '') {
      if (point) this.scale--
      return
    }
    this.digits += String.fromCharCode(c)
    if (!point) this.scale++
  }

  #exponent(): void {
    const rest = /^[eE]([+-]?)(\d+)/.exec(this.#text.slice(this.#at, this.#at + 4000))
    if (rest === null) return
    this.#at += rest[0].length
    const size = Math.min(Number(rest[2]), 9999)
    this.scale += rest[1] === '-' ? -size : size
  }

  #trail(): void {
    for (; this.#at < this.#text.length; ) {
      if (isSpace(this.#text.charCodeAt(this.#at)) && this.#allows(NumberStyles.AllowTrailingWhite)) this.#at++
      else if (!this.#signed && this.#allows(NumberStyles.AllowTrailingSign) && this.#takeSign()) this.#signed = true
      else if (this.#parenthesis && this.#take(')')) this.#parenthesis = false
      else if (this.#take(this.#currency)) this.#currency = ''
      else return
    }
  }

  #onlyNulsLeft(): boolean {
    for (; this.#at < this.#text.length; this.#at++) if (this.#text.charCodeAt(this.#at) !== 0) return false
    return true
  }
}

/** What number parsing counts as a blank: U+0009 to U+000D and U+0020, no other. */
function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13)
}

import { NetException } from '../../types/exceptions.ts'
import { isWordUnit } from './char-classes.ts'
import { option } from './options.ts'

/** A place in a pattern's text, and what every part of the parser reads with. */
export class PatternReader {
  readonly pattern: string
  at = 0
  options: number

  constructor(pattern: string, options: number) {
    this.pattern = pattern
    this.options = options
  }

  /** `ArgumentException: parsing "pattern" - message`. */
  fault(message: string): NetException {
    return new NetException('System.ArgumentException', `parsing "${this.pattern}" - ${message}`)
  }

  has(bits: number): boolean {
    return (this.options & bits) !== 0
  }

  get left(): number {
    return this.pattern.length - this.at
  }

  /** The character there; empty at the end. */
  peek(ahead = 0): string {
    return this.pattern[this.at + ahead] ?? ''
  }

  next(): string {
    return this.pattern[this.at++] ?? ''
  }

  accept(char: string): boolean {
    if (this.peek() !== char) return false
    this.at++
    return true
  }

  /** Digits as a number; throws when it is past Int32.MaxValue. */
  decimal(): number {
    let value = 0
    while (isDigit(this.peek())) {
      value = value * 10 + Number(this.next())
      if (value > 2147483647) throw this.fault('Capture group numbers must be less than or equal to Int32.MaxValue.')
    }
    return value
  }

  /** A run of word characters: a group's name. */
  word(): string {
    const start = this.at
    while (isWord(this.peek())) this.at++
    return this.pattern.slice(start, this.at)
  }

  /** Skips comments and, where the options say so, blanks. */
  blank(): void {
    for (;;) {
      if (this.has(option.ignorePatternWhitespace)) this.#whitespace()
      if (!this.pattern.startsWith('(?#', this.at)) return
      const close = this.pattern.indexOf(')', this.at)
      if (close < 0) throw this.fault('Unterminated (?#...) comment.')
      this.at = close + 1
    }
  }

  #whitespace(): void {
    for (;;) {
      while (isBlank(this.peek())) this.at++
      if (this.peek() !== '#') return
      const line = this.pattern.indexOf('\n', this.at)
      this.at = line < 0 ? this.pattern.length : line
    }
  }

  /** Whether a quantifier stands here: `{` is one only as `{n}`, `{n,}` or `{n,m}`. */
  atQuantifier(): boolean {
    const char = this.peek()
    if (char !== '{') return char === '*' || char === '+' || char === '?'
    braces.lastIndex = this.at
    return braces.test(this.pattern)
  }
}

const braces = /\{\d+(?:,\d*)?\}/y

export const isDigit = (char: string) => char >= '0' && char <= '9'
export const isWord = (char: string) => char !== '' && isWordUnit(char.charCodeAt(0))
/** What IgnorePatternWhitespace ignores. */
export const isBlank = (char: string) => char === ' ' || char === '\t' || char === '\n' || char === '\r' || char === '\f'

import { casedLetters, digits, property, spaces, wordChars } from './char-classes.ts'
import { CharSet } from './char-set.ts'
import { option } from './options.ts'
import { charEscape, propertyName } from './pattern-escapes.ts'
import type { PatternReader } from './pattern-reader.ts'

/** Deeper subtractions than this are refused, so that a pattern cannot exhaust the stack. */
const deepest = 200

/** Adds what `\d`, `\D`, `\s`, `\S`, `\w` or `\W` means. */
export function addShorthand(set: CharSet, letter: string, ecma: boolean): void {
  const lower = letter.toLowerCase()
  const negated = letter !== lower
  if (ecma) addEcma(set, lower, negated)
  else set.addBits(lower === 'd' ? digits() : lower === 's' ? spaces() : wordChars(), negated)
}

const ecmaRanges = new Map<string, readonly (readonly [number, number])[]>([
  ['d', [[0x30, 0x39]]],
  [
    's',
    [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  ],
  [
    'w',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x5f, 0x5f],
      [0x61, 0x7a],
      [0x130, 0x130],
    ],
  ],
])

function addEcma(set: CharSet, letter: string, negated: boolean): void {
  const ranges = ecmaRanges.get(letter) ?? []
  let next = 0
  for (const [first, last] of ranges) {
    if (!negated) set.addRange(first, last)
    else if (first > next) set.addRange(next, first - 1)
    next = last + 1
  }
  if (negated) set.addRange(next, 0xffff)
}

/** Adds `\p{…}` or `\P{…}`; the `p` has been read. */
export function addProperty(set: CharSet, reader: PatternReader, negated: boolean): void {
  const name = propertyName(reader)
  const cased = reader.has(option.ignoreCase) && (name === 'Lu' || name === 'Ll' || name === 'Lt')
  const bits = cased ? casedLetters() : property(name)
  if (bits === undefined) throw reader.fault(`Unknown property '${name}'.`)
  set.addBits(bits, negated)
}

/** A character class; `[` has been read. Reading over it, to number groups, does not mind what it says, only where it ends. */
export function parseClass(reader: PatternReader, readingOver = false, depth = 0): CharSet {
  return new ClassParser(reader, readingOver, depth).parse()
}

class ClassParser {
  readonly #reader: PatternReader
  readonly #readingOver: boolean
  readonly #depth: number
  readonly #set = new CharSet()
  /** The first end of a range whose `-` has been read. */
  #rangeFrom = -1
  #first = true

  constructor(reader: PatternReader, readingOver: boolean, depth: number) {
    this.#reader = reader
    this.#readingOver = readingOver
    this.#depth = depth
  }

  parse(): CharSet {
    const reader = this.#reader
    if (reader.accept('^')) this.#set.negated = true
    for (; reader.left > 0; this.#first = false) {
      const char = reader.next()
      if (char === ']' && !this.#first) return this.#finished()
      if (char === '\\' && reader.left > 0) this.#escape()
      else {
        if (char === '[') this.#skipPosix()
        this.#char(char.charCodeAt(0), false)
      }
    }
    throw reader.fault('Unterminated [] set.')
  }

  #finished(): CharSet {
    return this.#reader.has(option.ignoreCase) ? this.#set.fold() : this.#set
  }

  #escape(): void {
    const reader = this.#reader
    const char = reader.next()
    if ('dDsSwWpP'.includes(char)) {
      if (this.#rangeFrom >= 0 && !this.#readingOver) throw reader.fault(`Cannot include class \\${char} in character range.`)
      if (char !== 'p' && char !== 'P') addShorthand(this.#set, char, reader.has(option.ecmaScript))
      else if (this.#readingOver) propertyName(reader)
      else addProperty(this.#set, reader, char === 'P')
    } else if (char === '-') this.#set.addRange(0x2d, 0x2d)
    else {
      reader.at--
      this.#char(charEscape(reader), true)
    }
  }

  /** `[:name:]` is read over; the `[` counts as itself. */
  #skipPosix(): void {
    const reader = this.#reader
    if (reader.peek() !== ':' || this.#rangeFrom >= 0) return
    const start = reader.at
    reader.at++
    reader.word()
    if (!(reader.accept(':') && reader.accept(']'))) reader.at = start
  }

  #char(unit: number, escaped: boolean): void {
    const reader = this.#reader
    const opens = unit === 0x5b && !escaped && !this.#first
    if (this.#rangeFrom >= 0) this.#closeRange(unit, opens)
    else if (reader.left >= 2 && reader.peek() === '-' && reader.peek(1) !== ']') {
      this.#rangeFrom = unit
      reader.at++
    } else if (unit === 0x2d && !escaped && reader.peek() === '[' && !this.#first) {
      reader.at++
      this.#subtract()
    } else this.#set.addRange(unit, unit)
  }

  #closeRange(unit: number, opens: boolean): void {
    const from = this.#rangeFrom
    this.#rangeFrom = -1
    if (opens) {
      if (this.#readingOver) return // .NET then takes the bracket for the end of a range
      this.#set.addRange(from, from)
      this.#subtract()
      return
    }
    if (from > unit && !this.#readingOver) throw this.#reader.fault('[x-y] range in reverse order.')
    this.#set.addRange(from, unit)
  }

  #subtract(): void {
    if (this.#depth >= deepest) throw this.#reader.fault('Subtractions are nested too deeply.')
    this.#set.subtracted = parseClass(this.#reader, this.#readingOver, this.#depth + 1)
    if (!this.#readingOver && this.#reader.left > 0 && this.#reader.peek() !== ']') {
      throw this.#reader.fault('A subtraction must be the last element in a character class.')
    }
  }
}

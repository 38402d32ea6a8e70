import { readEscape } from './escapes.ts'
import type { Faults } from './faults.ts'
import type { Range, RawPart } from './tokens.ts'

/** How many strings may stand inside the holes of strings. */
const deepest = 40

/**
 * Reads an interpolated string whose first character after the opening quote is at `at`.
 *
 * interpolated := { text | `{{` | `}}` | `{` expression [ `,` alignment ] [ `:` format ] `}` } `"`
 */
export function readInterpolated(source: string, at: number, limit: number, verbatim: boolean, faults: Faults, depth = 0) {
  return new InterpolationReader(source, at, limit, verbatim, faults, depth).read()
}

class InterpolationReader {
  readonly #source: string
  readonly #limit: number
  readonly #verbatim: boolean
  readonly #faults: Faults
  readonly #depth: number
  readonly #parts: RawPart[] = []
  #text = ''
  #at: number

  constructor(source: string, at: number, limit: number, verbatim: boolean, faults: Faults, depth: number) {
    this.#source = source
    this.#at = at
    this.#limit = limit
    this.#verbatim = verbatim
    this.#faults = faults
    this.#depth = depth
  }

  read(): { readonly parts: readonly RawPart[]; readonly end: number } {
    const start = this.#at
    while (this.#at < this.#limit) {
      const char = this.#source[this.#at]
      if (char === '"' && !(this.#verbatim && this.#source[this.#at + 1] === '"')) {
        this.#at++
        this.#flush()
        return { parts: this.#parts, end: this.#at }
      }
      if (!this.#verbatim && (char === '\n' || char === '\r')) break
      this.#step(char ?? '')
    }
    this.#faults.add(
      start - 1,
      this.#verbatim ? 'CS1039' : 'CS1010',
      this.#verbatim ? 'Unterminated string literal' : 'Newline in constant',
    )
    this.#flush()
    return { parts: this.#parts, end: this.#at }
  }

  #step(char: string): void {
    const pair = this.#source[this.#at + 1]
    if (char === '"') this.#take('"', 2)
    else if ((char === '{' || char === '}') && pair === char) this.#take(char, 2)
    else if (char === '{') this.#hole()
    else if (char === '}') {
      this.#faults.add(this.#at, 'CS8086', "A '}' character must be escaped (by doubling) in an interpolated string.")
      this.#take('', 1)
    } else if (char === '\\' && !this.#verbatim) this.#escape()
    else this.#take(char, 1)
  }

  #take(text: string, length: number): void {
    this.#text += text
    this.#at += length
  }

  #escape(): void {
    const read = readEscape(this.#source, this.#at, this.#limit)
    if (read === undefined) {
      this.#faults.add(this.#at, 'CS1009', 'Unrecognized escape sequence')
      this.#take('', 2)
    } else this.#take(read.text, read.end - this.#at)
  }

  #flush(): void {
    if (this.#text !== '') this.#parts.push({ kind: 'text', text: this.#text })
    this.#text = ''
  }

  #hole(): void {
    this.#flush()
    const start = ++this.#at
    const expression: Range = { start, end: this.#skipTo([',', ':', '}']) }
    let alignment: Range | undefined
    if (this.#source[this.#at] === ',') {
      const from = ++this.#at
      alignment = { start: from, end: this.#skipTo([':', '}']) }
    }
    const format = this.#source[this.#at] === ':' ? this.#format() : undefined
    if (this.#source[this.#at] === '}' && this.#at < this.#limit) this.#at++
    else this.#faults.add(start - 1, 'CS8076', "Missing close delimiter '}' for interpolated expression started with '{'.")
    if (this.#source.slice(expression.start, expression.end).trim() === '')
      this.#faults.add(start, 'CS1733', 'Expected expression')
    else this.#parts.push({ kind: 'hole', expression, alignment, format })
  }

  #format(): string {
    let text = ''
    this.#at++
    while (this.#at < this.#limit && this.#source[this.#at] !== '}' && this.#source[this.#at] !== '"') {
      const read =
        this.#source[this.#at] === '\\' && !this.#verbatim ? readEscape(this.#source, this.#at, this.#limit) : undefined
      text += read?.text ?? this.#source[this.#at]
      this.#at = read?.end ?? this.#at + 1
    }
    if (text === '') this.#faults.add(this.#at, 'CS8089', 'Empty format specifier.')
    return text
  }

  /** Moves to the first of the stops outside any bracket, string, char or comment. */
  #skipTo(stops: readonly string[]): number {
    const open: string[] = []
    while (this.#at < this.#limit) {
      const char = this.#source[this.#at] ?? ''
      if (open.length === 0 && stops.includes(char) && !(char === ':' && this.#source[this.#at + 1] === ':')) return this.#at
      if (char === '"' || char === '$' || char === '@') this.#skipString()
      else if (char === "'") this.#skipChar()
      else if (char === '/' && this.#source[this.#at + 1] === '*') this.#skipComment()
      else if ('([{'.includes(char)) this.#at = open.push(char) && this.#at + 1
      else if (')]}'.includes(char)) {
        if (open.pop() === undefined) return this.#at
        this.#at++
      } else if (!this.#verbatim && (char === '\n' || char === '\r')) return this.#at
      else this.#at++
    }
    return this.#at
  }

  #skipString(): void {
    const opening = /(?<mark>\$@|@\$|\$|@)?"/y
    opening.lastIndex = this.#at
    const match = opening.exec(this.#source)
    if (match === null || opening.lastIndex > this.#limit) {
      this.#at++
      return
    }
    const mark = match.groups?.mark ?? ''
    this.#at += match[0].length
    if (mark.includes('$') && this.#depth < deepest) {
      // its own faults are found again when the hole's text is read for good
      const inner = new InterpolationReader(this.#source, this.#at, this.#limit, mark.includes('@'), quiet(), this.#depth + 1)
      this.#at = inner.read().end
    } else this.#skipPlain(mark.includes('@'))
  }

  #skipPlain(verbatim: boolean): void {
    while (this.#at < this.#limit) {
      const char = this.#source[this.#at]
      if (char === '\\' && !verbatim) this.#at += 2
      else if (char !== '"') this.#at++
      else if (verbatim && this.#source[this.#at + 1] === '"') this.#at += 2
      else {
        this.#at++
        return
      }
    }
  }

  #skipChar(): void {
    const form = /'(?:\\.[0-9a-fA-F]*|[^'\\\r\n])'/y
    form.lastIndex = this.#at
    this.#at += form.exec(this.#source)?.[0].length ?? 1
  }

  #skipComment(): void {
    const end = this.#source.indexOf('*/', this.#at + 2)
    this.#at = end < 0 ? this.#limit : end + 2
  }
}

/** Takes faults and forgets them. */
const quiet = (): Faults => ({ list: [], hasErrors: false, add() {}, addAll() {} }) as unknown as Faults // only `add` is used by the reader

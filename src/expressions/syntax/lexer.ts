import { readEscape } from './escapes.ts'
import type { Faults } from './faults.ts'
import { readInterpolated } from './interpolation.ts'
import { readNumber } from './numbers.ts'
import { keywords, type Literal, punctuation, type Token } from './tokens.ts'

const identifierForm =
  /@?(?:[\p{L}\p{Nl}_]|\\u[0-9a-fA-F]{4})(?:[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]|\\u[0-9a-fA-F]{4})*/uy
const blanks = /[\s\u0085\u200b\ufeff]+/y

/** Turns `source[start, end)` into tokens; the last one is `end`. Offsets count from the start of the source. */
export function tokenize(source: string, start: number, end: number, faults: Faults): Token[] {
  return new Lexer(source, start, end, faults).run()
}

class Lexer {
  readonly #source: string
  readonly #end: number
  readonly #faults: Faults
  readonly #tokens: Token[] = []
  #at: number

  constructor(source: string, start: number, end: number, faults: Faults) {
    this.#source = source
    this.#at = start
    this.#end = end
    this.#faults = faults
  }

  run(): Token[] {
    for (this.#skipBlanks(); this.#at < this.#end; this.#skipBlanks()) this.#token()
    this.#tokens.push({ kind: 'end', start: this.#end, end: this.#end, text: '' })
    return this.#tokens
  }

  #skipBlanks(): void {
    for (;;) {
      blanks.lastIndex = this.#at
      this.#at += blanks.exec(this.#source)?.[0].length ?? 0
      if (this.#at > this.#end) this.#at = this.#end
      if (this.#source.startsWith('//', this.#at)) this.#skipLine()
      else if (this.#source.startsWith('/*', this.#at)) this.#skipComment()
      else return
      if (this.#at >= this.#end) return
    }
  }

  #skipLine(): void {
    while (this.#at < this.#end && !/[\r\n\u0085\u2028\u2029]/.test(this.#source[this.#at] ?? '')) this.#at++
  }

  #skipComment(): void {
    const close = this.#source.indexOf('*/', this.#at + 2)
    if (close < 0 || close + 2 > this.#end) {
      this.#faults.add(this.#at, 'CS1035', "End-of-file found, '*/' expected")
      this.#at = this.#end
    } else this.#at = close + 2
  }

  #token(): void {
    const start = this.#at
    const char = this.#source[start] ?? ''
    const marked = /(?:\$@|@\$|\$|@)(?=")/y
    marked.lastIndex = start
    const mark = marked.exec(this.#source)?.[0]
    if (mark !== undefined) this.#string(start, mark)
    else if (char === '"') this.#string(start, '')
    else if (char === "'") this.#char(start)
    else if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(this.#source[start + 1] ?? ''))) this.#number(start)
    else if (!this.#identifier(start)) this.#punctuation(start)
  }

  #push(token: Token): void {
    this.#tokens.push(token)
    this.#at = token.end
  }

  #literal(start: number, end: number, value: Literal): void {
    this.#push({ kind: 'literal', start, end, text: this.#source.slice(start, end), value })
  }

  #identifier(start: number): boolean {
    identifierForm.lastIndex = start
    const match = identifierForm.exec(this.#source)?.[0]
    if (match === undefined) return false
    const end = Math.min(start + match.length, this.#end)
    const verbatim = match.startsWith('@')
    const text = match
      .slice(verbatim ? 1 : 0)
      .replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (!verbatim && (text === 'true' || text === 'false')) this.#literal(start, end, { type: 'bool', value: text === 'true' })
    else if (!verbatim && text === 'null') this.#literal(start, end, { type: 'null', value: null })
    else if (!verbatim && keywords.has(text)) this.#push({ kind: 'keyword', start, end, text })
    else this.#push({ kind: 'identifier', start, end, text, verbatim })
    return true
  }

  #number(start: number): void {
    const read = readNumber(this.#source, start)
    if (read === undefined) {
      this.#punctuation(start)
      return
    }
    const { value, end } = read
    if ('code' in value) {
      this.#faults.add(start, value.code, value.message)
      this.#literal(start, end, { type: 'int', value: 0 })
    } else this.#literal(start, end, value)
  }

  #punctuation(start: number): void {
    const text = punctuation.find(each => this.#source.startsWith(each, start) && start + each.length <= this.#end)
    if (text !== undefined) {
      this.#push({ kind: 'punctuation', start, end: start + text.length, text })
      return
    }
    const char = String.fromCodePoint(this.#source.codePointAt(start) ?? 0)
    this.#faults.add(start, 'CS1056', `Unexpected character '${char}'`)
    this.#at = start + char.length
  }

  #string(start: number, mark: string): void {
    const verbatim = mark.includes('@')
    const from = start + mark.length + 1
    if (mark.includes('$')) {
      const { parts, end } = readInterpolated(this.#source, from, this.#end, verbatim, this.#faults)
      this.#push({ kind: 'interpolated', start, end, text: this.#source.slice(start, end), parts })
    } else if (verbatim) this.#verbatimString(start, from)
    else this.#plainString(start, from)
  }

  #verbatimString(start: number, from: number): void {
    let at = from
    for (;;) {
      const quote = this.#source.indexOf('"', at)
      if (quote < 0 || quote >= this.#end) {
        this.#faults.add(start, 'CS1039', 'Unterminated string literal')
        this.#literal(start, this.#end, { type: 'string', value: '' })
        return
      }
      if (this.#source[quote + 1] === '"' && quote + 1 < this.#end) at = quote + 2
      else {
        this.#literal(start, quote + 1, { type: 'string', value: this.#source.slice(from, quote).replaceAll('""', '"') })
        return
      }
    }
  }

  #plainString(start: number, from: number): void {
    let value = ''
    let at = from
    while (at < this.#end) {
      const char = this.#source[at] ?? ''
      if (char === '"') {
        this.#literal(start, at + 1, { type: 'string', value })
        return
      }
      if (char === '\n' || char === '\r') break
      if (char === '\\') {
        const read = readEscape(this.#source, at, this.#end)
        if (read === undefined) this.#faults.add(at, 'CS1009', 'Unrecognized escape sequence')
        value += read?.text ?? ''
        at = read?.end ?? at + 2
      } else {
        value += char
        at++
      }
    }
    this.#faults.add(start, 'CS1010', 'Newline in constant')
    this.#literal(start, Math.min(at, this.#end), { type: 'string', value })
  }

  #char(start: number): void {
    const at = start + 1
    const escaped = this.#source[at] === '\\'
    const read = escaped ? readEscape(this.#source, at, this.#end) : undefined
    const text = escaped ? (read?.text ?? '\0') : (this.#source[at] ?? '')
    const end = escaped ? (read?.end ?? at + 2) : at + 1
    if (escaped && read === undefined) this.#faults.add(at, 'CS1009', 'Unrecognized escape sequence')
    if (text === "'" && !escaped) this.#faults.add(start, 'CS1011', 'Empty character literal')
    else if (this.#source[end] === "'" && end < this.#end) {
      this.#literal(start, end + 1, { type: 'char', value: text.charCodeAt(0) })
      return
    } else this.#faults.add(start, 'CS1012', 'Too many characters in character literal')
    this.#literal(start, this.#afterBadChar(start), { type: 'char', value: 0 })
  }

  #afterBadChar(start: number): number {
    const rest = /'[^'\r\n]*'?/y
    rest.lastIndex = start
    return Math.min(start + (rest.exec(this.#source)?.[0].length ?? 1), this.#end)
  }
}

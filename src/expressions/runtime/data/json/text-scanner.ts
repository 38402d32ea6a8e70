import { NetException } from '../../../types/exceptions.ts'
import { type PathStep, pathOf } from './position.ts'

/** An exception with Newtonsoft's sentence about where. */
function failureAt(type: string, message: string, path: string, line: number, position: number): NetException {
  const text = message.trim()
  const stopped = text.endsWith('.') ? text : `${text}.`
  return new NetException(type, `${stopped} Path '${path}', line ${line}, position ${position}.`)
}

const whiteSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/
const identifier = /[\p{L}\p{Nd}_$]/u

export function isWhiteSpace(char: string): boolean {
  return whiteSpace.test(char)
}

/** `.NET`'s letters and decimal digits, and `_` and `$`. */
export function isIdentifierPart(char: string): boolean {
  return identifier.test(char)
}

/** Characters of JSON text with Newtonsoft's count of lines and positions. */
export abstract class TextScanner {
  protected readonly text: string
  protected at = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.text = text
  }

  /** 0 as long as nothing was read, as Newtonsoft has it. */
  get line(): number {
    return this.at === 0 && !this.started ? 0 : this.#line
  }

  get position(): number {
    return this.at - this.#lineStart
  }

  /** Whether a token was read. */
  protected abstract readonly started: boolean

  protected abstract pathSteps(): readonly PathStep[]

  get path(): string {
    return pathOf(this.pathSteps())
  }

  fail(message: string): never {
    throw this.failure('Newtonsoft.Json.JsonReaderException', message)
  }

  failure(type: string, message: string): NetException {
    return failureAt(type, message, this.path, this.line, this.position)
  }

  protected get ended(): boolean {
    return this.at >= this.text.length
  }

  /** The character here, or '' at the end. */
  protected get char(): string {
    return this.text.charAt(this.at)
  }

  /** Consumes CR, LF or CR LF as one line end when one stands here. */
  protected takeLineEnd(): boolean {
    const code = this.text.charCodeAt(this.at)
    if (code === 13) this.at += this.text.charCodeAt(this.at + 1) === 10 ? 2 : 1
    else if (code === 10) this.at++
    else return false
    this.#line++
    this.#lineStart = this.at
    return true
  }

  /** Consumes one blank (a NUL counts as one) or line end; false when something else or the end stands here. */
  protected takeBlank(): boolean {
    if (this.ended) return false
    const code = this.text.charCodeAt(this.at)
    if (code > 32 && code < 128) return false
    if (code === 10 || code === 13) return this.takeLineEnd()
    if (code !== 0 && !isWhiteSpace(this.char)) return false
    this.at++
    return true
  }

  protected skipBlanks(): void {
    while (this.takeBlank());
  }

  /** Consumes `word` and looks for a separator behind it; false leaves the position on what did not fit. */
  protected takeWord(word: string, closesConstructor: boolean): boolean {
    if (this.at + word.length > this.text.length) {
      this.at = this.text.length
      this.fail('Unexpected end when reading JSON.')
    }
    for (let i = 0; i < word.length; i++) {
      if (this.text[this.at + i] !== word[i]) {
        this.at += i
        return false
      }
    }
    this.at += word.length
    return this.ended || this.isSeparator(closesConstructor)
  }

  private isSeparator(closesConstructor: boolean): boolean {
    switch (this.char) {
      case '}':
      case ']':
      case ',':
      case '\0':
        return true
      case '/':
        return '*/'.includes(this.text.charAt(this.at + 1) || ' ')
      case ')':
        return closesConstructor
      default:
        return isWhiteSpace(this.char)
    }
  }

  /** Consumes a comment from its `/`; its text. */
  protected takeComment(): string {
    this.at++
    if (this.at + 1 >= this.text.length) this.fail('Unexpected end while parsing comment.')
    if (this.char !== '*' && this.char !== '/') this.fail(`Error parsing comment. Expected: *, got ${this.char}.`)
    const line = this.char === '/'
    const start = ++this.at
    for (; !this.ended; ) {
      const code = this.text.charCodeAt(this.at)
      if (line && (code === 10 || code === 13)) return this.text.slice(start, this.at)
      if (!line && code === 42 && this.text.charCodeAt(this.at + 1) === 47) {
        this.at += 2
        return this.text.slice(start, this.at - 2)
      }
      if (!this.takeLineEnd()) this.at++
    }
    if (!line) this.fail('Unexpected end while parsing comment.')
    return this.text.slice(start)
  }

  /** Consumes a quoted text, its first quote already behind; the text without its escapes. */
  protected takeQuoted(quote: string): string {
    const end = this.text.indexOf(quote, this.at)
    if (end >= 0) {
      const plain = this.text.slice(this.at, end)
      if (!plain.includes('\\') && !plain.includes('\n') && !plain.includes('\r')) {
        this.at = end + 1
        return plain
      }
    }
    return this.takeEscaped(quote)
  }

  private takeEscaped(quote: string): string {
    const quoteCode = quote.charCodeAt(0)
    let parts = ''
    let start = this.at
    for (; !this.ended; ) {
      const code = this.text.charCodeAt(this.at)
      if (code === quoteCode) {
        const whole = parts + this.text.slice(start, this.at)
        this.at++
        return whole
      }
      if (code === 92) {
        parts += this.text.slice(start, this.at)
        this.at++
        parts += this.takeEscape(quote)
        start = this.at
      } else if (!this.takeLineEnd()) this.at++
    }
    return this.fail(`Unterminated string. Expected delimiter: ${quote}.`)
  }

  /** Consumes an escape behind its backslash. */
  private takeEscape(quote: string): string {
    if (this.ended) this.fail(`Unterminated string. Expected delimiter: ${quote}.`)
    const char = this.char
    this.at++
    switch (char) {
      case 'b':
        return '\b'
      case 't':
        return '\t'
      case 'n':
        return '\n'
      case 'f':
        return '\f'
      case 'r':
        return '\r'
      case '\\':
      case '"':
      case "'":
      case '/':
        return char
      case 'u':
        return this.takeUnicode()
      default:
        return this.fail(`Bad JSON escape sequence: \\${char}.`)
    }
  }

  /** Four hex digits, or two such escapes that are a surrogate pair; a surrogate alone becomes U+FFFD. */
  private takeUnicode(): string {
    let unit = this.takeHex()
    let text = ''
    while (unit >= 0xd800 && unit < 0xdc00) {
      if (!this.text.startsWith('\\u', this.at)) return `${text}\ufffd`
      this.at += 2
      const second = this.takeHex()
      if (second >= 0xdc00 && second < 0xe000) return text + String.fromCharCode(unit, second)
      text += '\ufffd'
      unit = second
    }
    return text + (unit >= 0xdc00 && unit < 0xe000 ? '\ufffd' : String.fromCharCode(unit))
  }

  private takeHex(): number {
    const digits = this.text.slice(this.at, this.at + 4)
    if (digits.length < 4) this.fail('Unexpected end while parsing Unicode escape sequence.')
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail(`Invalid Unicode escape sequence: \\u${digits}.`)
    this.at += 4
    return Number.parseInt(digits, 16)
  }
}

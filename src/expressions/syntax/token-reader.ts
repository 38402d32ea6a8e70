import type { Faults } from './faults.ts'
import { tokenize } from './lexer.ts'
import type { Identifier } from './nodes.ts'
import type { Token } from './tokens.ts'

/** Nesting past any real expression: parsing stops with a fault instead of a full stack. */
const deepest = 150
/** Operators in a row: `a + b + c …` nests to the left as deep as it is long. */
export const longestChain = 1000

/** Thrown when the source nests too deep; caught where the parser was started. */
export class TooDeep extends Error {
  readonly offset: number

  constructor(offset: number) {
    super('nested too deep')
    this.offset = offset
  }
}

/** Tokens with a position: looking, taking, and saying what is missing. */
export class TokenReader {
  protected readonly source: string
  protected readonly faults: Faults
  protected readonly tokens: readonly Token[]
  protected at = 0
  #depth: number

  constructor(source: string, start: number, end: number, faults: Faults, depth = 0) {
    this.source = source
    this.faults = faults
    this.tokens = tokenize(source, start, end, faults)
    this.#depth = depth
  }

  /** How deep the reader stands in the source: an interpolation's holes go on counting from here. */
  protected get depth(): number {
    return this.#depth
  }

  protected nested<T>(read: () => T): T {
    if (this.#depth >= deepest) throw new TooDeep(this.token.start)
    this.#depth++
    try {
      return read()
    } finally {
      this.#depth--
    }
  }

  protected get token(): Token {
    return this.tokenAt(this.at)
  }

  protected tokenAt(index: number): Token {
    // the list always ends with an `end` token
    return this.tokens[index] ?? (this.tokens[this.tokens.length - 1] as Token)
  }

  /** Where the last token taken ends. */
  protected get previousEnd(): number {
    return this.at === 0 ? this.token.start : this.tokenAt(this.at - 1).end
  }

  /** Where something missing is reported: at the token in its place, or behind the last one when a line ends between. */
  protected get gap(): number {
    const between = this.source.slice(this.previousEnd, this.token.start)
    return this.at === 0 || (this.token.kind !== 'end' && !/[\r\n]/.test(between)) ? this.token.start : this.previousEnd
  }

  protected take(): Token {
    const token = this.token
    if (token.kind !== 'end') this.at++
    return token
  }

  /** Whether the token at `index` is that keyword or punctuation mark. */
  protected isAt(index: number, text: string): boolean {
    const token = this.tokenAt(index)
    return token.text === text && (token.kind === 'punctuation' || token.kind === 'keyword')
  }

  protected is(text: string): boolean {
    return this.isAt(this.at, text)
  }

  /** Whether the token at `index` is the contextual keyword. */
  protected isWordAt(index: number, word: string): boolean {
    const token = this.tokenAt(index)
    return token.kind === 'identifier' && token.text === word && !token.verbatim
  }

  protected isWord(word: string): boolean {
    return this.isWordAt(this.at, word)
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  protected acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.at++
    return true
  }

  protected expect(text: string): void {
    if (this.accept(text)) return
    const [code, message] = missing.get(text) ?? ['CS1003', `Syntax error, '${text}' expected`]
    this.faults.add(this.gap, code, message)
  }

  protected identifier(): Identifier {
    const { token } = this
    if (token.kind === 'identifier') {
      this.at++
      return { start: token.start, end: token.end, name: token.text }
    }
    if (token.kind === 'keyword') {
      this.faults.add(token.start, 'CS1041', `Identifier expected; '${token.text}' is a keyword`)
      this.at++
    } else this.faults.add(token.kind === 'end' ? this.previousEnd : token.start, 'CS1001', 'Identifier expected')
    return { start: token.start, end: token.start, name: '' }
  }
}

const missing = new Map<string, readonly [string, string]>([
  [';', ['CS1002', '; expected']],
  [')', ['CS1026', ') expected']],
  ['}', ['CS1513', '} expected']],
  ['{', ['CS1514', '{ expected']],
  ['in', ['CS1515', "'in' expected"]],
])

/** The tokens of a member signature: names, punctuation, and the literals that defaults are written with. */
const pattern =
  /\s+|@?[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?[a-zA-Z]*|<<|>=|<=|==|!=|\+\+|--|&&|\|\||[^\s\w]/gy

export class SignatureScanner {
  readonly text: string
  readonly #tokens: readonly string[]
  #at = 0

  constructor(text: string) {
    this.text = text
    this.#tokens = (text.match(pattern) ?? []).filter(token => token.trim() !== '')
  }

  get peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  peekAt(distance: number): string | undefined {
    return this.#tokens[this.#at + distance]
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length
  }

  next(): string {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw this.fault('more text')
    return token
  }

  accept(token: string): boolean {
    if (this.peek !== token) return false
    this.#at++
    return true
  }

  expect(token: string): void {
    if (!this.accept(token)) throw this.fault(token)
  }

  fault(expected: string): TypeError {
    return new TypeError(`signature "${this.text}": expected ${expected} at "${this.#tokens.slice(this.#at).join(' ')}"`)
  }
}

import { entityAt } from './source-text.ts'

/**
 * Where a policy expression ends. `escaped`: it is written with XML's entities (`&quot;`), so it must be decoded before its end can be
 * told. `unclosed`: a bracket, string or comment does not end.
 */
export type Extent =
  | { readonly kind: 'closed'; readonly end: number }
  | { readonly kind: 'escaped' }
  | { readonly kind: 'unclosed'; readonly at: number; readonly what: string }

/** What the scanner stands in: a bracket that waits for its partner, or the hole of an interpolated string. */
interface Frame {
  readonly closer: ')' | ']' | '}'
  readonly at: number
  /** For a hole: the string that goes on after it. */
  readonly string?: { readonly verbatim: boolean; readonly at: number }
}

const closers = new Map<string, Frame['closer']>([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])

/**
 * Finds the end of the `@(…)` or `@{…}` that begins at `start`, knowing as much of C# as that takes: brackets, strings (regular,
 * verbatim, interpolated with their holes), characters and comments.
 */
export function expressionExtent(text: string, start: number): Extent {
  return new ExtentScanner(text, start + 1).scan()
}

class ExtentScanner {
  readonly #text: string
  #at: number
  readonly #stack: Frame[] = []
  #escaped = false

  constructor(text: string, at: number) {
    this.#text = text
    this.#at = at
  }

  scan(): Extent {
    while (this.#at < this.#text.length) {
      this.#step()
      if (this.#escaped) return { kind: 'escaped' }
      if (this.#stack.length === 0) return { kind: 'closed', end: this.#at }
    }
    const open = this.#stack[0]
    return { kind: 'unclosed', at: open?.at ?? this.#at, what: `the closing \`${open?.closer ?? ')'}\`` }
  }

  #step(): void {
    const c = this.#text[this.#at]
    const string = /^(?:\$@|@\$|\$|@)?"/.exec(this.#text.slice(this.#at, this.#at + 3))
    if (string !== null) this.#string(string[0])
    else if (c === "'") this.#character()
    else if (c === '/' && this.#text[this.#at + 1] === '/') this.#skipTo('\n', 0)
    else if (c === '/' && this.#text[this.#at + 1] === '*') this.#skipTo('*/', 2)
    else if (c === '&' && entityAt(this.#text, this.#at)) this.#escaped = true
    else if (c === ':' && this.#top?.string !== undefined) this.#formatOfHole()
    else this.#bracketOrOther(c ?? '')
  }

  get #top(): Frame | undefined {
    return this.#stack.at(-1)
  }

  #bracketOrOther(c: string): void {
    const closer = closers.get(c)
    if (closer !== undefined) this.#stack.push({ closer, at: this.#at })
    this.#at++
    if (c !== ')' && c !== ']' && c !== '}') return
    // a closer that fits nothing is the C# compiler's to report; the nearest bracket that it fits ends here
    const fitting = this.#stack.findLastIndex(frame => frame.closer === c)
    if (fitting < 0) return
    const [frame] = this.#stack.splice(fitting)
    if (frame?.string !== undefined) this.#interpolated(frame.string.verbatim, frame.string.at)
  }

  #string(opening: string): void {
    const at = this.#at
    this.#at += opening.length
    const verbatim = opening.includes('@')
    if (opening.includes('$')) this.#interpolated(verbatim, at)
    else if (verbatim) this.#verbatim()
    else this.#regular()
  }

  /** A regular string ends with its line at the latest. */
  #regular(): void {
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at++]
      if (c === '\\') this.#at++
      else if (c === '"' || c === '\n') return
    }
  }

  #verbatim(): void {
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at++] !== '"') continue
      if (this.#text[this.#at] !== '"') return
      this.#at++
    }
  }

  /** The text of an interpolated string up to its end, or into its next hole. */
  #interpolated(verbatim: boolean, at: number): void {
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at++]
      const doubled = this.#text[this.#at] === c
      if (c === '\\' && !verbatim) this.#at++
      else if (c === '\n' && !verbatim) return
      else if ((c === '{' || c === '}' || (c === '"' && verbatim)) && doubled) this.#at++
      else if (c === '"') return
      else if (c === '{') {
        this.#stack.push({ closer: '}', at: this.#at - 1, string: { verbatim, at } })
        return
      }
    }
  }

  /** `{when:yyyy-MM-dd}`: what follows the colon is text up to the brace. */
  #formatOfHole(): void {
    while (this.#at < this.#text.length && this.#text[this.#at] !== '}' && this.#text[this.#at] !== '"') this.#at++
  }

  #character(): void {
    const character = /'(?:\\[^\n][^'\n]{0,8}|[^'\\\n])'/y
    character.lastIndex = this.#at
    this.#at += character.exec(this.#text)?.[0].length ?? 1
  }

  #skipTo(mark: string, beyond: number): void {
    const found = this.#text.indexOf(mark, this.#at + 2)
    this.#at = found < 0 ? this.#text.length : found + beyond
  }
}

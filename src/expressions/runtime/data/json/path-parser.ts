import { fail } from '../../../types/exceptions.ts'
import type { Operator, Query, Side, Step } from './path-syntax.ts'
import { JValue } from './value.ts'

const openIndexer = 'Path ended with open indexer.'
const openQuery = 'Path ended with open query.'
/** Far beyond any path of use; bounds what an expression can make us build. */
const longestPath = 16_384

const parsed = new Map<string, readonly Step[]>()
const remembered = 500

/** The steps of a JSONPath; the last ones asked for are remembered. Throws JsonException. */
export function parsePath(text: string): readonly Step[] {
  const known = parsed.get(text)
  if (known !== undefined) return known
  if (text.length > longestPath) pathError('Path is too long.')
  const steps = new PathParser(text).parse()
  if (parsed.size >= remembered) parsed.delete(parsed.keys().next().value ?? '')
  if (text.length < 200) parsed.set(text, steps)
  return steps
}

export function pathError(message: string): never {
  return fail('Newtonsoft.Json.JsonException', message)
}

class PathParser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): readonly Step[] {
    const steps: Step[] = []
    let start = 0
    this.#skipBlanks()
    if (this.#ended) return steps
    if (this.#char === '$') {
      if (this.#text.length === 1) return steps
      // only "$." and "$[" name the root; "$a" is a property
      if (/[.[]/.test(this.#text.charAt(this.#at + 1))) start = ++this.#at
    }
    if (this.#path(steps, start, false)) return steps
    const last = this.#char
    this.#skipBlanks()
    if (!this.#ended) pathError(`Unexpected character while parsing path: ${last}`)
    return steps
  }

  get #ended(): boolean {
    return this.#at >= this.#text.length
  }

  get #char(): string {
    return this.#text.charAt(this.#at)
  }

  #skipBlanks(): void {
    while (this.#char === ' ') this.#at++
  }

  #notEnded(message: string): void {
    if (this.#ended) pathError(message)
  }

  /** Reads steps up to what cannot belong to the path; true at the end of the text. */
  #path(steps: Step[], from: number, inQuery: boolean): boolean {
    let start = from
    let scan = false
    let afterIndexer = false
    let afterDot = false
    const takeName = () => {
      if (this.#at <= start) return
      steps.push(field(this.#text.slice(start, this.#at), scan))
      scan = false
    }
    for (let ended = false; !this.#ended && !ended; ) {
      const char = this.#char
      if (char === '[' || char === '(') {
        takeName()
        steps.push(this.#indexer(char === '[' ? ']' : ')', scan))
        scan = false
        start = ++this.#at
        afterIndexer = true
        afterDot = false
      } else if (char === '.') {
        takeName()
        if (this.#text.charAt(this.#at + 1) === '.') {
          scan = true
          this.#at++
        }
        start = ++this.#at
        afterIndexer = false
        afterDot = true
      } else if (char === ']' || char === ')' || char === ' ' || (inQuery && /[=<!>|&]/.test(char))) ended = true
      else {
        if (afterIndexer) pathError(`Unexpected character following indexer: ${char}`)
        this.#at++
      }
    }
    const atEnd = this.#ended
    if (this.#at > start) steps.push(field(this.#text.slice(start, this.#at).trimEnd(), scan))
    else if (afterDot && (atEnd || inQuery)) pathError('Unexpected end while parsing path.')
    return atEnd
  }

  #indexer(close: string, scan: boolean): Step {
    this.#at++
    this.#notEnded(openIndexer)
    this.#skipBlanks()
    if (this.#char === "'") return this.#quotedFields(close, scan)
    if (this.#char === '?') return this.#query(close, scan)
    return this.#arrayIndexer(close)
  }

  #quotedFields(close: string, scan: boolean): Step {
    const names: string[] = []
    while (!this.#ended) {
      names.push(this.#quoted())
      this.#skipBlanks()
      this.#notEnded(openIndexer)
      if (this.#char === close) {
        const [only] = names
        return names.length === 1 && only !== undefined ? { kind: 'field', name: only, scan } : { kind: 'fields', names, scan }
      }
      if (this.#char !== ',') this.#badIndexer()
      this.#at++
      this.#skipBlanks()
    }
    return pathError(openIndexer)
  }

  #badIndexer(): never {
    return pathError(`Unexpected character while parsing path indexer: ${this.#char}`)
  }

  #arrayIndexer(close: string): Step {
    const indexes: number[] = []
    const bounds: (number | undefined)[] = []
    let start = this.#at
    let end: number | undefined
    const taken = () => this.#text.slice(start, end ?? this.#at)
    const restart = () => {
      this.#at++
      this.#skipBlanks()
      start = this.#at
      end = undefined
    }
    while (!this.#ended) {
      const char = this.#char
      if (char === ' ') {
        end = this.#at
        this.#skipBlanks()
      } else if (char === close) {
        if (bounds.length > 0 && indexes.length === 0) return sliceOf([...bounds, optionalIndex(taken())])
        const last = indexOf(taken())
        return indexes.length > 0 ? { kind: 'indexes', indexes: [...indexes, last] } : { kind: 'index', index: last }
      } else if (char === ',') {
        indexes.push(indexOf(taken()))
        restart()
      } else if (char === '*') {
        this.#at++
        this.#notEnded(openIndexer)
        this.#skipBlanks()
        if (this.#char !== close) pathError(`Unexpected character while parsing path indexer: ${char}`)
        return { kind: 'index', index: null }
      } else if (char === ':') {
        bounds.push(optionalIndex(taken()))
        restart()
      } else if (!/[-\d]/.test(char) || end !== undefined) this.#badIndexer()
      else this.#at++
    }
    return pathError(openIndexer)
  }

  #query(close: string, scan: boolean): Step {
    this.#at++
    this.#notEnded(openIndexer)
    if (this.#char !== '(') this.#badIndexer()
    this.#at++
    if (++this.#depth > 16) pathError('Path queries are nested too deep.')
    const query = this.#expression()
    this.#depth--
    this.#at++
    this.#notEnded(openIndexer)
    this.#skipBlanks()
    if (this.#char !== close) this.#badIndexer()
    return { kind: 'query', query, scan }
  }

  /** `a && b || c`: Newtonsoft nests each change of operator into the one before. */
  #expression(): Query {
    let root: Query | undefined
    let parent: { readonly kind: 'and' | 'or'; readonly queries: Query[] } | undefined
    while (!this.#ended) {
      const test = this.#test()
      if (this.#char === ')') {
        if (root === undefined || parent === undefined) return test
        parent.queries.push(test)
        return root
      }
      const kind = this.#char === '&' ? 'and' : this.#char === '|' ? 'or' : undefined
      if (kind === undefined) continue
      if (!this.#take(kind === 'and' ? '&&' : '||')) this.#badQuery()
      if (parent === undefined || parent.kind !== kind) {
        const next: { readonly kind: 'and' | 'or'; readonly queries: Query[] } = { kind, queries: [] }
        parent?.queries.push(next)
        parent = next
        root ??= next
      }
      parent.queries.push(test)
    }
    return pathError(openQuery)
  }

  /** At the end Newtonsoft asks for a character that is not there. */
  #badQuery(): never {
    if (this.#ended) fail('System.IndexOutOfRangeException', 'Index was outside the bounds of the array.')
    return pathError(`Unexpected character while parsing path query: ${this.#char}`)
  }

  #test(): Query {
    const left = this.#side()
    if (/[)|&]/.test(this.#char)) return { kind: 'test', left, operator: 'exists', right: undefined }
    const operator = this.#operator()
    return { kind: 'test', left, operator, right: this.#side() }
  }

  #side(): Side {
    this.#skipBlanks()
    const side = this.#char === '$' || this.#char === '@' ? this.#sidePath() : this.#constant()
    this.#skipBlanks()
    this.#notEnded(openQuery)
    return side
  }

  #sidePath(): readonly Step[] {
    const steps: Step[] = this.#char === '$' ? [{ kind: 'root' }] : []
    this.#at++
    if (this.#path(steps, this.#at, true)) pathError(openQuery)
    return steps
  }

  #constant(): JValue {
    const char = this.#char
    if (char === "'") return JValue.text(this.#quoted())
    if (char === '/') return JValue.text(this.#regex())
    if (/[-\d]/.test(char)) return this.#number()
    if (char === 't' && this.#take('true')) return JValue.bool(true)
    if (char === 'f' && this.#take('false')) return JValue.bool(false)
    if (char === 'n' && this.#take('null')) return JValue.null()
    return this.#badQuery()
  }

  #number(): JValue {
    const start = this.#at
    while (!this.#ended && this.#char !== ' ' && this.#char !== ')') this.#at++
    const text = this.#text.slice(start, this.#at)
    if (this.#ended) return this.#badQuery()
    if (/^-?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) return JValue.integer(BigInt(text))
    if (/[.eE]/.test(text) && /^-?\d*\.?\d*([eE][-+]?\d+)?$/.test(text) && Number.isFinite(Number(text)))
      return JValue.double(Number(text))
    return this.#badQuery()
  }

  #operator(): Operator {
    if (this.#at + 1 >= this.#text.length) pathError(openQuery)
    const operator = operators.find(each => this.#take(each))
    if (operator === undefined) return pathError('Could not read query operator.')
    return operator === '<>' ? '!=' : operator
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  /** `'…'` with backslash escapes. */
  #quoted(): string {
    let text = ''
    this.#at++
    while (!this.#ended) {
      const char = this.#char
      this.#at++
      if (char === "'") return text
      text += char === '\\' && !this.#ended ? this.#escape() : char
    }
    return pathError('Path ended with an open string.')
  }

  #escape(): string {
    const char = this.#char
    this.#at++
    return escapes.get(char) ?? pathError(`Unknown escape character: \\${char}`)
  }

  /** `/…/flags`, as it stands. */
  #regex(): string {
    const start = this.#at
    for (this.#at++; !this.#ended; this.#at++) {
      if (this.#char === '\\' && this.#at + 1 < this.#text.length) this.#at++
      else if (this.#char === '/') {
        this.#at++
        while (/\p{L}/u.test(this.#char)) this.#at++
        return this.#text.slice(start, this.#at)
      }
    }
    return pathError('Path ended with an open regex.')
  }
}

const operators = ['===', '==', '=~', '!==', '!=', '<>', '<=', '<', '>=', '>'] as const

const escapes = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['/', '/'],
])

function field(name: string, scan: boolean): Step {
  return { kind: 'field', name: name === '*' ? null : name, scan }
}

const sliceOf = ([start, end, step]: readonly (number | undefined)[]): Step => ({ kind: 'slice', start, end, step })

const optionalIndex = (text: string) => (text === '' ? undefined : indexOf(text))

function indexOf(text: string): number {
  if (text === '') pathError('Array index expected.')
  if (!/^-?\d+$/.test(text)) fail('System.FormatException', 'Input string was not in a correct format.')
  const index = Number(text)
  if ((index | 0) !== index) fail('System.OverflowException', 'Value was either too large or too small for an Int32.')
  return index
}

import { counted } from '../../catalog/counted.ts'
import { ODataFault, scan, type Token } from './odata-scanner.ts'

/** Deeper expressions are refused: no client writes them. */
const deepest = 100

/** Built-in functions of URL Conventions §5.1.1 with how many arguments they take. */
const functions = new Map<string, readonly [least: number, most: number]>([
  ...(['now', 'mindatetime', 'maxdatetime'] as const).map(name => [name, [0, 0]] as const),
  ...(
    ['length', 'tolower', 'toupper', 'trim', 'year', 'month', 'day', 'hour', 'minute', 'second', 'fractionalseconds'] as const
  ).map(name => [name, [1, 1]] as const),
  ...(['totalseconds', 'date', 'time', 'totaloffsetminutes', 'round', 'floor', 'ceiling', 'geo.length'] as const).map(
    name => [name, [1, 1]] as const,
  ),
  ...(['contains', 'startswith', 'endswith', 'indexof', 'concat', 'geo.distance', 'geo.intersects'] as const).map(
    name => [name, [2, 2]] as const,
  ),
  ...(['hassubset', 'hassubsequence', 'matchespattern'] as const).map(name => [name, [2, 2]] as const),
  ['substring', [2, 3]],
  ['cast', [1, 2]],
  ['isof', [1, 2]],
])

const comparisons = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'has'])
const reserved = new Set([...comparisons, 'and', 'or', 'in', 'add', 'sub', 'mul', 'div', 'divby', 'mod', 'asc', 'desc'])
const constants = new Set(['null', 'true', 'false'])

/** What is said of names: a model knows which there are. */
export interface NameCheck {
  /** A path from where the expression stands, `['Category', 'Name']`; throws ODataFault when the model has no such thing. */
  path(names: readonly string[]): void
}

/**
 * Reads expressions of `$filter`, `$orderby` and `$compute` (ABNF: commonExpr), from the most loosely bound operator to the tightest. It builds
 * nothing: a request is right or it is not. Words are taken in any case from version 4.01 on.
 */
export class ExpressionReader {
  readonly #tokens: readonly Token[]
  readonly #version: number
  readonly #check: NameCheck | undefined
  #next = 0
  #depth = 0
  /** Variables of the lambdas around. */
  readonly #variables: string[] = []

  constructor(text: string, version: number, check?: NameCheck) {
    this.#tokens = scan(text)
    this.#version = version
    this.#check = check
  }

  /** The whole text as one expression. */
  whole(): void {
    this.expression()
    this.end()
  }

  end(): void {
    const token = this.#token
    if (token.kind !== 'end') throw new ODataFault(`does not go on at ${token.at + 1} as it should`)
  }

  expression(): void {
    if (++this.#depth > deepest) throw new ODataFault(`nests deeper than ${deepest} levels`)
    this.#row(() => this.#row(() => this.#comparison(), ['and']), ['or'])
    this.#depth--
  }

  /** Takes a word when it stands next. */
  word(...words: readonly string[]): string | undefined {
    const token = this.#token
    const text = this.#version >= 4.01 ? token.text.toLowerCase() : token.text
    if (token.kind !== 'name' || !words.includes(text)) return undefined
    this.#next++
    return text
  }

  sign(sign: string): boolean {
    if (this.#token.kind !== 'sign' || this.#token.text !== sign) return false
    this.#next++
    return true
  }

  /** An identifier: the new name of a computed value, a lambda's variable. */
  identifier(): string {
    const token = this.#token
    if (token.kind !== 'name' || !/^[\p{L}_]/u.test(token.text) || token.text.includes('.')) throw this.#unexpected('a name')
    this.#next++
    return token.text
  }

  #row(operand: () => void, operators: readonly string[]): void {
    operand()
    while (this.word(...operators) !== undefined) operand()
  }

  #comparison(): void {
    this.#sum()
    if (this.word(...comparisons) !== undefined) this.#sum()
    else if (this.word('in') !== undefined) this.#list()
  }

  #sum(): void {
    this.#row(() => this.#row(() => this.#unary(), ['mul', 'div', 'divby', 'mod']), ['add', 'sub'])
  }

  #unary(): void {
    if (++this.#depth > deepest) throw new ODataFault(`nests deeper than ${deepest} levels`)
    if (this.word('not') !== undefined || this.sign('-')) this.#unary()
    else this.#primary()
    this.#depth--
  }

  #list(): void {
    if (this.sign('[')) this.#items(']')
    else if (this.sign('(')) this.#items(')')
    else this.#primary()
  }

  #items(close: string): void {
    if (this.sign(close)) return
    do this.expression()
    while (this.sign(','))
    this.#need(close)
  }

  #primary(): void {
    if (this.sign('(')) {
      this.expression()
      this.#need(')')
    } else if (this.sign('[')) this.#items(']')
    else if (this.sign('{')) this.#object()
    else if (this.#token.kind === 'literal') this.#next++
    else this.#named()
  }

  /** A constant, an alias or a path. */
  #named(): void {
    const { kind, text } = this.#token
    const word = this.#version >= 4.01 ? text.toLowerCase() : text
    if (kind !== 'name' || reserved.has(word)) throw this.#unexpected('a value')
    if (constants.has(word) || text.startsWith('@')) this.#next++
    else this.#path()
  }

  /** JSON: the members of a complex value. */
  #object(): void {
    if (this.sign('}')) return
    do {
      if (this.#token.kind !== 'literal') throw this.#unexpected('a member')
      this.#next++
      this.#need(':')
      this.expression()
    } while (this.sign(','))
    this.#need('}')
  }

  /** Members of members; a function or a lambda may end it, and a function may stand alone. */
  #path(): void {
    const names: string[] = []
    let first = true
    do {
      const { text } = this.#token
      if (this.#token.kind !== 'name') throw this.#unexpected('a name')
      this.#next++
      if (text.startsWith('$') && !/^\$(?:it|root|this|count)$/.test(text))
        throw new ODataFault(`has ${text}, which stands for nothing`)
      if (this.sign('(')) {
        if (!first && (text === 'any' || text === 'all')) this.#lambda()
        else this.#arguments(text, first)
        // what a function gives has members that are not known here
        this.#known(names)
        names.length = 0
        names.push('$it')
      } else names.push(text)
      first = false
    } while (this.sign('/'))
    this.#known(names)
  }

  #known(names: readonly string[]): void {
    const [start = '$it'] = names
    if (start.startsWith('$') || this.#variables.includes(start) || names.at(-1) === '$count') return
    this.#check?.path(names)
  }

  #lambda(): void {
    if (this.sign(')')) return
    const variable = this.identifier()
    this.#need(':')
    this.#variables.push(variable)
    this.expression()
    this.#variables.pop()
    this.#need(')')
  }

  #arguments(name: string, first: boolean): void {
    let count = 0
    let named = false
    if (!this.sign(')')) {
      do {
        count++
        named = this.#argument() || named
        if (name.toLowerCase() === 'case' && this.sign(':')) this.expression()
      } while (this.sign(','))
      this.#need(')')
    }
    const takes = first ? functions.get(this.#version >= 4.01 ? name.toLowerCase() : name) : undefined
    if (takes !== undefined && !named && (count < takes[0] || count > takes[1]))
      throw new ODataFault(
        `gives ${name} ${counted(count, 'argument')}: it takes ${takes[0] === takes[1] ? takes[0] : `${takes[0]} or ${takes[1]}`}`,
      )
  }

  /** `name=value` of functions and keys, or a value alone. */
  #argument(): boolean {
    const [token, after] = [this.#token, this.#tokens[this.#next + 1]]
    const isNamed = token.kind === 'name' && after?.text === '='
    if (isNamed) this.#next += 2
    this.expression()
    return isNamed
  }

  #need(sign: string): void {
    if (!this.sign(sign)) throw this.#unexpected(`"${sign}"`)
  }

  #unexpected(wanted: string): ODataFault {
    const { kind, at } = this.#token
    return new ODataFault(kind === 'end' ? `ends where ${wanted} should stand` : `wants ${wanted} at ${at + 1}`)
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 }
  }
}

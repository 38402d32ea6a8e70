import { fail } from '../../../types/exceptions.ts'
import type { Axis, BinaryOperator, Expr, LocationStep, NodeTest } from './xpath-syntax.ts'

/** Bounds what an expression can make us build. */
const longest = 8192
const deepest = 64

const tokenForm =
  /\s*(?:(\d+(?:\.\d*)?|\.\d+)|"([^"]*)"|'([^']*)'|(\/\/|::|\.\.|!=|<=|>=|[/|()[\]@,.=<>+\-*$:])|([\p{L}_][\p{L}\p{N}_.\-·]*))/uy

interface Token {
  readonly kind: 'number' | 'text' | 'symbol' | 'name' | 'end'
  readonly text: string
}

export function invalidXPath(text: string): never {
  return fail('System.Xml.XPath.XPathException', `'${text}' has an invalid token.`)
}

/** Parses an XPath 1.0 expression. Throws XPathException. */
export function parseXPath(text: string): Expr {
  return new XPathParser(text).parse()
}

/** The binary operators, loosest first: XPath 1.0, section 3. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['=', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', 'div', 'mod'],
]

const axes: ReadonlySet<string> = new Set<Axis>([
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'child',
  'descendant',
  'descendant-or-self',
  'following',
  'following-sibling',
  'parent',
  'preceding',
  'preceding-sibling',
  'self',
])

const nodeTypes: ReadonlySet<string> = new Set(['node', 'text', 'comment', 'processing-instruction'])

class XPathParser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    if (text.length > longest) this.#invalid()
    this.#tokens = tokensOf(text)
  }

  parse(): Expr {
    const expression = this.#binary(0)
    if (this.#token.kind !== 'end') this.#invalid()
    return expression
  }

  #invalid(): never {
    return invalidXPath(this.#text)
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  #peek(by: number): Token {
    return this.#tokens[this.#at + by] ?? { kind: 'end', text: '' }
  }

  #is(symbol: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === symbol
  }

  #take(symbol: string): boolean {
    if (!this.#is(symbol)) return false
    this.#at++
    return true
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) this.#invalid()
  }

  #binary(level: number): Expr {
    if (level === levels.length) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const { kind, text } = this.#token
      const operator = levels[level]?.find(each => each === text)
      if (operator === undefined || (kind !== 'symbol' && kind !== 'name')) return left
      this.#at++
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) }
    }
  }

  #unary(): Expr {
    if (++this.#depth > deepest) this.#invalid()
    const negative = this.#take('-')
    const operand = negative ? this.#unary() : this.#union()
    this.#depth--
    return negative ? { kind: 'negate', of: operand } : operand
  }

  #union(): Expr {
    let left = this.#path()
    while (this.#take('|')) left = { kind: 'binary', operator: '|', left, right: this.#path() }
    return left
  }

  #path(): Expr {
    if (this.#startsFilter()) return this.#filtered()
    if (this.#take('//')) return this.#steps(true, undefined, [], [everything])
    if (!this.#take('/')) return this.#steps(false, undefined, [], [])
    return this.#startsStep()
      ? this.#steps(true, undefined, [], [])
      : { kind: 'path', absolute: true, from: undefined, predicates: [], steps: [] }
  }

  #startsFilter(): boolean {
    const { kind, text } = this.#token
    if (kind === 'number' || kind === 'text' || this.#is('(')) return true
    return kind === 'name' && this.#peek(1).text === '(' && this.#peek(1).kind === 'symbol' && !nodeTypes.has(text)
  }

  #startsStep(): boolean {
    return this.#token.kind === 'name' || ['*', '@', '.', '..'].some(symbol => this.#is(symbol))
  }

  #filtered(): Expr {
    const primary = this.#primary()
    const predicates = this.#predicates()
    if (this.#take('//')) return this.#steps(false, primary, predicates, [everything])
    if (this.#take('/')) return this.#steps(false, primary, predicates, [])
    return predicates.length === 0 ? primary : { kind: 'path', absolute: false, from: primary, predicates, steps: [] }
  }

  #primary(): Expr {
    const { kind, text } = this.#token
    this.#at++
    if (kind === 'number') return { kind, value: Number(text) }
    if (kind === 'text') return { kind, value: text }
    if (kind === 'symbol') {
      const inner = this.#binary(0)
      this.#expect(')')
      return inner
    }
    this.#expect('(')
    const args: Expr[] = []
    while (!this.#take(')')) {
      if (args.length > 0) this.#expect(',')
      args.push(this.#binary(0))
    }
    return { kind: 'call', name: text, args }
  }

  #steps(absolute: boolean, from: Expr | undefined, predicates: readonly Expr[], before: readonly LocationStep[]): Expr {
    const steps = [...before, this.#step()]
    for (;;) {
      if (this.#take('//')) steps.push(everything)
      else if (!this.#take('/')) return { kind: 'path', absolute, from, predicates, steps }
      steps.push(this.#step())
    }
  }

  #step(): LocationStep {
    if (this.#take('..')) return { axis: 'parent', test: { kind: 'node' }, predicates: [] }
    if (this.#take('.')) return { axis: 'self', test: { kind: 'node' }, predicates: [] }
    const axis = this.#axis()
    const test = this.#test()
    return { axis, test, predicates: this.#predicates() }
  }

  #axis(): Axis {
    if (this.#take('@')) return 'attribute'
    const { kind, text } = this.#token
    if (kind !== 'name' || this.#peek(1).text !== '::') return 'child'
    if (!axes.has(text)) this.#invalid()
    this.#at += 2
    return text as Axis // the set holds axes only
  }

  #test(): NodeTest {
    if (this.#take('*')) return { kind: 'name', prefix: '', local: null }
    const { kind, text } = this.#token
    if (kind !== 'name') return this.#invalid()
    this.#at++
    if (nodeTypes.has(text) && this.#take('(')) return this.#nodeType(text)
    if (!this.#is(':')) return { kind: 'name', prefix: '', local: text }
    this.#at++
    if (this.#take('*')) return { kind: 'name', prefix: text, local: null }
    const local = this.#token
    if (local.kind !== 'name') return this.#invalid()
    this.#at++
    return { kind: 'name', prefix: text, local: local.text }
  }

  #nodeType(type: string): NodeTest {
    const target = this.#token.kind === 'text' ? this.#token.text : undefined
    if (target !== undefined) this.#at++
    this.#expect(')')
    if (type === 'processing-instruction') return { kind: 'instruction', target }
    return { kind: type as 'node' | 'text' | 'comment' } // the three that are left of the set
  }

  #predicates(): Expr[] {
    const predicates: Expr[] = []
    while (this.#take('[')) {
      predicates.push(this.#binary(0))
      this.#expect(']')
    }
    return predicates
  }
}

const everything: LocationStep = { axis: 'descendant-or-self', test: { kind: 'node' }, predicates: [] }

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  tokenForm.lastIndex = 0
  while (tokenForm.lastIndex < text.trimEnd().length) {
    const match = tokenForm.exec(text)
    if (match === null) return invalidXPath(text)
    const [, number, double, single, symbol, name] = match
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else tokens.push({ kind: 'text', text: double ?? single ?? '' })
  }
  return tokens
}

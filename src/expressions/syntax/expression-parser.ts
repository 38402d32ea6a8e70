import type { Argument, AssignOperator, BinaryOperator, Expression, UnaryOperator } from './nodes.ts'
import { PrimaryParser } from './primary-parser.ts'
import { longestChain, TooDeep } from './token-reader.ts'

const precedences = new Map<string, number>([
  ['??', 1],
  ['||', 2],
  ['&&', 3],
  ['|', 4],
  ['^', 5],
  ['&', 6],
  ['==', 7],
  ['!=', 7],
  ['<', 8],
  ['>', 8],
  ['<=', 8],
  ['>=', 8],
  ['is', 8],
  ['as', 8],
  ['<<', 9],
  ['>>', 9],
  ['+', 10],
  ['-', 10],
  ['*', 11],
  ['/', 11],
  ['%', 11],
])
const assignments: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>='])
const unaries: ReadonlySet<string> = new Set(['+', '-', '!', '~', '++', '--'])

/** Operators, by precedence; what they work on is PrimaryParser's. */
export abstract class ExpressionParser extends PrimaryParser {
  /** expression := lambda | query | `throw` expression | conditional [ assignment-operator expression ] */
  protected override expression(): Expression {
    return this.nested(() => {
      if (this.startsLambda()) return this.lambda()
      if (this.startsQuery()) return this.query()
      if (this.is('throw')) return this.#throw()
      const target = this.#conditional()
      const operator = this.#assignment()
      if (operator === undefined) return target
      const value = this.expression()
      return { kind: 'assign', start: target.start, end: value.end, operator, target, value }
    })
  }

  #throw(): Expression {
    const { start } = this.take()
    const value = this.expression()
    return { kind: 'throw', start, end: value.end, value }
  }

  /** Takes an assignment operator; `>>=` arrives as two tokens. */
  #assignment(): AssignOperator | undefined {
    const { token } = this
    if (this.is('>') && this.isAt(this.at + 1, '>=') && this.tokenAt(this.at + 1).start === token.end) {
      this.at += 2
      return '>>='
    }
    if (token.kind !== 'punctuation' || !assignments.has(token.text)) return undefined
    this.at++
    return token.text as AssignOperator // one of the set
  }

  /** conditional := binary [ `?` expression `:` expression ] */
  #conditional(): Expression {
    const condition = this.#binary(1)
    if (!this.accept('?')) return condition
    const whenTrue = this.expression()
    this.expect(':')
    const whenFalse = this.expression()
    return { kind: 'conditional', start: condition.start, end: whenFalse.end, condition, whenTrue, whenFalse }
  }

  protected override constantExpression(isLabel: boolean): Expression {
    return this.nested(() => this.#binary(isLabel ? 1 : 9))
  }

  #operator(): { readonly text: string; readonly length: number } {
    const { token } = this
    if (token.kind !== 'punctuation' && token.kind !== 'keyword') return { text: '', length: 0 }
    const next = this.tokenAt(this.at + 1)
    if (token.text === '>' && next.start === token.end && next.kind === 'punctuation') {
      if (next.text === '>') return { text: '>>', length: 2 }
      if (next.text === '>=') return { text: '>>=', length: 2 }
    }
    return { text: token.text, length: 1 }
  }

  #binary(least: number): Expression {
    let left = this.unary()
    for (let count = 0; ; count++) {
      const { text, length } = this.#operator()
      const precedence = precedences.get(text)
      if (precedence === undefined || precedence < least) return left
      if (count > longestChain) throw new TooDeep(this.token.start)
      const operatorStart = this.token.start
      this.at += length
      if (text === 'is') left = this.#is(left)
      else if (text === 'as') left = this.#as(left)
      else {
        const right = this.#rightOperand(text, precedence)
        left = { kind: 'binary', start: left.start, end: right.end, operator: text as BinaryOperator, left, right, operatorStart } // a key of the table
      }
    }
  }

  /** `??` is right associative, and takes a throw expression. */
  #rightOperand(operator: string, precedence: number): Expression {
    if (operator !== '??') return this.nested(() => this.#binary(precedence + 1))
    return this.nested(() => (this.is('throw') ? this.#throw() : this.#binary(precedence)))
  }

  #is(operand: Expression): Expression {
    const pattern = this.pattern()
    return { kind: 'is', start: operand.start, end: this.previousEnd, operand, pattern }
  }

  #as(operand: Expression): Expression {
    const type = this.type(true)
    return { kind: 'as', start: operand.start, end: this.previousEnd, operand, type }
  }

  /** unary := unary-operator unary | `(` type `)` unary | primary */
  protected override unary(): Expression {
    return this.nested(() => {
      const { token } = this
      if (token.kind === 'punctuation' && unaries.has(token.text)) {
        this.at++
        const operand = this.unary()
        return { kind: 'unary', start: token.start, end: operand.end, operator: token.text as UnaryOperator, operand } // one of the set
      }
      if (this.is('(') && this.startsCast()) return this.#cast()
      if (this.isWord('await') && this.tokenAt(this.at + 1).kind === 'identifier') {
        this.faults.add(token.start, 'CS4032', "The 'await' operator can only be used within an async method.")
        this.at++
      }
      return this.primary()
    })
  }

  #cast(): Expression {
    const { start } = this.take()
    const type = this.type()
    this.expect(')')
    const operand = this.unary()
    return { kind: 'cast', start, end: operand.end, type, operand }
  }

  /** arguments := [ argument { `,` argument } ]; argument := [ name `:` ] [ `ref` | `out` ] expression */
  protected override args(close: ')' | ']'): Argument[] {
    const args: Argument[] = []
    if (!this.is(close)) {
      do args.push(this.#argument())
      while (this.accept(','))
    }
    this.expect(close)
    return args
  }

  #argument(): Argument {
    const { start } = this.token
    const named = this.token.kind === 'identifier' && this.isAt(this.at + 1, ':') && !this.isAt(this.at + 1, '::')
    const name = named ? this.identifier() : undefined
    if (named) this.expect(':')
    const mode = this.accept('out') ? 'out' : this.accept('ref') ? 'ref' : 'value'
    const value = mode === 'out' ? (this.declarationExpression(true) ?? this.expression()) : this.expression()
    return { start, end: value.end, name, mode, value }
  }
}

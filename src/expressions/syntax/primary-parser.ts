import { CreationParser } from './creation-parser.ts'
import type { Block, Designation, Expression, InterpolationPart, LambdaParameter } from './nodes.ts'
import { longestChain, TooDeep } from './token-reader.ts'
import type { Range, Token } from './tokens.ts'

/** Primary expressions: names, literals, member access, calls, lambdas. */
export abstract class PrimaryParser extends CreationParser {
  protected abstract block(): Block
  /** A parser of the same kind over a part of the source: what stands in a hole. */
  protected abstract inside(range: Range): { hole(): Expression }

  protected override primary(): Expression {
    return this.#suffixes(this.#start())
  }

  #start(): Expression {
    const { token } = this
    switch (token.kind) {
      case 'literal':
        this.at++
        return { kind: 'literal', start: token.start, end: token.end, value: token.value }
      case 'interpolated':
        this.at++
        return { kind: 'interpolated', start: token.start, end: token.end, parts: this.#parts(token) }
      case 'identifier':
        return this.#name()
      case 'keyword':
        return this.#keyword(token)
      default:
        return this.is('(') ? this.#parenthesized() : this.invalidTerm()
    }
  }

  #parts(token: Extract<Token, { kind: 'interpolated' }>): InterpolationPart[] {
    return token.parts.map(part => {
      if (part.kind === 'text') return part
      const expression = this.inside(part.expression).hole()
      const alignment = part.alignment === undefined ? undefined : this.inside(part.alignment).hole()
      return { kind: 'hole', expression, alignment, format: part.format }
    })
  }

  #name(): Expression {
    const { name, start } = this.identifier()
    if (this.is('::')) {
      this.at++ // only `global::` exists here
      return this.#name()
    }
    const args = this.startsTypeArguments() ? this.typeArguments() : undefined
    return { kind: 'name', start, end: this.previousEnd, name, args }
  }

  protected invalidTerm(): Expression {
    const { token } = this
    if (token.kind === 'end') this.faults.add(this.gap, 'CS1525', `Invalid expression term '${this.source[token.end] ?? ''}'`)
    else this.faults.add(token.start, 'CS1525', `Invalid expression term '${token.text}'`)
    return { kind: 'error', start: token.start, end: token.start }
  }

  #keyword(token: Token): Expression {
    if (this.isPredefined(this.at)) {
      const type = this.type(true, false)
      return { kind: 'type name', start: token.start, end: this.previousEnd, type }
    }
    switch (token.text) {
      case 'new':
        return this.creation()
      case 'typeof':
      case 'sizeof':
        return this.#typeOperator(token.text)
      case 'default':
        return this.#default()
      case 'checked':
      case 'unchecked':
        return this.#checked(token.text === 'checked')
      case 'delegate':
        return this.#anonymousMethod()
      case 'this':
      case 'base':
        this.at++
        this.faults.add(
          token.start,
          token.text === 'this' ? 'CS0026' : 'CS1511',
          `Keyword '${token.text}' is not valid in a policy expression`,
        )
        return { kind: 'error', start: token.start, end: token.end }
      default:
        return this.invalidTerm()
    }
  }

  #typeOperator(kind: 'typeof' | 'sizeof'): Expression {
    const { start } = this.take()
    this.expect('(')
    const type = this.type()
    this.expect(')')
    return { kind, start, end: this.previousEnd, type }
  }

  #default(): Expression {
    const { start } = this.take()
    if (!this.accept('(')) return { kind: 'default', start, end: this.previousEnd, type: undefined }
    const type = this.type()
    this.expect(')')
    return { kind: 'default', start, end: this.previousEnd, type }
  }

  #checked(checked: boolean): Expression {
    const { start } = this.take()
    this.expect('(')
    const operand = this.expression()
    this.expect(')')
    return { kind: 'checked', start, end: this.previousEnd, checked, operand }
  }

  /** `( expression )`, or a tuple when a comma follows. */
  #parenthesized(): Expression {
    const { start } = this.take()
    const first = this.#tupleElement()
    if (!this.is(',')) {
      this.expect(')')
      return { kind: 'parenthesized', start, end: this.previousEnd, expression: first.value }
    }
    const elements = [first]
    while (this.accept(',')) elements.push(this.#tupleElement())
    this.expect(')')
    return { kind: 'tuple', start, end: this.previousEnd, elements }
  }

  #tupleElement() {
    const named = this.token.kind === 'identifier' && this.isAt(this.at + 1, ':')
    const name = named ? this.identifier() : undefined
    if (named) this.expect(':')
    return { name, value: this.declarationExpression(false) ?? this.expression() }
  }

  /** `int x`, `var (a, b)` where an expression may stand: an out argument, or an element of a deconstruction. */
  protected declarationExpression(outArgument: boolean): Expression | undefined {
    const { start } = this.token
    if (this.isWord('var') && this.isAt(this.at + 1, '(') && !outArgument) {
      if (!this.#deconstructs(this.at + 1)) return undefined
      const type = this.#varType()
      return { kind: 'declaration', start, type, designation: this.designation(), end: this.previousEnd }
    }
    const behind = this.scanType(this.at)
    if (behind === undefined || behind === this.at) return undefined
    const name = this.tokenAt(behind)
    if (name.kind !== 'identifier' || !(this.isAt(behind + 1, ',') || this.isAt(behind + 1, ')'))) return undefined
    const type = this.type()
    return { kind: 'declaration', start, type, designation: this.designation(), end: this.previousEnd }
  }

  #varType() {
    const { name, start, end } = this.identifier()
    return { kind: 'named type' as const, start, end, parts: [{ name, start, end, args: undefined }] }
  }

  /** Whether `( names )` at `index` is followed by `=`, `in` or closes a tuple. */
  #deconstructs(index: number): boolean {
    let depth = 0
    for (let at = index; ; at++) {
      if (this.isAt(at, '(')) depth++
      else if (this.isAt(at, ')')) {
        if (--depth === 0) return ['=', 'in', ',', ')'].some(text => this.isAt(at + 1, text))
      } else if (!this.isAt(at, ',') && this.tokenAt(at).kind !== 'identifier') return false
    }
  }

  /** `var (a, b) = …` at the start of a statement or a foreach. */
  protected startsDeconstruction(): boolean {
    return this.isWord('var') && this.isAt(this.at + 1, '(') && this.#deconstructs(this.at + 1)
  }

  /** designation := name | `_` | `(` designation { `,` designation } `)` */
  protected designation(): Designation {
    const { start } = this.token
    if (this.accept('(')) {
      const parts: Designation[] = []
      do parts.push(this.nested(() => this.designation()))
      while (this.accept(','))
      this.expect(')')
      return { kind: 'several', start, end: this.previousEnd, parts }
    }
    const { name, end } = this.identifier()
    return name === '_' ? { kind: 'discard', start, end } : { kind: 'single', start, end, name }
  }

  #suffixes(first: Expression): Expression {
    let target = first
    for (let count = 0; ; count++) {
      if (count > longestChain) throw new TooDeep(this.token.start)
      const next = this.#suffix(target)
      if (next === undefined) return target
      target = next
    }
  }

  #suffix(target: Expression): Expression | undefined {
    const { start } = target
    if (this.is('?') && this.#startsConditionalAccess()) return this.#conditionalAccess(target)
    if (this.accept('.')) return this.#member(target)
    if (this.accept('(')) return { kind: 'call', start, target, args: this.args(')'), end: this.previousEnd }
    if (this.accept('[')) return { kind: 'index', start, target, args: this.args(']'), end: this.previousEnd }
    for (const operator of ['++', '--'] as const) {
      if (this.accept(operator)) return { kind: 'postfix', start, end: this.previousEnd, operator, operand: target }
    }
    return undefined
  }

  #member(target: Expression): Expression {
    const { name, start: nameStart } = this.identifier()
    const args = this.startsTypeArguments() ? this.typeArguments() : undefined
    return { kind: 'member', start: target.start, end: this.previousEnd, target, name, args, nameStart }
  }

  /** `?.` and `?[`, told from a conditional operator: `a ?.5 : b` and `a ?[…`, which C# always takes for an access. */
  #startsConditionalAccess(): boolean {
    return this.isAt(this.at + 1, '.') || (this.isAt(this.at + 1, '[') && this.tokenAt(this.at + 1).start === this.token.end)
  }

  /** target `?.` name … : all that follows up to the end of the primary belongs to the access. */
  #conditionalAccess(target: Expression): Expression {
    const { end } = this.take()
    const receiver: Expression = { kind: 'receiver', start: end, end }
    const access = this.nested(() => this.#suffixes(this.#suffix(receiver) ?? receiver))
    return { kind: 'conditional access', start: target.start, end: access.end, target, access }
  }

  protected override startsLambda(): boolean {
    const at = this.isWord('async') && !this.isAt(this.at + 1, '=>') ? this.at + 1 : this.at
    if (this.tokenAt(at).kind === 'identifier') return this.isAt(at + 1, '=>')
    if (!this.isAt(at, '(')) return false
    let depth = 0
    for (let i = at; this.tokenAt(i).kind !== 'end'; i++) {
      if (this.isAt(i, '(')) depth++
      else if (this.isAt(i, ')') && --depth === 0) return this.isAt(i + 1, '=>')
      else if (this.isAt(i, ';') || this.isAt(i, '{')) return false
    }
    return false
  }

  protected override lambda(): Expression {
    const { start } = this.token
    const async = this.isWord('async') && !this.isAt(this.at + 1, '=>')
    if (async) this.at++
    const parameters = this.accept('(') ? this.#parameters() : [this.#bareParameter()]
    this.expect('=>')
    const body = this.is('{') ? this.block() : this.expression()
    return { kind: 'lambda', start, end: this.previousEnd, parameters, body, async }
  }

  #bareParameter(): LambdaParameter {
    return { ...this.identifier(), type: undefined, mode: 'value' }
  }

  #parameters(): LambdaParameter[] {
    const parameters: LambdaParameter[] = []
    if (!this.is(')')) {
      do parameters.push(this.#parameter())
      while (this.accept(','))
    }
    this.expect(')')
    return parameters
  }

  #parameter(): LambdaParameter {
    const mode = this.accept('out') ? 'out' : this.accept('ref') ? 'ref' : 'value'
    const bare = mode === 'value' && (this.isAt(this.at + 1, ',') || this.isAt(this.at + 1, ')'))
    if (bare) return this.#bareParameter()
    const type = this.type()
    return { ...this.identifier(), type, mode }
  }

  /** `delegate (parameters) { … }`, or without parameters. */
  #anonymousMethod(): Expression {
    const { start } = this.take()
    const listed = this.accept('(')
    const parameters = listed ? this.#parameters() : []
    const body = this.block()
    return { kind: 'lambda', start, end: this.previousEnd, parameters, body, anyParameters: !listed }
  }
}

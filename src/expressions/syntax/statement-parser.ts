import { ExpressionParser } from './expression-parser.ts'
import type {
  Block,
  CatchClause,
  Declarator,
  Expression,
  FunctionParameter,
  LocalDeclaration,
  Statement,
  SwitchLabel,
  SwitchSection,
} from './nodes.ts'
import type { Range } from './tokens.ts'

/** Statements, and the parser as a whole. */
export class StatementParser extends ExpressionParser {
  protected override inside({ start, end }: Range): StatementParser {
    return new StatementParser(this.source, start, end, this.faults, this.depth + 1)
  }

  /** The whole text as one expression: `@( … )`, or a hole of an interpolated string. */
  hole(): Expression {
    const expression = this.expression()
    if (this.token.kind !== 'end') this.#unexpected()
    return expression
  }

  #unexpected(): void {
    const { token } = this
    if (token.text === ')' || token.text === '}')
      this.faults.add(token.start, 'CS1525', `Invalid expression term '${token.text}'`)
    else this.faults.add(this.gap, 'CS1026', ') expected')
  }

  /** The whole text as statements: `@{ … }`. */
  statements(): Block {
    const { start } = this.token
    const statements = this.#statementsUntil(() => false)
    return { kind: 'block', start, end: this.previousEnd, statements }
  }

  #statementsUntil(ends: () => boolean): Statement[] {
    const statements: Statement[] = []
    while (this.token.kind !== 'end' && !ends()) {
      if (this.is('}')) {
        this.faults.add(this.token.start, 'CS1022', 'Type or namespace definition, or end-of-file expected')
        this.at++
        continue
      }
      const before = this.at
      statements.push(this.#statement())
      if (this.at === before) this.at++
    }
    return statements
  }

  protected override block(): Block {
    return this.nested(() => {
      const { start } = this.token
      this.expect('{')
      const statements = this.#statementsUntil(() => this.is('}'))
      this.expect('}')
      return { kind: 'block', start, end: this.previousEnd, statements }
    })
  }

  #statement(): Statement {
    return this.nested(() => {
      const { token } = this
      if (token.kind === 'keyword') return this.#keywordStatement(token.text) ?? this.#other()
      if (this.is('{')) return this.block()
      if (this.accept(';')) return { kind: 'empty', start: token.start, end: token.end }
      if (this.isWord('yield')) return this.#yield() ?? this.#other()
      if (token.kind === 'identifier' && this.isAt(this.at + 1, ':')) return this.#labeled()
      return this.#other()
    })
  }

  #keywordStatement(keyword: string): Statement | undefined {
    switch (keyword) {
      case 'if':
        return this.#if()
      case 'while':
        return this.#while()
      case 'do':
        return this.#do()
      case 'for':
        return this.#for()
      case 'foreach':
        return this.#foreach()
      case 'switch':
        return this.#switch()
      case 'return':
        return this.#return()
      case 'break':
      case 'continue':
        return this.#jump(keyword)
      case 'throw':
        return this.#throw()
      case 'try':
        return this.#try()
      case 'using':
        return this.#using()
      case 'lock':
        return this.#lock()
      case 'goto':
        return this.#goto()
      case 'const':
        return this.#const()
      case 'checked':
      case 'unchecked':
        return this.isAt(this.at + 1, '{') ? this.#checkedBlock(keyword === 'checked') : undefined
      case 'unsafe':
      case 'fixed':
        this.faults.add(this.token.start, 'CS0227', 'Unsafe code may only appear if compiling with /unsafe')
        return undefined
      case 'static':
      case 'readonly':
      case 'public':
      case 'private':
      case 'protected':
      case 'internal':
        this.faults.add(this.token.start, 'CS0106', `The modifier '${keyword}' is not valid for this item`)
        this.at++
        return this.#statement()
      case 'else':
        this.faults.add(this.token.start, 'CS1513', '} expected')
        return undefined
      default:
        return undefined
    }
  }

  #condition(): Expression {
    this.expect('(')
    const condition = this.expression()
    this.expect(')')
    return condition
  }

  #if(): Statement {
    const { start } = this.take()
    const condition = this.#condition()
    const consequence = this.#statement()
    const otherwise = this.accept('else') ? this.#statement() : undefined
    return { kind: 'if', start, end: this.previousEnd, condition, consequence, otherwise }
  }

  #while(): Statement {
    const { start } = this.take()
    const condition = this.#condition()
    return { kind: 'while', start, condition, body: this.#statement(), end: this.previousEnd }
  }

  #do(): Statement {
    const { start } = this.take()
    const body = this.#statement()
    this.expect('while')
    const condition = this.#condition()
    this.expect(';')
    return { kind: 'do', start, end: this.previousEnd, condition, body }
  }

  #for(): Statement {
    const { start } = this.take()
    this.expect('(')
    const initializer = this.is(';') ? undefined : this.#forInitializer()
    this.expect(';')
    const condition = this.is(';') ? undefined : this.expression()
    this.expect(';')
    const steps = this.is(')') ? [] : this.#expressions()
    this.expect(')')
    return { kind: 'for', start, initializer, condition, steps, body: this.#statement(), end: this.previousEnd }
  }

  #forInitializer(): LocalDeclaration | Expression[] {
    if (this.startsDeconstruction()) return [this.#deconstruction()]
    return this.#startsDeclaration() ? this.#declaration(false) : this.#expressions()
  }

  #expressions(): Expression[] {
    const list: Expression[] = []
    do list.push(this.expression())
    while (this.accept(','))
    return list
  }

  #foreach(): Statement {
    const { start } = this.take()
    this.expect('(')
    const variable = this.#foreachVariable()
    this.expect('in')
    const source = this.expression()
    this.expect(')')
    return { kind: 'foreach', start, variable, source, body: this.#statement(), end: this.previousEnd }
  }

  #foreachVariable(): Expression {
    const { start } = this.token
    if (this.is('(') || this.startsDeconstruction()) return this.declarationExpression(false) ?? this.primary()
    if (this.token.kind === 'identifier' && this.isAt(this.at + 1, 'in')) {
      const name = this.primary()
      this.faults.add(this.token.start, 'CS0230', 'Type and identifier are both required in a foreach statement')
      return name
    }
    const type = this.type()
    return { kind: 'declaration', start, type, designation: this.designation(), end: this.previousEnd }
  }

  #switch(): Statement {
    const { start } = this.take()
    const value = this.#condition()
    this.expect('{')
    const sections: SwitchSection[] = []
    while (this.is('case') || this.is('default')) sections.push(this.#section())
    this.expect('}')
    return { kind: 'switch', start, end: this.previousEnd, value, sections }
  }

  #section(): SwitchSection {
    const { start } = this.token
    const labels: SwitchLabel[] = []
    while (this.is('case') || this.#startsDefaultLabel()) labels.push(this.#label())
    const statements = this.#statementsUntil(() => this.is('case') || this.is('}') || this.#startsDefaultLabel())
    return { start, end: this.previousEnd, labels, statements }
  }

  #startsDefaultLabel(): boolean {
    return this.is('default') && this.isAt(this.at + 1, ':')
  }

  #label(): SwitchLabel {
    const { start, text } = this.take()
    const pattern = text === 'case' ? this.pattern(true) : undefined
    const when = pattern !== undefined && this.acceptWord('when') ? this.expression() : undefined
    this.expect(':')
    return { start, end: this.previousEnd, pattern, when }
  }

  #return(): Statement {
    const { start } = this.take()
    const byReference = this.accept('ref')
    const value = this.is(';') ? undefined : this.expression()
    this.expect(';')
    return { kind: 'return', start, end: this.previousEnd, value, byReference }
  }

  #jump(kind: 'break' | 'continue'): Statement {
    const { start } = this.take()
    this.expect(';')
    return { kind, start, end: this.previousEnd }
  }

  #throw(): Statement {
    const { start } = this.take()
    const value = this.is(';') ? undefined : this.expression()
    this.expect(';')
    return { kind: 'throw statement', start, end: this.previousEnd, value }
  }

  #yield(): Statement | undefined {
    const { start } = this.token
    if (this.isAt(this.at + 1, 'return')) {
      this.at += 2
      const value = this.expression()
      this.expect(';')
      return { kind: 'yield return', start, end: this.previousEnd, value }
    }
    if (!this.isAt(this.at + 1, 'break')) return undefined
    this.at += 2
    this.expect(';')
    return { kind: 'yield break', start, end: this.previousEnd }
  }

  #try(): Statement {
    const { start } = this.take()
    const body = this.block()
    const catches: CatchClause[] = []
    while (this.is('catch')) catches.push(this.#catch())
    const last = this.accept('finally') ? this.block() : undefined
    if (catches.length === 0 && last === undefined) this.faults.add(this.gap, 'CS1524', 'Expected catch or finally')
    return { kind: 'try', start, end: this.previousEnd, body, catches, finally: last }
  }

  #catch(): CatchClause {
    const { start } = this.take()
    const typed = this.accept('(')
    const type = typed ? this.type() : undefined
    const name = typed && this.token.kind === 'identifier' ? this.identifier() : undefined
    if (typed) this.expect(')')
    const filter = this.acceptWord('when') ? this.#condition() : undefined
    return { start, type, name, filter, body: this.block(), end: this.previousEnd }
  }

  #using(): Statement {
    const { start } = this.take()
    this.expect('(')
    const resource = this.#startsDeclaration() ? this.#declaration(false) : this.expression()
    this.expect(')')
    return { kind: 'using', start, resource, body: this.#statement(), end: this.previousEnd }
  }

  #lock(): Statement {
    const { start } = this.take()
    const value = this.#condition()
    return { kind: 'lock', start, value, body: this.#statement(), end: this.previousEnd }
  }

  #goto(): Statement {
    const { start } = this.take()
    if (this.accept('case')) {
      const value = this.expression()
      this.expect(';')
      return { kind: 'goto case', start, end: this.previousEnd, value }
    }
    const isDefault = this.accept('default')
    const { name: label, start: labelStart } = isDefault ? { name: '', start } : this.identifier()
    this.expect(';')
    return isDefault
      ? { kind: 'goto case', start, end: this.previousEnd, value: undefined }
      : { kind: 'goto', start, end: this.previousEnd, label, labelStart }
  }

  #checkedBlock(checked: boolean): Statement {
    const { start } = this.take()
    return { kind: 'checked block', start, checked, body: this.block(), end: this.previousEnd }
  }

  #labeled(): Statement {
    const { name: label, start } = this.identifier()
    this.expect(':')
    return { kind: 'labeled', start, label, statement: this.#statement(), end: this.previousEnd }
  }

  #const(): Statement {
    this.take()
    const declaration = this.#declaration(true)
    this.expect(';')
    return declaration
  }

  /** A declaration, a local function, or an expression. */
  #other(): Statement {
    if (this.#startsFunction()) return this.#function()
    if (this.#startsDeclaration()) {
      const declaration = this.#declaration(false)
      this.expect(';')
      return declaration
    }
    const { start } = this.token
    const expression = this.startsDeconstruction() ? this.#deconstruction() : this.expression()
    this.expect(';')
    return { kind: 'expression statement', start, end: this.previousEnd, expression }
  }

  #deconstruction(): Expression {
    const target = this.declarationExpression(false) ?? this.primary()
    this.expect('=')
    const value = this.expression()
    return { kind: 'assign', start: target.start, end: value.end, operator: '=', target, value }
  }

  /** type name ( `=` | `,` | `;` | `)` … ): two names in a row are never an expression. */
  #startsDeclaration(): boolean {
    const isRef = this.is('ref')
    const behind = this.scanType(isRef ? this.at + 1 : this.at)
    if (isRef) return behind !== undefined && this.tokenAt(behind).kind === 'identifier'
    if (behind === undefined || this.tokenAt(behind).kind !== 'identifier') return false
    if (this.is('(') && this.#closesIntoName()) return false
    const next = this.tokenAt(behind + 1)
    return next.kind === 'end' || ['=', ';', ',', ')', '['].includes(next.text) || next.kind !== 'punctuation'
  }

  /** `(a, b) x`: only a tuple type can stand so; `(a) x` would be a cast. */
  #closesIntoName(): boolean {
    return this.startsCast() && !this.isAt(this.at + 2, ',') && this.scanType(this.at) === undefined
  }

  #declaration(isConst: boolean): LocalDeclaration {
    const { start } = this.token
    const isRef = this.accept('ref')
    const type = this.type()
    const declarators: Declarator[] = []
    do {
      const name = this.identifier()
      const initialized = this.accept('=')
      const byReference = initialized && this.accept('ref')
      const value = initialized ? (this.is('{') ? this.arrayInitializer() : this.expression()) : undefined
      declarators.push({ start: name.start, end: this.previousEnd, name: name.name, value, byReference })
    } while (this.accept(','))
    return { kind: 'local declaration', start, end: this.previousEnd, type, isConst, isRef, declarators }
  }

  /** [ `async` | `ref` ] type name [ `<` … `>` ] `(` … `)` ( `{` | `=>` ) */
  #startsFunction(): boolean {
    const modified = this.is('ref') || (this.isWord('async') && this.tokenAt(this.at + 1).kind !== 'punctuation')
    const from = modified ? this.at + 1 : this.at
    const behind = this.scanType(from)
    if (behind === undefined || this.tokenAt(behind).kind !== 'identifier') return false
    const open = this.scanTypeArguments(behind + 1) ?? behind + 1
    if (!this.isAt(open, '(')) return false
    let depth = 0
    for (let at = open; this.tokenAt(at).kind !== 'end'; at++) {
      if (this.isAt(at, '(')) depth++
      else if (this.isAt(at, ')') && --depth === 0)
        return this.isAt(at + 1, '{') || this.isAt(at + 1, '=>') || this.isWordAt(at + 1, 'where')
    }
    return false
  }

  #function(): Statement {
    const { start } = this.token
    const async = this.isWord('async') && this.tokenAt(this.at + 1).kind !== 'punctuation'
    if (async) this.at++
    const returnsRef = this.accept('ref')
    const returns = this.type()
    const name = this.identifier()
    const typeParameters = []
    if (this.accept('<')) {
      do typeParameters.push(this.identifier())
      while (this.accept(','))
      this.expect('>')
    }
    this.expect('(')
    const parameters = this.#functionParameters()
    this.#constraints()
    const body = this.#functionBody()
    const end = this.previousEnd
    return { kind: 'local function', start, end, name, returns, returnsRef, typeParameters, parameters, body, async }
  }

  #functionBody(): Block | Expression {
    if (!this.accept('=>')) return this.block()
    const { start } = this.token
    const byReference = this.accept('ref')
    const value = this.expression()
    this.expect(';')
    if (!byReference) return value
    const statement: Statement = { kind: 'return', start, end: value.end, value, byReference }
    return { kind: 'block', start, end: value.end, statements: [statement] }
  }

  /** `where T : …` is read and left: what it forbids is found where the body is bound. */
  #constraints(): void {
    while (this.acceptWord('where')) {
      while (!this.is('{') && !this.is('=>') && !this.isWord('where') && this.token.kind !== 'end') this.at++
    }
  }

  #functionParameters(): FunctionParameter[] {
    const parameters: FunctionParameter[] = []
    if (!this.is(')')) {
      do parameters.push(this.#functionParameter())
      while (this.accept(','))
    }
    this.expect(')')
    return parameters
  }

  #functionParameter(): FunctionParameter {
    const { start } = this.token
    const mode = this.accept('out') ? 'out' : this.accept('ref') ? 'ref' : 'value'
    const params = this.accept('params')
    const type = this.type()
    const { name } = this.identifier()
    const defaultValue = this.accept('=') ? this.expression() : undefined
    return { start, end: this.previousEnd, name, type, mode, params, defaultValue }
  }
}

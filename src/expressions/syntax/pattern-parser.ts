import type { Designation, Expression, Identifier, Pattern, QueryClause, TypeSyntax } from './nodes.ts'
import { TypeParser } from './type-parser.ts'

/** After `(Name)`, a token that starts an operand makes it a cast (C# 7 §12.9.7). */
const castOperators: ReadonlySet<string> = new Set(['~', '!', '('])

/** Patterns, query clauses, and telling a cast from parentheses. */
export abstract class PatternParser extends TypeParser {
  protected abstract expression(): Expression
  /** The constant of a case label may be any operator expression; behind `is`, one that binds tighter than a comparison. */
  protected abstract constantExpression(isLabel: boolean): Expression
  protected abstract unary(): Expression
  protected abstract primary(): Expression
  protected abstract designation(): Designation
  protected abstract startsLambda(): boolean
  protected abstract lambda(): Expression

  protected startsCast(): boolean {
    const behind = this.scanType(this.at + 1)
    if (behind === undefined || !this.isAt(behind, ')')) return false
    const last = this.tokenAt(behind - 1)
    const first = this.tokenAt(this.at + 1)
    if (first.kind === 'keyword' && behind === this.at + 2) return !this.isAt(behind + 1, '.')
    if (last.text === ']' || last.text === '?') return true
    const next = this.tokenAt(behind + 1)
    if (next.kind === 'identifier' || next.kind === 'literal' || next.kind === 'interpolated') return true
    if (next.kind === 'keyword') return next.text !== 'is' && next.text !== 'as' && next.text !== 'in'
    return next.kind === 'punctuation' && castOperators.has(next.text)
  }

  /** pattern := `var` designation | type [designation] | constant */
  protected pattern(isLabel = false): Pattern {
    const { start } = this.token
    if (this.isWord('var') && (this.tokenAt(this.at + 1).kind === 'identifier' || this.isAt(this.at + 1, '('))) {
      this.at++
      return { kind: 'var pattern', start, designation: this.designation(), end: this.previousEnd }
    }
    const behind = this.scanType(this.at)
    if (behind === undefined) return this.#constant(start, isLabel)
    const name = this.tokenAt(behind)
    if (name.kind === 'identifier' && !this.#isClause(behind)) {
      const type = this.type()
      return { kind: 'type pattern', start, type, designation: this.designation(), end: this.previousEnd }
    }
    if (this.tokenAt(this.at).kind === 'identifier' && !this.isAt(behind, '<')) return this.#typeOrConstant(start, isLabel)
    if (this.is('(')) return this.#constant(start, isLabel)
    if (this.isPredefined(this.at) && this.isAt(this.at + 1, '.')) return this.#constant(start, isLabel)
    return { kind: 'type pattern', start, type: this.type(true), designation: undefined, end: this.previousEnd }
  }

  /** `when` and the query words end a pattern rather than name its variable. */
  #isClause(index: number): boolean {
    return this.isWordAt(index, 'when') || queryWords.some(word => this.isWordAt(index, word))
  }

  #constant(start: number, isLabel: boolean): Pattern {
    const value = this.constantExpression(isLabel)
    return { kind: 'constant pattern', start, end: this.previousEnd, value }
  }

  /** A dotted name reads as a type and as an expression alike. */
  #typeOrConstant(start: number, isLabel: boolean): Pattern {
    const from = this.at
    const type = this.type(true)
    const behind = this.at
    const certain = type.kind !== 'named type' || type.parts.some(part => part.args !== undefined)
    if (certain) return { kind: 'type pattern', start, end: this.previousEnd, type, designation: undefined }
    this.at = from
    const value = this.constantExpression(isLabel)
    if (this.at < behind) this.at = behind
    if (this.at > behind) return { kind: 'constant pattern', start, end: this.previousEnd, value }
    return { kind: 'type or constant pattern', start, end: this.previousEnd, type, value }
  }

  /** `from x in`, `from T x in`. */
  protected startsQuery(): boolean {
    if (!this.isWord('from')) return false
    const next = this.tokenAt(this.at + 1)
    if (next.kind === 'identifier' && this.isAt(this.at + 2, 'in')) return true
    const behind = this.scanType(this.at + 1)
    return behind !== undefined && this.tokenAt(behind).kind === 'identifier' && this.isAt(behind + 1, 'in')
  }

  /** query := from { from | let | where | join | orderby } ( select | group ) [ `into` name … ] */
  protected query(): Expression {
    const { start } = this.token
    const clauses: QueryClause[] = [this.#from()]
    for (;;) {
      const clause = this.#clause()
      if (clause === undefined) break
      clauses.push(clause)
    }
    const last = clauses.at(-1)?.kind
    if (last !== 'select' && last !== 'group') {
      this.faults.add(this.gap, 'CS0742', 'A query body must end with a select clause or a group clause')
    }
    return { kind: 'query', start, end: this.previousEnd, clauses }
  }

  #clause(): QueryClause | undefined {
    const { start } = this.token
    if (this.startsQuery()) return this.#from()
    if (this.acceptWord('let')) return this.#let(start)
    if (this.acceptWord('where')) return { kind: 'where', start, condition: this.expression(), end: this.previousEnd }
    if (this.acceptWord('join')) return this.#join(start)
    if (this.acceptWord('orderby')) return this.#orderby(start)
    if (this.acceptWord('select')) return { kind: 'select', start, value: this.expression(), end: this.previousEnd }
    if (this.acceptWord('group')) return this.#group(start)
    if (this.acceptWord('into')) return { kind: 'into', start, name: this.identifier(), end: this.previousEnd }
    return undefined
  }

  /** [ type ] name `in` expression */
  #range(): { type: TypeSyntax | undefined; name: Identifier; source: Expression } {
    const typed = !this.isAt(this.at + 1, 'in')
    const type = typed ? this.type() : undefined
    const name = this.identifier()
    this.expect('in')
    return { type, name, source: this.expression() }
  }

  #from(): QueryClause {
    const { start } = this.take()
    return { kind: 'from', start, ...this.#range(), end: this.previousEnd }
  }

  #let(start: number): QueryClause {
    const name = this.identifier()
    this.expect('=')
    return { kind: 'let', start, name, value: this.expression(), end: this.previousEnd }
  }

  #join(start: number): QueryClause {
    const range = this.#range()
    this.#expectWord('on')
    const left = this.expression()
    this.#expectWord('equals')
    const right = this.expression()
    const into = this.acceptWord('into') ? this.identifier() : undefined
    return { kind: 'join', start, end: this.previousEnd, ...range, left, right, into }
  }

  #orderby(start: number): QueryClause {
    const keys: { key: Expression; descending: boolean }[] = []
    do {
      const key = this.expression()
      const descending = this.acceptWord('descending')
      if (!descending) this.acceptWord('ascending')
      keys.push({ key, descending })
    } while (this.accept(','))
    return { kind: 'orderby', start, end: this.previousEnd, keys }
  }

  #group(start: number): QueryClause {
    const value = this.expression()
    this.#expectWord('by')
    return { kind: 'group', start, value, key: this.expression(), end: this.previousEnd }
  }

  #expectWord(word: string): void {
    if (!this.acceptWord(word)) this.faults.add(this.gap, 'CS1003', `Syntax error, '${word}' expected`)
  }
}

const queryWords: readonly string[] = [
  'where',
  'select',
  'group',
  'orderby',
  'join',
  'let',
  'from',
  'into',
  'on',
  'equals',
  'by',
  'ascending',
  'descending',
]

import type { Argument, Expression, Identifier, LambdaParameter, QueryClause, Span } from '../syntax/nodes.ts'
import { at } from './nodes.ts'

/** What the lambda parameter stands for: one range variable, or a transparent object that holds several. */
interface Range {
  readonly parameter: string
  /** Range variable to its path from the parameter; empty while there is only one. */
  readonly paths: ReadonlyMap<string, readonly string[]>
}

/** Rewrites a query expression into method calls (C# 7 §12.17.3). Transparent identifiers get names that no author can write. */
export function desugarQuery(query: Expression & { kind: 'query' }): Expression {
  return new Desugaring(query.clauses).run()
}

type JoinClause = QueryClause & { kind: 'join' }

class Desugaring {
  readonly #clauses: readonly QueryClause[]
  #source: Expression = { kind: 'error', start: 0, end: 0 }
  #range: Range = { parameter: '', paths: new Map() }
  #transparent = 0
  #at = 0

  constructor(clauses: readonly QueryClause[]) {
    this.#clauses = clauses
  }

  run(): Expression {
    for (this.#at = 0; this.#at < this.#clauses.length; this.#at++) {
      const clause = this.#clauses[this.#at]
      if (clause !== undefined) this.#clause(clause)
    }
    return this.#source
  }

  #clause(clause: QueryClause): void {
    switch (clause.kind) {
      case 'from':
        this.#at === 0 ? this.#first(clause) : this.#from(clause)
        return
      case 'let':
        this.#let(clause)
        return
      case 'where':
        this.#call(clause, 'Where', [this.#lambda(clause.condition)])
        return
      case 'join':
        this.#join(clause)
        return
      case 'orderby':
        this.#orderBy(clause)
        return
      case 'select':
        this.#select(clause)
        return
      case 'group':
        this.#group(clause)
        return
      case 'into':
        this.#range = single(clause.name)
    }
  }

  #call(span: Span, name: string, args: readonly Expression[]): void {
    const target: Expression = { kind: 'member', ...at(span), target: this.#source, name, args: undefined, nameStart: span.start }
    this.#source = { kind: 'call', ...at(span), target, args: args.map(argument) }
  }

  #typed(span: Span, source: Expression, type: (QueryClause & { kind: 'from' })['type']): Expression {
    if (type === undefined) return source
    const target: Expression = { kind: 'member', ...at(span), target: source, name: 'Cast', args: [type], nameStart: span.start }
    return { kind: 'call', ...at(span), target, args: [] }
  }

  #first(clause: QueryClause & { kind: 'from' }): void {
    this.#source = this.#typed(clause, clause.source, clause.type)
    this.#range = single(clause.name)
  }

  /** A lambda over the range; the names in scope are reached through it. */
  #lambda(body: Expression, more: readonly Identifier[] = []): Expression {
    const parameters = [parameterOf(this.#range.parameter, body), ...more.map(each => parameterOf(each.name, each))]
    return { kind: 'lambda', ...at(body), parameters, body, aliases: this.#range.paths }
  }

  /** Several range variables travel in one anonymous object: the old range, and the new variable. */
  #widen(name: Identifier): { readonly range: Range; readonly object: (value: Expression) => Expression } {
    const old = this.#range
    const parameter = `<>t${this.#transparent++}`
    const paths = new Map<string, readonly string[]>()
    if (old.paths.size === 0) paths.set(old.parameter, [parameter, old.parameter])
    else for (const [each, path] of old.paths) paths.set(each, [parameter, ...path])
    paths.set(name.name, [parameter, name.name])
    const object = (value: Expression): Expression => ({
      kind: 'anonymous object',
      ...at(value),
      members: [
        { name: { ...at(value), name: old.parameter }, value: nameOf(old.parameter, value) },
        { name, value },
      ],
    })
    return { range: { parameter, paths }, object }
  }

  #from(clause: QueryClause & { kind: 'from' }): void {
    const source = this.#lambda(this.#typed(clause, clause.source, clause.type))
    const next = this.#clauses[this.#at + 1]
    if (next?.kind === 'select') {
      this.#call(clause, 'SelectMany', [source, this.#lambda(next.value, [clause.name])])
      this.#at++
      return
    }
    const { range, object } = this.#widen(clause.name)
    this.#call(clause, 'SelectMany', [source, this.#lambda(object(nameOf(clause.name.name, clause)), [clause.name])])
    this.#range = range
  }

  #let(clause: QueryClause & { kind: 'let' }): void {
    const { range, object } = this.#widen(clause.name)
    this.#call(clause, 'Select', [this.#lambda(object(clause.value))])
    this.#range = range
  }

  #join(clause: JoinClause): void {
    const inner = this.#typed(clause, clause.source, clause.type)
    const left = this.#lambda(clause.left)
    const right: Expression = {
      kind: 'lambda',
      ...at(clause.right),
      parameters: [parameterOf(clause.name.name, clause.right)],
      body: clause.right,
    }
    const added = clause.into ?? clause.name
    const method = clause.into === undefined ? 'Join' : 'GroupJoin'
    const next = this.#clauses[this.#at + 1]
    if (next?.kind === 'select') {
      this.#call(clause, method, [inner, left, right, this.#lambda(next.value, [added])])
      this.#at++
      return
    }
    const { range, object } = this.#widen(added)
    this.#call(clause, method, [inner, left, right, this.#lambda(object(nameOf(added.name, clause)), [added])])
    this.#range = range
  }

  #orderBy(clause: QueryClause & { kind: 'orderby' }): void {
    for (const [i, { key, descending }] of clause.keys.entries()) {
      this.#call(clause, `${i === 0 ? 'OrderBy' : 'ThenBy'}${descending ? 'Descending' : ''}`, [this.#lambda(key)])
    }
  }

  /** `select x` of the only range variable adds nothing, unless it is the whole query. */
  #select(clause: QueryClause & { kind: 'select' }): void {
    const isIdentity = clause.value.kind === 'name' && clause.value.name === this.#range.parameter
    if (!isIdentity || this.#at === 1) this.#call(clause, 'Select', [this.#lambda(clause.value)])
  }

  #group(clause: QueryClause & { kind: 'group' }): void {
    const isIdentity = clause.value.kind === 'name' && clause.value.name === this.#range.parameter
    this.#call(
      clause,
      'GroupBy',
      isIdentity ? [this.#lambda(clause.key)] : [this.#lambda(clause.key), this.#lambda(clause.value)],
    )
  }
}

const single = ({ name }: Identifier): Range => ({ parameter: name, paths: new Map() })
const nameOf = (name: string, span: Span): Expression => ({ kind: 'name', ...at(span), name, args: undefined })
const argument = (value: Expression): Argument => ({ ...at(value), name: undefined, mode: 'value', value })
const parameterOf = (name: string, span: Span): LambdaParameter => ({ ...at(span), name, type: undefined, mode: 'value' })

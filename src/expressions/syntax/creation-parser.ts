import type { Argument, ArrayInitializer, Expression, Identifier, Initializer, MemberInitializer, TypeSyntax } from './nodes.ts'
import { PatternParser } from './pattern-parser.ts'

/** `new` in all its forms, and initialisers. */
export abstract class CreationParser extends PatternParser {
  protected abstract args(close: ')' | ']'): Argument[]

  protected creation(): Expression {
    const { start } = this.take()
    if (this.is('{')) return this.#anonymous(start)
    if (this.is('[')) {
      const rank = this.rank()
      return { kind: 'implicit array', start, rank, initializer: this.arrayInitializer(), end: this.previousEnd }
    }
    const type = this.type(false, false)
    return this.is('[') ? this.#array(start, type) : this.#object(start, type)
  }

  #object(start: number, type: TypeSyntax): Expression {
    const called = this.accept('(')
    const args = called ? this.args(')') : []
    const initializer = this.is('{') ? this.#initializer() : undefined
    if (!called && initializer === undefined) {
      this.faults.add(this.gap, 'CS1526', 'A new expression requires (), [], or {} after type')
    }
    return { kind: 'new', start, end: this.previousEnd, type, args, initializer }
  }

  /** `new T[sizes]{ ranks } [initializer]` or `new T[,] initializer`. */
  #array(start: number, core: TypeSyntax): Expression {
    if (this.scanRank(this.at) !== undefined) {
      const type = this.typeSuffixes(core)
      if (type.kind !== 'array type') return this.#object(start, type)
      if (!this.is('{')) {
        this.faults.add(this.gap, 'CS1586', 'Array creation must have array size or array initializer')
        return { kind: 'error', start, end: this.previousEnd }
      }
      return {
        kind: 'new array',
        start,
        element: type.element,
        sizes: [],
        rank: type.rank,
        initializer: this.arrayInitializer(),
        end: this.previousEnd,
      }
    }
    this.expect('[')
    const sizes: Expression[] = []
    do sizes.push(this.expression())
    while (this.accept(','))
    this.expect(']')
    if (this.is('[') && this.scanRank(this.at) === undefined)
      this.faults.add(this.token.start + 1, 'CS0178', "Invalid rank specifier: expected ',' or ']'")
    const element = this.typeSuffixes(core)
    const initializer = this.is('{') ? this.arrayInitializer() : undefined
    return { kind: 'new array', start, end: this.previousEnd, element, sizes, rank: sizes.length, initializer }
  }

  protected arrayInitializer(): ArrayInitializer {
    return this.nested(() => {
      const { start } = this.token
      const items = this.#list(() => (this.is('{') ? this.arrayInitializer() : this.expression()))
      return { kind: 'array initializer', start, end: this.previousEnd, items }
    })
  }

  /** `{ item, item, }` */
  #list<T>(item: () => T): T[] {
    this.expect('{')
    const items: T[] = []
    while (!this.is('}') && this.token.kind !== 'end') {
      const before = this.at
      items.push(item())
      if (!this.accept(',')) break
      if (this.at === before) this.at++
    }
    this.expect('}')
    return items
  }

  #initializer(): Initializer {
    return this.nested(() => {
      const { start } = this.token
      const first = this.at + 1
      const named = this.tokenAt(first).kind === 'identifier' && this.isAt(first + 1, '=')
      if (named || this.isAt(first, '[') || this.isAt(first, '}')) {
        const members = this.#list(() => this.#memberInitializer())
        return { kind: 'object initializer', start, end: this.previousEnd, members }
      }
      const items = this.#list(() => this.#collectionItem())
      return { kind: 'collection initializer', start, end: this.previousEnd, items }
    })
  }

  #collectionItem(): readonly Expression[] {
    return this.is('{') ? this.#list(() => this.expression()) : [this.expression()]
  }

  #memberInitializer(): MemberInitializer {
    const { start } = this.token
    const index = this.accept('[') ? this.args(']') : undefined
    const name = index === undefined ? this.identifier().name : undefined
    this.expect('=')
    const value = this.is('{') ? this.#initializer() : this.expression()
    return { start, end: this.previousEnd, name, index, value }
  }

  #anonymous(start: number): Expression {
    const members = this.#list(() => this.#anonymousMember())
    return { kind: 'anonymous object', start, end: this.previousEnd, members }
  }

  #anonymousMember(): { readonly name: Identifier | undefined; readonly value: Expression } {
    const named = this.token.kind === 'identifier' && this.isAt(this.at + 1, '=')
    const name = named ? this.identifier() : undefined
    if (named) this.expect('=')
    return { name, value: this.expression() }
  }
}

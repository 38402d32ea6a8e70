import type { NamePart, TypeSyntax } from './nodes.ts'
import { TokenReader } from './token-reader.ts'

const predefined: ReadonlySet<string> = new Set(
  'bool byte sbyte char decimal double float int uint long ulong object short ushort string'.split(' '),
)

/** After these, `Name<…>` was a generic name and no comparison (C# 7 §8.2.2). */
const afterTypeArguments: ReadonlySet<string> = new Set('( ) ] } : ; , . ? == != | ^ && || & ['.split(' '))

export class TypeParser extends TokenReader {
  protected isPredefined(index: number): boolean {
    const token = this.tokenAt(index)
    return token.kind === 'keyword' && predefined.has(token.text)
  }

  /** The index behind the type that starts at `index`; undefined when none does. Reports nothing. */
  protected scanType(index: number, depth = 0): number | undefined {
    if (depth > 50) return undefined
    let at = this.#scanCore(index, depth)
    while (at !== undefined) {
      if (this.isAt(at, '?')) at++
      else if (this.isAt(at, '[')) {
        const end = this.scanRank(at)
        if (end === undefined) return at
        at = end
      } else return at
    }
    return undefined
  }

  /** The index behind `[,,]`; undefined when the brackets hold something. */
  protected scanRank(index: number): number | undefined {
    let at = index + 1
    while (this.isAt(at, ',')) at++
    return this.isAt(at, ']') ? at + 1 : undefined
  }

  #scanCore(index: number, depth: number): number | undefined {
    if (this.isPredefined(index) || this.isAt(index, 'void')) return index + 1
    if (this.isAt(index, '(')) return this.#scanTuple(index, depth)
    let at = index
    for (;;) {
      if (this.tokenAt(at).kind !== 'identifier') return undefined
      at++
      if (this.isAt(at, '::')) {
        at++
        continue
      }
      const behind = this.scanTypeArguments(at, depth)
      if (behind !== undefined) at = behind
      if (!this.isAt(at, '.')) return at
      at++
    }
  }

  #scanTuple(index: number, depth: number): number | undefined {
    let at: number | undefined = index
    let count = 0
    do {
      at = this.scanType(at + 1, depth + 1)
      if (at === undefined) return undefined
      if (this.tokenAt(at).kind === 'identifier') at++
      count++
    } while (this.isAt(at, ','))
    return count > 1 && this.isAt(at, ')') ? at + 1 : undefined
  }

  protected scanTypeArguments(index: number, depth = 0): number | undefined {
    if (!this.isAt(index, '<')) return undefined
    let at: number | undefined = index
    do {
      if (this.isAt(at + 1, ',') || this.isAt(at + 1, '>')) at++
      else at = this.scanType(at + 1, depth + 1)
      if (at === undefined) return undefined
    } while (this.isAt(at, ','))
    return this.isAt(at, '>') ? at + 1 : undefined
  }

  /** In an expression `a<b>` may be two comparisons: the token behind decides. */
  protected startsTypeArguments(): boolean {
    const behind = this.scanTypeArguments(this.at)
    if (behind === undefined) return false
    const token = this.tokenAt(behind)
    return token.kind === 'end' || (token.kind === 'punctuation' && afterTypeArguments.has(token.text))
  }

  /**
   * type := core { `?` | `[` {`,`} `]` }. With `beforeOperand` false (behind `is` and `as`), a `?` that an operand follows is
   * the conditional operator's.
   */
  protected type(afterIs = false, withRanks = true): TypeSyntax {
    return this.nested(() => {
      const core = this.#core()
      return withRanks ? this.typeSuffixes(core, afterIs) : this.#nullable(core, afterIs)
    })
  }

  #nullable(core: TypeSyntax, afterIs: boolean): TypeSyntax {
    if (!this.is('?') || (afterIs && this.#startsOperand(this.at + 1))) return core
    this.at++
    return { kind: 'nullable type', start: core.start, end: this.previousEnd, element: core }
  }

  protected typeSuffixes(core: TypeSyntax, afterIs = false): TypeSyntax {
    const element = this.#nullable(core, afterIs)
    const ranks: number[] = []
    while (this.is('[') && this.scanRank(this.at) !== undefined) ranks.push(this.rank())
    if (ranks.length === 0) return element
    // `int[][,]` is an array of `int[,]`: the leftmost rank is the outermost
    const type = ranks.reduceRight<TypeSyntax>(
      (inner, rank) => ({ kind: 'array type', start: core.start, end: this.previousEnd, element: inner, rank }),
      element,
    )
    return this.is('?') ? this.typeSuffixes(type, afterIs) : type
  }

  protected rank(): number {
    this.expect('[')
    let rank = 1
    while (this.accept(',')) rank++
    this.expect(']')
    return rank
  }

  #startsOperand(index: number): boolean {
    const token = this.tokenAt(index)
    if (token.kind === 'identifier' || token.kind === 'literal' || token.kind === 'interpolated') return true
    if (token.kind === 'keyword') return token.text !== 'is' && token.text !== 'as'
    return ['(', '!', '~', '-', '+', '++', '--'].includes(token.text)
  }

  #core(): TypeSyntax {
    const { token } = this
    if (this.isPredefined(this.at) || this.is('void')) {
      this.at++
      return { kind: 'predefined type', start: token.start, end: token.end, keyword: token.text }
    }
    if (this.is('(')) return this.#tuple()
    if (token.kind === 'identifier') return this.#named()
    this.faults.add(token.kind === 'end' ? this.previousEnd : token.start, 'CS1031', 'Type expected')
    return { kind: 'named type', start: token.start, end: token.start, parts: [] }
  }

  #tuple(): TypeSyntax {
    const { start } = this.take()
    const elements = []
    do {
      const type = this.type()
      elements.push({ type, name: this.token.kind === 'identifier' ? this.identifier() : undefined })
    } while (this.accept(','))
    this.expect(')')
    return { kind: 'tuple type', start, end: this.previousEnd, elements }
  }

  #named(): TypeSyntax {
    const { start } = this.token
    const parts: NamePart[] = []
    do {
      const name = this.identifier()
      if (this.accept('::'))
        parts.length = 0 // only `global::` exists here
      else {
        parts.push({ ...name, args: this.is('<') ? this.#openTypeArguments() : undefined })
        if (!this.accept('.')) break
      }
    } while (this.token.kind !== 'end')
    return { kind: 'named type', start, end: this.previousEnd, parts }
  }

  #openTypeArguments(): (TypeSyntax | undefined)[] {
    this.expect('<')
    const args: (TypeSyntax | undefined)[] = []
    do args.push(this.is(',') || this.is('>') ? undefined : this.type())
    while (this.accept(','))
    this.expect('>')
    return args
  }

  protected typeArguments(): TypeSyntax[] {
    return this.#openTypeArguments().filter(arg => arg !== undefined)
  }
}

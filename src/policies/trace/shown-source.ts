import type { Span } from '../../expressions/syntax/nodes.ts'
import { childrenOf, isNode, nodesIn, type SyntaxNode, stringIn } from '../read/expression-syntax.ts'
import { namesParameter } from './credential-name.ts'

/** What may be seen of a piece of an expression. */
export interface ShownSource {
  readonly text: string
  /** Whether its values may be seen: not where a credential or a body is read. */
  readonly showsValues: boolean
}

/** Whether a header, variable, query parameter or member of that name holds a credential. */
const namesCredential = (word: string) => !harmless.has(word) && namesParameter(word)

/** .NET's own names that only sound so. */
const harmless: ReadonlySet<string> = new Set(['ContainsKey', 'JToken', 'SelectToken', 'SelectTokens', 'AsJwt'])

/** What may be seen of the nodes of one expression: judged by the names and texts in them, since values do not tell what they are. */
export class SourceShower {
  readonly #source: string
  readonly #nodes: readonly SyntaxNode[]
  /** What a variable of the expression holds shows elsewhere in it. */
  readonly #inAll: readonly string[]

  constructor(source: string, root: object) {
    this.#source = source
    this.#nodes = [...nodesIn(root)]
    this.#inAll = [...wordsIn(root)]
  }

  shown({ start, end }: Span): ShownSource {
    const inside = this.#nodes.filter(node => node.start >= start && node.end <= end)
    const [outermost] = inside
    const hasVariable = inside.some(node => node.kind === 'name' && /^[a-z_]/.test(node.name) && node.name !== 'context')
    const words = hasVariable || outermost === undefined ? this.#inAll : [...wordsIn(outermost)]
    const isSecret = words.some(namesCredential)
    return {
      text: isSecret ? this.#withoutTexts(start, end, inside) : oneLine(this.#source.slice(start, end)),
      showsValues: !isSecret && !words.includes('Body'),
    }
  }

  /** A credential may be what a text says, but for those that name what is read. */
  #withoutTexts(start: number, end: number, inside: readonly SyntaxNode[]): string {
    const names = new Set(inside.flatMap(nameIn))
    const texts = inside
      .filter(node => (node.kind === 'interpolated' || stringIn(node) !== undefined) && !names.has(node))
      .sort((a, b) => a.start - b.start)
    let shown = ''
    let at = start
    for (const text of texts) {
      if (text.start < at) continue // in the hole of one that is hidden
      shown += `${this.#source.slice(at, text.start)}"…"`
      at = text.end
    }
    return oneLine(shown + this.#source.slice(at, end))
  }
}

const readers: ReadonlySet<string> = new Set(['GetValueOrDefault', 'ContainsKey', 'TryGetValue'])

/** The text by which a header, variable or claim is read. */
function nameIn(node: SyntaxNode): readonly object[] {
  const isReading =
    node.kind === 'index' || (node.kind === 'call' && node.target.kind === 'member' && readers.has(node.target.name))
  return isReading ? node.args.slice(0, 1).map(({ value }) => value) : []
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ')

/** The names and texts that say what an expression reads: not those of the token behind `.Claims`, for claims may be seen. */
function* wordsIn(node: object): Generator<string> {
  if (isNode(node)) {
    if (node.kind === 'member' || node.kind === 'name') yield node.name
    const text = stringIn(node)
    if (text !== undefined) yield text
    if (node.kind === 'interpolated') for (const part of node.parts) if (part.kind === 'text') yield part.text
    if (node.kind === 'member' && node.name === 'Claims') return
    if (node.kind === 'conditional access' && readsClaims(node.access)) return yield* wordsIn(node.access)
  }
  for (const child of childrenOf(node)) yield* wordsIn(child)
}

/** Whether what follows a `?.` begins with `.Claims`. */
function readsClaims(access: object): boolean {
  return [...nodesIn(access)].some(node => node.kind === 'member' && node.name === 'Claims' && node.target.kind === 'receiver')
}

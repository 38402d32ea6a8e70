import { Faults } from '../../expressions/syntax/faults.ts'
import type { Expression, Statement } from '../../expressions/syntax/nodes.ts'
import { parse, type Root } from '../../expressions/syntax/parse.ts'

/** The syntax of an expression with its `@( )` or `@{ }`; undefined for what cannot be read, which is a fault of its own. */
export function syntaxOf(text: string): Root | undefined {
  const faults = new Faults()
  const root = parse(text, faults)
  return faults.hasErrors ? undefined : root
}

/** Nodes of the tree are plain data with a `kind`: whatever hangs below one is looked through alike. */
export function childrenOf(node: object): readonly object[] {
  return Object.values(node).filter(value => typeof value === 'object' && value !== null)
}

export type SyntaxNode = Expression | Statement

/** Which kind of node it is shows by `kind`, as the parser made it. */
export const isNode = (node: object): node is SyntaxNode => 'kind' in node

/** A node and all below it, outside in. */
export function* nodesIn(node: object): Generator<SyntaxNode> {
  if (isNode(node)) yield node
  for (const child of childrenOf(node)) yield* nodesIn(child)
}

/** The text of a string literal. */
export function stringIn(node: SyntaxNode | undefined): string | undefined {
  return node?.kind === 'literal' && node.value.type === 'string' ? node.value.value : undefined
}

/** The texts of all string literals below a node, those between the holes of `$"…"` too. */
export function stringsIn(node: object): readonly string[] {
  return [...nodesIn(node)].flatMap(one => {
    if (one.kind === 'interpolated') return one.parts.flatMap(part => (part.kind === 'text' ? [part.text] : []))
    return stringIn(one) ?? []
  })
}

/** Whether anything below a node is read from the call. */
export const readsCall = (node: object) => [...nodesIn(node)].some(one => one.kind === 'name' && one.name === 'context')

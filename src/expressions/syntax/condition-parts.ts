import type { Expression, Span } from './nodes.ts'
import type { Root } from './parse.ts'

/** A part of a condition that is true or false by itself: what stands between its `&&`, `||` and `!`. */
export interface ConditionPart extends Span {
  /** What it compares, or hands to the method that it calls; nothing that is written out as a literal. */
  readonly operands: readonly Span[]
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>='])

/** The parts of what a condition gives, in the order in which they stand: of a block, those of each value it returns. */
export function conditionParts(root: Root): readonly ConditionPart[] {
  return root.kind === 'expression' ? partsOf(root.expression) : [...returnedIn(root.block)].flatMap(partsOf)
}

function partsOf(node: Expression): readonly ConditionPart[] {
  if (node.kind === 'parenthesized') return partsOf(node.expression)
  if (node.kind === 'unary' && node.operator === '!') return partsOf(node.operand)
  if (node.kind === 'binary' && (node.operator === '&&' || node.operator === '||'))
    return [...partsOf(node.left), ...partsOf(node.right)]
  if (node.kind === 'literal') return []
  return [{ start: node.start, end: node.end, operands: operandsOf(node).map(bare).filter(isComputed) }]
}

function operandsOf(node: Expression): readonly Expression[] {
  if (node.kind === 'binary' && comparisons.has(node.operator)) return [node.left, node.right]
  if (node.kind === 'is') return [node.operand]
  if (node.kind !== 'call') return []
  const receiver = node.target.kind === 'member' ? [node.target.target] : []
  return [...receiver, ...node.args.flatMap(({ mode, value }) => (mode === 'value' ? [value] : []))]
}

const bare = (node: Expression): Expression => (node.kind === 'parenthesized' ? bare(node.expression) : node)

const isComputed = (node: Expression) =>
  node.kind !== 'literal' && node.kind !== 'lambda' && !(node.kind === 'unary' && node.operand.kind === 'literal')

/** What the `return` statements below a node give, but for those of functions inside. */
function* returnedIn(node: object): Generator<Expression> {
  const { kind, value } = node as { readonly kind?: unknown; readonly value?: Expression } // which node it is shows by `kind`
  if (kind === 'lambda' || kind === 'local function') return
  if (kind === 'return' && value !== undefined) yield value
  else for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) yield* returnedIn(child)
}

import type { Bound } from './bound.ts'

/** The operands of a node in the order in which they are evaluated; what an analysis treats by itself (lambdas, choices) too. */
export function childrenOf(node: Bound): readonly Bound[] {
  switch (node.kind) {
    case 'call':
      return [...optional(node.receiver), ...inOrder(node.args, node.order)]
    case 'local call':
      return inOrder(node.args, node.order)
    case 'delegate call':
      return [node.target, ...node.args]
    case 'property':
      return [...optional(node.receiver), ...node.args]
    case 'array element':
      return [node.array, ...node.indexes]
    case 'array length':
      return [node.array]
    case 'tuple item':
      return [node.tuple]
    case 'anonymous item':
    case 'reference':
      return [node.target]
    case 'array':
      return [...node.sizes, ...(node.items ?? [])]
    case 'tuple':
    case 'anonymous object':
      return node.items
    case 'initialized':
      return [node.create, ...node.effects]
    case 'conversion':
    case 'unary':
    case 'not null':
    case 'dereference':
    case 'is':
      return [node.operand]
    case 'binary':
    case 'logical':
    case 'lifted logic':
    case 'combine delegates':
      return [node.left, node.right]
    case 'coalesce':
      return [node.left, node.right, node.whenNotNull]
    case 'conditional':
      return [node.condition, node.whenTrue, node.whenFalse]
    case 'conditional access':
      return [node.target, node.access]
    case 'lifted':
      return [...node.operands, node.body]
    case 'concat':
      return node.parts
    case 'interpolation':
      return node.parts.flatMap(part => (typeof part === 'string' ? [] : [part.value]))
    case 'assign':
    case 'compound':
      return [node.target, node.value]
    case 'deconstruct':
      return [node.value, ...node.steps, ...optional(node.result)]
    case 'sequence':
      return [...node.effects, node.value]
    case 'throw':
    case 'throw expression':
      return [node.value]
    case 'method reference':
      return optional(node.receiver)
    case 'dynamic':
      return node.operands
    default:
      return []
  }
}

const optional = (bound: Bound | undefined): readonly Bound[] => (bound === undefined ? [] : [bound])

function inOrder(args: readonly Bound[], order: readonly number[] | undefined): readonly Bound[] {
  return order === undefined ? args : order.flatMap(index => optional(args[index]))
}

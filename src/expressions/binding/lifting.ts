import type { Span } from '../syntax/nodes.ts'
import { errorType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { Bound } from './bound.ts'
import type { Binding } from './context.ts'
import { convert } from './convert.ts'
import { at, localNode, temporary } from './nodes.ts'
import type { Scope } from './scope.ts'

/** What the operator works on, and where. */
export interface Operation {
  readonly span: Span
  readonly scope: Scope
  readonly checked: boolean
  /** Inside `unchecked( … )`: constants may wrap. */
  readonly unchecked: boolean
}

export const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>='])

/** Wraps an operation on plain structs so that it takes their nullable types. */
export function lift(
  b: Binding,
  operator: string,
  operands: readonly Bound[],
  types: readonly Type[],
  returns: Type,
  op: Operation,
  body: (locals: readonly Bound[]) => Bound,
): Bound {
  const nullables = types.map(type => b.known.nullable(type))
  const values = operands.map((operand, i) => convert(b, operand, nullables[i] ?? errorType))
  const locals = types.map(type => temporary(type, op.scope))
  const inner = body(locals.map(local => localNode(op.span, local)))
  const isComparison = comparisons.has(operator)
  const type = isComparison ? b.known.bool : b.known.nullable(returns)
  const whenNull = !isComparison ? 'null' : operator === '==' ? 'equal' : operator === '!=' ? 'unequal' : 'false'
  return { kind: 'lifted', ...at(op.span), type, operands: values, locals, body: inner, whenNull }
}

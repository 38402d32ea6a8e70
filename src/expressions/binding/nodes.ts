import type { Span } from '../syntax/nodes.ts'
import { isBool } from '../types/facts.ts'
import { errorType, voidType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { Bound, Constant } from './bound.ts'
import { Local, type Scope } from './scope.ts'

/** Small makers of bound nodes. */

export const at = ({ start, end }: Span): Span => ({ start, end })

export const constantNode = (span: Span, type: Type, value: unknown): Bound => ({
  kind: 'constant',
  ...at(span),
  type,
  constant: { value },
})

export const errorNode = (span: Span): Bound => ({ kind: 'error', ...at(span), type: errorType })

export const localNode = (span: Span, local: Local): Bound => ({ kind: 'local', ...at(span), type: local.type, local })

/** The folded value of a node; undefined when it is not constant. */
export function constantOf(bound: Bound): Constant | undefined {
  if (bound.kind === 'constant') return bound.constant
  return bound.kind === 'local' ? bound.local.constant : undefined
}

export const isTrue = (bound: Bound | undefined) => bound !== undefined && isBool(bound.type) && constantOf(bound)?.value === true
export const isFalse = (bound: Bound | undefined) =>
  bound !== undefined && isBool(bound.type) && constantOf(bound)?.value === false

export const isError = (bound: Bound) => bound.type === errorType || bound.kind === 'error'

export const isNullLiteral = (bound: Bound) => bound.kind === 'constant' && bound.constant.value === null

/** A local that the author did not write. */
export function temporary(type: Type, scope: Scope): Local {
  return new Local({ name: '', type, kind: 'temporary', owner: scope.frame })
}

const valueless: ReadonlySet<Bound['kind']> = new Set([
  'type',
  'namespace',
  'method group',
  'local function',
  'unbound lambda',
  'default literal',
  'throw expression',
  'out variable',
  'discard',
])

/** Whether the node is a value by itself (a call of a void method is one, of type void). */
export const hasValue = (bound: Bound) => !valueless.has(bound.kind)

export const isVoidCall = (bound: Bound) => bound.type === voidType

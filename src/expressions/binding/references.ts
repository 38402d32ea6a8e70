import type { Expression, Span } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import type { Type } from '../types/type.ts'
import type { Bound, BoundStatement } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { at, errorNode, isError } from './nodes.ts'
import { sameType } from './same-type.ts'
import type { FunctionFrame, Scope } from './scope.ts'

/** What has a place that a reference can name: a local, an element of an array or tuple, what a `ref` function answers. */
export const isVariable = (bound: Bound): boolean =>
  (bound.kind === 'local' && bound.local.kind !== 'readonly' && bound.local.kind !== 'constant') ||
  bound.kind === 'array element' ||
  bound.kind === 'tuple item' ||
  bound.kind === 'dereference'

/** `ref value` where a reference to a `type` is wanted; undefined: to whatever it is. */
export function referenceTo(b: Binding, syntax: Expression, type: Type | undefined, scope: Scope): Bound {
  const target = b.expression(syntax, scope)
  if (isError(target)) return errorNode(syntax)
  if (!isVariable(target)) {
    fault(b, syntax, 'CS1510', 'A ref or out value must be an assignable variable')
    return errorNode(syntax)
  }
  if (target.kind === 'local') target.local.referenced = true
  if (type !== undefined && !sameType(target.type, type)) {
    fault(b, syntax, 'CS8173', `The expression must be of type '${displayName(type)}' because it is being assigned by reference`)
    return errorNode(syntax)
  }
  return { kind: 'reference', ...at(syntax), type: target.type, mode: 'ref', target }
}

/** `return ref value;`: what it names must live on after the function. */
export function returnedReference(
  b: Binding,
  syntax: Expression,
  frame: FunctionFrame,
  scope: Scope,
  span: Span,
): BoundStatement {
  const value = referenceTo(b, syntax, frame.returns, scope)
  if (value.kind === 'reference' && value.target.kind === 'local' && value.target.local.mode === 'value') {
    const { name, kind, owner } = value.target.local
    if (owner === frame)
      fault(
        b,
        syntax,
        kind === 'parameter' ? 'CS8166' : 'CS8168',
        kind === 'parameter'
          ? `Cannot return a parameter by reference '${name}' because it is not a ref or out parameter`
          : `Cannot return local '${name}' by reference because it is not a ref local`,
      )
  }
  return { kind: 'return', ...at(span), value }
}

import type { Expression } from '../syntax/nodes.ts'
import { voidType } from '../types/registry.ts'
import type { Bound } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { requireValue } from './convert.ts'
import { at, isError } from './nodes.ts'
import type { Scope } from './scope.ts'

/** An expression that stands as a statement, or among the steps of a `for` (C# 7 §13.7). */
export function bindEffect(b: Binding, syntax: Expression, scope: Scope): Bound {
  const expression = b.expression(syntax, scope)
  if (expression.kind === 'type' || expression.kind === 'namespace') return requireValue(b, expression)
  return isEffectSyntax(syntax) ? expression : effectOnly(b, expression)
}

/** What folding or desugaring may have turned into something else. */
const isEffectSyntax = (syntax: Expression) =>
  syntax.kind === 'call' ||
  syntax.kind === 'new' ||
  syntax.kind === 'assign' ||
  syntax.kind === 'postfix' ||
  (syntax.kind === 'unary' && (syntax.operator === '++' || syntax.operator === '--'))

/** A lambda for a delegate without result may be any expression that can stand as a statement. */
export function effectOnly(b: Binding, bound: Bound): Bound {
  if (bound.kind === 'throw expression') return { kind: 'throw', ...at(bound), type: voidType, value: bound.value }
  if (isError(bound) || isStatementExpression(bound)) return bound
  fault(
    b,
    bound,
    'CS0201',
    'Only assignment, call, increment, decrement, await, and new object expressions can be used as a statement',
  )
  return bound
}

function isStatementExpression(bound: Bound): boolean {
  switch (bound.kind) {
    case 'call':
    case 'local call':
    case 'delegate call':
    case 'assign':
    case 'compound':
    case 'initialized':
    case 'deconstruct':
    case 'conditional access':
    case 'sequence':
    case 'throw':
      return true
    case 'dynamic':
      return (
        bound.site.kind === 'call' ||
        bound.site.kind === 'static call' ||
        bound.site.kind === 'invoke' ||
        'assign' in bound.site ||
        bound.site.kind === 'new'
      )
    default:
      return false
  }
}

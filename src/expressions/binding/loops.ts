import type { Expression, Statement } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isDynamic, isNamed, isString } from '../types/facts.ts'
import { asDefinition, interfacesOf } from '../types/hierarchy.ts'
import { dynamicType, errorType, nullType } from '../types/registry.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import type { Bound, BoundStatement, ForeachFields } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { explicitConversion } from './conversions.ts'
import { applyConversion, condition, describe, requireValue } from './convert.ts'
import { declare } from './declare.ts'
import { deconstructInto } from './deconstruction.ts'
import { bindEffect } from './effects.ts'
import { withTarget } from './jumps.ts'
import { at, errorNode, hasValue, isError, localNode, temporary } from './nodes.ts'
import { Local, Scope } from './scope.ts'
import { isVar } from './var.ts'

type Loop = Statement & { kind: 'while' | 'do' | 'for' }

export function bindLoop(b: Binding, syntax: Loop, outer: Scope): BoundStatement {
  const around = new Scope(outer, outer.frame)
  const first = syntax.kind === 'for' ? initializers(b, syntax, around) : []
  const { scope, target } = withTarget(around, 'loop')
  const test = syntax.condition === undefined ? undefined : condition(b, b.expression(syntax.condition, scope))
  const steps = syntax.kind === 'for' ? syntax.steps.map(step => bindEffect(b, step, scope)) : []
  const body = b.embedded(syntax.body, scope)
  const conditionLast = syntax.kind === 'do'
  const loop: BoundStatement = {
    kind: 'loop',
    ...at(syntax),
    target,
    condition: test,
    locals: scope.locals,
    conditionLast,
    steps,
    body,
  }
  if (syntax.kind !== 'for') return loop
  return { kind: 'block', ...at(syntax), locals: around.locals, functions: [], labels: [], statements: [...first, loop] }
}

function initializers(b: Binding, { initializer }: Statement & { kind: 'for' }, scope: Scope): BoundStatement[] {
  if (initializer === undefined) return []
  if ('kind' in initializer) return [b.statement(initializer, scope)]
  return initializer.map(each => ({ kind: 'expression', ...at(each), expression: bindEffect(b, each, scope) }))
}

/** How the elements of a type are reached, and what type they have; undefined when it cannot be enumerated. */
export function enumeration(
  b: Binding,
  type: Type,
): { readonly over: ForeachFields['over']; readonly element: Type } | undefined {
  if (isDynamic(type)) return { over: 'dynamic', element: dynamicType }
  if (type instanceof ArrayType) return { over: type.rank === 1 ? 'array' : 'iterable', element: type.element }
  if (isString(type)) return { over: 'string', element: b.known.numeric('char') }
  const enumerable = b.known.space.find('System.Collections.Generic.IEnumerable', 1)
  const generic = enumerable === undefined ? undefined : asDefinition(type, enumerable)
  const element = generic?.args[0]
  if (element !== undefined) return { over: 'iterable', element }
  const all = type instanceof NamedType ? [type, ...interfacesOf(type)] : interfacesOf(type)
  if (all.some(each => isNamed(each, 'System.Collections.IEnumerable'))) return { over: 'boxed', element: b.known.object }
  return undefined
}

/** `foreach (T x in source)`, also over deconstructed elements (C# 7 §13.9.5). */
export function bindForeach(b: Binding, syntax: Statement & { kind: 'foreach' }, outer: Scope): BoundStatement {
  const source = requireValue(b, b.expression(syntax.source, outer))
  const { scope, target } = withTarget(outer, 'loop')
  const found = isError(source) ? undefined : reach(b, source)
  const element = temporary(found?.element ?? errorType, scope)
  const variables = new Scope(scope, scope.frame)
  const assign = bindVariables(b, syntax.variable, element, variables)
  const body = b.embedded(syntax.body, variables)
  return {
    kind: 'foreach',
    ...at(syntax),
    target,
    over: found?.over ?? 'iterable',
    source,
    element,
    locals: variables.locals,
    assign,
    body,
  }
}

function reach(b: Binding, source: Bound): ReturnType<typeof enumeration> {
  const found = hasValue(source) && source.type !== nullType ? enumeration(b, source.type) : undefined
  if (found === undefined) {
    fault(
      b,
      source,
      'CS1579',
      `foreach statement cannot operate on variables of type '${describe(source)}' because '${describe(source)}' does not contain a public definition for 'GetEnumerator'`,
    )
  }
  return found
}

function bindVariables(b: Binding, syntax: Expression, element: Local, scope: Scope): Bound[] {
  const value = localNode(syntax, element)
  if (syntax.kind !== 'declaration' || syntax.designation.kind === 'several')
    return [deconstructInto(b, syntax, value, syntax, scope)]
  const type = isVar(b, syntax.type, scope) ? element.type : b.type(syntax.type, scope)
  if (syntax.designation.kind === 'discard' && syntax.designation.start === syntax.designation.end) return []
  const name = syntax.designation.kind === 'single' ? syntax.designation.name : '_'
  const local = new Local({ name, type, kind: 'readonly', offset: syntax.designation.start, owner: scope.frame })
  declare(b, scope, local)
  return [
    { kind: 'assign', ...at(syntax), type, target: localNode(syntax, local), value: convertElement(b, value, type, syntax) },
  ]
}

/** The element is cast to the variable's type. */
function convertElement(b: Binding, value: Bound, type: Type, syntax: Expression): Bound {
  if (isError(value) || type === errorType) return errorNode(syntax)
  const conversion = explicitConversion(b, value, type)
  if (conversion !== undefined) return applyConversion(b, value, type, conversion, false)
  fault(b, syntax, 'CS0030', `Cannot convert type '${displayName(value.type)}' to '${displayName(type)}'`)
  return errorNode(syntax)
}

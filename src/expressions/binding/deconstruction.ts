import type { Designation, Expression, Span } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { substitute, typeArguments } from '../types/facts.ts'
import { errorType, nullType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { Bound } from './bound.ts'
import { callOf } from './call-nodes.ts'
import { type Binding, fault } from './context.ts'
import { convert, requireValue } from './convert.ts'
import { declare } from './declare.ts'
import { findMethods } from './lookup.ts'
import { at, errorNode, hasValue, isError, localNode, temporary } from './nodes.ts'
import { Local, type Scope } from './scope.ts'
import { isTupleType } from './tuple-types.ts'
import { tupleType } from './type-names.ts'
import { isVar } from './var.ts'

/** What a deconstruction assigns to: nested as it is written. */
type Target =
  | { readonly kind: 'several'; readonly parts: readonly Target[]; readonly span: Span }
  | { readonly kind: 'local'; readonly local: Local; readonly span: Span }
  | { readonly kind: 'discard'; readonly span: Span }
  | { readonly kind: 'expression'; readonly bound: Bound; readonly span: Span }

export const isDeconstruction = (target: Expression) =>
  target.kind === 'tuple' || (target.kind === 'declaration' && target.designation.kind === 'several')

/** `(a, b) = value`, `var (a, b) = value` (C# 7 §12.7.11, §12.18). */
export function bindDeconstruction(b: Binding, syntax: Expression & { kind: 'assign' }, scope: Scope): Bound {
  const target = bindTarget(b, syntax.target, scope)
  const value = requireValue(b, b.expression(syntax.value, scope))
  if (isError(value)) return errorNode(syntax)
  return deconstruct(b, target, value, syntax, scope)
}

/** The assignments of a foreach over `(a, b)`. */
export function deconstructInto(b: Binding, target: Expression, value: Bound, span: Span, scope: Scope): Bound {
  return deconstruct(b, bindTarget(b, target, scope), value, span, scope)
}

function deconstruct(b: Binding, target: Target, value: Bound, span: Span, scope: Scope): Bound {
  const steps: Bound[] = []
  const reads: Bound[] = []
  const writes: Bound[] = []
  const typed = value.kind === 'tuple' && target.kind === 'several' ? targetTyped(b, value, target) : value
  if (!hasValue(typed) || typed.type === nullType) {
    fault(b, span, 'CS8131', 'Deconstruct assignment requires an expression with a type on the right-hand-side.')
    return errorNode(span)
  }
  const local = temporary(typed.type, scope)
  const pieces: Bound[] = []
  if (!walk(b, target, localNode(span, local), { scope, reads, writes, pieces })) return errorNode(span)
  steps.push(...reads, ...writes)
  const type =
    tupleType(
      b,
      pieces.map(piece => piece.type),
    ) ?? typed.type
  const result: Bound = { kind: 'tuple', ...at(span), type, items: pieces, names: [] }
  return { kind: 'deconstruct', ...at(span), type, value: typed, local, steps, result }
}

/** Elements of a tuple literal that have no type take their target's: `(a, b) = (null, x => x)`. */
function targetTyped(b: Binding, value: Bound & { kind: 'tuple' }, target: Target & { kind: 'several' }): Bound {
  const items = value.items.map((item, i) => {
    const part = target.parts[i]
    if (part?.kind === 'several' && item.kind === 'tuple') return targetTyped(b, item, part)
    const type = part?.kind === 'local' ? part.local.type : part?.kind === 'expression' ? part.bound.type : errorType
    return type === errorType || part?.kind === 'several' ? item : convert(b, item, type)
  })
  const type = tupleType(
    b,
    items.map(item => item.type),
  )
  return type === undefined ? value : { ...value, items, type }
}

interface Walk {
  readonly scope: Scope
  readonly reads: Bound[]
  readonly writes: Bound[]
  readonly pieces: Bound[]
}

/** All parts are read before the first is written, so that `(a, b) = (b, a)` swaps. */
function walk(b: Binding, target: Target, source: Bound, w: Walk): boolean {
  if (target.kind === 'several') return walkParts(b, target, source, w)
  const type =
    target.kind === 'expression'
      ? target.bound.type
      : target.kind === 'local' && target.local.type !== errorType
        ? target.local.type
        : source.type
  if (target.kind === 'local' && target.local.type === errorType) target.local.type = source.type
  const converted = convert(b, source, type)
  if (target.kind === 'discard') {
    w.pieces.push(converted)
    return true
  }
  const kept = temporary(type, w.scope)
  w.reads.push({ kind: 'assign', ...at(target.span), type, target: localNode(target.span, kept), value: converted })
  const place = target.kind === 'local' ? localNode(target.span, target.local) : target.bound
  w.writes.push({ kind: 'assign', ...at(target.span), type, target: place, value: localNode(target.span, kept) })
  w.pieces.push(localNode(target.span, kept))
  return true
}

function walkParts(b: Binding, target: Target & { kind: 'several' }, source: Bound, w: Walk): boolean {
  const items = itemsOf(b, source, target.parts.length, target.span, w)
  if (items === undefined) return false
  return target.parts.every((part, i) => walk(b, part, items[i] ?? errorNode(target.span), w))
}

function itemsOf(b: Binding, source: Bound, count: number, span: Span, w: Walk): readonly Bound[] | undefined {
  const { type } = source
  if (isTupleType(type)) {
    if (type.args.length === count)
      return type.args.map((arg, index) => ({ kind: 'tuple item', ...at(span), type: arg, tuple: source, index }))
    fault(b, span, 'CS8132', `Cannot deconstruct a tuple of '${type.args.length}' elements into '${count}' variables.`)
    return undefined
  }
  return viaMethod(b, source, count, span, w)
}

/** A `Deconstruct(out …)` method, of the type or an extension. */
function viaMethod(b: Binding, source: Bound, count: number, span: Span, w: Walk): readonly Bound[] | undefined {
  const found = findMethods(b.known, source.type, 'Deconstruct')
    .flat()
    .find(({ member }) => member.parameters.length === count && member.parameters.every(each => each.mode === 'out'))
  if (found === undefined) {
    const shown = displayName(source.type)
    fault(
      b,
      span,
      'CS8129',
      `No suitable Deconstruct instance or extension method was found for type '${shown}', with ${count} out parameters and a void return type.`,
    )
    return undefined
  }
  const map = typeArguments(found.owner)
  const locals = found.member.parameters.map(each => temporary(substitute(each.type, map) as Type, w.scope))
  const args = locals.map(
    (local): Bound => ({ kind: 'reference', ...at(span), type: local.type, mode: 'out', target: localNode(span, local) }),
  )
  w.reads.push(callOf(span, found.member, found.owner, source, args, found.member.returns))
  return locals.map(local => localNode(span, local))
}

function bindTarget(b: Binding, syntax: Expression, scope: Scope): Target {
  const span = at(syntax)
  if (syntax.kind === 'tuple')
    return { kind: 'several', span, parts: syntax.elements.map(each => bindTarget(b, each.value, scope)) }
  if (syntax.kind === 'declaration') {
    const type = isVar(b, syntax.type, scope) ? errorType : b.type(syntax.type, scope)
    return bindDesignation(b, syntax.designation, type, scope)
  }
  if (syntax.kind === 'name' && syntax.name === '_' && scope.find('_') === undefined) return { kind: 'discard', span }
  const bound = b.expression(syntax, scope)
  if (!isError(bound) && !b.assignable(bound)) return { kind: 'discard', span }
  return { kind: 'expression', bound, span }
}

function bindDesignation(b: Binding, designation: Designation, type: Type, scope: Scope): Target {
  const span = at(designation)
  if (designation.kind === 'several')
    return { kind: 'several', span, parts: designation.parts.map(part => bindDesignation(b, part, type, scope)) }
  if (designation.kind === 'discard') return { kind: 'discard', span }
  const local = new Local({ name: designation.name, type, kind: 'variable', offset: designation.start, owner: scope.frame })
  local.awaited = type === errorType
  declare(b, scope, local)
  return { kind: 'local', local, span }
}

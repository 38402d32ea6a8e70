import type { ArrayInitializer, Expression, Span } from '../syntax/nodes.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import { ArrayType, type Type } from '../types/type.ts'
import type { Bound } from './bound.ts'
import { arrayIndex } from './calls.ts'
import { type Binding, fault } from './context.ts'
import { convert, requireValue } from './convert.ts'
import { bestCommonType } from './inference.ts'
import { at, constantOf, errorNode, isError } from './nodes.ts'
import type { Scope } from './scope.ts'

/** `new T[n, m] { … }` (C# 7 §12.7.11.5). */
export function bindNewArray(b: Binding, syntax: Expression & { kind: 'new array' }, scope: Scope): Bound {
  const element = b.type(syntax.element, scope)
  const sizes = syntax.sizes.map(size => arrayIndex(b, requireValue(b, b.expression(size, scope))))
  if (element === voidType) fault(b, syntax.element, 'CS1547', "Keyword 'void' cannot be used in this context")
  if (element === errorType || element === voidType || sizes.some(isError)) return errorNode(syntax)
  if (syntax.initializer !== undefined) return initializedArray(b, syntax.initializer, element, syntax.rank, scope, sizes)
  const negative = sizes.find(size => Number(constantOf(size)?.value ?? 0) < 0)
  if (negative !== undefined) fault(b, negative, 'CS0248', 'Cannot create an array with a negative size')
  return { kind: 'array', ...at(syntax), type: ArrayType.of(element, syntax.rank), element, sizes, items: undefined, lengths: [] }
}

/** `new[] { … }`: the element type is the items' best common type. */
export function bindImplicitArray(b: Binding, syntax: Expression & { kind: 'implicit array' }, scope: Scope): Bound {
  const items = leaves(syntax.initializer, syntax.rank).map(item => requireValue(b, b.expression(item, scope)))
  if (items.some(isError)) return errorNode(syntax)
  const element = bestCommonType(b, items)
  if (element === undefined || element === nullType || element === voidType) {
    fault(b, syntax, 'CS0826', 'No best type found for implicitly-typed array')
    return errorNode(syntax)
  }
  return finish(
    b,
    syntax.initializer,
    items.map(item => convert(b, item, element)),
    element,
    syntax.rank,
    syntax,
  )
}

/** `{ { 1, 2 }, { 3, 4 } }` for an array of a known type. */
export function initializedArray(
  b: Binding,
  initializer: ArrayInitializer,
  element: Type,
  rank: number,
  scope: Scope,
  sizes: readonly Bound[] = [],
): Bound {
  const items = leaves(initializer, rank).map(item => {
    if (item.kind !== 'array initializer') return b.implicit(b.expression(item, scope), element) ?? errorNode(item)
    fault(
      b,
      item,
      'CS0623',
      'Array initializers can only be used in a variable or field initializer. Try using a new expression instead.',
    )
    return errorNode(item)
  })
  if (items.some(item => item.kind === 'error')) return { ...errorNode(initializer), type: ArrayType.of(element, rank) }
  const array = finish(b, initializer, items, element, rank, initializer)
  checkSizes(b, sizes, array, initializer)
  return array
}

/** Explicit sizes must be constants that agree with the initialiser. */
function checkSizes(b: Binding, sizes: readonly Bound[], array: Bound, span: Span): void {
  if (array.kind !== 'array') return
  for (const [i, size] of sizes.entries()) {
    const value = constantOf(size)?.value
    if (value === undefined) fault(b, size, 'CS0150', 'A constant value is expected')
    else if (Number(value) !== array.lengths[i])
      fault(b, span, 'CS0847', `An array initializer of length '${String(value)}' is expected`)
  }
}

/** The innermost items, in row order. */
function leaves(initializer: ArrayInitializer, rank: number): readonly Expression[] {
  if (rank === 1) return initializer.items
  return initializer.items.flatMap(item => (item.kind === 'array initializer' ? leaves(item, rank - 1) : [item]))
}

function finish(
  b: Binding,
  initializer: ArrayInitializer,
  items: readonly Bound[],
  element: Type,
  rank: number,
  span: Span,
): Bound {
  const lengths = lengthsOf(b, initializer, rank)
  if (lengths === undefined) return errorNode(span)
  return { kind: 'array', ...at(span), type: ArrayType.of(element, rank), element, sizes: [], items, lengths }
}

function lengthsOf(b: Binding, initializer: ArrayInitializer, rank: number): readonly number[] | undefined {
  if (rank === 1) return [initializer.items.length]
  let inner: readonly number[] | undefined
  for (const item of initializer.items) {
    const each = item.kind === 'array initializer' ? lengthsOf(b, item, rank - 1) : undefined
    if (each === undefined) {
      if (item.kind !== 'array initializer') fault(b, item, 'CS0846', 'A nested array initializer is expected')
      return undefined
    }
    if (inner !== undefined && !inner.every((length, i) => length === each[i])) {
      fault(b, item, 'CS0847', `An array initializer of length '${inner[0]}' is expected`)
      return undefined
    }
    inner = each
  }
  return [initializer.items.length, ...(inner ?? Array.from({ length: rank - 1 }, () => 0))]
}

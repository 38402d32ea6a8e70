import { box, compareBoxed } from '../../types/boxing.ts'
import { NetException } from '../../types/exceptions.ts'
import { isBool, isEnum, isString, numericKind } from '../../types/facts.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { compareInvariant } from '../primitives/text/compare-strings.ts'
import { invalidOperation } from './argument-errors.ts'
import type { NetComparer } from './protocol.ts'

export type Compare = (a: Raw, b: Raw) => number

/** `Comparer<T>.Default`. */
export class DefaultOrder implements NetComparer {
  readonly element: Type

  constructor(element: Type) {
    this.element = element
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.Comparer', this.element)
  }

  compare(a: Raw, b: Raw): number {
    return compareBoxed(box(this.element, a), box(this.element, b), compareInvariant)
  }
}

class NumberOrder extends DefaultOrder {
  /** NaN comes before every other number; null before NaN. */
  override compare(a: Raw, b: Raw): number {
    // the element type says that both are numbers
    const x = a as number
    const y = b as number
    if (x < y) return -1
    if (x > y) return 1
    if (x === y) return 0
    return Number.isNaN(x) ? (Number.isNaN(y) ? 0 : -1) : 1
  }
}

class TextOrder extends DefaultOrder {
  override compare(a: Raw, b: Raw): number {
    if (a === b) return 0
    if (a === null || b === null) return a === null ? -1 : 1
    return compareInvariant(a as string, b as string) // the element type says that both are strings
  }
}

/** `Comparer<T>.Create` and the comparers that tables make of a Comparison. */
export class CustomOrder extends DefaultOrder {
  readonly #compare: Compare

  constructor(element: Type, compare: Compare) {
    super(element)
    this.#compare = compare
  }

  override compare(a: Raw, b: Raw): number {
    return this.#compare(a, b)
  }
}

const orders = new WeakMap<Type, NetComparer>()

/** .NET's default order of a type. Comparing throws ArgumentException when the values have none. */
export function orderFor(type: Type): NetComparer {
  const known = orders.get(type)
  if (known !== undefined) return known
  const made = isString(type) ? new TextOrder(type) : isNumberLike(type) ? new NumberOrder(type) : new DefaultOrder(type)
  orders.set(type, made)
  return made
}

function isNumberLike(type: Type): boolean {
  const kind = numericKind(type)
  return isBool(type) || isEnum(type) || (kind !== undefined && kind !== 'decimal')
}

export function orderOr(comparer: NetComparer | null, type: Type): NetComparer {
  return comparer ?? orderFor(type)
}

/** Runs a sort or search; what a comparison throws becomes the InvalidOperationException of Array.Sort and List.Sort. */
export function sorting<T>(run: () => T): T {
  try {
    return run()
  } catch (fault) {
    if (!(fault instanceof NetException)) throw fault
    throw invalidOperation('Failed to compare two elements in the array.', fault)
  }
}

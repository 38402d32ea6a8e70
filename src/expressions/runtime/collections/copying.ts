import { spend } from '../../types/budget.ts'
import type { Raw } from '../../types/values.ts'
import { badArgument, negativeNumber, required } from './argument-errors.ts'
import { elementsOf } from './elements.ts'

/** A .NET array of rank 1. */
export type AnyArray = Raw[] | Uint8Array

/** `CopyTo(array, index)` of any collection. */
export function copyInto(source: Raw, target: AnyArray | null, index = 0): void {
  const to = required(target, 'array')
  if (index < 0) throw negativeNumber('arrayIndex')
  const items = Array.isArray(source) ? (source as Raw[]) : [...elementsOf(source)]
  spend(items.length)
  if (items.length > to.length - index)
    throw badArgument(
      'Destination array is not long enough to copy all the items in the collection. Check array index and length.',
    )
  setItems(to, index, items)
}

export function setItems(to: AnyArray, index: number, items: Iterable<Raw>): void {
  let at = index
  for (const item of items) setItem(to, at++, item)
}

export function setItem(to: AnyArray, index: number, item: Raw): void {
  // the element types agree, so a Uint8Array is given numbers
  ;(to as Raw[])[index] = item
}

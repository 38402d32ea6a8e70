import { spend } from '../../types/budget.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { badCount, outOfRange, required } from './argument-errors.ts'
import type { AnyArray } from './copying.ts'
import { equalityFor } from './equality.ts'

export type Predicate = (item: Raw) => boolean

const badStart = (parameter = 'startIndex') =>
  outOfRange(parameter, 'Index was out of range. Must be non-negative and less than the size of the collection.')

/** `FindIndex(start, count, match)` of lists and arrays. */
export function findIndex(items: AnyArray, match: Predicate | null, start = 0, count = items.length - start): number {
  if (start < 0 || start > items.length) throw badStart()
  if (count < 0 || start > items.length - count) throw badCount()
  const test = required(match, 'match')
  for (let i = start; i < start + count; i++) {
    spend()
    if (test(items[i])) return i
  }
  return -1
}

/** `FindLastIndex(start, count, match)`: looks at `count` elements, backwards from `start`. */
export function findLastIndex(items: AnyArray, match: Predicate | null, start = items.length - 1, count = start + 1): number {
  const test = required(match, 'match')
  if (items.length === 0 ? start !== -1 : start < 0 || start >= items.length) throw badStart()
  if (count < 0 || start - count + 1 < 0) throw badCount()
  for (let i = start; i > start - count; i--) {
    spend()
    if (test(items[i])) return i
  }
  return -1
}

/** `IndexOf(item, start, count)`. */
export function indexOf(
  items: AnyArray,
  type: Type,
  item: Raw,
  start = 0,
  count = items.length - start,
  parameter = 'startIndex',
): number {
  if (start < 0 || start > items.length) throw badStart(parameter)
  if (count < 0 || start > items.length - count) throw badCount()
  const equality = equalityFor(type)
  spend(count / 4)
  for (let i = start; i < start + count; i++) if (items[i] === item || equality.equals(items[i], item)) return i
  return -1
}

/** `LastIndexOf(item, start, count)`: looks at `count` elements, backwards from `start`. */
export function lastIndexOf(
  items: AnyArray,
  type: Type,
  item: Raw,
  start = items.length - 1,
  count = start + 1,
  parameter = 'startIndex',
): number {
  if (items.length === 0) return -1
  if (start < 0 || start >= items.length) throw badStart(parameter)
  if (count < 0 || start - count + 1 < 0) throw badCount()
  const equality = equalityFor(type)
  spend(count / 4)
  for (let i = start; i > start - count; i--) if (items[i] === item || equality.equals(items[i], item)) return i
  return -1
}

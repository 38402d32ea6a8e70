import { spend } from '../../types/budget.ts'
import type { Raw } from '../../types/values.ts'
import type { AnyArray } from './copying.ts'
import type { Compare } from './ordering.ts'

/**
 * Array.Sort and List.Sort: .NET's introspective sort, so that elements that compare equal end up where .NET puts them (the
 * sort is not stable). Median of three, insertion sort up to 16 elements, heap sort when the recursion gets too deep.
 * `items`, when given, move along with the keys.
 */
export function introsort(keys: AnyArray, from: number, length: number, compare: Compare, items: AnyArray | null = null): void {
  if (length < 2) return
  spend(length)
  new Sort(keys as Raw[], items as Raw[] | null, compare).range(from, from + length - 1, 2 * (Math.floor(Math.log2(length)) + 1)) // a Uint8Array is indexed alike, and only ever given its own elements
}

class Sort {
  readonly keys: Raw[]
  readonly items: Raw[] | null
  readonly compare: Compare

  constructor(keys: Raw[], items: Raw[] | null, compare: Compare) {
    this.keys = keys
    this.items = items
    this.compare = (a, b) => {
      spend()
      return compare(a, b)
    }
  }

  range(low: number, high: number, depth: number): void {
    let end = high
    let left = depth
    while (end > low) {
      const size = end - low + 1
      if (size <= 16) {
        this.small(low, end, size)
        return
      }
      if (left === 0) {
        this.heapSort(low, end)
        return
      }
      left--
      const pivot = this.partition(low, end)
      this.range(pivot + 1, end, left)
      end = pivot - 1
    }
  }

  private small(low: number, high: number, size: number): void {
    if (size === 2) this.order(low, high)
    else if (size === 3) {
      this.order(low, high - 1)
      this.order(low, high)
      this.order(high - 1, high)
    } else this.insertionSort(low, high)
  }

  /** Swaps the two when the first is greater. */
  private order(a: number, b: number): void {
    if (a !== b && this.compare(this.keys[a], this.keys[b]) > 0) this.swap(a, b)
  }

  private swap(a: number, b: number): void {
    const { keys, items } = this
    const key = keys[a]
    keys[a] = keys[b]
    keys[b] = key
    if (items === null) return
    const item = items[a]
    items[a] = items[b]
    items[b] = item
  }

  private partition(low: number, high: number): number {
    const middle = low + Math.floor((high - low) / 2)
    this.order(low, middle)
    this.order(low, high)
    this.order(middle, high)
    const pivot = this.keys[middle]
    this.swap(middle, high - 1)
    let left = low
    let right = high - 1
    while (left < right) {
      // a comparer that contradicts itself must not run past the ends
      do left++
      while (left < high && this.compare(this.keys[left], pivot) < 0)
      do right--
      while (right > low && this.compare(pivot, this.keys[right]) < 0)
      if (left >= right) break
      this.swap(left, right)
    }
    this.swap(left, high - 1)
    return left
  }

  private insertionSort(low: number, high: number): void {
    for (let i = low; i < high; i++) {
      const key = this.keys[i + 1]
      const item = this.items?.[i + 1]
      let at = i
      for (; at >= low && this.compare(key, this.keys[at]) < 0; at--) this.move(at, at + 1)
      this.keys[at + 1] = key
      if (this.items !== null) this.items[at + 1] = item
    }
  }

  private move(from: number, to: number): void {
    this.keys[to] = this.keys[from]
    if (this.items !== null) this.items[to] = this.items[from]
  }

  private heapSort(low: number, high: number): void {
    const size = high - low + 1
    for (let i = size >> 1; i >= 1; i--) this.siftDown(i, size, low)
    for (let i = size; i > 1; i--) {
      this.swap(low, low + i - 1)
      this.siftDown(1, i - 1, low)
    }
  }

  /** Heap positions count from 1. */
  private siftDown(start: number, size: number, low: number): void {
    const key = this.keys[low + start - 1]
    const item = this.items?.[low + start - 1]
    let at = start
    while (at <= size >> 1) {
      let child = 2 * at
      if (child < size && this.compare(this.keys[low + child - 1], this.keys[low + child]) < 0) child++
      if (!(this.compare(key, this.keys[low + child - 1]) < 0)) break
      this.move(low + child - 1, low + at - 1)
      at = child
    }
    this.keys[low + at - 1] = key
    if (this.items !== null) this.items[low + at - 1] = item
  }
}

/** The index of `value` in a sorted stretch, or the complement of where it belongs. */
export function binarySearch(items: AnyArray, from: number, length: number, value: Raw, compare: Compare): number {
  let low = from
  let high = from + length - 1
  while (low <= high) {
    const middle = low + ((high - low) >> 1)
    const order = compare(items[middle], value)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return ~low
}

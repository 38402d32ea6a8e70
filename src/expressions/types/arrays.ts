import { spend } from './budget.ts'
import { defaultOf } from './defaults.ts'
import { fail } from './exceptions.ts'
import { isByteArray } from './facts.ts'
import { ArrayType, type Type } from './type.ts'
import { netType, type Raw } from './values.ts'

/** An array of rank 1 other than `byte[]`. */
export type NetArray<T = Raw> = T[] & { readonly [netType]?: ArrayType }

/** An array of two or more dimensions, its items in row order. Lower bounds are 0. */
export class MultiArray {
  readonly [netType]: ArrayType
  readonly lengths: readonly number[]
  readonly items: Raw[]

  constructor(type: ArrayType, lengths: readonly number[], items: Raw[]) {
    this[netType] = type
    this.lengths = lengths
    this.items = items
  }

  /** The place of an element in `items`. Throws IndexOutOfRangeException. */
  offset(indexes: readonly number[]): number {
    let offset = 0
    for (let d = 0; d < this.lengths.length; d++) {
      const length = this.lengths[d] ?? 0
      const index = indexes[d] ?? 0
      if (index < 0 || index >= length) throw outOfRange()
      offset = offset * length + index
    }
    return offset
  }

  [Symbol.iterator](): Iterator<Raw> {
    return this.items[Symbol.iterator]()
  }
}

/** Marks `items` (raw values of `element`) as a .NET array of that element type; `byte[]` becomes a Uint8Array. Takes the array over. */
export function makeArray(element: Type, items: Raw[]): NetArray | Uint8Array {
  const type = ArrayType.of(element)
  return isByteArray(type) ? Uint8Array.from(items as number[]) : markArray(type, items) // raw bytes are numbers
}

/** The same for a type of rank 1 that is not `byte[]`. */
export function markArray(type: ArrayType, items: Raw[]): NetArray {
  // a NetArray from here on; a plain assignment, since defining a property costs ten times as much
  ;(items as { [netType]?: ArrayType })[netType] = type
  return items
}

/** `new T[length]`: all default values. Spends a step an element; throws OverflowException for a negative length. */
export function newArray(element: Type, length: number | bigint): NetArray | Uint8Array {
  const count = Number(length)
  if (count < 0) throw fail('System.OverflowException', 'Arithmetic operation resulted in an overflow.')
  spend(count)
  const type = ArrayType.of(element)
  if (isByteArray(type)) return new Uint8Array(count)
  return makeArray(element, new Array(count).fill(defaultOf(element)))
}

/** `new T[a, b, …]`: all default values. Spends a step an element. */
export function newMultiArray(element: Type, lengths: readonly number[]): MultiArray {
  if (lengths.some(length => length < 0)) throw fail('System.OverflowException', 'Arithmetic operation resulted in an overflow.')
  const count = lengths.reduce((product, length) => product * length, 1)
  spend(count)
  return new MultiArray(ArrayType.of(element, lengths.length), lengths, new Array(count).fill(defaultOf(element)))
}

/** What an index outside an array throws. */
export function outOfRange(): Error {
  return fail('System.IndexOutOfRangeException', 'Index was outside the bounds of the array.')
}

/** The raw elements of anything that is an IEnumerable<T>. */
export function iterate<T = Raw>(source: unknown): Iterable<T> {
  // the static type of what is passed declares IEnumerable<T>: a string holds chars, all else has the iterator that values.ts asks for
  return typeof source === 'string' ? (charsOf(source) as Iterable<unknown> as Iterable<T>) : (source as Iterable<T>)
}

function* charsOf(text: string): Iterable<number> {
  for (let i = 0; i < text.length; i++) yield text.charCodeAt(i)
}

import type { MultiArray, NetArray } from '../types/arrays.ts'
import { ArrayType, type Type } from '../types/type.ts'
import type { ValueTuple } from '../types/value-tuple.ts'
import type { Raw, Ref } from '../types/values.ts'
import { elementAt, multiElementAt, setCovariantElement, setMultiElement } from './value-helpers.ts'

/** What `ref` makes: a view of a place that other code reads and writes as well. */
class Reference implements Ref {
  readonly #read: () => Raw
  readonly #write: (value: Raw) => void

  constructor(read: () => Raw, write: (value: Raw) => void) {
    this.#read = read
    this.#write = write
  }

  get value(): Raw {
    return this.#read()
  }

  set value(value: Raw) {
    this.#write(value)
  }
}

export const makeReference = (read: () => Raw, write: (value: Raw) => void): Ref => new Reference(read, write)

/** An element of an array; the index is checked now, as .NET does. `declared` is the static type of a flat array. */
export function elementReference(
  array: NetArray | Uint8Array | MultiArray | null,
  indexes: readonly (number | bigint)[],
  declared?: Type,
): Ref {
  if (declared instanceof ArrayType) {
    const flat = array as NetArray | Uint8Array | null // the emitter gives `declared` for arrays of rank 1 only
    const [index = 0] = indexes
    elementAt(flat, index)
    return new Reference(
      () => elementAt(flat, index),
      value => setCovariantElement(flat, index, value, declared),
    )
  }
  const multi = array as MultiArray | null // any other array
  multiElementAt(multi, indexes)
  return new Reference(
    () => multiElementAt(multi, indexes),
    value => setMultiElement(multi, indexes, value),
  )
}

export const itemReference = (tuple: Ref<ValueTuple>, index: number): Ref =>
  new Reference(
    () => tuple.value.items[index],
    value => {
      tuple.value = tuple.value.with(index, value)
    },
  )

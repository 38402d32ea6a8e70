import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { indexOutOfRange, notSupported } from './argument-errors.ts'
import { type AnyArray, setItem } from './copying.ts'
import { dictionaryTypes, elementTypeOf } from './element-type.ts'
import { pairsOf } from './elements.ts'
import { equalityFor } from './equality.ts'
import { type KeyValuePair, keyOfPair, valueOfPair } from './key-value-pair.ts'
import { type CollectionLike, type DictionaryLike, isMapLike, type ListLike, type MapLike } from './protocol.ts'
import { ReadOnly } from './read-only.ts'

const fixedSize = () => notSupported('Collection was of a fixed size.')

/** An array as IList<T>. */
class ArrayView implements ListLike {
  readonly isReadOnly = true
  readonly #array: AnyArray

  constructor(array: AnyArray) {
    this.#array = array
  }

  get count(): number {
    return this.#array.length
  }

  getAt(index: number): Raw {
    this.#check(index)
    return this.#array[index]
  }

  setAt(index: number, item: Raw): void {
    this.#check(index)
    setItem(this.#array, index, item)
  }

  #check(index: number): void {
    if (index < 0 || index >= this.#array.length) throw indexOutOfRange()
  }

  indexOf(item: Raw): number {
    return firstIndexOf(this.#array, item, elementTypeOf(this.#array))
  }

  contains(item: Raw): boolean {
    return this.indexOf(item) >= 0
  }

  add(): never {
    throw fixedSize()
  }

  remove(): never {
    throw fixedSize()
  }

  clear(): never {
    throw notSupported('Collection is read-only.')
  }

  insert(): never {
    throw fixedSize()
  }

  removeAt(): never {
    throw fixedSize()
  }

  [Symbol.iterator](): Iterator<Raw> {
    return this.#array[Symbol.iterator]()
  }
}

/** The first index of an equal item by the element type's own equality; -1 when there is none. */
export function firstIndexOf(items: ArrayLike<Raw>, item: Raw, type: Type | undefined, from = 0, to = items.length): number {
  const equality = type === undefined ? undefined : equalityFor(type)
  for (let i = from; i < to; i++) {
    if (items[i] === item || equality?.equals(items[i], item) === true) return i
  }
  return -1
}

/** A host's read-only dictionary as ICollection of its pairs, and as IDictionary. */
class MapView extends ReadOnly implements DictionaryLike {
  readonly #map: MapLike

  constructor(map: MapLike) {
    super()
    this.#map = map
  }

  get count(): number {
    return this.#map.size
  }

  get size(): number {
    return this.#map.size
  }

  has(key: Raw): boolean {
    return this.#map.has(key)
  }

  get(key: Raw): Raw | undefined {
    return this.#map.get(key)
  }

  keys(): Iterable<Raw> {
    return this.#map.keys()
  }

  values(): Iterable<Raw> {
    return this.#map.values()
  }

  entries(): Iterable<readonly [Raw, Raw]> {
    return this.#map.entries()
  }

  contains(pair: KeyValuePair): boolean {
    const value = this.#map.get(keyOfPair(pair))
    const type = dictionaryTypes(this.#map)[1]
    return value !== undefined && type !== undefined && equalityFor(type).equals(value, valueOfPair(pair))
  }

  set(): never {
    throw notSupported(this.refusal())
  }

  insert(): never {
    throw notSupported(this.refusal())
  }

  delete(): never {
    throw notSupported(this.refusal())
  }

  [Symbol.iterator](): Iterator<Raw> {
    return pairsOf(this.#map)[Symbol.iterator]()
  }
}

const isArray = (self: unknown): self is AnyArray => Array.isArray(self) || self instanceof Uint8Array

/** Anything of static type ICollection<T> or IReadOnlyCollection<T>. */
export function asCollection(self: object): CollectionLike {
  if (isArray(self)) return new ArrayView(self)
  if (isMapLike(self) && !('contains' in self)) return new MapView(self)
  return self as CollectionLike // whatever else declares the interface keeps to the protocol
}

/** Anything of static type IList<T> or IReadOnlyList<T>. */
export function asList(self: object): ListLike {
  return isArray(self) ? new ArrayView(self) : (self as ListLike) // as above
}

/** Anything of static type IDictionary<K, V>. */
export function asDictionary(self: MapLike): DictionaryLike {
  return 'insert' in self ? (self as DictionaryLike) : new MapView(self) // who can insert keeps to the whole protocol
}

/** `Count` of anything that has one, without looking at elements; undefined for other sequences. */
export function knownCount(source: unknown): number | undefined {
  if (isArray(source)) return source.length
  if (typeof source !== 'object' || source === null) return undefined
  if ('count' in source && typeof source.count === 'number') return source.count
  return isMapLike(source) ? source.size : undefined
}

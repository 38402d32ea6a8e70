/**
 * What the collection tables ask of a JavaScript object that stands for a .NET collection. The classes of this folder keep to
 * it; so may any other (JArray, a host's dictionary), and then every interface table and all of LINQ work on it.
 *
 * | .NET interface | JavaScript |
 * | --- | --- |
 * | `IEnumerable<T>` | `[Symbol.iterator]()` over raw `T` |
 * | `IReadOnlyDictionary<K, V>` | `MapLike`: the reading half of a JavaScript Map; its iterator may give `[key, value]` entries or KeyValuePairs |
 * | `IDictionary<K, V>` | `DictionaryLike` |
 * | `ICollection<T>`, `IReadOnlyCollection<T>` | `CollectionLike` |
 * | `IList<T>`, `IReadOnlyList<T>` | `ListLike` |
 * | `ISet<T>` | `SetLike` |
 * | `IComparer<T>` | `NetComparer` |
 * | `IEqualityComparer<T>` | `NetEqualityComparer` |
 *
 * Arrays and Uint8Arrays need nothing: views.ts adapts them.
 */
import type { Raw } from '../../types/values.ts'

export interface MapLike<K = Raw, V = Raw> {
  readonly size: number
  has(key: K): boolean
  /** undefined when the key is missing. */
  get(key: K): V | undefined
  keys(): Iterable<K>
  values(): Iterable<V>
  entries(): Iterable<readonly [K, V]>
}

export interface DictionaryLike extends MapLike, CollectionLike {
  /** The indexer's setter: adds or replaces. */
  set(key: Raw, value: Raw): unknown
  /** `Add(key, value)`: throws ArgumentException for a key that is there. */
  insert(key: Raw, value: Raw): void
  delete(key: Raw): boolean
}

export interface CollectionLike extends Iterable<Raw> {
  readonly count: number
  readonly isReadOnly: boolean
  contains(item: Raw): boolean
  add(item: Raw): unknown
  /** Whether it was there. */
  remove(item: Raw): boolean
  clear(): void
}

export interface ListLike extends CollectionLike {
  /** Throws ArgumentOutOfRangeException. */
  getAt(index: number): Raw
  setAt(index: number, item: Raw): void
  /** -1 when it is not there. */
  indexOf(item: Raw): number
  insert(index: number, item: Raw): void
  removeAt(index: number): void
}

/** `add` answers whether the item is new. */
export interface SetLike extends CollectionLike {
  add(item: Raw): boolean
  readonly equality: NetEqualityComparer
}

export interface NetComparer {
  /** Negative, 0 or positive. Arguments are raw and may be null. */
  compare(a: Raw, b: Raw): number
}

export interface NetEqualityComparer {
  equals(a: Raw, b: Raw): boolean
  hashCode(item: Raw): number
  /** A value whose sameness (as JavaScript's Map compares keys) is exactly this equality; null for null. Where there is one, lookups are one step. */
  key?(item: Raw): unknown
}

/** Tells a host's dictionary, which is read through the Map protocol, from what iterates over its elements directly. */
export function isMapLike(source: object): source is MapLike {
  const map = source as Partial<MapLike> // any object may be asked for members that it may lack
  return typeof map.get === 'function' && typeof map.has === 'function' && typeof map.entries === 'function'
}

import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { argumentNull, badArgument, indexOutOfRange, modified, outOfRange } from './argument-errors.ts'
import { cost } from './costs.ts'
import { DefaultEquality, equalityFor } from './equality.ts'
import { binarySearch } from './introsort.ts'
import { KeyValuePair } from './key-value-pair.ts'
import type { DictionaryLike, NetComparer, NetEqualityComparer, SetLike } from './protocol.ts'

/** Keys in their comparer's order, found by halving. */
class SortedKeys {
  readonly order: NetComparer
  keys: Raw[] = []
  version = 0

  constructor(order: NetComparer) {
    this.order = order
  }

  /** The place of a key, or the complement of where it belongs. */
  find(key: Raw): number {
    spend()
    return binarySearch(this.keys, 0, this.keys.length, key, (a, b) => this.order.compare(a, b))
  }

  insertAt(index: number, key: Raw): void {
    spend(cost.place + (this.keys.length - index) / 64)
    this.keys.splice(index, 0, key)
    this.version++
  }

  removeAt(index: number): void {
    spend(1 + (this.keys.length - index) / 64)
    this.keys.splice(index, 1)
    this.version++
  }

  clear(): void {
    this.keys = []
    this.version++
  }

  /** The places in order; throws when the keys change meanwhile. */
  *places(): Generator<number> {
    const { version } = this
    for (let i = 0; i < this.keys.length; i++) {
      yield i
      if (version !== this.version) throw modified()
    }
  }
}

/** `SortedDictionary<K, V>` and, by `name`, `SortedList<K, V>`. */
export class NetSortedDictionary implements DictionaryLike {
  readonly types: readonly [Type, Type]
  readonly isReadOnly = false
  readonly name: string
  readonly #sorted: SortedKeys
  #values: Raw[] = []

  constructor(name: string, types: readonly [Type, Type], order: NetComparer) {
    this.name = name
    this.types = types
    this.#sorted = new SortedKeys(order)
  }

  get [netType](): NamedType {
    return lookupType(this.name, ...this.types)
  }

  get order(): NetComparer {
    return this.#sorted.order
  }

  get size(): number {
    return this.#sorted.keys.length
  }

  get count(): number {
    return this.#sorted.keys.length
  }

  indexOfKey(key: Raw): number {
    if (key === null) throw argumentNull('key')
    return this.#sorted.find(key)
  }

  has(key: Raw): boolean {
    return this.indexOfKey(key) >= 0
  }

  get(key: Raw): Raw | undefined {
    const index = this.indexOfKey(key)
    return index < 0 ? undefined : this.#values[index]
  }

  set(key: Raw, value: Raw): void {
    const index = this.indexOfKey(key)
    if (index >= 0) {
      this.#values[index] = value
      this.#sorted.version++
    } else this.#insertAt(~index, key, value)
  }

  insert(key: Raw, value: Raw): void {
    const index = this.indexOfKey(key)
    if (index >= 0)
      throw badArgument(
        this.name.endsWith('List')
          ? 'An entry with the same key already exists.'
          : 'An item with the same key has already been added.',
      )
    this.#insertAt(~index, key, value)
  }

  #insertAt(index: number, key: Raw, value: Raw): void {
    this.#sorted.insertAt(index, key)
    this.#values.splice(index, 0, value)
  }

  delete(key: Raw): boolean {
    const index = this.indexOfKey(key)
    if (index >= 0) this.removeAt(index)
    return index >= 0
  }

  removeAt(index: number): void {
    if (index < 0 || index >= this.count) throw indexOutOfRange()
    this.#sorted.removeAt(index)
    this.#values.splice(index, 1)
  }

  keyAt(index: number): Raw {
    if (index < 0 || index >= this.count) throw indexOutOfRange()
    return this.#sorted.keys[index]
  }

  valueAt(index: number): Raw {
    if (index < 0 || index >= this.count) throw indexOutOfRange()
    return this.#values[index]
  }

  indexOfValue(value: Raw): number {
    const equality = equalityFor(this.types[1])
    return this.#values.findIndex(each => equality.equals(each, value))
  }

  clear(): void {
    this.#sorted.clear()
    this.#values = []
  }

  add(pair: KeyValuePair): void {
    this.insert(pair.key, pair.value)
  }

  contains(pair: KeyValuePair): boolean {
    const value = this.get(pair.key)
    return value !== undefined && equalityFor(this.types[1]).equals(value, pair.value)
  }

  remove(pair: KeyValuePair): boolean {
    return this.contains(pair) && this.delete(pair.key)
  }

  *[Symbol.iterator](): Generator<KeyValuePair> {
    for (const i of this.#sorted.places()) yield new KeyValuePair(this.types, this.#sorted.keys[i], this.#values[i])
  }

  *entries(): Generator<readonly [Raw, Raw]> {
    for (const i of this.#sorted.places()) yield [this.#sorted.keys[i], this.#values[i]]
  }

  *keys(): Generator<Raw> {
    for (const i of this.#sorted.places()) yield this.#sorted.keys[i]
  }

  *values(): Generator<Raw> {
    for (const i of this.#sorted.places()) yield this.#values[i]
  }
}

/** The equality of an order: what compares as 0. */
class OrderEquality extends DefaultEquality implements NetEqualityComparer {
  readonly #order: NetComparer

  constructor(element: Type, order: NetComparer) {
    super(element)
    this.#order = order
  }

  override equals(a: Raw, b: Raw): boolean {
    return this.#order.compare(a, b) === 0
  }

  /** An order says nothing about hash codes: one for all. */
  override hashCode(): number {
    return 0
  }
}

/** `SortedSet<T>`. */
export class NetSortedSet implements SetLike {
  readonly element: Type
  readonly isReadOnly = false
  readonly #sorted: SortedKeys

  constructor(element: Type, order: NetComparer, items: Iterable<Raw> = []) {
    this.element = element
    this.#sorted = new SortedKeys(order)
    for (const item of items) this.add(item)
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.SortedSet', this.element)
  }

  get order(): NetComparer {
    return this.#sorted.order
  }

  get equality(): NetEqualityComparer {
    return new OrderEquality(this.element, this.order)
  }

  get count(): number {
    return this.#sorted.keys.length
  }

  at(index: number): Raw | undefined {
    return this.#sorted.keys.at(index)
  }

  contains(item: Raw): boolean {
    return this.#sorted.find(item) >= 0
  }

  add(item: Raw): boolean {
    const index = this.#sorted.find(item)
    if (index < 0) this.#sorted.insertAt(~index, item)
    return index < 0
  }

  remove(item: Raw): boolean {
    const index = this.#sorted.find(item)
    if (index >= 0) this.#sorted.removeAt(index)
    return index >= 0
  }

  removeWhere(match: (item: Raw) => boolean): number {
    let removed = 0
    for (const item of [...this.#sorted.keys]) {
      spend()
      if (match(item) && this.remove(item)) removed++
    }
    return removed
  }

  clear(): void {
    this.#sorted.clear()
  }

  /** A copy of the items from `low` to `high`. Unlike .NET's it does not follow later changes. */
  between(low: Raw, high: Raw): NetSortedSet {
    if (this.order.compare(low, high) > 0) throw outOfRange('lowerValue', 'Must be less than or equal to upperValue.')
    const inside = this.#sorted.keys.filter(key => this.order.compare(low, key) <= 0 && this.order.compare(key, high) <= 0)
    return new NetSortedSet(this.element, this.order, inside)
  }

  *reversed(): Generator<Raw> {
    yield* [...this.#sorted.keys].reverse()
  }

  *[Symbol.iterator](): Generator<Raw> {
    for (const i of this.#sorted.places()) yield this.#sorted.keys[i]
  }
}

import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { argumentNull, duplicateKey, keyNotFound } from './argument-errors.ts'
import { equalityFor } from './equality.ts'
import { KeyValuePair } from './key-value-pair.ts'
import type { DictionaryLike, NetEqualityComparer } from './protocol.ts'
import { Slots } from './slots.ts'

/** `Dictionary<K, V>`, in .NET Framework's enumeration order. */
export class NetDictionary implements DictionaryLike {
  readonly types: readonly [Type, Type]
  readonly isReadOnly = false
  readonly #slots: Slots
  readonly #values: Raw[] = []

  constructor(types: readonly [Type, Type], equality: NetEqualityComparer) {
    this.types = types
    this.#slots = new Slots(equality, false)
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.Dictionary', ...this.types)
  }

  get equality(): NetEqualityComparer {
    return this.#slots.equality
  }

  get size(): number {
    return this.#slots.count
  }

  get count(): number {
    return this.#slots.count
  }

  has(key: Raw): boolean {
    return this.#find(key) >= 0
  }

  get(key: Raw): Raw | undefined {
    const slot = this.#find(key)
    return slot < 0 ? undefined : this.#values[slot]
  }

  #find(key: Raw): number {
    if (key === null) throw argumentNull('key')
    return this.#slots.find(key)
  }

  set(key: Raw, value: Raw): void {
    const slot = this.#find(key)
    if (slot < 0) this.#values[this.#slots.add(key)] = value
    else {
      this.#values[slot] = value
      this.#slots.version++
    }
  }

  insert(key: Raw, value: Raw): void {
    if (this.#find(key) >= 0) throw duplicateKey()
    this.#values[this.#slots.add(key)] = value
  }

  delete(key: Raw): boolean {
    const slot = this.#find(key)
    if (slot < 0) return false
    this.#slots.free(slot)
    this.#values[slot] = null
    return true
  }

  clear(): void {
    this.#slots.clear()
    this.#values.length = 0
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

  containsValue(value: Raw): boolean {
    const equality = equalityFor(this.types[1])
    for (const each of this.values()) if (equality.equals(each, value)) return true
    return false
  }

  *[Symbol.iterator](): Generator<KeyValuePair> {
    for (const slot of this.#slots.slots()) yield new KeyValuePair(this.types, this.#slots.keys[slot], this.#values[slot])
  }

  *entries(): Generator<readonly [Raw, Raw]> {
    for (const slot of this.#slots.slots()) yield [this.#slots.keys[slot], this.#values[slot]]
  }

  *keys(): Generator<Raw> {
    for (const slot of this.#slots.slots()) yield this.#slots.keys[slot]
  }

  *values(): Generator<Raw> {
    for (const slot of this.#slots.slots()) yield this.#values[slot]
  }
}

/** The indexer's getter. */
export function itemOf(dictionary: { get(key: Raw): Raw | undefined }, key: Raw): Raw {
  if (key === null) throw argumentNull('key')
  const value = dictionary.get(key)
  if (value === undefined) throw keyNotFound()
  return value
}

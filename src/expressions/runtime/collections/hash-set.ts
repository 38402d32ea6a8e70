import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { required } from './argument-errors.ts'
import { elementsOf } from './elements.ts'
import type { NetEqualityComparer, SetLike } from './protocol.ts'
import { Slots } from './slots.ts'

/** `HashSet<T>`, in .NET Framework's enumeration order. */
export class NetHashSet implements SetLike {
  readonly element: Type
  readonly isReadOnly = false
  readonly #slots: Slots

  constructor(element: Type, equality: NetEqualityComparer, items: Raw = []) {
    this.element = element
    this.#slots = new Slots(equality, true)
    for (const item of elementsOf(items)) this.add(item)
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.HashSet', this.element)
  }

  get equality(): NetEqualityComparer {
    return this.#slots.equality
  }

  get count(): number {
    return this.#slots.count
  }

  contains(item: Raw): boolean {
    return this.#slots.find(item) >= 0
  }

  add(item: Raw): boolean {
    spend()
    if (this.contains(item)) return false
    this.#slots.add(item)
    return true
  }

  remove(item: Raw): boolean {
    const slot = this.#slots.find(item)
    if (slot >= 0) this.#slots.free(slot)
    return slot >= 0
  }

  removeWhere(match: (item: Raw) => boolean): number {
    let removed = 0
    const { keys } = this.#slots
    for (let slot = 0; slot < keys.length; slot++) {
      spend()
      if (keys[slot] === undefined || !match(keys[slot])) continue
      // the match may itself have removed it
      if (this.remove(keys[slot])) removed++
    }
    return removed
  }

  clear(): void {
    this.#slots.clear()
  }

  trimExcess(): void {
    this.#slots.compact()
  }

  *[Symbol.iterator](): Generator<Raw> {
    for (const slot of this.#slots.slots()) yield this.#slots.keys[slot]
  }
}

/** `other` as a set under the same equality, for the comparisons and operations that look items up in it. */
function setOf(self: SetLike, other: Raw): NetHashSet {
  return new NetHashSet(lookupType('System.Object'), self.equality, other)
}

const given = (other: Raw) => required(other, 'other')

export function unionWith(self: SetLike, other: Raw): void {
  for (const item of [...elementsOf(given(other))]) self.add(item)
}

export function exceptWith(self: SetLike, other: Raw): void {
  for (const item of [...elementsOf(given(other))]) self.remove(item)
}

export function intersectWith(self: SetLike, other: Raw): void {
  const kept = setOf(self, given(other))
  for (const item of [...self]) if (!kept.contains(item)) self.remove(item)
}

/**
 * What only one of the two has. Where items end up follows .NET Framework: from another set one by one; from any other sequence
 * what is new is added first, and what both have removed after.
 */
export function symmetricExceptWith(self: SetLike, other: Raw): void {
  if (given(other) instanceof NetHashSet) {
    for (const item of [...elementsOf(other)]) if (!self.remove(item)) self.add(item)
    return
  }
  const added = setOf(self, [])
  const shared = setOf(self, [])
  for (const item of [...elementsOf(other)]) {
    if (added.contains(item)) continue
    if (self.add(item)) added.add(item)
    else shared.add(item)
  }
  for (const item of [...self]) if (shared.contains(item)) self.remove(item)
}

export function overlaps(self: SetLike, other: Raw): boolean {
  for (const item of elementsOf(given(other))) {
    spend()
    if (self.contains(item)) return true
  }
  return false
}

export function isSupersetOf(self: SetLike, other: Raw): boolean {
  for (const item of elementsOf(given(other))) {
    spend()
    if (!self.contains(item)) return false
  }
  return true
}

export function isSubsetOf(self: SetLike, other: Raw): boolean {
  const set = setOf(self, given(other))
  for (const item of self) if (!set.contains(item)) return false
  return true
}

export function setEquals(self: SetLike, other: Raw): boolean {
  const set = setOf(self, given(other))
  return set.count === self.count && isSubsetOf(self, set)
}

export const isProperSubsetOf = (self: SetLike, other: Raw) => isSubsetOf(self, other) && setOf(self, other).count > self.count
export const isProperSupersetOf = (self: SetLike, other: Raw) =>
  isSupersetOf(self, other) && setOf(self, other).count < self.count

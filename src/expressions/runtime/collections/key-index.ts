import { spend } from '../../types/budget.ts'
import type { Raw } from '../../types/values.ts'
import type { NetEqualityComparer } from './protocol.ts'

/** Finds the slot of a key. The keys themselves stay with the owner, who tells them by slot. */
export class KeyIndex {
  readonly #equality: NetEqualityComparer
  readonly #keyAt: (slot: number) => Raw
  /** One slot a key where the equality has exact keys; else the slots of one hash code. */
  #exact = new Map<unknown, number>()
  #hashed = new Map<number, number[]>()

  constructor(equality: NetEqualityComparer, keyAt: (slot: number) => Raw) {
    this.#equality = equality
    this.#keyAt = keyAt
  }

  /** -1 when the key is not there. */
  find(key: Raw): number {
    if (this.#equality.key !== undefined) return this.#exact.get(this.#equality.key(key)) ?? -1
    for (const slot of this.#hashed.get(this.#equality.hashCode(key)) ?? []) {
      spend()
      if (this.#equality.equals(this.#keyAt(slot), key)) return slot
    }
    return -1
  }

  /** Notes a key that is not there yet. */
  add(key: Raw, slot: number): void {
    if (this.#equality.key !== undefined) {
      this.#exact.set(this.#equality.key(key), slot)
      return
    }
    const hash = this.#equality.hashCode(key)
    const slots = this.#hashed.get(hash)
    if (slots === undefined) this.#hashed.set(hash, [slot])
    else slots.push(slot)
  }

  delete(key: Raw, slot: number): void {
    if (this.#equality.key !== undefined) {
      this.#exact.delete(this.#equality.key(key))
      return
    }
    const slots = this.#hashed.get(this.#equality.hashCode(key)) ?? []
    const at = slots.indexOf(slot)
    if (at >= 0) slots.splice(at, 1)
  }

  clear(): void {
    this.#exact = new Map()
    this.#hashed = new Map()
  }
}

import { spend } from '../../types/budget.ts'
import type { Raw } from '../../types/values.ts'
import { modified } from './argument-errors.ts'
import { cost } from './costs.ts'
import { KeyIndex } from './key-index.ts'
import type { NetEqualityComparer } from './protocol.ts'

/** What a free slot holds; no raw value is undefined. */
const free = undefined

/**
 * Keys in numbered slots, as .NET Framework's hash tables keep them: enumeration goes by slot, and the slot freed last is
 * taken first by the next key. `restartWhenEmpty` is what HashSet does and Dictionary does not.
 */
export class Slots {
  readonly equality: NetEqualityComparer
  readonly keys: Raw[] = []
  version = 0
  count = 0
  readonly #index: KeyIndex
  readonly #restartWhenEmpty: boolean
  #freed: number[] = []

  constructor(equality: NetEqualityComparer, restartWhenEmpty: boolean) {
    this.equality = equality
    this.#index = new KeyIndex(equality, slot => this.keys[slot])
    this.#restartWhenEmpty = restartWhenEmpty
  }

  find(key: Raw): number {
    return this.#index.find(key)
  }

  /** Puts a key that is not there yet into a slot, which it returns. */
  add(key: Raw): number {
    spend(cost.entry)
    const slot = this.#freed.pop() ?? this.keys.length
    this.keys[slot] = key
    this.#index.add(key, slot)
    this.count++
    this.version++
    return slot
  }

  free(slot: number): void {
    this.#index.delete(this.keys[slot], slot)
    this.keys[slot] = free
    this.count--
    this.version++
    if (this.count === 0 && this.#restartWhenEmpty) {
      this.keys.length = 0
      this.#freed = []
    } else this.#freed.push(slot)
  }

  clear(): void {
    this.keys.length = 0
    this.#freed = []
    this.#index.clear()
    this.count = 0
    this.version++
  }

  /** Closes the gaps, as HashSet.TrimExcess does. */
  compact(): void {
    const kept = this.keys.filter(key => key !== free)
    this.clear()
    for (const key of kept) this.add(key)
  }

  /** The taken slots in order; throws when the table changes meanwhile. */
  *slots(): Generator<number> {
    const { version } = this
    for (let slot = 0; slot < this.keys.length; slot++) {
      if (this.keys[slot] === free) continue
      yield slot
      if (version !== this.version) throw modified()
    }
  }
}

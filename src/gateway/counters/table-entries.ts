import type { SharedTableMemory } from './shared-table.ts'

/** An entry outside of its table: the two halves of its key's digest, and its floats. */
export interface TableEntry {
  readonly high: number
  readonly low: number
  readonly values: readonly number[]
}

/**
 * Keeps a shared table and a store in step: tells which entries have changed since it was asked last. Reads without locks; an entry that
 * changes meanwhile is told again next time.
 */
export class TableWatcher {
  readonly #memory: SharedTableMemory
  readonly #words: Int32Array
  readonly #floats: Float64Array
  readonly #seenWords: Int32Array
  readonly #seenFloats: Float64Array

  constructor(memory: SharedTableMemory) {
    this.#memory = memory
    this.#words = new Int32Array(memory.words)
    this.#floats = new Float64Array(memory.floats)
    this.#seenWords = this.#words.slice()
    this.#seenFloats = this.#floats.slice()
  }

  changes(): { readonly changed: TableEntry[]; readonly gone: TableEntry[] } {
    const { buckets, entriesPerBucket, floats } = this.#memory.shape
    const changed: TableEntry[] = []
    const gone: TableEntry[] = []
    for (let index = 0; index < buckets * entriesPerBucket; index++) {
      const word = buckets + 2 * index
      const [high = 0, low = 0] = [this.#words[word], this.#words[word + 1]]
      const [seenHigh = 0, seenLow = 0] = [this.#seenWords[word], this.#seenWords[word + 1]]
      const isNew = high !== seenHigh || low !== seenLow
      if (!isNew && !this.#differs(index * floats, floats)) continue
      if (isNew && (seenHigh !== 0 || seenLow !== 0)) gone.push({ high: seenHigh, low: seenLow, values: [] })
      const values = this.#floats.slice(index * floats, (index + 1) * floats)
      if (high !== 0 || low !== 0) changed.push({ high, low, values: [...values] })
      this.#seenFloats.set(values, index * floats)
      this.#seenWords[word] = high
      this.#seenWords[word + 1] = low
    }
    return { changed, gone }
  }

  #differs(from: number, count: number): boolean {
    for (let i = from; i < from + count; i++) if (this.#floats[i] !== this.#seenFloats[i]) return true
    return false
  }
}

/** Puts entries into a table that nobody uses yet. What has no room any more is left out. */
export function restoreEntries(memory: SharedTableMemory, entries: Iterable<TableEntry>): void {
  const { buckets, entriesPerBucket, floats: size } = memory.shape
  const words = new Int32Array(memory.words)
  const floats = new Float64Array(memory.floats)
  for (const { high, low, values } of entries) {
    if (values.length !== size) continue
    const first = ((low >>> 0) % buckets) * entriesPerBucket
    for (let index = first; index < first + entriesPerBucket; index++) {
      const word = buckets + 2 * index
      if (words[word] !== 0 || words[word + 1] !== 0) continue
      words[word] = high
      words[word + 1] = low
      floats.set(values, index * size)
      break
    }
  }
}

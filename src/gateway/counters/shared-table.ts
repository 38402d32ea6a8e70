import { createHash } from 'node:crypto'

/**
 * A hash table of fixed-size entries in shared memory: every thread sees and changes the same entries, each under its bucket's lock. Keys
 * are known by 64 bits of a keyed digest, so that no caller can choose keys that collide.
 *
 * Layout in 32-bit words: a lock for each bucket, then the entries. An entry begins with the two key words; both 0: free.
 */
export interface TableShape {
  readonly buckets: number
  readonly entriesPerBucket: number
  /** 64-bit floats of each entry, for its owner. */
  readonly floats: number
}

export interface SharedTableMemory {
  readonly shape: TableShape
  readonly words: SharedArrayBuffer
  readonly floats: SharedArrayBuffer
  /** Random, of this process: key digests are made with it. */
  readonly secret: Uint8Array
}

/** The floats of one entry, valid while its bucket is locked. */
export type Entry = Float64Array

export function allocateTable(shape: TableShape, secret: Uint8Array): SharedTableMemory {
  const entries = shape.buckets * shape.entriesPerBucket
  return {
    shape,
    words: new SharedArrayBuffer(4 * (shape.buckets + 2 * entries)),
    floats: new SharedArrayBuffer(8 * shape.floats * entries),
    secret,
  }
}

export class SharedTable {
  readonly #shape: TableShape
  readonly #words: Int32Array
  readonly #floats: Float64Array
  readonly #secret: Uint8Array

  constructor(memory: SharedTableMemory) {
    this.#shape = memory.shape
    this.#words = new Int32Array(memory.words)
    this.#floats = new Float64Array(memory.floats)
    this.#secret = memory.secret
  }

  /**
   * Runs `work` on the key's entry, which it makes (all zeros) when there is none, alone of all threads. `isStale` says which entry of a
   * full bucket may go. Undefined when there is no room: nothing was counted then.
   */
  with<T>(key: string, isStale: (entry: Entry) => boolean, work: (entry: Entry) => T): T | undefined {
    const [high, low] = this.#digest(key)
    const bucket = (low >>> 0) % this.#shape.buckets
    lock(this.#words, bucket)
    try {
      const index = this.#find(bucket, high, low) ?? this.#claim(bucket, high, low, isStale)
      return index === undefined ? undefined : work(this.#entry(index))
    } finally {
      unlock(this.#words, bucket)
    }
  }

  /** As `with`, but only for an entry that is there. */
  peek<T>(key: string, work: (entry: Entry) => T): T | undefined {
    const [high, low] = this.#digest(key)
    const bucket = (low >>> 0) % this.#shape.buckets
    lock(this.#words, bucket)
    try {
      const index = this.#find(bucket, high, low)
      return index === undefined ? undefined : work(this.#entry(index))
    } finally {
      unlock(this.#words, bucket)
    }
  }

  #digest(key: string): readonly [number, number] {
    const bytes = createHash('sha256').update(this.#secret).update(key, 'utf8').digest()
    // an entry whose words are both 0 is free
    return [bytes.readInt32LE(0) || 1, bytes.readInt32LE(4)]
  }

  #entry(index: number): Entry {
    const size = this.#shape.floats
    return this.#floats.subarray(index * size, index * size + size)
  }

  #wordOf(index: number): number {
    return this.#shape.buckets + 2 * index
  }

  #find(bucket: number, high: number, low: number): number | undefined {
    const first = bucket * this.#shape.entriesPerBucket
    for (let index = first; index < first + this.#shape.entriesPerBucket; index++) {
      const word = this.#wordOf(index)
      if (this.#words[word] === high && this.#words[word + 1] === low) return index
    }
    return undefined
  }

  #claim(bucket: number, high: number, low: number, isStale: (entry: Entry) => boolean): number | undefined {
    const first = bucket * this.#shape.entriesPerBucket
    for (let index = first; index < first + this.#shape.entriesPerBucket; index++) {
      const word = this.#wordOf(index)
      const isFree = this.#words[word] === 0 && this.#words[word + 1] === 0
      if (!isFree && !isStale(this.#entry(index))) continue
      this.#words[word] = high
      this.#words[word + 1] = low
      this.#entry(index).fill(0)
      return index
    }
    return undefined
  }
}

/** A bucket is held for microseconds; a holder that died with it is waited for no longer than this, in milliseconds. */
const patience = 1000

function lock(words: Int32Array, at: number): void {
  if (Atomics.compareExchange(words, at, 0, 1) === 0) return
  const until = performance.now() + patience
  while (Atomics.compareExchange(words, at, 0, 1) !== 0) {
    Atomics.wait(words, at, 1, 1)
    if (performance.now() > until) return // its holder is gone: the entry is as it left it
  }
}

function unlock(words: Int32Array, at: number): void {
  Atomics.store(words, at, 0)
  Atomics.notify(words, at, 1)
}

import type { ValueCache } from '../../policies/ports.ts'
import { allocateTable, type Entry, SharedTable, type SharedTableMemory } from './shared-table.ts'

/** The cache's memory: an index, and an arena that is written round and round, so that the oldest values make room for new ones. */
export interface CacheMemory {
  readonly index: SharedTableMemory
  readonly arena: SharedArrayBuffer
  /** One float: how many bytes were ever written. Its bytes also serve as the writers' lock. */
  readonly head: SharedArrayBuffer
}

/** Position ever written at, length, when it ends (ms since 1970). */
const indexFloats = 3
/** A value may take this part of the arena. */
const largestPart = 8

export function allocateCache(bytes: number, secret: Uint8Array): CacheMemory {
  return {
    index: allocateTable({ buckets: 4096, entriesPerBucket: 16, floats: indexFloats }, secret),
    arena: new SharedArrayBuffer(bytes),
    head: new SharedArrayBuffer(16),
  }
}

/** A cache of bytes in shared memory: what one thread stores, every thread finds at once. */
export class SharedCache implements ValueCache {
  readonly #index: SharedTable
  readonly #arena: Uint8Array
  readonly #head: Float64Array
  readonly #lock: Int32Array

  constructor(memory: CacheMemory) {
    this.#index = new SharedTable(memory.index)
    this.#arena = new Uint8Array(memory.arena)
    this.#head = new Float64Array(memory.head, 0, 1)
    this.#lock = new Int32Array(memory.head, 8, 1)
  }

  get(key: string, now: number): Uint8Array | undefined {
    return this.#index.peek(key, ([position = 0, length = 0, ends = 0]) => {
      if (ends <= now || this.#isOverwritten(position)) return undefined
      const start = position % this.#arena.length
      const copy = this.#arena.slice(start, start + length)
      // a writer may have come round while we copied
      return this.#isOverwritten(position) ? undefined : copy
    })
  }

  set(key: string, value: Uint8Array, duration: number, now: number): void {
    if (value.length > this.#arena.length / largestPart) {
      this.delete(key)
      return
    }
    const position = this.#append(value)
    const isStale = ([at = 0, , ends = 0]: Entry) => ends <= now || this.#isOverwritten(at)
    const put = (mayGo: (entry: Entry) => boolean) =>
      this.#index.with(key, mayGo, entry => {
        entry.set([position, value.length, now + duration])
        return true
      })
    // a bucket full of living entries gives up one of them: it is a cache
    if (put(isStale) === undefined) put(() => true)
  }

  delete(key: string): void {
    this.#index.peek(key, entry => entry.fill(0))
  }

  #append(value: Uint8Array): number {
    acquire(this.#lock)
    try {
      const head = this.#head[0] ?? 0
      const room = this.#arena.length - (head % this.#arena.length)
      const position = value.length <= room ? head : head + room
      // readers see the new head before the bytes change under them
      this.#head[0] = position + value.length
      this.#arena.set(value, position % this.#arena.length)
      return position
    } finally {
      release(this.#lock)
    }
  }

  #isOverwritten(position: number): boolean {
    return (this.#head[0] ?? 0) - position > this.#arena.length
  }
}

function acquire(lock: Int32Array): void {
  const until = performance.now() + 1000
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0 && performance.now() < until) Atomics.wait(lock, 0, 1, 1)
}

function release(lock: Int32Array): void {
  Atomics.store(lock, 0, 0)
  Atomics.notify(lock, 0, 1)
}

import type { CounterState, Counters } from '../../policies/ports.ts'
import { allocateTable, type Entry, SharedTable, type SharedTableMemory } from './shared-table.ts'
import { isWindowStale, slide, windowFloats } from './sliding-window.ts'

/** The tables behind all counters: made by the main thread, handed to every worker. */
export interface CounterMemory {
  readonly windows: SharedTableMemory
  readonly quotas: SharedTableMemory
  readonly holders: SharedTableMemory
}

/** Threads that may hold places of limit-concurrency at the same time. */
export const maxWorkers = 64

/** Period in ms, start of the period at hand, units used in it. */
export const quotaFloats = 3

export function allocateCounters(secret: Uint8Array): CounterMemory {
  return {
    windows: allocateTable({ buckets: 16_384, entriesPerBucket: 16, floats: windowFloats }, secret),
    quotas: allocateTable({ buckets: 16_384, entriesPerBucket: 16, floats: quotaFloats }, secret),
    // one float for each worker: what a worker that died held is given back
    holders: allocateTable({ buckets: 1024, entriesPerBucket: 16, floats: maxWorkers }, secret),
  }
}

/** Counters in shared memory, exact over all threads. `worker` (from 0) is whose holdings `enter` counts. */
export class SharedCounters implements Counters {
  readonly #windows: SharedTable
  readonly #quotas: SharedTable
  readonly #holders: SharedTable
  readonly #worker: number

  constructor(memory: CounterMemory, worker: number) {
    this.#windows = new SharedTable(memory.windows)
    this.#quotas = new SharedTable(memory.quotas)
    this.#holders = new SharedTable(memory.holders)
    this.#worker = worker
  }

  slide(key: string, limit: number, period: number, amount: number, now: number): CounterState | 'full' {
    return (
      this.#windows.with(
        key,
        entry => isWindowStale(entry, now),
        entry => slide(entry, limit, period, amount, now),
      ) ?? 'full'
    )
  }

  fill(key: string, limit: number, period: number, start: number, amount: number, now: number): CounterState | 'full' {
    const begun = period === 0 ? start : start + Math.floor((now - start) / period) * period
    const isStale = ([length = 0, from = 0]: Entry) => length > 0 && now >= from + length
    return this.#quotas.with(key, isStale, entry => fillEntry(entry, limit, period, begun, amount, now)) ?? 'full'
  }

  enter(key: string, max: number): boolean | 'full' {
    const isFree = (entry: Entry) => entry.every(held => held === 0)
    const take = (entry: Entry) => {
      if (entry.reduce((sum, held) => sum + held, 0) >= max) return false
      entry[this.#worker] = (entry[this.#worker] ?? 0) + 1
      return true
    }
    return this.#holders.with(key, isFree, take) ?? 'full'
  }

  leave(key: string): void {
    this.#holders.peek(key, entry => {
      entry[this.#worker] = Math.max(0, (entry[this.#worker] ?? 0) - 1)
    })
  }
}

function fillEntry(entry: Entry, limit: number, period: number, begun: number, amount: number, now: number): CounterState {
  // 1970-01-01 as a start of 0 must not look like a fresh entry: the period tells them apart, for ever being -1
  const mark = period === 0 ? -1 : period
  if (entry[0] !== mark || entry[1] !== begun) entry.set([mark, begun, 0])
  const used = entry[2] ?? 0
  if (used + Math.max(1, amount) > limit) {
    const retryAfter = period === 0 ? Number.POSITIVE_INFINITY : begun + period - now
    return { allowed: false, remaining: Math.max(0, limit - used), retryAfter }
  }
  entry[2] = used + amount
  return { allowed: true, remaining: limit - used - amount, retryAfter: 0 }
}

/** Gives back what a worker held when it died. */
export function releaseWorker(memory: CounterMemory, worker: number): void {
  const floats = new Float64Array(memory.holders.floats)
  for (let at = worker; at < floats.length; at += maxWorkers) floats[at] = 0
}

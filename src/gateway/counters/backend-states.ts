import { allocateTable, type Entry, SharedTable, type SharedTableMemory } from './shared-table.ts'

/** What all threads know of backends: open circuit breakers, failures that were counted, and whose turn it is in a pool. */
export interface BackendMemory {
  readonly breakers: SharedTableMemory
  readonly pools: SharedTableMemory
}

/** What an interval is cut into: a failure counts until the whole slot that it fell into is older than the interval. */
const slots = 32
const ring = slots + 1
/** Of a rule's entry: interval, number of the newest slot, then a ring of failures and one of calls. */
const windowFloats = 2 + 2 * ring
/** Members of a pool whose turns are kept; Azure allows 30. */
const maxMembers = 64

export function allocateBackends(secret: Uint8Array): BackendMemory {
  return {
    breakers: allocateTable({ buckets: 512, entriesPerBucket: 8, floats: windowFloats }, secret),
    pools: allocateTable({ buckets: 256, entriesPerBucket: 4, floats: maxMembers }, secret),
  }
}

/** Failures and calls within an interval. */
export interface WindowCount {
  readonly failures: number
  readonly calls: number
}

export interface BreakerState {
  /** Milliseconds since 1970; in the past: calls go. */
  readonly openUntil: number
  /** How often it has opened since the gateway started. */
  readonly trips: number
}

/** Rules that are no longer there make room for new ones once their last call is this old, in milliseconds. */
const forgetAfter = 86_400_000

/** Exact over all threads: each change is made alone, under the lock of its entry. */
export class BackendStates {
  readonly #breakers: SharedTable
  readonly #pools: SharedTable

  constructor(memory: BackendMemory) {
    this.#breakers = new SharedTable(memory.breakers)
    this.#pools = new SharedTable(memory.pools)
  }

  stateOf(backend: string): BreakerState {
    const state = this.#breakers.peek(stateKey(backend), ([openUntil = 0, trips = 0]) => ({ openUntil, trips }))
    return state ?? { openUntil: 0, trips: 0 }
  }

  /** Keeps calls from a backend until then; true for the one thread whose failure opened it. */
  open(backend: string, until: number, now: number): boolean {
    const opened = this.#breakers.with(
      stateKey(backend),
      entry => isForgotten(entry, now),
      entry => {
        const wasOpen = (entry[0] ?? 0) > now
        entry[0] = Math.max(entry[0] ?? 0, until)
        if (!wasOpen) entry[1] = (entry[1] ?? 0) + 1
        return !wasOpen
      },
    )
    return opened ?? false
  }

  /** Counts a call within the interval of a rule, and empties it when `trips` says so of what it then holds; tells whether it did. */
  count(rule: string, interval: number, failed: boolean, now: number, trips: (count: WindowCount) => boolean): boolean {
    const counted = this.#breakers.with(
      ruleKey(rule),
      entry => isForgotten(entry, now),
      entry => {
        const at = 2 + (advance(entry, interval, now) % ring)
        entry[at + ring] = (entry[at + ring] ?? 0) + 1
        if (!failed) return false
        entry[at] = (entry[at] ?? 0) + 1
        if (!trips(sumOf(entry))) return false
        entry.fill(0, 2)
        return true
      },
    )
    return counted ?? false
  }

  countOf(rule: string, interval: number, now: number): WindowCount {
    const read = (entry: Entry) => {
      advance(entry, interval, now)
      return sumOf(entry)
    }
    return this.#breakers.peek(ruleKey(rule), read) ?? { failures: 0, calls: 0 }
  }

  /**
   * Whose turn it is: smooth weighted round robin over those that may take the call, by their positions in the pool. The first of them when there
   * is no room to keep turns.
   */
  turn(pool: string, candidates: readonly { readonly position: number; readonly weight: number }[]): number | undefined {
    const kept = candidates.filter(({ position }) => position < maxMembers)
    const total = kept.reduce((sum, { weight }) => sum + weight, 0)
    const choose = (entry: Entry) => {
      let best: number | undefined
      for (const { position, weight } of kept) {
        entry[position] = (entry[position] ?? 0) + weight
        if (best === undefined || (entry[position] ?? 0) > (entry[best] ?? 0)) best = position
      }
      if (best !== undefined) entry[best] = (entry[best] ?? 0) - total
      return best
    }
    return this.#pools.with(pool, () => false, choose) ?? candidates[0]?.position
  }
}

const stateKey = (backend: string) => `state ${backend}`
const ruleKey = (rule: string) => `rule ${rule}`

/** A rule's entry begins with its interval, a backend's with a time: both are past when nothing has happened for long. */
function isForgotten([first = 0, second = 0]: Entry, now: number): boolean {
  const isTime = first > 1e12
  const last = isTime ? first : first === 0 ? 0 : (second * first) / slots
  return last + forgetAfter < now
}

/** Moves to the slot of `now`, emptying those in between, and gives its number. A clock that went back counts into the newest slot known. */
function advance(entry: Entry, interval: number, now: number): number {
  if (entry[0] !== interval) entry.fill(0)
  entry[0] = interval
  const last = entry[1] ?? 0
  const newest = Math.max(last, Math.floor((now * slots) / interval))
  for (let i = 1; i <= Math.min(newest - last, ring); i++) {
    const at = 2 + ((last + i) % ring)
    entry[at] = 0
    entry[at + ring] = 0
  }
  entry[1] = newest
  return newest
}

function sumOf(entry: Entry): WindowCount {
  let [failures, calls] = [0, 0]
  for (let at = 2; at < 2 + ring; at++) {
    failures += entry[at] ?? 0
    calls += entry[at + ring] ?? 0
  }
  return { failures, calls }
}

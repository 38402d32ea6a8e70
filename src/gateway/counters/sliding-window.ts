import type { CounterState } from '../../policies/ports.ts'
import type { Entry } from './shared-table.ts'

/**
 * A sliding window in fixed memory: its period is cut into slots, each with its own count. A call counts until the whole slot that it fell into
 * has left the window, so never more than the limit lies within any period; it may count longer by up to one slot.
 */
const slots = 32
/** Floats of an entry: period in ms, number of the newest slot, then a ring of slot counts (one more than fit into a period). */
export const windowFloats = 2 + slots + 1

const ring = slots + 1

/** Adds `amount` when it fits under `limit` within the last `period` ms; 0 only asks whether one more would. */
export function slide(entry: Entry, limit: number, period: number, amount: number, now: number): CounterState {
  const length = period / slots
  if (entry[0] !== period) entry.fill(0)
  // a clock that went back counts into the newest slot known
  const newest = Math.max(Math.floor(now / length), entry[1] ?? 0)
  entry[0] = period
  forget(entry, newest)
  const used = sum(entry)
  const needed = Math.max(1, amount)
  if (used + needed > limit)
    return {
      allowed: false,
      remaining: Math.max(0, limit - used),
      retryAfter: freeAt(entry, used + needed - limit, newest, length) - now,
    }
  const at = 2 + (newest % ring)
  entry[at] = (entry[at] ?? 0) + amount
  return { allowed: true, remaining: limit - used - amount, retryAfter: 0 }
}

/** An entry whose every call has left the window. */
export function isWindowStale(entry: Entry, now: number): boolean {
  const period = entry[0] ?? 0
  return period === 0 || now > ((entry[1] ?? 0) + ring) * (period / slots)
}

/** Empties the slots between the newest one so far and this one. */
function forget(entry: Entry, newest: number): void {
  const last = entry[1] ?? 0
  const gone = Math.min(newest - last, ring)
  for (let i = 1; i <= gone; i++) entry[2 + ((last + i) % ring)] = 0
  entry[1] = newest
}

function sum(entry: Entry): number {
  let total = 0
  for (let i = 2; i < windowFloats; i++) total += entry[i] ?? 0
  return total
}

/** When `missing` units will have left the window, as ms since 1970; the whole period when they never fit. */
function freeAt(entry: Entry, missing: number, newest: number, length: number): number {
  let left = missing
  for (let slot = newest - slots; slot <= newest; slot++) {
    left -= entry[2 + (((slot % ring) + ring) % ring)] ?? 0
    if (left <= 0) return (slot + ring) * length
  }
  return (newest + ring) * length
}

import { emptyResponse } from '../context/empty-response.ts'
import type { Counters, Ports, ValueCache } from '../ports.ts'
import { InlineXmlEngine } from '../transform/inline-xml-engine.ts'

/** Ports in memory for tests: a clock that stands still, delays that are over at once, a backend that answers an empty 200. */
export function memoryPorts(overrides: Partial<Ports> = {}): Ports {
  return {
    now: () => Date.UTC(2026, 0, 2, 3, 4, 6),
    uuid: () => '99999999-8888-7777-6666-555555555555',
    delay: async () => {},
    forward: async ctx => {
      ctx.response = emptyResponse()
      return undefined
    },
    send: async () => ({ kind: 'failure', reason: 'backend.unreachable', message: 'no network in this test' }),
    counters: memoryCounters(),
    cache: memoryCache(),
    tokens: {
      verify: () => ({
        kind: 'refused',
        reason: 'token.malformed',
        errorReason: 'JwtInvalid',
        message: 'no tokens in this test',
      }),
    },
    managedIdentityToken: () => ({ kind: 'failure', message: 'no identity in this test' }),
    xml: new InlineXmlEngine(),
    maxBufferedBodyBytes: 1_000_000,
    metric: () => {},
    log: () => {},
    ...overrides,
  }
}

/** Exact counters of one thread. */
export function memoryCounters(): Counters {
  const slides = new Map<string, { readonly at: number; readonly amount: number }[]>()
  const fills = new Map<string, { readonly period: number; sum: number }>()
  const holders = new Map<string, number>()
  return {
    slide(key, limit, period, amount, now) {
      const recent = (slides.get(key) ?? []).filter(one => one.at > now - period)
      const sum = recent.reduce((total, one) => total + one.amount, 0)
      const allowed = sum + Math.max(1, amount) <= limit
      if (allowed && amount > 0) recent.push({ at: now, amount })
      slides.set(key, recent)
      const oldest = recent[0]?.at ?? now
      return {
        allowed,
        remaining: Math.max(0, limit - sum - (allowed ? amount : 0)),
        retryAfter: allowed ? 0 : oldest + period - now,
      }
    },
    fill(key, limit, period, start, amount, now) {
      const number = period === 0 ? 0 : Math.floor((now - start) / period)
      const known = fills.get(key)
      const counter = known?.period === number ? known : { period: number, sum: 0 }
      fills.set(key, counter)
      const allowed = counter.sum + Math.max(1, amount) <= limit
      if (allowed) counter.sum += amount
      const end = period === 0 ? Infinity : start + (number + 1) * period - now
      return { allowed, remaining: Math.max(0, limit - counter.sum), retryAfter: allowed ? 0 : end }
    },
    enter(key, max) {
      const held = holders.get(key) ?? 0
      if (held >= max) return false
      holders.set(key, held + 1)
      return true
    },
    leave(key) {
      holders.set(key, (holders.get(key) ?? 1) - 1)
    },
  }
}

/** A cache of one thread without a bound: tests are small. */
export function memoryCache(): ValueCache {
  const entries = new Map<string, { readonly value: Uint8Array; readonly until: number }>()
  return {
    get(key, now) {
      const entry = entries.get(key)
      return entry === undefined || entry.until <= now ? undefined : entry.value
    },
    set(key, value, duration, now) {
      entries.set(key, { value, until: now + duration })
    },
    delete(key) {
      entries.delete(key)
    },
  }
}

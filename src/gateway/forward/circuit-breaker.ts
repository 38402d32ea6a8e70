import type { BreakerRule } from '../../catalog/catalog.ts'

/** How a call to a backend ended: the status that its caller gets, and whether the backend answered at all. */
export interface CallOutcome {
  readonly statusCode: number
  readonly answered: boolean
  /** The backend's Retry-After, as it wrote it. */
  readonly retryAfter?: string | undefined
}

/** A backend that names a longer time is asked again after this. */
const longestTrip = 86_400_000

/** Keeps calls from a backend that fails too often, as this thread sees it. Times are milliseconds since 1970. */
export class CircuitBreaker {
  readonly #rules: readonly { readonly rule: BreakerRule; failures: number[] }[]
  #openUntil = 0

  constructor(rules: readonly BreakerRule[]) {
    this.#rules = rules.map(rule => ({ rule, failures: [] }))
  }

  /** Milliseconds until calls may go again; 0 when they may. */
  waits(now: number): number {
    return Math.max(0, this.#openUntil - now)
  }

  note(outcome: CallOutcome, now: number): void {
    for (const each of this.#rules) {
      const { rule } = each
      if (!isFailure(outcome, rule)) continue
      each.failures = [...each.failures.filter(at => at > now - rule.interval), now].slice(-rule.count)
      if (each.failures.length < rule.count) continue
      each.failures = []
      const asked = rule.acceptRetryAfter ? durationOf(outcome.retryAfter, now) : undefined
      this.#openUntil = Math.max(this.#openUntil, now + (asked ?? rule.tripDuration))
    }
  }
}

function isFailure({ statusCode, answered }: CallOutcome, { statusCodes, countsErrors }: BreakerRule): boolean {
  return (!answered && countsErrors) || statusCodes.some(({ min, max }) => statusCode >= min && statusCode <= max)
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function durationOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined
  const ms = /^\d{1,9}$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, longestTrip) : undefined
}

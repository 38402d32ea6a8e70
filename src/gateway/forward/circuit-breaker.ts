import type { BreakerRule } from '../../catalog/catalog.ts'
import type { BackendStates, WindowCount } from '../counters/backend-states.ts'

/** How a call to a backend ended: the status that its caller gets, and the failure's name when the backend did not answer. */
export interface CallOutcome {
  readonly statusCode: number
  /** API Management's name for it; undefined when the backend answered. */
  readonly errorReason?: string | undefined
  /** The backend's Retry-After, as it wrote it. */
  readonly retryAfter?: string | undefined
}

/** A breaker that opened just now, to be told. */
export interface Trip {
  readonly rule: string
  /** Milliseconds. */
  readonly duration: number
}

/** A rule's count of this moment. */
export interface RuleCount extends WindowCount {
  readonly name: string
}

/** A backend that names a longer time is asked again after this. */
const longestTrip = 86_400_000

/** Keeps calls from a backend that fails too often, as all threads of the gateway see it. Times are milliseconds since 1970. */
export class CircuitBreaker {
  readonly #backend: string
  readonly #states: BackendStates
  /** Under a key that changes with the rule: a changed one begins to count anew. */
  readonly #rules: readonly { readonly rule: BreakerRule; readonly key: string }[]

  constructor(backend: string, rules: readonly BreakerRule[], states: BackendStates) {
    this.#backend = backend
    this.#states = states
    this.#rules = rules.map(rule => ({ rule, key: JSON.stringify([backend, rule]) }))
  }

  /** Milliseconds until calls may go again; 0 when they may. */
  waits(now: number): number {
    return Math.max(0, this.#states.stateOf(this.#backend).openUntil - now)
  }

  /** Counts a call; a trip when it opened the breaker. */
  note(outcome: CallOutcome, now: number): Trip | undefined {
    let trip: Trip | undefined
    for (const { rule, key } of this.#rules) {
      const tripped = this.#states.count(key, rule.interval, isFailure(outcome, rule), now, count => isReached(count, rule))
      if (!tripped) continue
      const asked = rule.acceptRetryAfter ? durationOf(outcome.retryAfter, now) : undefined
      const duration = asked ?? rule.tripDuration
      if (this.#states.open(this.#backend, now + duration, now)) trip = { rule: rule.name, duration }
    }
    return trip
  }

  counts(now: number): readonly RuleCount[] {
    return this.#rules.map(({ rule, key }) => ({ name: rule.name, ...this.#states.countOf(key, rule.interval, now) }))
  }
}

function isFailure({ statusCode, errorReason }: CallOutcome, { statusCodes, errorReasons }: BreakerRule): boolean {
  const isNamed = errorReason !== undefined && (errorReasons === 'any' || errorReasons.includes(errorReason))
  return isNamed || statusCodes.some(({ min, max }) => statusCode >= min && statusCode <= max)
}

function isReached({ failures, calls }: WindowCount, { count, percentage }: BreakerRule): boolean {
  return (count === undefined || failures >= count) && (percentage === undefined || failures * 100 >= percentage * calls)
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function durationOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined
  const ms = /^\d{1,9}$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, longestTrip) : undefined
}

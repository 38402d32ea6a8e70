import type { Catalog } from '../../catalog/catalog.ts'
import type { BackendStates } from '../counters/backend-states.ts'
import { CircuitBreaker, type RuleCount } from './circuit-breaker.ts'

/** What is known of one backend at a moment. */
export interface BackendReport {
  readonly name: string
  readonly kind: 'single' | 'pool'
  /** Names of a pool's members, in its order. */
  readonly members?: readonly string[]
  /** Present for one with a circuit breaker; `open`: calls are kept from it until then (ISO 8601). */
  readonly breaker?: {
    readonly state: 'closed' | 'open'
    readonly openUntil?: string
    /** How often it has opened since the gateway started. */
    readonly trips: number
    /** What each rule has counted within its interval. */
    readonly rules: readonly RuleCount[]
  }
}

/** The state of every backend, from the memory that all threads share. */
export function reportBackends(
  { backends }: Pick<Catalog, 'backends'>,
  states: BackendStates,
  now: number,
): readonly BackendReport[] {
  return backends.map(({ name, pool, circuitBreaker }): BackendReport => {
    const members = pool === undefined ? {} : { members: pool.map(({ backend }) => backend) }
    const kind = pool === undefined ? 'single' : 'pool'
    if (circuitBreaker === undefined) return { name, kind, ...members }
    const { openUntil, trips } = states.stateOf(name)
    const isOpen = openUntil > now
    const rules = new CircuitBreaker(name, circuitBreaker, states).counts(now)
    const until = isOpen ? { openUntil: new Date(openUntil).toISOString() } : {}
    return { name, kind, ...members, breaker: { state: isOpen ? 'open' : 'closed', ...until, trips, rules } }
  })
}

import type { ClaimDemand } from '../access/demand.ts'
import type { ReasonCode } from '../catalog/reason.ts'

/** A mistake that many have made before, and how to tell that it was made here. */
export interface MixUp {
  readonly code:
    | 'graph-token'
    | 'id-token'
    | 'v1-token'
    | 'v2-token'
    | 'app-token'
    | 'user-token'
    | 'scopes-not-roles'
    | 'stale-roles'
    | 'groups-overage'
    | 'clock'
    | 'other-tenant'
    | 'not-local'
    | 'no-scheme'
    | 'scheme-twice'
    | 'wrong-scheme'
  readonly text: string
}

/** What a mix-up shows by. Claims are those that the token states, whether or not anybody vouches for them. */
export interface Evidence {
  readonly reason: ReasonCode
  readonly expected: readonly string[]
  readonly received: readonly string[]
  /** Claims that the deciding policy requires. */
  readonly wants: readonly ClaimDemand[]
  /** Ids of the tenants whose tokens it takes; empty: any, or it cannot be told. */
  readonly tenants: readonly string[]
  readonly claims: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number
  /** The tenant that the workspace's local directory stands in for. */
  readonly localTenant: string | undefined
  /** Whether the caller holds by now, in the local directory, what the token lacks; undefined: no directory is at hand. */
  readonly isGrantedSince: boolean | undefined
}

/** Undefined: the evidence does not show it. */
export type Rule = (evidence: Evidence) => MixUp | undefined

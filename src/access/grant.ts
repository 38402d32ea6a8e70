import type { GrantSettings } from '../catalog/settings.ts'

/** Who asks, approves or holds something: an identity of the tenant, by its object id. */
export interface Person {
  readonly objectId: string
  /** As people know it: a userPrincipalName, an application's name. */
  readonly name: string
}

/** What a grant is good for: an API (by its name, without revision) or a product. */
export interface GrantScope {
  readonly kind: 'api' | 'product'
  readonly name: string
}

/** A role on an API or product, asked for a time. Times are milliseconds since 1970-01-01 UTC. */
export interface Grant {
  readonly id: string
  readonly holder: Person
  readonly role: string
  readonly scope: GrantScope
  /** Why it is needed, in the asker's words. */
  readonly reason: string
  readonly requestedAt: number
  /** Milliseconds, from the approval on. */
  readonly duration: number
  readonly state: 'requested' | 'approved' | 'denied' | 'revoked'
  /** Who approved, denied or revoked it last, and when. */
  readonly decidedBy?: Person
  readonly decidedAt?: number
  /** When it ends; only of one that was approved. */
  readonly until?: number
}

/** Milliseconds for which a request waits for an answer. */
export const requestLifetime = 7 * 86_400_000

export type GrantStanding = Grant['state'] | 'ended' | 'expired'

/** How a grant stands at a time: an approved one ends by itself, a request that nobody answers expires. */
export function standingAt({ state, until, requestedAt }: Grant, now: number): GrantStanding {
  if (state === 'approved' && until !== undefined && now >= until) return 'ended'
  if (state === 'requested' && now >= requestedAt + requestLifetime) return 'expired'
  return state
}

/** Why a step cannot be taken. */
export type GrantRefusal = 'not-requested' | 'own-request' | 'not-active' | 'too-long'

/** Approves a request, by the settings as they are now. Nobody approves their own. */
export function approve(
  grant: Grant,
  by: Person,
  now: number,
  { maxDuration }: Pick<GrantSettings, 'maxDuration'>,
): Grant | GrantRefusal {
  if (standingAt(grant, now) !== 'requested') return 'not-requested'
  if (by.objectId === grant.holder.objectId) return 'own-request'
  if (grant.duration > maxDuration) return 'too-long'
  return { ...grant, state: 'approved', decidedBy: by, decidedAt: now, until: now + grant.duration }
}

export function deny(grant: Grant, by: Person, now: number): Grant | GrantRefusal {
  if (standingAt(grant, now) !== 'requested') return 'not-requested'
  return { ...grant, state: 'denied', decidedBy: by, decidedAt: now }
}

/** Ends a grant before its time; whoever asked may take back a request or give back a grant. */
export function revoke(grant: Grant, by: Person, now: number): Grant | GrantRefusal {
  if (!['requested', 'approved'].includes(standingAt(grant, now))) return 'not-active'
  return { ...grant, state: 'revoked', decidedBy: by, decidedAt: now }
}

/** The grants in force, found by who holds them. */
export class ActiveGrants {
  readonly #byHolder: ReadonlyMap<string, readonly Grant[]>

  constructor(grants: readonly Grant[]) {
    this.#byHolder = Map.groupBy(
      grants.filter(({ state }) => state === 'approved'),
      ({ holder }) => holder.objectId,
    )
  }

  get isEmpty(): boolean {
    return this.#byHolder.size === 0
  }

  /** Roles that a caller has besides those of the token, for a call to this API by this product. */
  rolesFor(objectId: string, api: string, product: string | null, now: number): readonly string[] {
    const held = this.#byHolder.get(objectId) ?? []
    const name = api.split(';')[0] ?? api
    const inForce = held.filter(grant => {
      const { scope } = grant
      const fits = scope.kind === 'api' ? scope.name === name : scope.name === product
      return fits && standingAt(grant, now) === 'approved'
    })
    return [...new Set(inForce.map(({ role }) => role))]
  }
}

import type { Services } from '../services.ts'
import { type RefreshGrant, randomSecret } from '../stores.ts'

const day = 86_400_000

/** "Refresh tokens": 90 days unless the settings say otherwise, 24 hours at most for single-page applications. Milliseconds. */
function lifetimeOf({ lifetimes: { refreshTokenLifetime } }: Services, { redirectType }: RefreshGrant): number {
  const lifetime = refreshTokenLifetime === undefined ? 90 * day : refreshTokenLifetime * 1000
  return redirectType === 'spa' ? Math.min(day, lifetime) : lifetime
}

/** Milliseconds since 1970. */
export type FixedEnd = number

/** A new refresh token. Those of a page end with the first one's day, however often they are renewed; others live on. */
export function makeRefreshToken(services: Services, grant: RefreshGrant, fixedEnd?: FixedEnd): RefreshToken {
  const token = randomSecret()
  const now = services.now()
  const end = fixedEnd ?? now + lifetimeOf(services, grant)
  services.stores.refreshTokens.set(token, grant, end)
  return grant.redirectType === 'spa' ? { token, expiresIn: Math.floor((end - now) / 1000) } : { token }
}

export interface RefreshToken {
  readonly token: string
  /** Seconds; only where it has a fixed end. */
  readonly expiresIn?: number
}

/** Withdraws every refresh token that came of one sign-in. */
export function revokeFamily({ stores }: Services, family: string): void {
  stores.refreshTokens.deleteWhere(grant => grant.family === family)
}

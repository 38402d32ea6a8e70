import type { Services } from '../services.ts'
import { type RefreshGrant, randomSecret } from '../stores.ts'

const day = 86_400_000
/** "Refresh tokens": 90 days, 24 hours for single-page applications. */
const lifetimeOf = ({ redirectType }: RefreshGrant) => (redirectType === 'spa' ? day : 90 * day)

/** Milliseconds since 1970. */
export type FixedEnd = number

/** A new refresh token. Those of a page end with the first one's day, however often they are renewed; others live on. */
export function makeRefreshToken({ stores, now }: Services, grant: RefreshGrant, fixedEnd?: FixedEnd): string {
  const token = randomSecret()
  stores.refreshTokens.set(token, grant, fixedEnd ?? now() + lifetimeOf(grant))
  return token
}

/** Withdraws every refresh token that came of one sign-in. */
export function revokeFamily({ stores }: Services, family: string): void {
  stores.refreshTokens.deleteWhere(grant => grant.family === family)
}

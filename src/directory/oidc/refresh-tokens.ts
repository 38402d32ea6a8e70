import type { Services } from '../services.ts'
import { type RefreshGrant, randomSecret } from '../stores.ts'

const day = 86_400_000
/** "Refresh tokens": 90 days, 24 hours for single-page applications. */
const lifetimeOf = ({ redirectType }: RefreshGrant) => (redirectType === 'spa' ? day : 90 * day)

/** A refresh token when `offline_access` was asked for (v1: always). */
export function makeRefreshToken({ stores, now }: Services, grant: RefreshGrant): string {
  const token = randomSecret()
  stores.refreshTokens.set(token, grant, now() + lifetimeOf(grant))
  return token
}

/** Withdraws every refresh token that came of one sign-in. */
export function revokeFamily({ stores }: Services, family: string): void {
  for (const [token, grant] of [...stores.refreshTokens.entries()])
    if (grant.family === family) stores.refreshTokens.delete(token)
}

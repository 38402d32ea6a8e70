import type { DirectoryUser } from '../../../catalog/directory.ts'
import { agreedScopes } from '../../consents.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../../entra-errors.ts'
import type { RedirectType } from '../../redirect-type.ts'
import { refuseUser } from '../../refuse-principal.ts'
import type { RefreshGrant } from '../../stores.ts'
import { readScopes } from '../../tokens/scopes.ts'
import { makeRefreshToken } from '../refresh-tokens.ts'
import { answerUser, type GrantRequest, type TokenAnswer } from '../token-answer.ts'

/** What a grant found out: who signed in, for what, and where its refresh tokens belong. */
export interface UserClaim {
  readonly userId: string
  readonly scope: string
  readonly nonce?: string
  readonly family: string
  readonly redirectType: RedirectType | undefined
  /** On-behalf-of gives a refresh token only when it is asked for in so many words, as every grant does. */
  readonly refresh: 'as-asked' | 'always'
}

/** The end of every grant for a user: account, assignment and consent are looked at as they are now. */
export async function answerFor(request: GrantRequest, claim: UserClaim): Promise<TokenAnswer | EntraRefusal> {
  const { services, client } = request
  const user = services.tenant.users.get(claim.userId)
  if (user === undefined) return entraRefusal(50034, claim.userId, services.tenant.domain)
  const asked = readScopes(services.tenant, client, claim.scope)
  if (isRefusal(asked)) return asked
  const refused = refuseUser(services.tenant, user, asked.resource)
  if (refused !== undefined) return refused
  const { scopes, lacking } = agreedScopes(services.stores.consents, user.id, client, asked)
  if (lacking.length > 0) return entraRefusal(65001, client.appId, client.displayName)
  const wantsRefresh = claim.refresh === 'always' || request.version === 1 || scopes.openid.has('offline_access')
  const refreshToken = wantsRefresh ? makeRefreshToken(services, refreshGrant(request, user, claim)) : undefined
  return answerUser(request, {
    user,
    scopes,
    ...(claim.nonce === undefined ? {} : { nonce: claim.nonce }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  })
}

function refreshGrant({ client }: GrantRequest, user: DirectoryUser, { scope, redirectType, family }: UserClaim): RefreshGrant {
  return { clientId: client.appId, userId: user.id, scope, redirectType, family }
}

/**
 * A client that may keep a secret must show one; one without any must be registered as public. `byRedirect`: the redirect address
 * of a public or single-page client makes it public for that sign-in.
 */
export function refuseProof({ client, proof }: GrantRequest, byRedirect: RedirectType | undefined): EntraRefusal | undefined {
  const isPublic = byRedirect === undefined ? client.isFallbackPublicClient : byRedirect !== 'web'
  if (proof === 'none')
    return isPublic || (byRedirect === 'web' && client.isFallbackPublicClient) ? undefined : entraRefusal(7000218)
  return byRedirect !== undefined && byRedirect !== 'web' ? entraRefusal(700025) : undefined
}

import type { DirectoryUser } from '../../../catalog/directory.ts'
import { type ClaimsRequest, joinClaims } from '../../claims-request.ts'
import { agreedScopes } from '../../consents.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../../entra-errors.ts'
import type { RedirectType } from '../../redirect-type.ts'
import { refuseAccess } from '../../refuse-access.ts'
import { refuseUser } from '../../refuse-principal.ts'
import { isPasswordSame, type SignIn } from '../../sign-in.ts'
import type { RefreshGrant } from '../../stores.ts'
import { type RequestedScopes, readScopes } from '../../tokens/scopes.ts'
import { type FixedEnd, makeRefreshToken } from '../refresh-tokens.ts'
import { answerUser, type GrantRequest, type TokenAnswer } from '../token-answer.ts'

/** What a grant found out: who signed in, for what, and where its refresh tokens belong. */
export interface UserClaim {
  readonly signIn: SignIn
  readonly scope: string
  readonly nonce?: string
  /** What the sign-in asked for with its claims request; that of the form comes on top. */
  readonly claims?: ClaimsRequest
  readonly family: string
  readonly redirectType: RedirectType | undefined
  /** On-behalf-of gives a refresh token only when it is asked for in so many words, as every grant does. */
  readonly refresh: 'as-asked' | 'always'
  /** The end of the refresh token that it came by, which a new one keeps. */
  readonly fixedEnd?: FixedEnd
}

/** The end of every grant for a user: account, assignment, conditional access and consent are looked at as they are now. */
export async function answerFor(request: GrantRequest, claim: UserClaim): Promise<TokenAnswer | EntraRefusal> {
  const { services, client } = request
  const { signIn, nonce } = claim
  const user = services.tenant.users.get(signIn.userId)
  if (user === undefined) return entraRefusal(50034, signIn.userId, services.tenant.domain)
  if (!isPasswordSame(signIn, user)) return entraRefusal(50173)
  const asked = readScopes(services.tenant, client, claim.scope)
  if (isRefusal(asked)) return asked
  const claims = joinClaims(claim.claims ?? request.claims, request.claims)
  const agreed = grantable(request, user, asked, claims, signIn)
  if (isRefusal(agreed)) return agreed
  const wantsRefresh = claim.refresh === 'always' || request.version === 1 || agreed.openid.has('offline_access')
  const refreshToken = wantsRefresh ? makeRefreshToken(services, refreshGrant(request, claim), claim.fixedEnd) : undefined
  return answerUser(request, {
    user,
    signIn,
    scopes: agreed,
    claims,
    ...(nonce === undefined ? {} : { nonce }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  })
}

function grantable(
  { services, client }: GrantRequest,
  user: DirectoryUser,
  asked: RequestedScopes,
  claims: ClaimsRequest,
  signIn: SignIn,
): RequestedScopes | EntraRefusal {
  const { tenant, stores } = services
  const refused =
    refuseUser(tenant, user, asked.resource) ??
    refuseAccess(tenant, { user, client, scopes: asked, claims, signIn, now: services.now() })
  if (refused !== undefined) return refused
  const { scopes, lacking } = agreedScopes(stores.consents, user.id, client, asked)
  return lacking.length === 0 ? scopes : entraRefusal(65001, client.appId, client.displayName)
}

function refreshGrant({ client }: GrantRequest, { signIn, scope, redirectType, family }: UserClaim): RefreshGrant {
  return { clientId: client.appId, signIn, scope, redirectType, family }
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

import type { JWTPayload } from 'jose'
import type { DirectoryApplication } from '../../../catalog/directory.ts'
import { type EntraRefusal, entraRefusal } from '../../entra-errors.ts'
import { openSignIn, signInAt } from '../../sign-in.ts'
import { randomSecret } from '../../stores.ts'
import { findResource, type Tenant } from '../../tenant.ts'
import { readOwnToken } from '../own-token.ts'
import type { GrantRequest, TokenAnswer } from '../token-answer.ts'
import { answerFor } from './user-answer.ts'

/** "OAuth 2.0 On-Behalf-Of flow": an API trades the user's token that it was called with for one for the next API. */
export async function grantOnBehalfOf(request: GrantRequest): Promise<TokenAnswer | EntraRefusal> {
  const { services, client, proof, form } = request
  if (form.get('requested_token_use') !== 'on_behalf_of') return entraRefusal(900144, 'requested_token_use')
  const assertion = form.get('assertion')
  if (assertion === undefined) return entraRefusal(900144, 'assertion')
  if (proof === 'none') return entraRefusal(7000218)
  const scope = form.get('scope')
  if (scope === undefined) return entraRefusal(900144, request.version === 1 ? 'resource' : 'scope')
  const claims = await readOwnToken(services, assertion)
  if (typeof claims === 'string') return entraRefusal(claims === 'expired' ? 500133 : 50013)
  if (!isFor(services.tenant, client, claims)) return entraRefusal(500131, String(claims.aud), client.appId)
  const userId = userOf(claims)
  if (userId === undefined) return entraRefusal(7000114, client.appId)
  const user = services.tenant.users.get(userId)
  if (user === undefined) return entraRefusal(50034, userId, services.tenant.domain)
  const now = signInAt(user, (claims.iat ?? 0) * 1000, request.ipAddress)
  const signIn = { ...now, ...openSignIn(userId, claims.aio) }
  return answerFor(request, { signIn, scope, family: randomSecret(), redirectType: undefined, refresh: 'as-asked' })
}

/** The token was issued for this very client, by one of its names. An id token, whose audience is the client too, is none to trade. */
function isFor(tenant: Tenant, client: DirectoryApplication, { aud, azp, appid }: JWTPayload): boolean {
  const isAccessToken = azp !== undefined || appid !== undefined
  return isAccessToken && typeof aud === 'string' && findResource(tenant, aud)?.appId === client.appId
}

/** An app-only token's oid and sub are the same. */
function userOf({ oid, sub }: JWTPayload): string | undefined {
  return typeof oid === 'string' && oid !== sub ? oid : undefined
}

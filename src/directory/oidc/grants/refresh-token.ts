import { type EntraRefusal, entraRefusal } from '../../entra-errors.ts'
import type { GrantRequest, TokenAnswer } from '../token-answer.ts'
import { answerFor, refuseProof } from './user-answer.ts'

/**
 * RFC 6749 §6. One refresh token is good for every API that its user let the client have; each use gives a new one, and the old one
 * stays good, as Entra's does.
 */
export async function grantRefreshToken(request: GrantRequest): Promise<TokenAnswer | EntraRefusal> {
  const { services, client, form } = request
  const token = form.get('refresh_token')
  if (token === undefined) return entraRefusal(900144, 'refresh_token')
  const kept = services.stores.refreshTokens.peek(token)
  if (kept === undefined) return entraRefusal(9002313)
  if (services.now() >= kept.until) return entraRefusal(700082)
  const grant = kept.value
  if (grant.clientId !== client.appId) return entraRefusal(70000)
  const refused = refuseProof(request, grant.redirectType)
  if (refused !== undefined) return refused
  const { userId, family, redirectType } = grant
  return answerFor(request, { userId, scope: form.get('scope') ?? grant.scope, family, redirectType, refresh: 'always' })
}

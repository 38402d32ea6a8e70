import { type EntraRefusal, entraRefusal } from '../../entra-errors.ts'
import type { GrantRequest, TokenAnswer } from '../token-answer.ts'
import { answerFor, refuseProof } from './user-answer.ts'

/**
 * RFC 6749 §6. One refresh token is good for every API that its user let the client have; each use gives a new one, and the old one
 * stays good, as Entra's does.
 */
export async function grantRefreshToken(request: GrantRequest): Promise<TokenAnswer | EntraRefusal> {
  const { services, client, form, pageOrigin } = request
  const token = form.get('refresh_token')
  if (token === undefined) return entraRefusal(900144, 'refresh_token')
  const kept = services.stores.refreshTokens.peek(token)
  if (kept === undefined) return entraRefusal(9002313)
  const { signIn, family, redirectType, scope, clientId } = kept.value
  const isPage = redirectType === 'spa'
  if (services.now() >= kept.until) return entraRefusal(isPage ? 700084 : 700082)
  if (clientId !== client.appId) return entraRefusal(70000)
  const refused = refuseProof(request, redirectType)
  if (refused !== undefined) return refused
  if (isPage && pageOrigin === undefined) return entraRefusal(9002327)
  const asked = form.get('scope') ?? scope
  const fixed = isPage ? { fixedEnd: kept.until } : {}
  return answerFor(request, { signIn, scope: asked, family, redirectType, refresh: 'always', ...fixed })
}

import { readClaimsRequest } from '../claims-request.ts'
import { agreedScopes } from '../consents.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import type { DirectoryRequest, DirectoryResponse } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { refuseUnmet, unmetBy } from '../refuse-access.ts'
import { refuseUser } from '../refuse-principal.ts'
import type { Services } from '../services.ts'
import { findApplication } from '../tenant.ts'
import { readScopesOfEach } from '../tokens/scopes.ts'
import { answerWithCode, answerWithError } from './answer-client.ts'
import type { AuthorizeRequest } from './interaction.ts'
import { noteClient, type SignedIn, sessionCookie } from './sessions.ts'

/** `prompt=none`: an answer without a page, or an error that says which page would be needed. */
export async function silently(
  services: Services,
  request: DirectoryRequest,
  asked: AuthorizeRequest,
  who: SignedIn | EntraRefusal,
): Promise<DirectoryResponse> {
  const refusal = isRefusal(who) ? who : silentRefusal(services, asked, who)
  if (isRefusal(who) || refusal !== undefined)
    return answerWithError(asked, refusal ?? entraRefusal(50058), newIds(services, request))
  noteClient(services, sessionCookie(request), asked.clientId)
  return answerWithCode(services, asked, who)
}

function silentRefusal(services: Services, asked: AuthorizeRequest, { user, signIn }: SignedIn): EntraRefusal | undefined {
  const { tenant, stores } = services
  const client = findApplication(tenant, asked.clientId)
  if (client === undefined) return entraRefusal(700016, asked.clientId, tenant.document.tenant.displayName)
  const wanted = readScopesOfEach(tenant, client, [asked.scope, ...asked.extraScopes])
  if (isRefusal(wanted)) return wanted
  const [scopes] = wanted
  if (scopes === undefined) return entraRefusal(900144, 'scope')
  const refused = refuseUser(tenant, user, scopes.resource) ?? refuseUser(tenant, user, client)
  if (refused !== undefined) return { ...refused, error: 'interaction_required' }
  const wish = { user, client, scopes, claims: readClaimsRequest(asked.claims), signIn, now: services.now() }
  const unmet = unmetBy(tenant, wish)
  if (unmet !== undefined)
    return unmet.lack === 'freshness' ? entraRefusal(70044, unmet.policy.displayName) : refuseUnmet(unmet, wish)
  const lacking = wanted.flatMap(one => agreedScopes(stores.consents, user.id, client, one).lacking)
  // at this place the client has to learn that a page is needed, not that its grant is bad
  return lacking.length === 0
    ? undefined
    : { ...entraRefusal(65001, client.appId, client.displayName), error: 'consent_required' }
}

import { type EntraRefusal, entraRefusal, isRefusal } from '../../entra-errors.ts'
import { refuseApplication } from '../../refuse-principal.ts'
import { readScopes } from '../../tokens/scopes.ts'
import { answerApplication, type GrantRequest, type TokenAnswer } from '../token-answer.ts'

/** RFC 6749 §4.4: a token for the application itself, always with all that it was granted. */
export async function grantClientCredentials(request: GrantRequest): Promise<TokenAnswer | EntraRefusal> {
  const { services, client, proof, form } = request
  if (proof === 'none') return entraRefusal(7000216)
  const scope = form.get('scope')
  if (scope === undefined) return entraRefusal(900144, request.version === 1 ? 'resource' : 'scope')
  const scopes = readScopes(services.tenant, client, scope)
  if (isRefusal(scopes)) return scopes
  return refuseApplication(services.tenant, client, scopes) ?? answerApplication(request, scopes)
}

import { createHash, randomBytes } from 'node:crypto'
import { noClaims, readClaimsRequest } from '../claims-request.ts'
import { agreedScopes } from '../consents.ts'
import { type EntraRefusal, type ErrorIds, errorBody, isRefusal } from '../entra-errors.ts'
import { type DirectoryResponse, redirect } from '../http/exchange.ts'
import { accessTokenFor, clientInfo, idTokenFor, type UserTokens } from '../oidc/token-answer.ts'
import { formPostPage } from '../pages/form-post-page.ts'
import type { Services } from '../services.ts'
import { randomSecret } from '../stores.ts'
import { findApplication } from '../tenant.ts'
import { readScopes, scopeOfAnswer } from '../tokens/scopes.ts'
import type { AdminConsentRequest, AuthorizeRequest, ResponseMode } from './interaction.ts'
import type { ReplyTo } from './read-authorize.ts'
import type { SignedIn } from './sessions.ts'

/** Sends a refusal back to the client that asked (RFC 6749 §4.1.2.1). */
export function answerWithError(to: ReplyTo, refusal: EntraRefusal, ids: ErrorIds): DirectoryResponse {
  const told = new Map(Object.entries(errorBody(refusal, ids)))
  const fields = ['error', 'error_description', 'error_uri', 'suberror', 'claims'].flatMap(name => {
    const value = told.get(name)
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return send(to, Object.fromEntries(fields))
}

/** Sends the code, and the tokens that were asked for next to it, to the client's own address. */
export async function answerWithCode(services: Services, request: AuthorizeRequest, who: SignedIn): Promise<DirectoryResponse> {
  const code = request.wantsCode ? storeCode(services, request, who) : undefined
  const tokens = request.wantsIdToken || request.wantsToken ? await browserTokens(services, request, who, code) : {}
  return send(request, {
    ...(code === undefined ? {} : { code }),
    ...tokens,
    ...(request.wantsClientInfo ? { client_info: clientInfo(who.user.id, services.tenant.id) } : {}),
    session_state: randomBytes(16).toString('base64url'),
  })
}

/** "Admin consent": who agreed for which tenant. */
export function answerAdminConsent(request: AdminConsentRequest, tenantId: string): DirectoryResponse {
  return send(request, { admin_consent: 'True', tenant: tenantId, scope: request.scope })
}

function storeCode({ stores, lifetimes, now }: Services, request: AuthorizeRequest, { signIn }: SignedIn): string {
  const code = randomSecret()
  const { clientId, redirectUri, redirectType, scope, nonce, claims, challenge } = request
  const optional = {
    ...(nonce === undefined ? {} : { nonce }),
    ...(claims === undefined ? {} : { claims }),
    ...(challenge === undefined ? {} : { challenge }),
  }
  const grant = { clientId, redirectUri, redirectType, signIn, scope, family: randomSecret(), ...optional }
  stores.codes.set(code, grant, now() + lifetimes.codeLifetime * 1000)
  return code
}

/** Hybrid and implicit flow: tokens that have less room than others, and name by their hashes what comes next to them. */
async function browserTokens(
  services: Services,
  request: AuthorizeRequest,
  { user, signIn }: SignedIn,
  code: string | undefined,
): Promise<Record<string, string>> {
  const client = findApplication(services.tenant, request.clientId)
  const asked = client === undefined ? undefined : readScopes(services.tenant, client, request.scope)
  if (client === undefined || asked === undefined || isRefusal(asked))
    throw new Error('an interaction is of a known client and asks for known scopes')
  const { scopes } = agreedScopes(services.stores.consents, user.id, client, asked)
  const { nonce, version } = request
  const claims = request.claims === undefined ? noClaims : readClaimsRequest(request.claims)
  const grant = { user, signIn, scopes, claims, ...(nonce === undefined ? {} : { nonce }) }
  const room = code === undefined ? ('address' as const) : ('plain' as const)
  const tokens: UserTokens = { services, client, proof: 'none', version, grant, room }
  const accessToken = request.wantsToken ? await accessTokenFor(tokens) : undefined
  const hashes = {
    ...(code === undefined ? {} : { codeHash: halfHash(code) }),
    ...(accessToken === undefined ? {} : { tokenHash: halfHash(accessToken) }),
  }
  return {
    ...(accessToken === undefined
      ? {}
      : {
          access_token: accessToken,
          token_type: 'Bearer',
          expires_in: String(services.lifetimes.accessTokenLifetime),
          scope: scopeOfAnswer(scopes),
        }),
    ...(request.wantsIdToken ? { id_token: await idTokenFor(tokens, hashes) } : {}),
  }
}

/** OpenID Connect Core §3.3.2.11. */
function halfHash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
}

function send({ redirectUri, responseMode, state }: ReplyTo, fields: Readonly<Record<string, string>>): DirectoryResponse {
  const all = { ...fields, ...(state === undefined ? {} : { state }) }
  if (responseMode === 'form_post') return formPostPage(redirectUri, Object.entries(all))
  return redirect(withParameters(redirectUri, responseMode, new URLSearchParams(all)))
}

/** The registered text itself, so that its own query stays as it is. */
function withParameters(uri: string, mode: Exclude<ResponseMode, 'form_post'>, parameters: URLSearchParams): string {
  if (mode === 'fragment') return `${uri}#${parameters}`
  return `${uri}${uri.includes('?') ? '&' : '?'}${parameters}`
}

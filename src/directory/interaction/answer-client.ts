import { createHash, randomBytes } from 'node:crypto'
import type { DirectoryUser } from '../../catalog/directory.ts'
import { type EntraRefusal, type ErrorIds, errorBody } from '../entra-errors.ts'
import { type DirectoryResponse, redirect } from '../http/exchange.ts'
import { clientInfo } from '../oidc/token-answer.ts'
import { formPostPage } from '../pages/form-post-page.ts'
import type { Services } from '../services.ts'
import { randomSecret } from '../stores.ts'
import { findApplication } from '../tenant.ts'
import { signIdToken } from '../tokens/id-token.ts'
import type { AuthorizeRequest, ResponseMode } from './interaction.ts'
import type { ReplyTo } from './read-authorize.ts'

/** Sends a refusal back to the client that asked (RFC 6749 §4.1.2.1). */
export function answerWithError(to: ReplyTo, refusal: EntraRefusal, ids: ErrorIds): DirectoryResponse {
  const { error, error_description, error_uri } = errorBody(refusal, ids)
  return send(to, { error: String(error), error_description: String(error_description), error_uri: String(error_uri) })
}

/** Sends the code, and the id token when one was asked for, to the client's own address. */
export async function answerWithCode(
  services: Services,
  request: AuthorizeRequest,
  user: DirectoryUser,
): Promise<DirectoryResponse> {
  const code = request.wantsCode ? storeCode(services, request, user) : undefined
  const idToken = request.wantsIdToken ? await idTokenFor(services, request, user, code) : undefined
  return send(request, {
    ...(code === undefined ? {} : { code }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(request.wantsClientInfo ? { client_info: clientInfo(user.id, services.tenant.id) } : {}),
    session_state: randomBytes(16).toString('base64url'),
  })
}

function storeCode({ stores, lifetimes, now }: Services, request: AuthorizeRequest, user: DirectoryUser): string {
  const code = randomSecret()
  const { clientId, redirectUri, redirectType, scope, nonce, challenge } = request
  const optional = { ...(nonce === undefined ? {} : { nonce }), ...(challenge === undefined ? {} : { challenge }) }
  const grant = { clientId, redirectUri, redirectType, userId: user.id, scope, family: randomSecret(), ...optional }
  stores.codes.set(code, grant, now() + lifetimes.codeLifetime * 1000)
  return code
}

async function idTokenFor(
  services: Services,
  request: AuthorizeRequest,
  user: DirectoryUser,
  code: string | undefined,
): Promise<string> {
  const client = findApplication(services.tenant, request.clientId)
  if (client === undefined) throw new Error('an interaction is of a known client')
  const identity = {
    tenant: services.tenant,
    client,
    user,
    version: request.version,
    openid: new Set(request.scope.split(' ')),
    now: services.now(),
    lifetime: services.lifetimes.accessTokenLifetime,
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    ...(code === undefined ? {} : { codeHash: halfHash(code) }),
  }
  return signIdToken(identity, services.keys().signing)
}

/** OpenID Connect Core §3.3.2.11. */
function halfHash(code: string): string {
  return createHash('sha256').update(code).digest().subarray(0, 16).toString('base64url')
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

import type { DirectoryApplication } from '../../catalog/directory.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import { findApplication, type Tenant } from '../tenant.ts'
import { readScopesOfEach, scopesByResource } from '../tokens/scopes.ts'
import type { AuthorizeRequest, ResponseMode } from './interaction.ts'
import { redirectTarget } from './redirect-uri.ts'

type Parameters = ReadonlyMap<string, string>

/** Where a refusal goes when the client and its address are known. */
export type ReplyTo = Pick<AuthorizeRequest, 'redirectUri' | 'responseMode' | 'state'>

/** A sign-in that was asked for: fit to go on, refused to the client by redirect, or refused to the person on a page. */
export type ReadAuthorize =
  | { readonly kind: 'request'; readonly client: DirectoryApplication; readonly request: AuthorizeRequest }
  | { readonly kind: 'redirect'; readonly to: ReplyTo; readonly refusal: EntraRefusal }
  | { readonly kind: 'page'; readonly refusal: EntraRefusal }

/**
 * Checks the parameters of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1). Client and redirect address
 * come first: before both are known to belong together nothing is sent anywhere.
 */
export function readAuthorize(tenant: Tenant, parameters: Parameters, version: 1 | 2): ReadAuthorize {
  const clientId = parameters.get('client_id')
  if (clientId === undefined) return { kind: 'page', refusal: entraRefusal(900144, 'client_id') }
  const client = findApplication(tenant, clientId)
  if (client === undefined) return { kind: 'page', refusal: entraRefusal(700016, clientId, tenant.document.tenant.displayName) }
  const asked = parameters.get('redirect_uri')
  const target = redirectTarget(client, asked)
  if (target === undefined) return { kind: 'page', refusal: entraRefusal(50011, asked ?? '', client.appId) }
  const types = new Set((parameters.get('response_type') ?? '').split(' ').filter(type => type !== ''))
  const mode = parameters.get('response_mode') ?? (types.has('id_token') || types.has('token') ? 'fragment' : 'query')
  const state = parameters.get('state')
  const responseMode = isMode(mode) ? mode : 'query'
  const to: ReplyTo = { redirectUri: target.uri, responseMode, ...(state === undefined ? {} : { state }) }
  const refuse = (refusal: EntraRefusal) => ({ kind: 'redirect', to, refusal }) as const
  const faults = formFault(client, parameters, types, mode)
  if (faults !== undefined) return refuse(faults)
  const [scope = '', ...extraScopes] = scopesByResource(tenant, scopeOf(parameters, version))
  const scopes = readScopesOfEach(tenant, client, [scope, ...extraScopes])
  if (isRefusal(scopes)) return refuse(scopes)
  const challenge = challengeOf(parameters)
  if (isRefusal(challenge)) return refuse(challenge)
  if (target.type === 'spa' && types.has('code') && challenge === undefined) return refuse(entraRefusal(9002325))
  const optional = {
    nonce: parameters.get('nonce'),
    loginHint: parameters.get('login_hint'),
    sid: parameters.get('sid'),
    claims: parameters.get('claims'),
  }
  return {
    kind: 'request',
    client,
    request: {
      ...to,
      // the texts that are there
      ...(Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== undefined)) as {
        nonce?: string
        loginHint?: string
        sid?: string
        claims?: string
      }),
      clientId: client.appId,
      redirectType: target.type,
      wantsCode: types.has('code'),
      wantsIdToken: types.has('id_token'),
      wantsToken: types.has('token'),
      version,
      scope,
      extraScopes,
      ...(challenge === undefined ? {} : { challenge }),
      prompt: promptOf(parameters),
      wantsAdmin: parameters.get('prompt') === 'admin_consent',
      wantsClientInfo: parameters.get('client_info') === '1',
    },
  }
}

const isMode = (mode: string): mode is ResponseMode => mode === 'query' || mode === 'fragment' || mode === 'form_post'

function formFault(
  client: DirectoryApplication,
  parameters: Parameters,
  types: ReadonlySet<string>,
  mode: string,
): EntraRefusal | undefined {
  if (types.size === 0) return entraRefusal(900144, 'response_type')
  const strange = [...types].find(type => type !== 'code' && type !== 'id_token' && type !== 'token')
  if (strange !== undefined) return entraRefusal(700051, strange)
  const { enableIdTokenIssuance, enableAccessTokenIssuance } = client.implicitGrantSettings ?? {}
  if (types.has('token') && enableAccessTokenIssuance !== true) return entraRefusal(700051, 'token')
  if (types.has('id_token') && enableIdTokenIssuance === false) return entraRefusal(700054)
  const hasToken = types.has('id_token') || types.has('token')
  if (!isMode(mode) || (mode === 'query' && hasToken)) return entraRefusal(70007, mode)
  // OpenID Connect Core §3.2.2.1: an id token that comes through the browser needs it against replay
  if (types.has('id_token') && parameters.get('nonce') === undefined) return entraRefusal(900144, 'nonce')
  const prompt = parameters.get('prompt')
  if (prompt !== undefined && promptOf(parameters) === undefined) return entraRefusal(90023, `prompt ${prompt}`)
  return undefined
}

const prompts = ['none', 'login', 'consent', 'select_account'] as const

/** `create` and `admin_consent` of older clients come to a sign-in and a consent. */
function promptOf(parameters: Parameters): AuthorizeRequest['prompt'] {
  const prompt = parameters.get('prompt')
  if (prompt === 'create') return 'login'
  if (prompt === 'admin_consent') return 'consent'
  return prompts.find(one => one === prompt)
}

/** v1 names the API by `resource`. */
function scopeOf(parameters: Parameters, version: 1 | 2): string {
  const resource = parameters.get('resource')
  const scope = parameters.get('scope') ?? 'openid'
  return version === 1 && resource !== undefined ? `${resource}/.default ${scope}` : scope
}

function challengeOf(parameters: Parameters): AuthorizeRequest['challenge'] | EntraRefusal {
  const value = parameters.get('code_challenge')
  if (value === undefined) return parameters.has('code_challenge_method') ? entraRefusal(900144, 'code_challenge') : undefined
  const method = parameters.get('code_challenge_method') ?? 'plain'
  if (method !== 'S256' && method !== 'plain') return entraRefusal(90023, `code_challenge_method ${method}`)
  return /^[A-Za-z0-9._~-]{43,128}$/.test(value)
    ? { value, method }
    : entraRefusal(90023, 'a code_challenge of 43 to 128 characters is needed')
}

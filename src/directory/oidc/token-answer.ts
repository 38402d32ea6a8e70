import type { DirectoryApplication, DirectoryUser } from '../../catalog/directory.ts'
import type { Services } from '../services.ts'
import { type ClientProof, signAccessToken } from '../tokens/access-token.ts'
import { signIdToken } from '../tokens/id-token.ts'
import { grantedNames, type RequestedScopes, scopeOfAnswer } from '../tokens/scopes.ts'
import type { Fields } from './client-auth.ts'

/** A token response: what Entra answers at its v2 or v1 endpoint. */
export type TokenAnswer = Readonly<Record<string, string | number>>

export interface GrantRequest {
  readonly services: Services
  readonly client: DirectoryApplication
  readonly proof: ClientProof
  readonly form: Fields
  /** Of the endpoint: it shapes the answer and the id token; the API decides the access token's version. */
  readonly version: 1 | 2
  readonly ipAddress: string
  /** Origin header of a page that asks by script. */
  readonly pageOrigin: string | undefined
}

export interface UserGrant {
  readonly user: DirectoryUser
  readonly scopes: RequestedScopes
  readonly nonce?: string
  readonly refreshToken?: string
}

/** An app-only answer: no scope, no refresh token. */
export async function answerApplication(request: GrantRequest, scopes: RequestedScopes): Promise<TokenAnswer> {
  const { services, client, proof } = request
  const lifetime = services.lifetimes.accessTokenLifetime
  const now = services.now()
  const { resource, identifier } = scopes
  const access = {
    tenant: services.tenant,
    client,
    proof,
    resource,
    identifier,
    capabilities: capabilitiesOf(request.form),
    now,
    lifetime,
  }
  const accessToken = await signAccessToken(access, services.keys().signing)
  return {
    ...times(request.version, now, lifetime),
    ...(request.version === 1 ? { resource: identifier } : {}),
    access_token: accessToken,
  }
}

/** A user's answer: access token, and what else the scopes ask for. */
export async function answerUser(request: GrantRequest, grant: UserGrant): Promise<TokenAnswer> {
  const { services, client, proof, form, version } = request
  const { user, scopes } = grant
  const lifetime = services.lifetimes.accessTokenLifetime
  const now = services.now()
  const key = services.keys().signing
  const access = {
    tenant: services.tenant,
    client,
    proof,
    resource: scopes.resource,
    identifier: scopes.identifier,
    now,
    lifetime,
  }
  const account = { account: user, scopes: grantedNames(scopes), ipAddress: request.ipAddress }
  const accessToken = await signAccessToken({ ...access, user: account, capabilities: capabilitiesOf(form) }, key)
  const wantsIdToken = scopes.openid.has('openid') || version === 1
  const identity = { tenant: services.tenant, client, user, version, now, lifetime, openid: scopes.openid }
  const idToken = wantsIdToken
    ? await signIdToken(grant.nonce === undefined ? identity : { ...identity, nonce: grant.nonce }, key)
    : undefined
  return {
    ...times(version, now, lifetime),
    scope: version === 1 ? grantedNames(scopes).join(' ') : scopeOfAnswer(scopes),
    ...(version === 1 ? { resource: scopes.identifier } : {}),
    access_token: accessToken,
    ...(grant.refreshToken === undefined ? {} : { refresh_token: grant.refreshToken }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(form.get('client_info') === '1' ? { client_info: clientInfo(user.id, services.tenant.id) } : {}),
  }
}

/** By which MSAL knows an account: base64url JSON of user and tenant. */
export function clientInfo(userId: string, tenantId: string): string {
  return Buffer.from(JSON.stringify({ uid: userId, utid: tenantId })).toString('base64url')
}

/** v1 writes its numbers as strings. */
function times(version: 1 | 2, now: number, lifetime: number): TokenAnswer {
  if (version === 2) return { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime }
  const seconds = Math.floor(now / 1000)
  const [expiresIn, notBefore] = [String(lifetime), String(seconds)]
  return {
    token_type: 'Bearer',
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    expires_on: String(seconds + lifetime),
    not_before: notBefore,
  }
}

/** `claims={"access_token":{"xms_cc":{"values":["cp1"]}}}`: what the client says it can do. Anything else in it is not essential. */
export function capabilitiesOf(form: Fields): string[] {
  try {
    const claims = JSON.parse(form.get('claims') ?? '{}') as { access_token?: { xms_cc?: { values?: unknown } } } | null
    const values = claims?.access_token?.xms_cc?.values
    return Array.isArray(values)
      ? values
          .filter(value => value === 'cp1' || value === 'CP1')
          .map(() => 'CP1')
          .slice(0, 1)
      : []
  } catch {
    return [] // not JSON: nothing is asked
  }
}

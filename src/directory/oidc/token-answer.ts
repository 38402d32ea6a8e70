import type { DirectoryApplication, DirectoryUser } from '../../catalog/directory.ts'
import { type ClaimsRequest, capabilitiesOf, contextsAsked } from '../claims-request.ts'
import { metContexts } from '../conditional-access.ts'
import type { Services } from '../services.ts'
import type { SignIn } from '../sign-in.ts'
import { type ClientProof, signAccessToken } from '../tokens/access-token.ts'
import type { TokenRoom } from '../tokens/group-claims.ts'
import { signIdToken } from '../tokens/id-token.ts'
import { grantedNames, type RequestedScopes, scopeOfAnswer } from '../tokens/scopes.ts'
import type { Fields } from './client-auth.ts'
import type { RefreshToken } from './refresh-tokens.ts'

/** A token response: what Entra answers at its v2 or v1 endpoint. */
export type TokenAnswer = Readonly<Record<string, string | number>>

export interface GrantRequest {
  readonly services: Services
  readonly client: DirectoryApplication
  readonly proof: ClientProof
  readonly form: Fields
  /** The `claims` parameter of the form. */
  readonly claims: ClaimsRequest
  /** Of the endpoint: it shapes the answer and the id token; the API decides the access token's version. */
  readonly version: 1 | 2
  readonly ipAddress: string
  /** Origin header of a page that asks by script. */
  readonly pageOrigin: string | undefined
}

export interface UserGrant {
  readonly user: DirectoryUser
  readonly signIn: SignIn
  readonly scopes: RequestedScopes
  readonly claims: ClaimsRequest
  readonly nonce?: string
  readonly refreshToken?: RefreshToken
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
    capabilities: capabilitiesOf(request.claims),
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

/** What tokens for a user are made of, wherever they are asked for. */
export interface UserTokens {
  readonly services: Services
  readonly client: DirectoryApplication
  readonly proof: ClientProof
  readonly version: 1 | 2
  readonly grant: UserGrant
  readonly room: TokenRoom
}

/** A user's answer: access token, and what else the scopes ask for. */
export async function answerUser(request: GrantRequest, grant: UserGrant): Promise<TokenAnswer> {
  const { services, client, proof, form, version } = request
  const { user, scopes } = grant
  const lifetime = services.lifetimes.accessTokenLifetime
  const tokens: UserTokens = { services, client, proof, version, grant, room: 'plain' }
  const accessToken = await accessTokenFor(tokens)
  const wantsIdToken = scopes.openid.has('openid') || version === 1
  const idToken = wantsIdToken ? await idTokenFor(tokens) : undefined
  return {
    ...times(version, services.now(), lifetime),
    scope: version === 1 ? grantedNames(scopes).join(' ') : scopeOfAnswer(scopes),
    ...(version === 1 ? { resource: scopes.identifier } : {}),
    access_token: accessToken,
    ...refreshFields(grant.refreshToken),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(form.get('client_info') === '1' ? { client_info: clientInfo(user.id, services.tenant.id) } : {}),
  }
}

function refreshFields(made: RefreshToken | undefined): TokenAnswer {
  if (made === undefined) return {}
  const { token, expiresIn } = made
  return { refresh_token: token, ...(expiresIn === undefined ? {} : { refresh_token_expires_in: expiresIn }) }
}

export function accessTokenFor({ services, client, proof, grant, room }: UserTokens): Promise<string> {
  const { tenant } = services
  const { user, signIn, scopes, claims } = grant
  const now = services.now()
  return signAccessToken(
    {
      tenant,
      client,
      proof,
      resource: scopes.resource,
      identifier: scopes.identifier,
      user: { account: user, scopes: grantedNames(scopes), signIn, contexts: contextsOf(services, grant, now) },
      capabilities: capabilitiesOf(claims),
      room,
      now,
      lifetime: services.lifetimes.accessTokenLifetime,
    },
    services.keys().signing,
  )
}

/** Hashes of what comes next to an id token through the browser. */
export interface TokenHashes {
  readonly codeHash?: string
  readonly tokenHash?: string
}

export function idTokenFor({ services, client, version, grant, room }: UserTokens, hashes: TokenHashes = {}): Promise<string> {
  const { user, signIn, scopes, claims, nonce } = grant
  const now = services.now()
  return signIdToken(
    {
      tenant: services.tenant,
      client,
      user,
      signIn,
      version,
      openid: scopes.openid,
      asked: [...claims.idToken.keys()],
      contexts: claims.idToken.has('acrs') ? contextsOf(services, grant, now) : [],
      ...(nonce === undefined ? {} : { nonce }),
      ...hashes,
      room,
      now,
      lifetime: services.lifetimes.accessTokenLifetime,
    },
    services.keys().signing,
  )
}

function contextsOf({ tenant }: Services, { user, signIn, claims }: UserGrant, now: number): readonly string[] {
  const { essential, welcome } = contextsAsked(claims)
  return metContexts(tenant, { user, signIn, now }, [...new Set([...essential, ...welcome])])
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

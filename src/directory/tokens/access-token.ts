import { createHash, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { DirectoryApplication, DirectoryUser, OptionalClaim } from '../../catalog/directory.ts'
import { issuerOf } from '../cloud.ts'
import { knownContexts, metContexts } from '../conditional-access.ts'
import { amrOf, type SignIn, sealSignIn } from '../sign-in.ts'
import { assignmentsOf, type Tenant } from '../tenant.ts'
import { directoryRoleClaims, groupClaims, type TokenRoom } from './group-claims.ts'
import { optionalClaims } from './optional-claims.ts'
import type { DirectoryKey } from './signing-keys.ts'

/** How a client proved itself: `azpacr` and `appidacr` (0 public, 1 secret, 2 certificate or assertion). */
export type ClientProof = 'none' | 'secret' | 'assertion'

export interface TokenUser {
  readonly account: DirectoryUser
  readonly scopes: readonly string[]
  readonly signIn: SignIn
  /** Authentication contexts that the client asked for and the sign-in meets. */
  readonly contexts?: readonly string[]
}

export interface AccessTokenRequest {
  readonly tenant: Tenant
  readonly client: DirectoryApplication
  readonly proof: ClientProof
  readonly resource: DirectoryApplication
  /** The name that the request called the API by. */
  readonly identifier: string
  /** Absent: an app-only token. */
  readonly user?: TokenUser
  /** Capabilities that the client claims: `cp1`. */
  readonly capabilities: readonly string[]
  /** Default: `plain`. */
  readonly room?: TokenRoom
  /** Milliseconds since 1970. */
  readonly now: number
  /** Seconds. */
  readonly lifetime: number
}

type Claims = Readonly<Record<string, unknown>>

/** An access token as Entra would issue it; the API decides its version (requestedAccessTokenVersion), not the endpoint. */
export function signAccessToken(request: AccessTokenRequest, key: DirectoryKey): Promise<string> {
  const isV1 = request.resource.api.requestedAccessTokenVersion === 1
  // v1 tokens name the certificate next to the key
  const header = { typ: 'JWT', alg: 'RS256', ...(isV1 ? { x5t: key.kid } : {}), kid: key.kid }
  return new SignJWT(accessTokenClaims(request)).setProtectedHeader(header).sign(key.privateKey)
}

/** "Access token claims reference"; a claim is there only when it has a value. */
export function accessTokenClaims(request: AccessTokenRequest): Record<string, unknown> {
  const { tenant, resource, now, lifetime, user } = request
  const isV1 = resource.api.requestedAccessTokenVersion === 1
  const seconds = Math.floor(now / 1000)
  return {
    aud: isV1 && !hasProperty(request, 'aud', 'use_guid') ? request.identifier : resource.appId,
    iss: issuerOf(tenant, isV1 ? 1 : 2),
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetime,
    ...(user === undefined ? appClaims(request) : userClaims(request, user)),
    ...(isV1 ? v1Claims(request) : v2Claims(request)),
    rh: `0.${randomBytes(24).toString('base64url')}.`,
    tid: tenant.id,
    uti: randomBytes(16).toString('base64url'),
    ver: isV1 ? '1.0' : '2.0',
    ...(request.capabilities.length > 0 ? { xms_cc: request.capabilities } : {}),
  }
}

/** The API's manifest says what its tokens hold; the client's never does. */
const configured = ({ resource }: AccessTokenRequest): readonly OptionalClaim[] => resource.optionalClaims?.accessToken ?? []

function hasProperty(request: AccessTokenRequest, claim: string, property: string): boolean {
  return configured(request).some(({ name, additionalProperties }) => name === claim && additionalProperties.includes(property))
}

const proofLevel: Record<ClientProof, string> = { none: '0', secret: '1', assertion: '2' }

function v1Claims({ client, proof, user, tenant }: AccessTokenRequest): Claims {
  const common = { app_displayname: client.displayName, appid: client.appId, appidacr: proofLevel[proof] }
  if (user === undefined) return { aio: opaque(), ...common, idp: issuerOf(tenant, 1) }
  const { account, signIn } = user
  const isGuest = account.userType === 'Guest'
  return {
    acr: '1',
    aio: sealSignIn(signIn),
    ...common,
    amr: amrOf(signIn),
    ...(account.surname === undefined ? {} : { family_name: account.surname }),
    ...(account.givenName === undefined ? {} : { given_name: account.givenName }),
    ipaddr: signIn.ipAddress,
    name: account.displayName,
    unique_name: isGuest ? (account.mail ?? account.userPrincipalName) : account.userPrincipalName,
    ...(isGuest ? {} : { upn: account.userPrincipalName }),
  }
}

function v2Claims({ client, proof, user }: AccessTokenRequest): Claims {
  const common = { azp: client.appId, azpacr: proofLevel[proof] }
  if (user === undefined) return { aio: opaque(), ...common }
  const { account, signIn } = user
  return {
    aio: sealSignIn(signIn),
    ...common,
    name: account.displayName,
    preferred_username: account.userType === 'Guest' ? (account.mail ?? account.userPrincipalName) : account.userPrincipalName,
  }
}

function appClaims(request: AccessTokenRequest): Claims {
  const { tenant, client, resource } = request
  const { roles } = assignmentsOf(tenant, client.servicePrincipalId, resource)
  return {
    oid: client.servicePrincipalId,
    sub: client.servicePrincipalId,
    ...(roles.length > 0 ? { roles } : {}),
    ...(configured(request).some(({ name }) => name === 'idtyp') ? { idtyp: 'app' } : {}),
  }
}

function userClaims(request: AccessTokenRequest, user: TokenUser): Claims {
  const { tenant, resource, room = 'plain' } = request
  const { account, signIn, scopes } = user
  const { roles } = assignmentsOf(tenant, account.id, resource)
  const claims = configured(request)
  const version = resource.api.requestedAccessTokenVersion
  const acrs = contextClaim(request, user)
  return {
    ...guestClaims(account),
    oid: account.id,
    sub: pairwiseSubject(tenant, resource, account),
    ...(scopes.length > 0 ? { scp: scopes.join(' ') } : {}),
    ...(roles.length > 0 ? { roles } : {}),
    ...optionalClaims({ tenant, account, signIn, version }, claims),
    ...(hasProperty(request, 'idtyp', 'include_user_token') ? { idtyp: 'user' } : {}),
    ...(acrs.length > 0 ? { acrs } : {}),
    ...groupClaims(tenant, resource, account, claims, room),
    ...directoryRoleClaims(tenant, resource, account, room),
  }
}

/** Contexts that were asked for and, where the API has the optional claim, every other one that the sign-in meets. */
function contextClaim(request: AccessTokenRequest, { account, signIn, contexts = [] }: TokenUser): readonly string[] {
  const { tenant, now } = request
  if (!configured(request).some(({ name }) => name === 'acrs')) return contexts
  return [...new Set([...contexts, ...metContexts(tenant, { user: account, signIn, now }, knownContexts(tenant))])]
}

/** Guests come from elsewhere, and their mail address is told unasked. */
export function guestClaims(account: DirectoryUser): Claims {
  if (account.userType !== 'Guest') return {}
  return { ...(account.mail === undefined ? {} : { email: account.mail }), idp: 'mail' }
}

/** A user's `sub` differs from application to application and says nothing else. */
export function pairwiseSubject(tenant: Tenant, application: DirectoryApplication, user: DirectoryUser): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant.id, application.appId, user.id]))
    .digest('base64url')
}

/** Claims that Entra keeps for itself and nobody may read. */
const opaque = () => randomBytes(24).toString('base64url')

import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { DirectoryApplication, DirectoryUser, OptionalClaim } from '../../catalog/directory.ts'
import { issuerOf } from '../cloud.ts'
import { amrOf, type SignIn } from '../sign-in.ts'
import { assignmentsOf, type Tenant } from '../tenant.ts'
import { guestClaims, pairwiseSubject } from './access-token.ts'
import { directoryRoleClaims, groupClaims, type TokenRoom } from './group-claims.ts'
import { optionalClaims } from './optional-claims.ts'
import type { DirectoryKey } from './signing-keys.ts'

export interface IdTokenRequest {
  readonly tenant: Tenant
  readonly client: DirectoryApplication
  readonly user: DirectoryUser
  readonly signIn: SignIn
  /** Of the endpoint that was asked. */
  readonly version: 1 | 2
  readonly openid: ReadonlySet<string>
  /** Names that the client asked for with a claims request. */
  readonly asked?: readonly string[]
  /** Authentication contexts that it asked for and the sign-in meets. */
  readonly contexts?: readonly string[]
  /** Only when the sign-in had one: clients refuse a nonce that they did not send. */
  readonly nonce?: string
  /** OpenID Connect Core §3.3.2.11, for an id token that comes next to a code; §3.2.2.9, next to an access token. */
  readonly codeHash?: string
  readonly tokenHash?: string
  /** Default: `plain`. */
  readonly room?: TokenRoom
  /** Milliseconds since 1970. */
  readonly now: number
  /** Seconds. */
  readonly lifetime: number
}

type Claims = Readonly<Record<string, unknown>>

/** "ID token claims reference". */
export function signIdToken(request: IdTokenRequest, key: DirectoryKey): Promise<string> {
  const isV1 = request.version === 1
  const header = { typ: 'JWT', alg: 'RS256', ...(isV1 ? { x5t: key.kid } : {}), kid: key.kid }
  return new SignJWT(idTokenClaims(request)).setProtectedHeader(header).sign(key.privateKey)
}

function idTokenClaims(request: IdTokenRequest): Record<string, unknown> {
  const { tenant, client, version, now, lifetime, nonce, codeHash, tokenHash, contexts = [] } = request
  const seconds = Math.floor(now / 1000)
  return {
    aud: client.appId,
    iss: issuerOf(tenant, version),
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetime,
    ...(contexts.length > 0 ? { acrs: contexts } : {}),
    aio: randomBytes(24).toString('base64url'),
    ...(tokenHash === undefined ? {} : { at_hash: tokenHash }),
    ...(codeHash === undefined ? {} : { c_hash: codeHash }),
    ...personClaims(request),
    ...(nonce === undefined ? {} : { nonce }),
    rh: `0.${randomBytes(24).toString('base64url')}.`,
    tid: tenant.id,
    uti: randomBytes(16).toString('base64url'),
    ver: version === 1 ? '1.0' : '2.0',
  }
}

function personClaims(request: IdTokenRequest): Claims {
  const { tenant, client, user, signIn, version, openid, room = 'plain' } = request
  const { roles } = assignmentsOf(tenant, user.id, client)
  const configured = client.optionalClaims?.idToken ?? []
  return {
    ...guestClaims(user),
    ...(openid.has('email') && user.mail !== undefined ? { email: user.mail } : {}),
    ...nameClaims(request),
    ...(roles.length > 0 ? { roles } : {}),
    sub: pairwiseSubject(tenant, client, user),
    ...optionalClaims({ tenant, account: user, signIn, version }, wantedClaims(request, configured)),
    ...groupClaims(tenant, client, user, configured, room),
    ...directoryRoleClaims(tenant, client, user, room),
  }
}

/** Names are told with the scope `profile` alone; what a client asks for with a claims request, as if it were configured. */
function wantedClaims({ openid, version, asked = [] }: IdTokenRequest, configured: readonly OptionalClaim[]): OptionalClaim[] {
  const byRequest = asked
    .filter(name => configured.every(claim => claim.name !== name))
    .map(name => ({ name, additionalProperties: [] }))
  const hasProfile = version === 1 || openid.has('profile')
  return [...configured, ...byRequest].filter(({ name }) => hasProfile || !profileClaims.has(name))
}

const profileClaims = new Set(['family_name', 'given_name', 'upn', 'preferred_username'])

function nameClaims({ user, version, signIn, openid }: IdTokenRequest): Claims {
  const shown = user.userType === 'Guest' ? (user.mail ?? user.userPrincipalName) : user.userPrincipalName
  if (version === 2) {
    return openid.has('profile') ? { name: user.displayName, oid: user.id, preferred_username: shown } : {}
  }
  return {
    amr: amrOf(signIn),
    ...(user.surname === undefined ? {} : { family_name: user.surname }),
    ...(user.givenName === undefined ? {} : { given_name: user.givenName }),
    ipaddr: signIn.ipAddress,
    name: user.displayName,
    oid: user.id,
    unique_name: shown,
    ...(user.userType === 'Guest' ? {} : { upn: user.userPrincipalName }),
  }
}

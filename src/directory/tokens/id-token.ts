import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { DirectoryApplication, DirectoryUser } from '../../catalog/directory.ts'
import { assignmentsOf, type Tenant } from '../tenant.ts'
import { groupClaims, pairwiseSubject } from './access-token.ts'
import type { DirectoryKey } from './signing-keys.ts'

export interface IdTokenRequest {
  readonly tenant: Tenant
  readonly client: DirectoryApplication
  readonly user: DirectoryUser
  /** Of the endpoint that was asked. */
  readonly version: 1 | 2
  readonly openid: ReadonlySet<string>
  /** Only when the sign-in had one: clients refuse a nonce that they did not send. */
  readonly nonce?: string
  /** RFC: OpenID Connect Core §3.3.2.11, for an id token that comes next to a code. */
  readonly codeHash?: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Seconds. */
  readonly lifetime: number
}

/** "ID token claims reference". */
export function signIdToken(request: IdTokenRequest, key: DirectoryKey): Promise<string> {
  const isV1 = request.version === 1
  const header = { typ: 'JWT', alg: 'RS256', ...(isV1 ? { x5t: key.kid } : {}), kid: key.kid }
  return new SignJWT(idTokenClaims(request)).setProtectedHeader(header).sign(key.privateKey)
}

function idTokenClaims(request: IdTokenRequest): Record<string, unknown> {
  const { tenant, client, user, version, now, lifetime, nonce, codeHash } = request
  const seconds = Math.floor(now / 1000)
  const { roles } = assignmentsOf(tenant, user.id, client)
  return {
    aud: client.appId,
    iss: version === 1 ? `https://sts.windows.net/${tenant.id}/` : `https://login.microsoftonline.com/${tenant.id}/v2.0`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetime,
    aio: randomBytes(24).toString('base64url'),
    ...(codeHash === undefined ? {} : { c_hash: codeHash }),
    ...(request.openid.has('email') && user.mail !== undefined ? { email: user.mail } : {}),
    ...nameClaims(request),
    ...(nonce === undefined ? {} : { nonce }),
    oid: user.id,
    rh: `0.${randomBytes(24).toString('base64url')}.`,
    ...(roles.length > 0 ? { roles } : {}),
    ...groupClaims(tenant, client, user),
    sub: pairwiseSubject(tenant, client, user),
    tid: tenant.id,
    uti: randomBytes(16).toString('base64url'),
    ver: version === 1 ? '1.0' : '2.0',
  }
}

function nameClaims({ user, version }: IdTokenRequest): Record<string, unknown> {
  if (version === 2) return { name: user.displayName, preferred_username: user.userPrincipalName }
  return {
    amr: ['pwd'],
    ...(user.surname === undefined ? {} : { family_name: user.surname }),
    ...(user.givenName === undefined ? {} : { given_name: user.givenName }),
    name: user.displayName,
    unique_name: user.userPrincipalName,
    upn: user.userPrincipalName,
  }
}

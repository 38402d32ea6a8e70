import { createHash, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { DirectoryApplication, DirectoryUser } from '../../catalog/directory.ts'
import { assignmentsOf, directGroups, type Tenant, transitiveGroups } from '../tenant.ts'
import type { DirectoryKey } from './signing-keys.ts'

/** How a client proved itself: `azpacr` and `appidacr` (0 public, 1 secret, 2 certificate or assertion). */
export type ClientProof = 'none' | 'secret' | 'assertion'

export interface AccessTokenRequest {
  readonly tenant: Tenant
  readonly client: DirectoryApplication
  readonly proof: ClientProof
  readonly resource: DirectoryApplication
  /** The name that the request called the API by. */
  readonly identifier: string
  /** Absent: an app-only token. */
  readonly user?: { readonly account: DirectoryUser; readonly scopes: readonly string[]; readonly ipAddress: string }
  /** Capabilities that the client claims: `cp1`. */
  readonly capabilities: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** Seconds. */
  readonly lifetime: number
}

type Claims = Record<string, unknown>

/** An access token as Entra would issue it; the API decides its version (requestedAccessTokenVersion), not the endpoint. */
export function signAccessToken(request: AccessTokenRequest, key: DirectoryKey): Promise<string> {
  const isV1 = request.resource.api.requestedAccessTokenVersion === 1
  // v1 tokens name the certificate next to the key
  const header = { typ: 'JWT', alg: 'RS256', ...(isV1 ? { x5t: key.kid } : {}), kid: key.kid }
  return new SignJWT(accessTokenClaims(request)).setProtectedHeader(header).sign(key.privateKey)
}

/** "Access token claims reference"; a claim is there only when it has a value. */
export function accessTokenClaims(request: AccessTokenRequest): Claims {
  const { tenant, resource, now, lifetime, user } = request
  const isV1 = resource.api.requestedAccessTokenVersion === 1
  const seconds = Math.floor(now / 1000)
  return {
    aud: isV1 ? request.identifier : resource.appId,
    iss: isV1 ? `https://sts.windows.net/${tenant.id}/` : `https://login.microsoftonline.com/${tenant.id}/v2.0`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetime,
    ...(isV1 ? v1Claims(request) : v2Claims(request)),
    ...(user === undefined ? appClaims(request) : userClaims(request, user)),
    rh: `0.${randomBytes(24).toString('base64url')}.`,
    tid: tenant.id,
    uti: randomBytes(16).toString('base64url'),
    ver: isV1 ? '1.0' : '2.0',
    ...(request.capabilities.length > 0 ? { xms_cc: request.capabilities } : {}),
  }
}

const proofLevel: Record<ClientProof, string> = { none: '0', secret: '1', assertion: '2' }

function v1Claims({ client, proof, user, tenant }: AccessTokenRequest): Claims {
  const common = { aio: opaque(), app_displayname: client.displayName, appid: client.appId, appidacr: proofLevel[proof] }
  if (user === undefined) return { ...common, idp: `https://sts.windows.net/${tenant.id}/` }
  const { account } = user
  return {
    acr: '1',
    ...common,
    amr: ['pwd'],
    ...(account.surname === undefined ? {} : { family_name: account.surname }),
    ...(account.givenName === undefined ? {} : { given_name: account.givenName }),
    ipaddr: user.ipAddress,
    name: account.displayName,
    unique_name: account.userPrincipalName,
    upn: account.userPrincipalName,
  }
}

function v2Claims({ client, proof, user }: AccessTokenRequest): Claims {
  const common = { aio: opaque(), azp: client.appId, azpacr: proofLevel[proof] }
  if (user === undefined) return common
  return { ...common, name: user.account.displayName, preferred_username: user.account.userPrincipalName }
}

function appClaims({ tenant, client, resource }: AccessTokenRequest): Claims {
  const { roles } = assignmentsOf(tenant, client.servicePrincipalId, resource)
  return { oid: client.servicePrincipalId, sub: client.servicePrincipalId, ...(roles.length > 0 ? { roles } : {}) }
}

function userClaims({ tenant, resource }: AccessTokenRequest, user: NonNullable<AccessTokenRequest['user']>): Claims {
  const { roles } = assignmentsOf(tenant, user.account.id, resource)
  return {
    oid: user.account.id,
    sub: pairwiseSubject(tenant, resource, user.account),
    ...(user.scopes.length > 0 ? { scp: user.scopes.join(' ') } : {}),
    ...(roles.length > 0 ? { roles } : {}),
    ...groupClaims(tenant, resource, user.account),
  }
}

/** A user's `sub` differs from application to application and says nothing else. */
export function pairwiseSubject(tenant: Tenant, application: DirectoryApplication, user: DirectoryUser): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant.id, application.appId, user.id]))
    .digest('base64url')
}

/** Groups that a token holds at most; past it stands where to ask for them. */
const maxGroups = 200

/** By the API's groupMembershipClaims: object ids, or the address that tells them. */
export function groupClaims(tenant: Tenant, application: DirectoryApplication, user: DirectoryUser): Claims {
  const groups = groupsFor(tenant, application, user)
  if (groups.length === 0) return {}
  if (groups.length <= maxGroups) return { groups }
  const endpoint = `https://graph.microsoft.com/v1.0/users/${user.id}/getMemberObjects`
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } }
}

function groupsFor(tenant: Tenant, application: DirectoryApplication, user: DirectoryUser): string[] {
  switch (application.groupMembershipClaims ?? 'None') {
    case 'SecurityGroup':
    case 'All':
      return transitiveGroups(tenant, user.id).map(group => group.id)
    case 'ApplicationGroup':
      return assignedGroups(tenant, application, user)
    case 'DirectoryRole': // directory roles are no groups here
    case 'None':
      return []
  }
}

/** Only the groups that are themselves assigned to the application, and that the user is a direct member of. */
function assignedGroups(tenant: Tenant, application: DirectoryApplication, user: DirectoryUser): string[] {
  const assigned = new Set(
    tenant.document.appRoleAssignments
      .filter(assignment => assignment.resourceAppId === application.appId && assignment.principalType === 'Group')
      .map(assignment => assignment.principalId),
  )
  return directGroups(tenant, user.id).flatMap(group => (assigned.has(group.id) ? [group.id] : []))
}

/** Claims that Entra keeps for itself and nobody may read. */
const opaque = () => randomBytes(24).toString('base64url')

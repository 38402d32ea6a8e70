import type { DirectoryApplication, DirectoryDocument } from '../catalog/directory.ts'
import { withChanges } from './changes/directory-state.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from './entra-errors.ts'
import { refuseApplication, refuseUser } from './refuse-principal.ts'
import { signInAt } from './sign-in.ts'
import { findApplication, findResource, findUser, indexTenant, type Tenant } from './tenant.ts'
import { type AccessTokenRequest, accessTokenClaims, signAccessToken } from './tokens/access-token.ts'
import { grantedNames, readScopes } from './tokens/scopes.ts'
import { openSigningKeys } from './tokens/signing-keys.ts'

export interface DirectoryTokenRequest {
  /** appId or displayName of the client application. */
  readonly client: string
  /** userPrincipalName: a token for this user. Absent: an app-only token. */
  readonly user?: string
  /** `api://articles/.default`; an API's bare identifier stands for its `.default`. */
  readonly scope: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Seconds; default an hour. At least 1. */
  readonly lifetime?: number
}

export interface DirectoryToken {
  readonly kind: 'token'
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
}

const defaultLifetime = 3600

/**
 * A token as the directory's own endpoints would issue it, by the keys of the state folder and without a running server: for whoever owns the
 * workspace, so no password and no secret is asked. What the document does not grant is refused as at the endpoints.
 */
export async function issueDirectoryToken(
  document: DirectoryDocument,
  state: string,
  request: DirectoryTokenRequest,
): Promise<DirectoryToken | EntraRefusal> {
  const asked = granted(indexTenant(withChanges(document, state)), request)
  if (isRefusal(asked)) return asked
  const accessToken = await signAccessToken(asked, openSigningKeys(state, request.now).signing)
  return { kind: 'token', accessToken, expiresIn: asked.lifetime }
}

/** The claims of that token alone: nothing is signed, so no key is needed and nothing is written. */
export function directoryTokenClaims(tenant: Tenant, request: DirectoryTokenRequest): Record<string, unknown> | undefined {
  const asked = granted(tenant, request)
  return isRefusal(asked) ? undefined : accessTokenClaims(asked)
}

/** What the token will say, or why the directory gives none. */
function granted(tenant: Tenant, request: DirectoryTokenRequest): AccessTokenRequest | EntraRefusal {
  const client = clientNamed(tenant, request.client)
  if (client === undefined) return entraRefusal(700016, request.client, tenant.document.tenant.displayName)
  const scopes = readScopes(tenant, client, completeScope(tenant, request.scope))
  if (isRefusal(scopes)) return scopes
  const user = request.user === undefined ? undefined : findUser(tenant, request.user)
  if (request.user !== undefined && user === undefined) return entraRefusal(50034, request.user, tenant.domain)
  const refused = user === undefined ? refuseApplication(tenant, client, scopes) : refuseUser(tenant, user, scopes.resource)
  if (refused !== undefined) return refused
  return {
    tenant,
    client,
    proof: user === undefined ? 'secret' : 'none',
    resource: scopes.resource,
    identifier: scopes.identifier,
    ...(user === undefined
      ? {}
      : { user: { account: user, scopes: grantedNames(scopes), signIn: signInAt(user, request.now, '127.0.0.1') } }),
    capabilities: [],
    now: request.now,
    lifetime: Math.max(1, Math.floor(request.lifetime ?? defaultLifetime)),
  }
}

function clientNamed(tenant: Tenant, name: string): DirectoryApplication | undefined {
  const byName = tenant.document.applications.filter(app => app.displayName.toLowerCase() === name.toLowerCase())
  return findApplication(tenant, name) ?? (byName.length === 1 ? byName[0] : undefined)
}

function completeScope(tenant: Tenant, scope: string): string {
  return findResource(tenant, scope.trim()) === undefined ? scope : `${scope.trim()}/.default`
}

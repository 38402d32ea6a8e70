import type { DirectoryUser } from '../../catalog/directory.ts'
import type { DirectoryRequest } from '../http/exchange.ts'
import { readOwnToken } from '../oidc/own-token.ts'
import type { Services } from '../services.ts'
import { findResource } from '../tenant.ts'
import { type GraphError, graphError } from './graph-error.ts'

/** Who calls Graph: a user through a client, or an application; and which of Graph's permissions the token has. */
export interface GraphCaller {
  readonly user: DirectoryUser | undefined
  readonly permissions: ReadonlySet<string>
}

/** Reads the bearer token: one that this directory issued for Microsoft Graph. */
export async function graphCaller(services: Services, request: DirectoryRequest): Promise<GraphCaller | GraphError> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (token === undefined) return invalid('Access token is empty.')
  const claims = await readOwnToken(services, token)
  if (claims === 'expired') return invalid('Lifetime validation failed, the token is expired.')
  if (claims === 'invalid') return invalid('Access token validation failure. Invalid signature.')
  const { aud, oid, sub, scp, roles } = claims as { aud?: unknown; oid?: unknown; sub?: unknown; scp?: unknown; roles?: unknown }
  const { tenant } = services
  if (typeof aud !== 'string' || findResource(tenant, aud) !== tenant.graph)
    return invalid('Access token validation failure. Invalid audience.')
  const isUser = typeof oid === 'string' && oid !== sub
  const user = isUser ? tenant.users.get(oid) : undefined
  if (isUser && user?.accountEnabled !== true) return invalid('The user of the token is not active.')
  const names = isUser ? String(scp ?? '').split(' ') : Array.isArray(roles) ? roles.map(String) : []
  return { user, permissions: new Set(names) }
}

const invalid = (message: string) => graphError(401, 'InvalidAuthenticationToken', message)

import { microsoftGraph } from '../../workspace/local-directory/microsoft-graph.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import { findApplication, findResource } from '../tenant.ts'
import { pairwiseSubject } from '../tokens/access-token.ts'
import { readOwnToken } from './own-token.ts'

/** OpenID Connect Core §5.3, with a token for Microsoft Graph. `sub` is that of the client's id tokens. */
export async function userInfo(services: Services, request: DirectoryRequest): Promise<DirectoryResponse> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const claims = token === undefined ? 'invalid' : await readOwnToken(services, token)
  const isGraph =
    typeof claims === 'object' &&
    typeof claims.aud === 'string' &&
    findResource(services.tenant, claims.aud)?.appId === microsoftGraph.appId
  const user = isGraph && typeof claims.oid === 'string' ? services.tenant.users.get(claims.oid) : undefined
  const client = isGraph ? findApplication(services.tenant, String(claims.appid ?? claims.azp)) : undefined
  if (
    user === undefined ||
    client === undefined ||
    !String((claims as { scp?: unknown }).scp ?? '')
      .split(' ')
      .includes('openid')
  )
    return json(401, { error: 'invalid_token' }, [['WWW-Authenticate', 'Bearer error="invalid_token"']])
  const { displayName, givenName, surname, mail } = user
  return json(
    200,
    {
      sub: pairwiseSubject(services.tenant, client, user),
      name: displayName,
      ...(surname === undefined ? {} : { family_name: surname }),
      ...(givenName === undefined ? {} : { given_name: givenName }),
      ...(mail === undefined ? {} : { email: mail }),
    },
    noStore,
  )
}

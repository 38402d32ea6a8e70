import type { DirectoryDocument } from '../catalog/directory.ts'
import { withChanges } from '../directory/changes/directory-state.ts'
import { isRefusal } from '../directory/entra-errors.ts'
import { discoveryV1, discoveryV2 } from '../directory/oidc/discovery.ts'
import { keySet } from '../directory/oidc/key-sets.ts'
import { readAuthority } from '../directory/oidc/tenant-path.ts'
import { indexTenant } from '../directory/tenant.ts'
import { openSigningKeys } from '../directory/tokens/signing-keys.ts'
import { isServedLocally } from '../identity/entra-hosts.ts'
import type { KeyFetch } from '../identity/key-fetch.ts'

/** `/{tenant}` and one of the four documents that tell keys. */
const documentPath = /^\/([^/]+)(\/v2\.0)?(\/\.well-known\/openid-configuration|\/discovery(?:\/v2\.0)?\/keys)$/

/** The local directory's OpenID configurations and key sets from its files, so that it need not run; every other address goes to `outside`. */
export function directoryKeyFetch(document: DirectoryDocument, state: string, outside: KeyFetch): KeyFetch {
  const tenant = indexTenant(withChanges(document, state))
  const answer = (url: URL): object | undefined => {
    const [, segment = '', v2, path = ''] = documentPath.exec(url.pathname) ?? []
    const authority = readAuthority(tenant, segment)
    if (segment === '' || isRefusal(authority)) return undefined
    if (path.startsWith('/.well-known'))
      return v2 === undefined
        ? discoveryV1(url.origin, authority, tenant.cloud)
        : discoveryV2(url.origin, authority, tenant.cloud)
    if (v2 !== undefined) return undefined
    return keySet(openSigningKeys(state, Date.now()), path.includes('/v2.0/') ? 2 : 1, authority, tenant.cloud)
  }
  return async address => {
    const url = new URL(address)
    if (!isServedLocally(url, document.tenant)) return outside(address)
    const body = answer(url)
    return { status: body === undefined ? 404 : 200, body: JSON.stringify(body ?? {}), origin: 'directory' }
  }
}

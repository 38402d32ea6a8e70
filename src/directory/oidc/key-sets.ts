import type { Cloud } from '../../catalog/clouds.ts'
import { issuerTemplate } from '../cloud.ts'
import type { DirectoryKeys } from '../tokens/signing-keys.ts'
import type { Authority } from './authority.ts'
import { instanceName } from './discovery.ts'

/** A JWK set as Entra publishes it: the same keys at both addresses, the v2 one says whose tokens each may sign. */
export function keySet(
  keys: DirectoryKeys,
  version: 1 | 2,
  authority: Authority,
  cloud: Cloud,
): { readonly keys: readonly object[] } {
  const issuer = issuerTemplate(cloud, authority, 2)
  return {
    keys: keys.all.map(({ kid, n, e, certificate }) => ({
      kty: 'RSA',
      use: 'sig',
      kid,
      x5t: kid,
      n,
      e,
      x5c: [certificate],
      ...(version === 2 ? { cloud_instance_name: instanceName(cloud), issuer } : {}),
    })),
  }
}

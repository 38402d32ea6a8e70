import type { DirectoryKeys } from '../tokens/signing-keys.ts'
import type { Authority } from './tenant-path.ts'

/** A JWK set as Entra publishes it: the same keys at both addresses, the v2 one says whose tokens each may sign. */
export function keySet(
  keys: DirectoryKeys,
  version: 1 | 2,
  { kind }: Authority,
  tenantId: string,
): { readonly keys: readonly object[] } {
  const issuer = `https://login.microsoftonline.com/${kind === 'tenant' ? tenantId : '{tenantid}'}/v2.0`
  return {
    keys: keys.all.map(({ kid, n, e, certificate }) => ({
      kty: 'RSA',
      use: 'sig',
      kid,
      x5t: kid,
      n,
      e,
      x5c: [certificate],
      ...(version === 2 ? { cloud_instance_name: 'microsoftonline.com', issuer } : {}),
    })),
  }
}

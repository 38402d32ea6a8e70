import type { Catalog } from '../catalog/catalog.ts'
import type { StandOptions } from '../explain/stand.ts'
import { createTokenVerifier } from '../identity/create-token-verifier.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { directoryKeyFetch } from './directory-keys.ts'

/** What deciding calls without a gateway needs of a workspace: tokens really verified, the local directory's from its files. */
export function standFor(catalog: Catalog): { readonly options: StandOptions; close(): Promise<void> } {
  const fetching = createIdentityFetch()
  const { directory, settings } = catalog
  const tokens = createTokenVerifier({
    fetch: directory === undefined ? fetching.fetch : directoryKeyFetch(directory, settings.state, fetching.fetch),
    ...(directory === undefined ? {} : { localTenant: directory.tenant.id }),
  })
  const real = settings.identity.tenant === undefined ? 'none' : 'entra'
  return { options: { catalog, tokens, identity: directory === undefined ? real : 'directory' }, close: () => fetching.close() }
}

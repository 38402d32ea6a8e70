import type { ActiveGrants } from '../access/grant.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { StandOptions } from '../explain/stand.ts'
import { Dispatchers } from '../gateway/forward/dispatchers.ts'
import { fetchRevocationList } from '../gateway/forward/fetch-revocation-list.ts'
import { RevocationLists } from '../identity/certificates/revocation-lists.ts'
import { createTokenVerifier } from '../identity/create-token-verifier.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { directoryKeyFetch } from './directory-keys.ts'
import { groupsFor } from './groups-for.ts'

/**
 * What deciding calls without a gateway needs of a workspace: tokens really verified, the local directory's from its files. `asksGraph`: a real tenant's Graph may be
 * asked for groups that a token leaves out. `grants`: what callers hold besides their tokens' roles.
 */
export function standFor(
  catalog: Catalog,
  { asksGraph = false, grants }: { readonly asksGraph?: boolean; readonly grants?: ActiveGrants } = {},
): { readonly options: StandOptions; close(): Promise<void> } {
  const fetching = createIdentityFetch()
  const { directory, settings } = catalog
  const tokens = createTokenVerifier({
    fetch: directory === undefined ? fetching.fetch : directoryKeyFetch(directory, settings.state, fetching.fetch),
    ...(directory === undefined ? {} : { localTenant: directory.tenant.id }),
  })
  const real = settings.identity.tenant === undefined ? 'none' : 'entra'
  const dispatchers = new Dispatchers()
  const revocation = new RevocationLists({ now: Date.now, fetch: url => fetchRevocationList(url, dispatchers) })
  const groups = groupsFor(catalog, asksGraph ? fetching.exchange : undefined)
  return {
    options: {
      catalog,
      tokens,
      identity: directory === undefined ? real : 'directory',
      revocation,
      ...(grants === undefined ? {} : { grants }),
      ...(groups === undefined ? {} : { groups }),
    },
    close: async () => void (await Promise.all([fetching.close(), dispatchers.close()])),
  }
}

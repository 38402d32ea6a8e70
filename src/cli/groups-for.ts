import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Catalog } from '../catalog/catalog.ts'
import { withChanges } from '../directory/changes/directory-state.ts'
import { indexTenant, transitiveGroups } from '../directory/tenant.ts'
import { credentialSourceOf, ownCredential } from '../identity/credential-source.ts'
import type { GroupResolver } from '../identity/graph/group-overage.ts'
import { cloudOf, expressionsLookAtGroups, openGroups } from '../identity/graph/open-graph.ts'
import type { TokenExchange } from '../identity/http-fetch.ts'
import { ManagedIdentity } from '../identity/managed-identity.ts'

/** Milliseconds for which a decision waits for somebody's groups, as in the gateway. */
const patience = 10_000

/**
 * Who tells the groups that a token leaves out, where no gateway runs: the local directory's files, when the gateway would have an identity to ask
 * with, or the real tenant's Graph by the identity of the environment, where there is an exchange to ask it with.
 */
export function groupsFor(catalog: Catalog, exchange: TokenExchange | undefined): GroupResolver | undefined {
  const { directory, settings } = catalog
  if (directory !== undefined) {
    if (settings.identity.managedIdentity === undefined) return undefined
    const tenant = indexTenant(withChanges(directory, settings.state))
    const idsOf = (oid: unknown) => transitiveGroups(tenant, String(oid)).map(group => group.id)
    return { forExpressions: expressionsLookAtGroups(catalog), resolve: ({ oid }) => ({ kind: 'groups', ids: idsOf(oid) }) }
  }
  if (exchange === undefined) return undefined
  const credential = ownCredential(catalog)
  const managedIdentity = new ManagedIdentity({
    source: credentialSourceOf({
      env: process.env,
      authorityHost: cloudOf(catalog).login,
      ...(credential === undefined ? {} : { credential }),
    }),
    exchange,
    readText: path => readFile(path, 'utf8'),
    now: Date.now,
  })
  const wait = async (milliseconds: number) => void (await delay(milliseconds))
  return openGroups({ catalog, identity: 'entra', managedIdentity, exchange, now: Date.now, delay: wait, patience })
}

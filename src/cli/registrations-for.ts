import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Catalog } from '../catalog/catalog.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import type { Registrations } from '../catalog/registrations.ts'
import { withChanges } from '../directory/changes/directory-state.ts'
import { firstPartyApplications } from '../directory/first-party.ts'
import { registrationsOfDirectory } from '../explain/doctor/directory-registrations.ts'
import { namedByPolicies } from '../explain/doctor/named-by-policies.ts'
import { credentialSourceOf } from '../identity/credential-source.ts'
import type { GraphFailure } from '../identity/graph/graph-client.ts'
import { cloudOf, openGraph } from '../identity/graph/open-graph.ts'
import { readRegistrations } from '../identity/graph/read-registrations.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { ManagedIdentity } from '../identity/managed-identity.ts'
import { type Io, UsageError } from './command.ts'

/** Milliseconds for one question to Graph, its waits for a busy Graph and all pages of a list included. */
const patience = 120_000
/** Bytes of one page of Graph's. */
const maxPage = 8 * 1024 * 1024

/** What the tenant of a workspace has registered: its local directory's files, else the real tenant, asked over Microsoft Graph. */
export async function registrationsFor(catalog: Catalog, io: Io): Promise<Registrations> {
  const { directory, settings } = catalog
  if (directory !== undefined) return ofDirectory(withChanges(directory, settings.state))
  const { tenant } = settings.identity
  if (tenant === undefined)
    throw new UsageError(
      'the workspace names no tenant: set identity.directory (a local one) or identity.tenant in gatehouse.yaml',
    )
  const fetching = createIdentityFetch({ timeout: 15_000, maxBytes: maxPage })
  try {
    const managedIdentity = new ManagedIdentity({
      source: credentialSourceOf({ env: io.env, authorityHost: cloudOf(catalog).login }),
      exchange: fetching.exchange,
      readText: path => readFile(path, 'utf8'),
      now: Date.now,
    })
    const client = openGraph({
      catalog,
      identity: 'entra',
      managedIdentity,
      exchange: fetching.exchange,
      now: Date.now,
      delay: async milliseconds => void (await delay(milliseconds)),
      patience,
    })
    const found = await readRegistrations(client, tenant, namedByPolicies(catalog))
    if ('kind' in found)
      throw new UsageError(`Microsoft Graph did not tell what is registered: ${found.message}\n${mendOf(found)}`)
    return found
  } finally {
    await fetching.close()
  }
}

/** With Microsoft's own clients, which every tenant knows without registering them. */
function ofDirectory(document: DirectoryDocument): Registrations {
  const registrations = registrationsOfDirectory(document)
  const ofMicrosoft = firstPartyApplications(document.tenant.id).map(({ appId }) => appId)
  return { ...registrations, elsewhere: [...registrations.elsewhere, ...ofMicrosoft] }
}

function mendOf({ why }: GraphFailure): string {
  switch (why) {
    case 'no-token':
      return 'give this process an identity: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE (docs/workspace.md)'
    case 'refused':
      return 'grant its application the permissions Application.Read.All and GroupMember.Read.All of Microsoft Graph'
    default:
      return 'try again later'
  }
}

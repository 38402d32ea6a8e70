import type { Api, Catalog } from '../catalog/catalog.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import { withChanges } from '../directory/changes/directory-state.ts'
import { directoryTokenClaims } from '../directory/issue-directory-token.ts'
import { indexTenant } from '../directory/tenant.ts'
import { audiencesAsked, operationAsks } from '../explain/doctor/token-asks.ts'
import type { Claims } from '../explain/trials/made-up-claims.ts'
import type { DirectoryCaller } from '../explain/trials/who-may.ts'

/** Everybody of the local directory, with what their tokens would say: nothing is signed, and nothing is written. */
export function directoryCallers(catalog: Catalog): readonly DirectoryCaller[] {
  const { directory, settings } = catalog
  if (directory === undefined) return []
  const tenant = indexTenant(withChanges(directory, settings.state))
  const { users, applications } = tenant.document
  const now = Date.now()
  const askedBy = onceForEach((api: Api) => askedOfTokens(api, catalog, tenant.document))
  const claims = (api: Api, client: string, user?: string) =>
    askedBy(api).resources.flatMap((resource): readonly Claims[] => {
      const request = { client, ...(user === undefined ? {} : { user }), scope: `${resource}/.default`, now }
      const found = directoryTokenClaims(tenant, request)
      return found === undefined ? [] : [found as Claims] // what becomes JSON in a token
    })
  return [
    ...users.map(({ userPrincipalName: name }): DirectoryCaller => {
      const claimsFor = (api: Api) => {
        const { clients } = askedBy(api)
        const all = applications.filter(({ appId }) => clients.length === 0 || clients.includes(appId.toLowerCase()))
        const given = all.map(({ appId }) => claims(api, appId, name)).filter(one => one.length > 0)
        return clients.length === 0 ? (given[0] ?? []) : given.flat()
      }
      return { kind: 'user', name, claimsFor: onceForEach(claimsFor) }
    }),
    ...applications.map(({ displayName: name, appId }): DirectoryCaller => {
      return { kind: 'application', name, claimsFor: onceForEach(api => claims(api, appId)) }
    }),
  ]
}

function onceForEach<T>(make: (api: Api) => T): (api: Api) => T {
  const made = new Map<Api, T>()
  return api => {
    const known = made.get(api) ?? make(api)
    made.set(api, known)
    return known
  }
}

interface AskedOfTokens {
  readonly resources: readonly string[]
  /** Lower case; none: any client will do. */
  readonly clients: readonly string[]
}

function askedOfTokens(api: Api, catalog: Catalog, directory: DirectoryDocument): AskedOfTokens {
  const asks = operationAsks({ ...catalog, apis: [api] }).flatMap(({ tokens }) => tokens)
  return { resources: resourcesAmong(asks.flatMap(audiencesAsked), directory), clients: asks.flatMap(({ clients }) => clients) }
}

/** Identifiers of the applications that audiences name. */
export function resourcesAmong(audiences: readonly string[], { applications }: DirectoryDocument): readonly string[] {
  return applications
    .filter(({ appId, identifierUris }) => [appId, ...identifierUris].some(name => audiences.includes(name)))
    .map(({ appId, identifierUris }) => identifierUris[0] ?? appId)
}

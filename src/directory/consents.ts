import type { DirectoryApplication } from '../catalog/directory.ts'
import { ExpiringMap } from './expiring-map.ts'
import { grantedNames, isOpenidScope, type RequestedScopes } from './tokens/scopes.ts'

/** Which scopes of an API a user let a client have. Lasts as long as the directory runs. */
export class Consents {
  readonly #granted = new ExpiringMap<ReadonlySet<string>>(10_000)

  given(userId: string, client: DirectoryApplication, resource: DirectoryApplication): ReadonlySet<string> {
    return this.#granted.get(key(userId, client, resource), 0) ?? new Set()
  }

  give(userId: string, client: DirectoryApplication, resource: DirectoryApplication, names: readonly string[]): void {
    const all = new Set([...this.given(userId, client, resource), ...names])
    this.#granted.set(key(userId, client, resource), all, Number.POSITIVE_INFINITY)
  }
}

const key = (userId: string, client: DirectoryApplication, resource: DirectoryApplication) =>
  JSON.stringify([userId, client.appId, resource.appId])

/** Scopes that the API gives to the client without asking anybody. */
function preAuthorized(client: DirectoryApplication, resource: DirectoryApplication): string[] {
  const entry = resource.api.preAuthorizedApplications.find(one => one.appId.toLowerCase() === client.appId.toLowerCase())
  return resource.api.oauth2PermissionScopes
    .filter(({ id }) => entry?.delegatedPermissionIds.includes(id))
    .map(({ value }) => value)
}

/** What a user's token gets of what was asked, and what would have to be agreed to first. */
export interface Agreed {
  readonly scopes: RequestedScopes
  readonly lacking: readonly string[]
}

/**
 * Holds the scopes asked for against what was agreed to. `.default` means all that was agreed to, or, when nothing was yet, all that the API
 * declares. A client needs nobody's leave for its own API and for OpenID Connect's scopes.
 */
export function agreedScopes(consents: Consents, userId: string, client: DirectoryApplication, scopes: RequestedScopes): Agreed {
  const { resource, isDefault } = scopes
  if (resource.appId === client.appId) return { scopes, lacking: [] }
  const given = new Set([...preAuthorized(client, resource), ...consents.given(userId, client, resource)])
  const explicit =
    isDefault && given.size > 0 ? { ...scopes, names: [...new Set([...scopes.names, ...given])], expandsDefault: false } : scopes
  const lacking = grantedNames(explicit).filter(name => !isOpenidScope(name) && !given.has(name))
  return { scopes: explicit, lacking }
}

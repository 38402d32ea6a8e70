import type { DirectoryApplication } from '../catalog/directory.ts'
import { ExpiringMap } from './expiring-map.ts'
import { grantedNames, isOpenidScope, type RequestedScopes } from './tokens/scopes.ts'

/** Who agreed to something, as Graph's oauth2PermissionGrant has it. */
export interface Consent {
  /** Absent: an administrator did, for everybody. */
  readonly userId?: string
  readonly clientId: string
  readonly resourceId: string
  readonly names: readonly string[]
}

/** Which scopes of an API a user, or an administrator for all of them, let a client have. */
export class Consents {
  readonly #granted: ExpiringMap<Consent>

  constructor(granted = new ExpiringMap<Consent>(10_000)) {
    this.#granted = granted
  }

  given(userId: string, client: DirectoryApplication, resource: DirectoryApplication): ReadonlySet<string> {
    const namesOf = (who: string | undefined) => this.#granted.get(keyOf(who, client.appId, resource.appId), 0)?.names ?? []
    return new Set([...namesOf(userId), ...namesOf(undefined)])
  }

  /** `userId` undefined: for everybody. */
  give(userId: string | undefined, client: DirectoryApplication, resource: DirectoryApplication, names: readonly string[]): void {
    const key = keyOf(userId, client.appId, resource.appId)
    const all = [...new Set([...(this.#granted.get(key, 0)?.names ?? []), ...names])]
    const who = userId === undefined ? {} : { userId }
    this.#granted.set(key, { ...who, clientId: client.appId, resourceId: resource.appId, names: all }, Number.POSITIVE_INFINITY)
  }

  withdraw({ userId, clientId, resourceId }: Omit<Consent, 'names'>): boolean {
    return this.#granted.delete(keyOf(userId, clientId, resourceId))
  }

  *all(): Iterable<Consent> {
    for (const [, consent] of this.#granted.entries()) yield consent
  }
}

const keyOf = (userId: string | undefined, clientId: string, resourceId: string) =>
  JSON.stringify([userId ?? '*', clientId, resourceId])

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

import type { DirectoryApplication } from '../../catalog/directory.ts'
import { microsoftGraph } from '../../workspace/local-directory/microsoft-graph.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import { findResource, type Tenant } from '../tenant.ts'

/** What a `scope` parameter asks for: one API, by one of its names, and OpenID Connect's own scopes. */
export interface RequestedScopes {
  readonly resource: DirectoryApplication
  /** The name that the request called the API by: a v1 token's audience. */
  readonly identifier: string
  /** Short names, without the API; `.default` is not among them. */
  readonly names: readonly string[]
  /** `.default`: everything that was agreed to before. */
  readonly isDefault: boolean
  /** Whether `.default` still stands for all that the API declares; else `names` has what it came to. */
  readonly expandsDefault: boolean
  readonly openid: ReadonlySet<string>
}

const openidScopes = new Set(['openid', 'profile', 'email', 'offline_access'])
const maxScopes = 100
/** RFC 6749 §3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

export function isOpenidScope(name: string): boolean {
  return openidScopes.has(name)
}

/** Reads a `scope` parameter. A name without an API is Microsoft Graph's; with none but OpenID Connect's the API is Graph too. */
export function readScopes(tenant: Tenant, client: DirectoryApplication, text: string): RequestedScopes | EntraRefusal {
  const words = [...new Set(text.split(/\s+/).filter(word => word !== ''))]
  if (words.length > maxScopes) return entraRefusal(70011, words.slice(0, 3).join(' '))
  const strange = words.find(word => !scopeToken.test(word))
  if (strange !== undefined) return entraRefusal(70011, strange)
  const openid = new Set(words.filter(word => openidScopes.has(word)))
  const graphName = `https://${tenant.cloud.graph}`
  const asked = words.filter(word => !openidScopes.has(word)).map(word => splitScope(word, graphName))
  const identifier = asked[0]?.resource ?? graphName
  const resource = findResource(tenant, identifier)
  if (resource === undefined) return entraRefusal(500011, identifier, tenant.document.tenant.displayName)
  if (asked.some(({ resource: other }) => findResource(tenant, other)?.appId !== resource.appId)) return entraRefusal(28000, text)
  const names = asked.map(({ name }) => name)
  const declared = new Set(resource.api.oauth2PermissionScopes.map(scope => scope.value))
  const unknown = names.find(name => name !== defaultScope && !declared.has(name))
  if (unknown !== undefined) return entraRefusal(650053, client.displayName, unknown, resource.appId)
  const isDefault = names.includes(defaultScope)
  const explicit = names.filter(name => name !== defaultScope)
  if (isDefault && explicit.length > 0) return entraRefusal(70011, text)
  return { resource, identifier, names: explicit, isDefault, expandsDefault: isDefault, openid }
}

/**
 * A `scope` parameter parted by API, in the order in which they come: a sign-in may ask for the consent to several, a token is for one. OpenID
 * Connect's own scopes go with each.
 */
export function scopesByResource(tenant: Tenant, text: string): readonly string[] {
  const graphName = `https://${tenant.cloud.graph}`
  const words = [...new Set(text.split(/\s+/).filter(word => word !== ''))]
  const openid = words.filter(word => openidScopes.has(word))
  const others = words.filter(word => !openidScopes.has(word)).slice(0, maxScopes + 1)
  const byResource = Map.groupBy(others, word => {
    const { resource } = splitScope(word, graphName)
    return findResource(tenant, resource)?.appId ?? resource
  })
  const groups = [...byResource.values()].map(group => [...group, ...openid].join(' '))
  return groups.length === 0 ? [text] : groups
}

/** Several `scope` texts, one for each API; the first refusal when one cannot be read. */
export function readScopesOfEach(
  tenant: Tenant,
  client: DirectoryApplication,
  texts: readonly string[],
): readonly RequestedScopes[] | EntraRefusal {
  const all: RequestedScopes[] = []
  for (const text of texts) {
    const scopes = readScopes(tenant, client, text)
    if (isRefusal(scopes)) return scopes
    all.push(scopes)
  }
  return all
}

export const defaultScope = '.default'

/** `api://articles/.default` at its last slash. An identifier may itself end in one: `https://host//.default`. */
function splitScope(word: string, graphName: string): { resource: string; name: string } {
  const slash = word.lastIndexOf('/')
  return slash < 0 ? { resource: graphName, name: word } : { resource: word.slice(0, slash), name: word.slice(slash + 1) }
}

/** The scopes that a user's token gets: those asked for, and with `.default` all that the API declares. */
export function grantedNames({ resource, names, expandsDefault, openid }: RequestedScopes): readonly string[] {
  const declared = resource.api.oauth2PermissionScopes.map(scope => scope.value).filter(name => !openidScopes.has(name))
  const granted = expandsDefault ? declared : names
  const isGraph = resource.appId === microsoftGraph.appId
  return isGraph ? [...granted, ...[...openid].filter(name => name !== 'offline_access')] : granted
}

/** The answer's `scope`: as Entra writes it, so that clients find the token in their cache by what they asked. */
export function scopeOfAnswer(scopes: RequestedScopes): string {
  const prefix = scopes.identifier.endsWith('/') ? scopes.identifier : `${scopes.identifier}/`
  const granted = grantedNames(scopes).filter(name => !openidScopes.has(name))
  const isGraph = scopes.resource.appId === microsoftGraph.appId
  const openid = isGraph ? [...scopes.openid].filter(name => name !== 'offline_access') : []
  return [...granted.map(name => `${prefix}${name}`), ...openid, `${prefix}${defaultScope}`].join(' ')
}

import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import { badRequest, type GraphError, isGraphError, notFound } from './graph-error.ts'
import type { GraphType } from './graph-types.ts'
import type { Entity } from './odata-filter.ts'
import { countEntities, queryEntities } from './odata-query.ts'
import { readSelect, shown } from './odata-select.ts'

/** What a path names: one thing, a list, or plain values. */
export type Found =
  | { readonly kind: 'one'; readonly type: GraphType; readonly entity: Entity }
  | { readonly kind: 'many'; readonly type: GraphType; readonly entities: readonly Entity[] }
  | { readonly kind: 'values'; readonly values: readonly string[] }

export const one = (type: GraphType, entity: Entity): Found => ({ kind: 'one', type, entity })
export const many = (type: GraphType, entities: readonly Entity[]): Found => ({ kind: 'many', type, entities })

/** The one of a list with that id, or undefined. */
export function byId(type: GraphType, entities: readonly Entity[], id: string): Found | GraphError {
  const entity = entities.find(candidate => candidate.id === id)
  return entity === undefined ? notFound(id) : one(type, entity)
}

/** What `$expand` adds to an entity: members by their names. */
export type Expand = (entity: Entity) => Entity

/** The answer that a request gets to what it named. */
export function answerFound(
  found: Found,
  request: DirectoryRequest,
  expand: Expand = () => ({}),
): DirectoryResponse | GraphError {
  const { origin, path, query } = request
  const address = `${origin}/${path.map(encodeURIComponent).join('/')}`
  const metadata = `${origin}/v1.0/$metadata#`
  if (found.kind === 'values')
    return json(200, { '@odata.context': `${metadata}Collection(Edm.String)`, value: found.values }, noStore)
  const context = metadata + contextOf(path, found)
  if (found.kind === 'many') {
    const { type, entities } = found
    const page = queryEntities({ type, entities, address, context, expand }, request)
    return isGraphError(page) ? page : json(200, page, noStore)
  }
  const names = readSelect(query, found.type, [found.entity])
  if (isGraphError(names)) return names
  const entity = { ...shown(found.type, found.entity, names), ...expand(found.entity) }
  return json(200, { '@odata.context': `${context}/$entity`, ...entity }, noStore)
}

/** `…/$count`: the number alone. */
export function answerCount(found: Found, request: DirectoryRequest): DirectoryResponse | GraphError {
  if (found.kind !== 'many') return badRequest('$count is not supported for the request target.')
  const count = countEntities(found, request)
  if (typeof count !== 'number') return count
  return { status: 200, headers: [['Content-Type', 'text/plain'], ...noStore], body: String(count) }
}

const sets: Partial<Record<GraphType, string>> = {
  user: 'users',
  group: 'groups',
  application: 'applications',
  servicePrincipal: 'servicePrincipals',
  directoryRole: 'directoryRoles',
  organization: 'organization',
  oAuth2PermissionGrant: 'oauth2PermissionGrants',
  directoryObject: 'directoryObjects',
}

/** Of an entity set its name, of what belongs to one thing that thing's path. */
function contextOf(path: readonly string[], { type }: { readonly type: GraphType }): string {
  const [, set = '', , ...rest] = path
  const isSet = rest.length === 0 && sets[type] !== undefined
  return isSet || type === 'directoryObject' ? (sets[type] ?? set) : path.slice(1).join('/')
}

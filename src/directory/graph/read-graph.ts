import type { DirectoryUser } from '../../catalog/directory.ts'
import { findUser } from '../tenant.ts'
import {
  applicationEntity,
  directoryRoleEntity,
  grantEntity,
  groupEntity,
  objectEntity,
  organizationEntity,
  servicePrincipalEntity,
  userEntity,
} from './entities.ts'
import { byId, type Found, many, one } from './found.ts'
import { badRequest, denied, type GraphError, graphError, notFound } from './graph-error.ts'
import type { GraphType } from './graph-types.ts'
import { answerMembership, isMembershipAction } from './membership-actions.ts'
import type { Entity } from './odata-filter.ts'
import { reading as permissionsTo, requirePermission } from './permissions.ts'
import { bodyOf, type Reading } from './reading.ts'
import { findRelation } from './relations.ts'

type Rest = readonly string[]

/** Finds what a request reads; `path` is what stands after `/v1.0`, its keys taken out. */
export function readGraph(reading: Reading, [name = '', ...rest]: Rest): Found | GraphError {
  const { tenant, caller } = reading
  switch (name) {
    case 'me':
      return caller.user === undefined
        ? badRequest('/me request is only valid with delegated authentication flow.')
        : ofUser(reading, caller.user, rest)
    case 'users':
      return users(reading, rest)
    case 'groups':
      return listOrOne(reading, 'group', tenant.document.groups.map(groupEntity), rest, permissionsTo.groups)
    case 'applications':
      return listOrOne(
        reading,
        'application',
        tenant.document.applications.map(applicationEntity),
        rest,
        permissionsTo.applications,
      )
    case 'servicePrincipals':
      return listOrOne(
        reading,
        'servicePrincipal',
        [...tenant.applications.values()].map(servicePrincipalEntity),
        rest,
        permissionsTo.applications,
      )
    case 'directoryRoles':
      return listOrOne(
        reading,
        'directoryRole',
        (tenant.document.directoryRoles ?? []).map(role => directoryRoleEntity(tenant, role)),
        rest,
        permissionsTo.roles,
      )
    case 'directoryObjects':
      return directoryObjects(reading, rest)
    case 'oauth2PermissionGrants':
      return listOrOne(
        reading,
        'oAuth2PermissionGrant',
        [...reading.services.stores.consents.all()].map(consent => grantEntity(tenant, consent)),
        rest,
        permissionsTo.grants,
      )
    case 'organization':
      return listOrOne(reading, 'organization', [organizationEntity(tenant)], rest, permissionsTo.organization)
    default:
      return noSegment(name)
  }
}

const noSegment = (name: string) => badRequest(`Resource not found for the segment '${name.slice(0, 60)}'.`)

const refuseMethod = () => graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')

/** A whole set, one of it, or what hangs on one. */
function listOrOne(
  reading: Reading,
  type: GraphType,
  entities: readonly Entity[],
  [id, ...rest]: Rest,
  permissions: readonly string[],
): Found | GraphError {
  if (id === undefined) return listed(reading, type, entities, permissions)
  const entity = entities.find(candidate => candidate.id === id) ?? entities.find(candidate => candidate.id === id.toLowerCase())
  if (rest.length > 0) return entity === undefined ? notFound(id) : ofEntity(reading, type, String(entity.id), rest, [])
  const refused = requirePermission(reading.caller, permissions)
  if (refused !== undefined) return refused
  if (reading.request.method !== 'GET') return refuseMethod()
  return entity === undefined ? notFound(id) : one(type, entity)
}

/** Guests see what they are told of by id, not whole sets ("Default user permissions"). */
function listed(
  { caller, request }: Reading,
  type: GraphType,
  entities: readonly Entity[],
  permissions: readonly string[],
): Found | GraphError {
  const refused = requirePermission(caller, permissions)
  if (refused !== undefined) return refused
  if (request.method !== 'GET') return refuseMethod()
  return caller.user?.userType === 'Guest' ? denied() : many(type, entities)
}

/** A relation of one thing: whole, narrowed to a kind, or one of it; or an action. `own`: permissions that do for oneself. */
function ofEntity(
  reading: Reading,
  type: GraphType,
  id: string,
  [name = '', item, ...more]: Rest,
  own: Rest,
): Found | GraphError {
  if (isMembershipAction(name)) {
    const refused = requirePermission(reading.caller, [...own, ...permissionsTo.users, ...permissionsTo.groups])
    return refused ?? answerMembership(name, reading, id)
  }
  const relation = findRelation(type, name)
  if (relation === undefined) return type === 'user' ? withoutProfile(name) : noSegment(name)
  if (more.length > 0) return noSegment(name)
  const refused = requirePermission(reading.caller, [...own, ...relation.permissions])
  if (refused !== undefined) return refused
  if (reading.request.method !== 'GET') return refuseMethod()
  const entities = relation.read(reading, id)
  if (item === undefined) return many(relation.type, entities)
  if (item === '$ref')
    return many(
      relation.type,
      entities.map(entity => referenceTo(reading, entity)),
    )
  if (!item.startsWith('microsoft.graph.')) return byId(relation.type, entities, item)
  const kind = item.slice('microsoft.graph.'.length)
  const narrowed = entities.filter(entity => entity['@odata.type'] === `#microsoft.graph.${kind}`)
  return many(castTypes.get(kind) ?? relation.type, narrowed)
}

/** Nobody here has a manager or a photo, which clients ask for right after sign-in. */
function withoutProfile(name: string): GraphError {
  if (name === 'manager') return notFound(name)
  return name === 'photo' ? graphError(404, 'ImageNotFound', "The photo wasn't found.") : noSegment(name)
}

const castTypes = new Map<string, GraphType>([
  ['user', 'user'],
  ['group', 'group'],
  ['servicePrincipal', 'servicePrincipal'],
  ['directoryRole', 'directoryRole'],
])

function referenceTo({ request }: Reading, entity: Entity): Entity {
  return { '@odata.id': `${request.origin}/v1.0/directoryObjects/${String(entity.id)}` }
}

function users(reading: Reading, [name, ...rest]: Rest): Found | GraphError {
  const { tenant } = reading
  if (name === undefined) return listed(reading, 'user', tenant.document.users.map(userEntity), permissionsTo.users)
  const user = tenant.users.get(name) ?? tenant.users.get(name.toLowerCase()) ?? findUser(tenant, name)
  return user === undefined
    ? (requirePermission(reading.caller, permissionsTo.users) ?? notFound(name))
    : ofUser(reading, user, rest)
}

/** Somebody's own data takes User.Read only. */
function ofUser(reading: Reading, user: DirectoryUser, rest: Rest): Found | GraphError {
  const own = reading.caller.user === user ? ['User.Read'] : []
  if (rest.length > 0) return ofEntity(reading, 'user', user.id, rest, own)
  const refused = requirePermission(reading.caller, [...own, ...permissionsTo.users])
  if (refused !== undefined) return refused
  return reading.request.method === 'GET' ? one('user', userEntity(user)) : refuseMethod()
}

const maxIds = 1000

/** Things by their object id, whatever they are. */
function directoryObjects(reading: Reading, [id, ...rest]: Rest): Found | GraphError {
  const { tenant, request, caller } = reading
  if (id === undefined) return noSegment('directoryObjects')
  if (rest.length > 0) {
    const entity = objectEntity(tenant, id)
    return entity === undefined ? notFound(id) : ofEntity(reading, typeOf(entity), id, rest, [])
  }
  const refused = requirePermission(caller, permissionsTo.everything)
  if (refused !== undefined) return refused
  if (id === 'getByIds') return request.method === 'POST' ? byIds(reading) : refuseMethod()
  const entity = objectEntity(tenant, id)
  return entity === undefined ? notFound(id) : one(typeOf(entity), entity)
}

function byIds({ tenant, request }: Reading): Found | GraphError {
  const { ids, types } = bodyOf(request) ?? {}
  if (!Array.isArray(ids) || ids.length > maxIds) return badRequest(`Parameter 'ids' takes a list of at most ${maxIds} ids.`)
  const entities = ids.map(id => objectEntity(tenant, String(id))).filter(entity => entity !== undefined)
  const kinds = Array.isArray(types) ? types.map(type => String(type).toLowerCase()) : undefined
  return many(
    'directoryObject',
    kinds === undefined ? entities : entities.filter(entity => kinds.includes(typeOf(entity).toLowerCase())),
  )
}

/** Its `@odata.type`, which every entity of a mixed list has. */
function typeOf(entity: Entity): GraphType {
  return castTypes.get(String(entity['@odata.type']).slice('#microsoft.graph.'.length)) ?? 'directoryObject'
}

import type { DirectoryApplication, DirectoryGroup, DirectoryUser } from '../../catalog/directory.ts'
import type { DirectoryRequest } from '../http/exchange.ts'
import { directGroups, findUser, type Tenant, transitiveGroups } from '../tenant.ts'
import { applicationEntity, assignmentEntity, groupEntity, servicePrincipalEntity, typed, userEntity } from './entities.ts'
import { type GraphCaller, requirePermission } from './graph-caller.ts'
import { badRequest, type GraphError, notFound } from './graph-error.ts'
import type { Entity } from './odata-filter.ts'

/** What a path names: one thing, a list, a number or plain values. */
export type Found =
  | { readonly kind: 'one'; readonly entity: Entity }
  | { readonly kind: 'many'; readonly entities: readonly Entity[] }
  | { readonly kind: 'values'; readonly values: readonly string[] }

const directoryRead = ['Directory.Read.All', 'Directory.ReadWrite.All']
const readUsers = ['User.Read.All', 'User.ReadBasic.All', 'User.ReadWrite.All', ...directoryRead]
const readGroups = [
  'GroupMember.Read.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.ReadWrite.All',
  ...directoryRead,
]
const readApplications = ['Application.Read.All', 'Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', ...directoryRead]

const one = (entity: Entity): Found => ({ kind: 'one', entity })
const many = (entities: readonly Entity[]): Found => ({ kind: 'many', entities })

/** Finds what a request reads; `path` is what stands after `/v1.0`. */
export function readGraph(
  tenant: Tenant,
  caller: GraphCaller,
  request: DirectoryRequest,
  path: readonly string[],
): Found | GraphError {
  const [head = '', ...rest] = path
  const { name, key } = splitKey(head)
  switch (name) {
    case 'me':
      return caller.user === undefined
        ? badRequest('/me request is only valid with delegated authentication flow.')
        : ofUser(tenant, caller, request, caller.user, rest)
    case 'users':
      return users(tenant, caller, request, rest)
    case 'groups':
      return groups(tenant, caller, request, rest)
    case 'applications':
      return applications(tenant, caller, key, rest)
    case 'servicePrincipals':
      return servicePrincipals(tenant, caller, key, rest)
    case 'oauth2PermissionGrants':
      return requirePermission(caller, ...directoryRead) ?? many([])
    case 'organization':
      return many([organizationEntity(tenant)])
    default:
      return badRequest(`Resource not found for the segment '${head.slice(0, 60)}'.`)
  }
}

/** `applications(appId='…')`. */
function splitKey(segment: string): { name: string; key: string | undefined } {
  const match = /^(\w+)\(appId='([^']*)'\)$/.exec(segment)
  return match === null ? { name: segment, key: undefined } : { name: match[1] ?? '', key: match[2] }
}

function organizationEntity({ id, document }: Tenant): Entity {
  const { displayName, domain } = document.tenant
  return { id, displayName, verifiedDomains: [{ name: domain, isDefault: true, isInitial: true, type: 'Managed' }] }
}

function users(
  tenant: Tenant,
  caller: GraphCaller,
  request: DirectoryRequest,
  [name, ...rest]: readonly string[],
): Found | GraphError {
  if (name === undefined) return requirePermission(caller, ...readUsers) ?? many(tenant.document.users.map(userEntity))
  const user = tenant.users.get(name.toLowerCase()) ?? tenant.users.get(name) ?? findUser(tenant, name)
  return user === undefined ? notFound(name) : ofUser(tenant, caller, request, user, rest)
}

/** Somebody's own data takes User.Read only. */
function ofUser(
  tenant: Tenant,
  caller: GraphCaller,
  request: DirectoryRequest,
  user: DirectoryUser,
  rest: readonly string[],
): Found | GraphError {
  const own = caller.user === user ? ['User.Read'] : []
  const [what, cast] = rest
  if (what === undefined) return requirePermission(caller, ...own, ...readUsers) ?? one(userEntity(user))
  if (what === 'appRoleAssignments')
    return requirePermission(caller, ...own, ...directoryRead) ?? many(assignmentsTo(tenant, user.id))
  return requirePermission(caller, ...own, ...readUsers, ...readGroups) ?? membership(tenant, request, user.id, what, cast)
}

/** memberOf and its kin, of a user, a group or a service principal. */
function membership(
  tenant: Tenant,
  request: DirectoryRequest,
  id: string,
  what: string,
  cast: string | undefined,
): Found | GraphError {
  const inGroups = (found: readonly DirectoryGroup[]) =>
    cast === undefined || cast === 'microsoft.graph.group'
      ? many(found.map(group => typed('group', groupEntity(group))))
      : many([])
  switch (what) {
    case 'memberOf':
      return inGroups(directGroups(tenant, id))
    case 'transitiveMemberOf':
      return inGroups(transitiveGroups(tenant, id))
    case 'getMemberObjects':
    case 'getMemberGroups':
    case 'microsoft.graph.getMemberObjects':
    case 'microsoft.graph.getMemberGroups':
      return memberIds(tenant, request, id)
    case 'checkMemberGroups':
    case 'checkMemberObjects':
    case 'microsoft.graph.checkMemberGroups':
      return checkMembers(tenant, request, id)
    default:
      return badRequest(`Resource not found for the segment '${what.slice(0, 60)}'.`)
  }
}

function memberIds(tenant: Tenant, request: DirectoryRequest, id: string): Found | GraphError {
  if (request.method !== 'POST') return badRequest('This action takes POST.')
  return { kind: 'values', values: transitiveGroups(tenant, id).map(group => group.id) }
}

const maxChecked = 20

function checkMembers(tenant: Tenant, request: DirectoryRequest, id: string): Found | GraphError {
  const body = request.method === 'POST' ? bodyOf(request) : undefined
  const asked = body?.groupIds ?? body?.ids
  if (!Array.isArray(asked) || asked.length > maxChecked) return badRequest(`A list of at most ${maxChecked} groupIds is needed.`)
  const own = new Set(transitiveGroups(tenant, id).map(group => group.id))
  return { kind: 'values', values: asked.filter(one => typeof one === 'string' && own.has(one)) }
}

/** A JSON body; undefined when it is no object. */
export function bodyOf(request: DirectoryRequest): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(request.body)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined // not JSON
  }
}

function groups(
  tenant: Tenant,
  caller: GraphCaller,
  request: DirectoryRequest,
  [name, what, cast]: readonly string[],
): Found | GraphError {
  const refused = requirePermission(caller, ...readGroups)
  if (refused !== undefined) return refused
  if (name === undefined) return many(tenant.document.groups.map(groupEntity))
  const group = tenant.groups.get(name) ?? tenant.groups.get(name.toLowerCase())
  if (group === undefined) return notFound(name)
  switch (what) {
    case undefined:
      return one(groupEntity(group))
    case 'members':
      return many(membersOf(tenant, group.members, cast))
    case 'transitiveMembers':
      return many(membersOf(tenant, transitiveMembers(tenant, group), cast))
    case 'appRoleAssignments':
      return many(assignmentsTo(tenant, group.id))
    default:
      return membership(tenant, request, group.id, what, cast)
  }
}

function transitiveMembers(tenant: Tenant, group: DirectoryGroup): readonly string[] {
  const found = new Set<string>()
  const waiting = [...group.members]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...(tenant.groups.get(id)?.members ?? []))
  }
  return [...found]
}

function membersOf(tenant: Tenant, ids: readonly string[], cast: string | undefined): Entity[] {
  const entities = ids.flatMap(id => {
    const [user, group] = [tenant.users.get(id), tenant.groups.get(id)]
    const app = [...tenant.applications.values()].find(candidate => candidate.servicePrincipalId === id)
    if (user !== undefined) return [typed('user', userEntity(user))]
    if (group !== undefined) return [typed('group', groupEntity(group))]
    return app === undefined ? [] : [typed('servicePrincipal', servicePrincipalEntity(app))]
  })
  return cast === undefined ? entities : entities.filter(entity => entity['@odata.type'] === `#${cast}`)
}

function applications(
  tenant: Tenant,
  caller: GraphCaller,
  key: string | undefined,
  [name]: readonly string[],
): Found | GraphError {
  const refused = requirePermission(caller, ...readApplications)
  if (refused !== undefined) return refused
  const all = tenant.document.applications
  if (key === undefined && name === undefined) return many(all.map(applicationEntity))
  const app = all.find(one => (key === undefined ? one.id === name : one.appId.toLowerCase() === key.toLowerCase()))
  return app === undefined ? notFound(key ?? name ?? '') : one(applicationEntity(app))
}

function servicePrincipals(
  tenant: Tenant,
  caller: GraphCaller,
  key: string | undefined,
  rest: readonly string[],
): Found | GraphError {
  const refused = requirePermission(caller, ...readApplications)
  if (refused !== undefined) return refused
  const all = [...tenant.applications.values()]
  const [id, what] = key === undefined ? rest : [key, rest[0]]
  if (id === undefined) return many(all.map(servicePrincipalEntity))
  const app = all.find(candidate =>
    key === undefined ? candidate.servicePrincipalId === id : candidate.appId.toLowerCase() === id.toLowerCase(),
  )
  return app === undefined ? notFound(id) : ofServicePrincipal(tenant, app, what)
}

function ofServicePrincipal(tenant: Tenant, app: DirectoryApplication, what: string | undefined): Found | GraphError {
  switch (what) {
    case undefined:
      return one(servicePrincipalEntity(app))
    case 'appRoleAssignments':
      return many(assignmentsTo(tenant, app.servicePrincipalId))
    case 'appRoleAssignedTo':
      return many(
        tenant.document.appRoleAssignments
          .filter(one => one.resourceAppId === app.appId)
          .map(one => assignmentEntity(tenant, one)),
      )
    case 'oauth2PermissionGrants':
      return many([])
    case 'memberOf':
      return many(directGroups(tenant, app.servicePrincipalId).map(group => typed('group', groupEntity(group))))
    default:
      return badRequest(`Resource not found for the segment '${what.slice(0, 60)}'.`)
  }
}

function assignmentsTo(tenant: Tenant, principalId: string): Entity[] {
  return tenant.document.appRoleAssignments
    .filter(one => one.principalId === principalId)
    .map(one => assignmentEntity(tenant, one))
}

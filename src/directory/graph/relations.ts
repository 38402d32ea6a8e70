import type { DirectoryGroup } from '../../catalog/directory.ts'
import { directGroups, type Tenant, transitiveGroups } from '../tenant.ts'
import {
  assignmentEntity,
  directoryRoleEntity,
  directoryRoleId,
  federatedEntity,
  findPrincipal,
  grantEntity,
  groupEntity,
  objectEntity,
  typed,
} from './entities.ts'
import type { GraphType } from './graph-types.ts'
import type { Entity } from './odata-filter.ts'
import { reading } from './permissions.ts'
import type { Reading } from './reading.ts'

/** What hangs on a thing: read by a path of its own, or put into the thing by `$expand`. */
export interface Relation {
  readonly type: GraphType
  readonly permissions: readonly string[]
  /** `id`: object id of the thing. */
  read(reading: Reading, id: string): readonly Entity[]
}

const ofMembers = [...reading.users, ...reading.groups]

const memberOf: Relation = {
  type: 'directoryObject',
  permissions: ofMembers,
  read: ({ tenant }, id) => [...directGroups(tenant, id).map(groupMember), ...rolesOf(tenant, [id])],
}

const transitiveMemberOf: Relation = {
  type: 'directoryObject',
  permissions: ofMembers,
  read({ tenant }, id) {
    const groups = transitiveGroups(tenant, id)
    return [...groups.map(groupMember), ...rolesOf(tenant, [id, ...groups.map(group => group.id)])]
  },
}

const appRoleAssignments: Relation = {
  type: 'appRoleAssignment',
  permissions: reading.assignments,
  read: ({ tenant }, id) =>
    tenant.document.appRoleAssignments.filter(one => one.principalId === id).map(one => assignmentEntity(tenant, one)),
}

const appRoleAssignedTo: Relation = {
  type: 'appRoleAssignment',
  permissions: reading.assignments,
  read({ tenant }, id) {
    const appId = findPrincipal(tenant, id)?.appId.toLowerCase()
    return tenant.document.appRoleAssignments
      .filter(one => one.resourceAppId.toLowerCase() === appId)
      .map(one => assignmentEntity(tenant, one))
  },
}

const grantsBy = (member: 'principalId' | 'clientId'): Relation => ({
  type: 'oAuth2PermissionGrant',
  permissions: reading.grants,
  read: ({ tenant, services }, id) =>
    [...services.stores.consents.all()].map(one => grantEntity(tenant, one)).filter(grant => grant[member] === id),
})

/** This directory keeps no owners. */
const owners = (permissions: readonly string[]): Relation => ({ type: 'directoryObject', permissions, read: () => [] })

const membersBy = (idsOf: (tenant: Tenant, group: DirectoryGroup) => readonly string[]): Relation => ({
  type: 'directoryObject',
  permissions: reading.groups,
  read({ tenant }, id) {
    const group = tenant.groups.get(id)
    return group === undefined ? [] : objects(tenant, idsOf(tenant, group))
  },
})

const all: ReadonlyMap<string, Relation> = new Map<string, Relation>([
  ['user memberOf', memberOf],
  ['user transitiveMemberOf', transitiveMemberOf],
  ['user appRoleAssignments', appRoleAssignments],
  ['user oauth2PermissionGrants', grantsBy('principalId')],
  ['user ownedObjects', owners(reading.users)],
  ['group members', membersBy((_, group) => group.members)],
  ['group transitiveMembers', membersBy(transitiveMembers)],
  ['group memberOf', memberOf],
  ['group transitiveMemberOf', transitiveMemberOf],
  ['group appRoleAssignments', appRoleAssignments],
  ['group owners', owners(reading.groups)],
  ['servicePrincipal memberOf', memberOf],
  ['servicePrincipal transitiveMemberOf', transitiveMemberOf],
  ['servicePrincipal appRoleAssignments', appRoleAssignments],
  ['servicePrincipal appRoleAssignedTo', appRoleAssignedTo],
  ['servicePrincipal oauth2PermissionGrants', grantsBy('clientId')],
  ['servicePrincipal owners', owners(reading.applications)],
  ['application owners', owners(reading.applications)],
  [
    'application federatedIdentityCredentials',
    {
      type: 'federatedIdentityCredential',
      permissions: reading.applications,
      read({ tenant }, id) {
        const app = tenant.document.applications.find(one => one.id === id)
        return (app?.federatedIdentityCredentials ?? []).map(one => federatedEntity(app!, one)) // there is none without it
      },
    },
  ],
  [
    'directoryRole members',
    {
      type: 'directoryObject',
      permissions: reading.roles,
      read({ tenant }, id) {
        const role = tenant.document.directoryRoles?.find(one => directoryRoleId(tenant, one) === id)
        return objects(tenant, role?.members ?? [])
      },
    },
  ],
])

export function findRelation(type: GraphType, name: string): Relation | undefined {
  return all.get(`${type} ${name}`)
}

const objects = (tenant: Tenant, ids: readonly string[]) =>
  ids.map(id => objectEntity(tenant, id)).filter(entity => entity !== undefined)

const groupMember = (group: DirectoryGroup) => typed('group', groupEntity(group))

function rolesOf(tenant: Tenant, holders: readonly string[]): readonly Entity[] {
  return (tenant.document.directoryRoles ?? [])
    .filter(role => role.members.some(member => holders.includes(member)))
    .map(role => typed('directoryRole', directoryRoleEntity(tenant, role)))
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

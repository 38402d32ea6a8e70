import { isAdministrator } from '../administrators.ts'
import type { Tenant } from '../tenant.ts'
import { directoryRolesOf } from '../tokens/group-claims.ts'
import type { GraphCaller } from './graph-caller.ts'
import { denied, type GraphError } from './graph-error.ts'

/** Permissions that read something, any of which is enough ("Microsoft Graph permissions reference"). */
const directoryRead = ['Directory.Read.All', 'Directory.ReadWrite.All']

export const reading = {
  users: ['User.Read.All', 'User.ReadBasic.All', 'User.ReadWrite.All', ...directoryRead],
  groups: ['GroupMember.Read.All', 'GroupMember.ReadWrite.All', 'Group.Read.All', 'Group.ReadWrite.All', ...directoryRead],
  applications: ['Application.Read.All', 'Application.ReadWrite.All', ...directoryRead],
  assignments: ['Application.Read.All', 'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', ...directoryRead],
  grants: ['DelegatedPermissionGrant.ReadWrite.All', ...directoryRead],
  roles: directoryRead,
  organization: ['Organization.Read.All', 'User.Read', 'User.Read.All', ...directoryRead],
  everything: directoryRead,
} as const

/** A kind of write: the permissions for it, and the roles of the tenant that let a person do it. */
export interface Writing {
  readonly permissions: readonly string[]
  readonly roles: ReadonlySet<string>
}

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
const applicationAdministrator = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'
const cloudApplicationAdministrator = '158c047a-c907-4556-b7ef-446551a6b5f7'
const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814'
const groupsAdministrator = 'fdd7a751-b60b-444a-984c-02652fe8fa1c'
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'
const directoryWriters = '9360feb5-f418-4baa-8175-e2a00bac4301'

const ofApplications = [globalAdministrator, applicationAdministrator, cloudApplicationAdministrator]
const ofGroups = [globalAdministrator, groupsAdministrator, userAdministrator, directoryWriters]

export const writing = {
  applications: { permissions: ['Application.ReadWrite.All', 'Directory.ReadWrite.All'], roles: new Set(ofApplications) },
  assignments: {
    permissions: ['AppRoleAssignment.ReadWrite.All'],
    roles: new Set([...ofApplications, privilegedRoleAdministrator]),
  },
  grants: {
    permissions: ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'],
    roles: new Set([...ofApplications, privilegedRoleAdministrator]),
  },
  groups: { permissions: ['Group.ReadWrite.All', 'Directory.ReadWrite.All'], roles: new Set(ofGroups) },
  members: {
    permissions: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.ReadWrite.All'],
    roles: new Set(ofGroups),
  },
  users: {
    permissions: ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
    roles: new Set([globalAdministrator, userAdministrator]),
  },
} as const satisfies Readonly<Record<string, Writing>>

/** Undefined when the caller has one of these permissions. */
export function requirePermission({ permissions }: GraphCaller, names: readonly string[]): GraphError | undefined {
  return names.some(name => permissions.has(name)) ? undefined : denied()
}

/**
 * Undefined when the caller may write so: an application by its permission, a person by the client's permission and a role of their own. As with consent,
 * everybody is an administrator in a directory that names no directory roles.
 */
export function requireWriting(tenant: Tenant, caller: GraphCaller, { permissions, roles }: Writing): GraphError | undefined {
  const lacking = requirePermission(caller, permissions)
  if (lacking !== undefined || caller.user === undefined) return lacking
  const { id } = caller.user
  const isUnruled = tenant.document.directoryRoles === undefined && isAdministrator(tenant, id)
  return isUnruled || directoryRolesOf(tenant, id).some(role => roles.has(role)) ? undefined : denied()
}

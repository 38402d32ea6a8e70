import type { DirectoryApplication } from '../catalog/directory.ts'
import { microsoftGraph } from '../workspace/local-directory/microsoft-graph.ts'
import type { Tenant } from './tenant.ts'
import { directoryRolesOf } from './tokens/group-claims.ts'

/** Roles whose holders may agree for the whole organization: Global, Privileged Role, Application and Cloud Application Administrator. */
const consentingRoles = new Set([
  '62e90394-69f5-4237-9190-012177145e10',
  'e8611ab8-c189-46e8-94e1-60213ab1f814',
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  '158c047a-c907-4556-b7ef-446551a6b5f7',
])

/** Whether somebody may agree for everybody. In a directory that names no directory roles at all, everybody may. */
export function isAdministrator(tenant: Tenant, userId: string): boolean {
  if (tenant.document.directoryRoles === undefined) return true
  return directoryRolesOf(tenant, userId).some(role => consentingRoles.has(role))
}

/** Microsoft Graph's permissions that a user may agree to for themselves. */
const userPermissions = new Set(['openid', 'profile', 'email', 'offline_access', 'User.Read', 'User.ReadBasic.All'])

/** Whether only an administrator may agree to a scope. */
export function needsAdministrator(resource: DirectoryApplication, name: string): boolean {
  if (resource.appId === microsoftGraph.appId) return !userPermissions.has(name)
  return resource.api.oauth2PermissionScopes.find(scope => scope.value === name)?.type === 'Admin'
}

import type { DirectoryApplication, DirectoryUser } from '../catalog/directory.ts'
import { type EntraRefusal, entraRefusal } from './entra-errors.ts'
import { assignmentsOf, type Tenant } from './tenant.ts'
import type { RequestedScopes } from './tokens/scopes.ts'

/** What keeps an application from a token of its own: only `.default`, and an assignment where the API requires one. */
export function refuseApplication(
  tenant: Tenant,
  client: DirectoryApplication,
  { names, isDefault, resource, identifier }: RequestedScopes,
): EntraRefusal | undefined {
  if (names.length > 0 || !isDefault) return entraRefusal(1002012, names.map(name => `${identifier}/${name}`).join(' '))
  const isAssigned = !resource.appRoleAssignmentRequired || assignmentsOf(tenant, client.servicePrincipalId, resource).assigned
  if (isAssigned) return undefined
  return entraRefusal(501051, client.displayName, client.appId, resource.appId, resource.displayName)
}

/** What keeps a user from a token for an API: a disabled account, no assignment where the API requires one. */
export function refuseUser(tenant: Tenant, user: DirectoryUser, resource: DirectoryApplication): EntraRefusal | undefined {
  if (!user.accountEnabled) return entraRefusal(50057)
  if (!resource.appRoleAssignmentRequired || assignmentsOf(tenant, user.id, resource).assigned) return undefined
  return entraRefusal(50105, user.userPrincipalName, resource.appId, resource.displayName)
}

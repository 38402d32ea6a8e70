import type { DirectoryApplication, DirectoryDocument } from '../catalog/directory.ts'
import { hasGroupOverage } from '../identity/graph/group-overage.ts'
import { apiApplication, type Refused, wanted } from './refused.ts'

/** Who calls, as the local directory knows them. */
export interface Principal {
  readonly id: string
  readonly kind: 'User' | 'Application'
}

/** The user, or for an application's own token its service principal; undefined when the directory has neither. */
export function principalOf({ record: { caller }, catalog: { directory } }: Refused): Principal | undefined {
  if (caller === undefined || directory === undefined) return undefined
  const { objectId, userPrincipalName, clientApplication, scopes } = caller
  const user = directory.users.find(
    one => one.id === objectId || one.userPrincipalName.toLowerCase() === userPrincipalName?.toLowerCase(),
  )
  if (user !== undefined) return { id: user.id, kind: 'User' }
  if (scopes !== undefined || userPrincipalName !== undefined) return undefined
  const own = directory.applications.find(
    ({ servicePrincipalId, appId }) => servicePrincipalId === objectId || appId === clientApplication,
  )
  return own === undefined ? undefined : { id: own.servicePrincipalId, kind: 'Application' }
}

/** Those of the demanded roles that the caller holds in the local directory now, enough of them to pass with a new token; empty: not so. */
export function rolesHeldNow(refused: Refused): readonly string[] {
  const principal = principalOf(refused)
  const { directory } = refused.catalog
  const { found } = apiApplication(refused)
  const demand = wanted(refused, 'roles')
  if (principal === undefined || directory === undefined || found === undefined || demand === undefined) return []
  const inToken = refused.record.caller?.roles ?? []
  const assigned = rolesOn(found, principal, directory)
  return enough(demand, inToken, assigned)
}

/** As for roles, of group ids that a new token would have. */
export function groupsHeldNow(refused: Refused): readonly string[] {
  const principal = principalOf(refused)
  const { directory } = refused.catalog
  const { found } = apiApplication(refused)
  const demand = wanted(refused, 'groups')
  if (principal === undefined || directory === undefined || demand === undefined) return []
  const isTold = ['SecurityGroup', 'All', 'ApplicationGroup'].includes(found?.groupMembershipClaims ?? 'None')
  if (!isTold || hasGroupOverage(refused.claims ?? {})) return []
  const inToken = [refused.claims?.groups].flat().filter(one => typeof one === 'string')
  return enough(demand, inToken, groupsAround(principal.id, directory))
}

/** Whether roles or groups came to the caller after the token was issued; undefined: nobody here can tell. */
export function isGrantedSince(refused: Refused): boolean | undefined {
  if (refused.catalog.directory === undefined) return undefined
  return rolesHeldNow(refused).length + groupsHeldNow(refused).length > 0
}

function enough(
  { match, values }: { readonly match: 'all' | 'any'; readonly values: readonly string[] },
  inToken: readonly string[],
  now: readonly string[],
): readonly string[] {
  const lacking = values.filter(one => !inToken.includes(one))
  const held = lacking.filter(one => now.includes(one))
  return match === 'any' || held.length === lacking.length ? held : []
}

/** Assigned to it, or to a group that it is a direct member of: those of nested groups count for no app role. */
function rolesOn(api: DirectoryApplication, { id }: Principal, { groups, appRoleAssignments }: DirectoryDocument): string[] {
  const holders = new Set([id, ...groups.filter(({ members }) => members.includes(id)).map(group => group.id)])
  const held = appRoleAssignments
    .filter(one => one.resourceAppId.toLowerCase() === api.appId.toLowerCase() && holders.has(one.principalId))
    .map(({ appRoleId }) => appRoleId)
  return api.appRoles.filter(role => held.includes(role.id)).map(({ value }) => value)
}

/** Ids of the groups that hold somebody, directly or through other groups. */
function groupsAround(id: string, { groups }: DirectoryDocument): readonly string[] {
  const found = new Set([id])
  for (const around of found) for (const group of groups) if (group.members.includes(around)) found.add(group.id)
  found.delete(id)
  return [...found]
}

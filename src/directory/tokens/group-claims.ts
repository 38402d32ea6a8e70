import type { DirectoryApplication, DirectoryGroup, DirectoryUser, OptionalClaim } from '../../catalog/directory.ts'
import { directGroups, type Tenant, transitiveGroups } from '../tenant.ts'

type Claims = Readonly<Record<string, unknown>>

/** Which token the claims are for: one that comes through the browser's address has less room. */
export type TokenRoom = 'plain' | 'address'

/** Groups that a token holds at most; past it stands where to ask for them. */
const maxGroups = 200
/** From this number on a token in an address only says that there are groups. */
const manyInAddress = 6

/**
 * By the application's groupMembershipClaims: object ids or, where the optional claim `groups` says so, names; past the limit the
 * address that tells them. `roles` when they are to be given as roles.
 */
export function groupClaims(
  tenant: Tenant,
  application: DirectoryApplication,
  user: DirectoryUser,
  optional: readonly OptionalClaim[] = [],
  room: TokenRoom = 'plain',
): Claims {
  const groups = groupsFor(tenant, application, user)
  if (groups.length === 0) return {}
  if (room === 'address' && groups.length >= manyInAddress) return { hasgroups: true }
  if (groups.length > maxGroups) {
    const endpoint = `https://${tenant.cloud.graph}/v1.0/users/${user.id}/getMemberObjects`
    return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } }
  }
  const properties = optional.find(({ name }) => name === 'groups')?.additionalProperties ?? []
  const byName = application.groupMembershipClaims === 'ApplicationGroup' && properties.includes('cloud_displayname')
  const names = groups.map(group => groupName(group, properties, byName))
  return properties.includes('emit_as_roles') ? { roles: names } : { groups: names }
}

const nameForms = ['sam_account_name', 'dns_domain_and_sam_account_name', 'netbios_domain_and_sam_account_name'] as const

/** Names on premises are only those of groups that come from there; the others keep their ids, or their display names. */
function groupName(group: DirectoryGroup, properties: readonly string[], byName: boolean): string {
  const form = nameForms.find(one => one === properties.find(property => nameForms.some(known => known === property)))
  const { onPremisesSamAccountName: account, onPremisesDomainName: dns, onPremisesNetBiosName: netBios } = group
  const cloud = byName ? group.displayName : group.id
  if (form === undefined || account === undefined) return cloud
  if (form === 'sam_account_name') return account
  const domain = form === 'dns_domain_and_sam_account_name' ? dns : netBios
  return domain === undefined ? cloud : `${domain}\\${account}`
}

function groupsFor(tenant: Tenant, application: DirectoryApplication, user: DirectoryUser): readonly DirectoryGroup[] {
  switch (application.groupMembershipClaims ?? 'None') {
    case 'SecurityGroup':
      return transitiveGroups(tenant, user.id).filter(group => group.securityEnabled !== false)
    case 'All':
      return transitiveGroups(tenant, user.id)
    case 'ApplicationGroup':
      return assignedGroups(tenant, application, user)
    case 'DirectoryRole':
    case 'None':
      return []
  }
}

/** Only the groups that are themselves assigned to the application, and that the user is a direct member of. */
function assignedGroups(tenant: Tenant, application: DirectoryApplication, user: DirectoryUser): readonly DirectoryGroup[] {
  const assigned = new Set(
    tenant.document.appRoleAssignments
      .filter(assignment => assignment.resourceAppId === application.appId && assignment.principalType === 'Group')
      .map(assignment => assignment.principalId),
  )
  return directGroups(tenant, user.id).filter(group => assigned.has(group.id))
}

/** `wids`: template ids of the tenant's own roles that the user has, also through groups. */
export function directoryRoleClaims(
  tenant: Tenant,
  application: DirectoryApplication,
  user: DirectoryUser,
  room: TokenRoom,
): Claims {
  const wanted = application.groupMembershipClaims ?? 'None'
  if (room === 'address' || wanted === 'None' || wanted === 'ApplicationGroup') return {}
  const wids = directoryRolesOf(tenant, user.id)
  return wids.length === 0 ? {} : { wids }
}

/** Template ids of the directory roles that a principal has, directly or through groups. */
export function directoryRolesOf(tenant: Tenant, principalId: string): readonly string[] {
  const holders = new Set([principalId, ...transitiveGroups(tenant, principalId).map(group => group.id)])
  const held = (tenant.document.directoryRoles ?? []).filter(role => role.members.some(member => holders.has(member)))
  return [...new Set(held.map(role => role.roleTemplateId))]
}

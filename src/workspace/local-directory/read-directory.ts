import type { DirectoryDocument, DirectoryGroup } from '../../catalog/directory.ts'
import { parseGuid } from '../guid.ts'
import type { Report } from '../report.ts'
import { type Fields, fieldsOf } from '../text/fields.ts'
import type { ObjectNode } from '../text/text-node.ts'
import { type DirectoryReader, directoryReader, textsThere } from './directory-reader.ts'
import { principalFinder } from './principals.ts'
import { knownKeys, readApplication } from './read-applications.ts'
import { readAssignments } from './read-assignments.ts'
import { readConditionalAccess } from './read-conditional-access.ts'
import { readDirectoryRole } from './read-directory-roles.ts'
import { readUser } from './read-user.ts'

/** Reads directory.yaml: made ids filled in, every name resolved. Undefined when it has no tenant, which everything else hangs on. */
export function readDirectory(file: string, node: ObjectNode, report: Report): DirectoryDocument | undefined {
  const root = fieldsOf(node, report)
  root.refuseOthers(knownKeys('root'))
  const tenant = readTenant(root, report)
  // What does not depend on the tenant's id is read all the same, so that its faults are found too.
  const reader = directoryReader(tenant?.id ?? '00000000-0000-0000-0000-000000000000', report)
  const users = root.list('users').flatMap(fields => readUser(fields, reader) ?? [])
  const groups = root.list('groups').flatMap(fields => readGroup(fields, reader) ?? [])
  const applications = root.list('applications').flatMap(fields => readApplication(fields, reader) ?? [])
  const find = principalFinder(users, groups, applications, report)
  const withMembers = groups.map(({ fields, ...group }): DirectoryGroup => {
    const members = fields.texts('members').flatMap(({ text, at }) => find(text, at)?.principalId ?? [])
    return { ...group, members: [...new Set(members)] }
  })
  const appRoleAssignments = readAssignments(root.list('appRoleAssignments'), applications, find, reader)
  const directoryRoles = root.list('directoryRoles').flatMap(fields => readDirectoryRole(fields, find, reader) ?? [])
  const conditionalAccessPolicies = root
    .list('conditionalAccessPolicies')
    .flatMap(fields => readConditionalAccess(fields, { find, applications }, reader) ?? [])
  if (tenant === undefined) return undefined
  return {
    file,
    tenant,
    users,
    groups: withMembers,
    applications,
    appRoleAssignments,
    ...(directoryRoles.length === 0 ? {} : { directoryRoles }),
    ...(conditionalAccessPolicies.length === 0 ? {} : { conditionalAccessPolicies }),
  }
}

function readTenant(root: Fields, report: Report): DirectoryDocument['tenant'] | undefined {
  const fields = root.fields('tenant')
  if (fields === undefined) {
    report.error(root.node.at, 'value.missing', "'tenant' is missing", 'write tenant: { id: a GUID }')
    return undefined
  }
  fields.refuseOthers(knownKeys('tenant'))
  const raw = fields.requiredText('id')
  const id = raw === undefined ? undefined : parseGuid(raw)
  if (id === undefined) {
    if (raw !== undefined) report.error(fields.at('id'), 'value.format', `'${raw}' is not a tenant id`, 'write a GUID')
    return undefined
  }
  const displayName = fields.text('displayName')
  const domain = fields.text('domain')?.toLowerCase() ?? `${domainLabel(displayName ?? 'gatehouse')}.onmicrosoft.com`
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))
    report.error(fields.at('domain'), 'value.format', `'${domain}' is not a domain`)
  const cloud = fields.choice('cloud', ['public', 'us-government', 'us-government-dod', 'china'])
  return { id, domain, displayName: displayName ?? domain, ...(cloud === undefined ? {} : { cloud }) }
}

function domainLabel(displayName: string): string {
  const letters = displayName.toLowerCase().replace(/[^a-z0-9]+/g, '')
  return letters === '' ? 'gatehouse' : letters.slice(0, 27)
}

function readGroup(
  fields: Fields,
  reader: DirectoryReader,
): (Omit<DirectoryGroup, 'members'> & { readonly fields: Fields }) | undefined {
  fields.refuseOthers(knownKeys('group'))
  const displayName = fields.requiredText('displayName')
  if (displayName === undefined) return undefined
  const securityEnabled = fields.flag('securityEnabled')
  return {
    id: reader.idOf(fields, 'id', 'group', displayName),
    displayName,
    ...(securityEnabled === undefined ? {} : { securityEnabled }),
    ...textsThere(fields, ['onPremisesSamAccountName', 'onPremisesDomainName', 'onPremisesNetBiosName'] as const),
    fields,
  }
}

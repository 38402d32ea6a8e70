import type { DirectoryDocument, DirectoryGroup, DirectoryUser } from '../../catalog/directory.ts'
import { parseGuid } from '../guid.ts'
import type { Report } from '../report.ts'
import { type Fields, fieldsOf } from '../text/fields.ts'
import type { ObjectNode } from '../text/text-node.ts'
import { type DirectoryReader, directoryReader } from './directory-reader.ts'
import { principalFinder } from './principals.ts'
import { knownKeys, readApplication } from './read-applications.ts'
import { readAssignments } from './read-assignments.ts'

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
  const withMembers = groups.map(({ id, displayName, fields }): DirectoryGroup => {
    const members = fields.texts('members').flatMap(({ text, at }) => find(text, at)?.principalId ?? [])
    return { id, displayName, members: [...new Set(members)] }
  })
  const appRoleAssignments = readAssignments(root.list('appRoleAssignments'), applications, find, reader)
  return tenant === undefined ? undefined : { file, tenant, users, groups: withMembers, applications, appRoleAssignments }
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
  return { id, domain, displayName: displayName ?? domain }
}

function domainLabel(displayName: string): string {
  const letters = displayName.toLowerCase().replace(/[^a-z0-9]+/g, '')
  return letters === '' ? 'gatehouse' : letters.slice(0, 27)
}

function readUser(fields: Fields, reader: DirectoryReader): DirectoryUser | undefined {
  fields.refuseOthers(knownKeys('user'))
  const userPrincipalName = fields.requiredText('userPrincipalName')
  const password = fields.requiredText('password')
  if (userPrincipalName === undefined) return undefined
  if (!/^[^@\s]+@[^@\s]+$/.test(userPrincipalName)) {
    reader.report.error(fields.at('userPrincipalName'), 'value.format', `'${userPrincipalName}' should be name@domain`)
  }
  reader.unique('userPrincipalName', userPrincipalName, fields.at('userPrincipalName'))
  const id = reader.idOf(fields, 'id', 'user', userPrincipalName)
  if (password === undefined) return undefined
  const [givenName, surname, mail] = ['givenName', 'surname', 'mail'].map(key => fields.text(key))
  return {
    id,
    userPrincipalName,
    password,
    displayName: fields.text('displayName') ?? userPrincipalName.slice(0, userPrincipalName.indexOf('@')),
    ...(givenName === undefined ? {} : { givenName }),
    ...(surname === undefined ? {} : { surname }),
    ...(mail === undefined ? {} : { mail }),
    accountEnabled: fields.flag('accountEnabled') ?? true,
  }
}

function readGroup(fields: Fields, reader: DirectoryReader): { id: string; displayName: string; fields: Fields } | undefined {
  fields.refuseOthers(knownKeys('group'))
  const displayName = fields.requiredText('displayName')
  if (displayName === undefined) return undefined
  return { id: reader.idOf(fields, 'id', 'group', displayName), displayName, fields }
}

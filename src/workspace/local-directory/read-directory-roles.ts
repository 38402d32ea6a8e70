import type { DirectoryRole } from '../../catalog/directory.ts'
import { parseGuid } from '../guid.ts'
import { didYouMean } from '../near-names.ts'
import type { Fields } from '../text/fields.ts'
import type { DirectoryReader } from './directory-reader.ts'
import type { FindPrincipal } from './principals.ts'
import { knownKeys } from './read-applications.ts'

/** Roles that are used most, by the ids that they have in every tenant. Source: Microsoft Entra built-in roles. */
const builtInRoles = [
  { displayName: 'Application Administrator', roleTemplateId: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3' },
  { displayName: 'Application Developer', roleTemplateId: 'cf1c38e5-3621-4004-a7cb-879624dced7c' },
  { displayName: 'Authentication Administrator', roleTemplateId: 'c4e39bd9-1100-46d3-8c65-fb160da0071f' },
  { displayName: 'Billing Administrator', roleTemplateId: 'b0f54661-2d74-4c50-afa3-1ec803f12efe' },
  { displayName: 'Cloud Application Administrator', roleTemplateId: '158c047a-c907-4556-b7ef-446551a6b5f7' },
  { displayName: 'Conditional Access Administrator', roleTemplateId: 'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9' },
  { displayName: 'Directory Readers', roleTemplateId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b' },
  { displayName: 'Directory Writers', roleTemplateId: '9360feb5-f418-4baa-8175-e2a00bac4301' },
  { displayName: 'Global Administrator', roleTemplateId: '62e90394-69f5-4237-9190-012177145e10' },
  { displayName: 'Global Reader', roleTemplateId: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451' },
  { displayName: 'Groups Administrator', roleTemplateId: 'fdd7a751-b60b-444a-984c-02652fe8fa1c' },
  { displayName: 'Helpdesk Administrator', roleTemplateId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' },
  { displayName: 'Privileged Role Administrator', roleTemplateId: 'e8611ab8-c189-46e8-94e1-60213ab1f814' },
  { displayName: 'Security Administrator', roleTemplateId: '194ae4cb-b126-40b2-bd5b-6091b380977d' },
  { displayName: 'Security Reader', roleTemplateId: '5d6b6bb7-de71-4623-b4af-96380a352509' },
  { displayName: 'User Administrator', roleTemplateId: 'fe930be7-5e62-47db-91af-98c3a49a38b1' },
] as const

/** A role by its name or its template's id, with its members resolved. */
export function readDirectoryRole(fields: Fields, find: FindPrincipal, { report }: DirectoryReader): DirectoryRole | undefined {
  fields.refuseOthers(knownKeys('directoryRole'))
  const [name, rawId] = [fields.text('displayName'), fields.text('roleTemplateId')]
  const members = fields.texts('members').flatMap(({ text, at }) => find(text, at)?.principalId ?? [])
  if (rawId !== undefined) {
    const roleTemplateId = parseGuid(rawId)
    if (roleTemplateId === undefined) {
      report.error(fields.at('roleTemplateId'), 'value.format', `'${rawId}' is not an id`)
      return undefined
    }
    const known = builtInRoles.find(role => role.roleTemplateId === roleTemplateId)
    return { displayName: name ?? known?.displayName ?? roleTemplateId, roleTemplateId, members }
  }
  const known = builtInRoles.find(role => role.displayName.toLowerCase() === name?.toLowerCase())
  if (known !== undefined) return { ...known, members }
  if (name === undefined)
    report.error(fields.node.at, 'value.missing', "'displayName' is missing", 'name the role, or give its roleTemplateId')
  else {
    const near = didYouMean(
      name,
      builtInRoles.map(role => role.displayName),
    )
    report.error(
      fields.at('displayName'),
      'reference.unknown',
      `no built-in role is known as '${name}'`,
      near ?? 'give its roleTemplateId',
    )
  }
  return undefined
}

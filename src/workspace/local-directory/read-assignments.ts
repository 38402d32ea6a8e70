import type { AppRoleAssignment, DirectoryApplication } from '../../catalog/directory.ts'
import { didYouMean } from '../near-names.ts'
import type { Fields } from '../text/fields.ts'
import type { DirectoryReader } from './directory-reader.ts'
import { microsoftGraph } from './microsoft-graph.ts'
import type { FindPrincipal } from './principals.ts'
import { knownKeys } from './read-applications.ts'

/** Stands for access without a role, as in Microsoft Graph. */
export const defaultAccess = '00000000-0000-0000-0000-000000000000'

interface Resource {
  readonly appId: string
  readonly displayName: string
  readonly roles: readonly { readonly id: string; readonly value: string; readonly allowedMemberTypes: readonly string[] }[]
}

const graph: Resource = {
  appId: microsoftGraph.appId,
  displayName: microsoftGraph.displayName,
  roles: microsoftGraph.appRoles.map(role => ({ ...role, allowedMemberTypes: ['Application'] })),
}

/** Assignments with every name resolved; what cannot be resolved, or may not be assigned, is reported and left out. */
export function readAssignments(
  lists: readonly Fields[],
  applications: readonly DirectoryApplication[],
  find: FindPrincipal,
  reader: DirectoryReader,
): readonly AppRoleAssignment[] {
  const declared = applications.map(({ appId, displayName, appRoles }) => ({ appId, displayName, roles: appRoles }))
  const resources: readonly Resource[] = [...declared, graph]
  return lists.flatMap(fields => {
    fields.refuseOthers(knownKeys('assignment'))
    const name = fields.requiredText('principal')
    const principal = name === undefined ? undefined : find(name, fields.at('principal'))
    const resource = resourceOf(fields, resources, reader)
    const role = resource === undefined ? undefined : roleOf(fields, resource, principal, reader)
    if (principal === undefined || resource === undefined || role === undefined) return []
    reader.unique('assignment', `${name} / ${resource.displayName} / ${fields.text('role') ?? 'default access'}`, fields.node.at)
    return [{ ...principal, resourceAppId: resource.appId, appRoleId: role }]
  })
}

function resourceOf(fields: Fields, resources: readonly Resource[], { report }: DirectoryReader): Resource | undefined {
  const name = fields.requiredText('resource')
  if (name === undefined) return undefined
  const folded = name.toLowerCase()
  const found = resources.filter(({ appId, displayName }) => appId === folded || displayName.toLowerCase() === folded)
  if (found.length === 1) return found[0]
  if (found.length > 1)
    report.error(fields.at('resource'), 'directory.ambiguous', `'${name}' is several applications`, 'name it by its appId')
  else {
    const mend = didYouMean(
      name,
      resources.map(resource => resource.displayName),
    )
    report.error(fields.at('resource'), 'reference.unknown', `no application is called '${name}'`, mend)
  }
  return undefined
}

function roleOf(
  fields: Fields,
  resource: Resource,
  principal: ReturnType<FindPrincipal>,
  { report }: DirectoryReader,
): string | undefined {
  const name = fields.text('role')
  if (name === undefined || name === defaultAccess) return defaultAccess
  const role = resource.roles.find(({ id, value }) => id === name.toLowerCase() || value === name)
  if (role === undefined) {
    const mend = didYouMean(
      name,
      resource.roles.map(({ value }) => value),
    )
    report.error(fields.at('role'), 'reference.unknown', `'${resource.displayName}' declares no role '${name}'`, mend)
    return undefined
  }
  const needed = principal?.principalType === 'ServicePrincipal' ? 'Application' : 'User'
  if (principal === undefined || role.allowedMemberTypes.includes(needed)) return role.id
  const message = `the role '${name}' is not for ${needed === 'User' ? 'users and groups' : 'applications'}`
  report.error(fields.at('role'), 'directory.memberType', message, `add '${needed}' to its allowedMemberTypes`)
  return undefined
}

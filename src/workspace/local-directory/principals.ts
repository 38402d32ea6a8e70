import type { AppRoleAssignment, DirectoryApplication, DirectoryGroup, DirectoryUser } from '../../catalog/directory.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import type { Place } from '../text/text-node.ts'

export type Principal = Pick<AppRoleAssignment, 'principalId' | 'principalType'>

/** Finds users, groups and applications by what the file calls them; reports a name that is nobody's, or several's. */
export type FindPrincipal = (name: string, at: Place) => Principal | undefined

export function principalFinder(
  users: readonly DirectoryUser[],
  groups: readonly Pick<DirectoryGroup, 'id' | 'displayName'>[],
  applications: readonly DirectoryApplication[],
  report: Report,
): FindPrincipal {
  const byName = new Map<string, Map<string, Principal>>()
  const names: string[] = []
  const add = (name: string, principal: Principal, shown = true) => {
    const key = name.toLowerCase()
    byName.set(key, (byName.get(key) ?? new Map()).set(principal.principalId, principal))
    if (shown) names.push(name)
  }
  for (const { id, userPrincipalName } of users) {
    add(userPrincipalName, { principalId: id, principalType: 'User' })
    add(id, { principalId: id, principalType: 'User' }, false)
  }
  for (const { id, displayName } of groups) {
    add(displayName, { principalId: id, principalType: 'Group' })
    add(id, { principalId: id, principalType: 'Group' }, false)
  }
  for (const { servicePrincipalId, appId, displayName } of applications) {
    const principal: Principal = { principalId: servicePrincipalId, principalType: 'ServicePrincipal' }
    add(displayName, principal)
    for (const id of [appId, servicePrincipalId]) add(id, principal, false)
  }
  return (name, at) => {
    const [first, second] = byName.get(name.toLowerCase())?.values() ?? []
    if (first === undefined) {
      report.error(at, 'reference.unknown', `no user, group or application is called '${name}'`, didYouMean(name, names))
    } else if (second !== undefined) {
      const message = `'${name}' could be a ${first.principalType} or a ${second.principalType}`
      report.error(at, 'directory.ambiguous', message)
      return undefined
    }
    return first
  }
}

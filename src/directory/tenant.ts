import { bareApplication } from '../catalog/bare-application.ts'
import type { Cloud } from '../catalog/clouds.ts'
import type { DirectoryApplication, DirectoryDocument, DirectoryGroup, DirectoryUser } from '../catalog/directory.ts'
import { microsoftGraph } from '../workspace/local-directory/microsoft-graph.ts'
import { cloudOf } from './cloud.ts'
import { firstPartyApplications } from './first-party.ts'
import { stableId } from './stable-id.ts'

export { stableId } from './stable-id.ts'

/** A directory document, indexed for look-up. Nothing of it changes. */
export interface Tenant {
  readonly document: DirectoryDocument
  readonly id: string
  readonly domain: string
  readonly cloud: Cloud
  /** Microsoft Graph as an application of this tenant, unless the document declares it itself. */
  readonly graph: DirectoryApplication
  readonly applications: ReadonlyMap<string, DirectoryApplication>
  readonly users: ReadonlyMap<string, DirectoryUser>
  /** By userPrincipalName, lower case. */
  readonly usersByName: ReadonlyMap<string, DirectoryUser>
  /** By object id. */
  readonly groups: ReadonlyMap<string, DirectoryGroup>
  /** Groups that list somebody among their members, by the member's object id. */
  readonly memberships: ReadonlyMap<string, readonly DirectoryGroup[]>
  /** By appId and every identifierUri: what a scope or `resource` may call an application. */
  readonly resources: ReadonlyMap<string, DirectoryApplication>
  /** By appId and every identifierUri: what Microsoft has in every tenant. Found by name, listed nowhere. */
  readonly firstParty: ReadonlyMap<string, DirectoryApplication>
}

export function indexTenant(document: DirectoryDocument): Tenant {
  const graph = document.applications.find(app => app.appId === microsoftGraph.appId) ?? graphApplication(document.tenant)
  const applications = [...document.applications.filter(app => app !== graph), graph]
  return {
    document,
    id: document.tenant.id,
    domain: document.tenant.domain,
    cloud: cloudOf(document.tenant),
    graph,
    applications: new Map(applications.map(app => [app.appId.toLowerCase(), app])),
    users: new Map(document.users.map(user => [user.id, user])),
    usersByName: new Map(document.users.map(user => [user.userPrincipalName.toLowerCase(), user])),
    groups: new Map(document.groups.map(group => [group.id, group])),
    memberships: membershipsOf(document),
    resources: byName(applications),
    firstParty: byName(firstPartyApplications(document.tenant.id)),
  }
}

const byName = (applications: readonly DirectoryApplication[]) =>
  new Map(applications.flatMap(app => [app.appId, ...app.identifierUris].map(name => [name, app] as const)))

/** An application by appId, in any case. */
export function findApplication(tenant: Tenant, appId: string): DirectoryApplication | undefined {
  return tenant.applications.get(appId.toLowerCase()) ?? tenant.firstParty.get(appId.toLowerCase())
}

export function findUser(tenant: Tenant, userPrincipalName: string): DirectoryUser | undefined {
  return tenant.usersByName.get(userPrincipalName.trim().toLowerCase())
}

/** The API that a scope's or `resource`'s text names; a slash at its end does not matter, as at Entra. */
export function findResource(tenant: Tenant, identifier: string): DirectoryApplication | undefined {
  const forms = [identifier, identifier.toLowerCase(), identifier.replace(/\/$/, ''), `${identifier}/`]
  const find = (named: ReadonlyMap<string, DirectoryApplication>) => forms.flatMap(form => named.get(form) ?? [])[0]
  return find(tenant.resources) ?? find(tenant.firstParty)
}

/** Groups that list the principal among their members. */
export function directGroups({ memberships }: Tenant, principalId: string): DirectoryGroup[] {
  return [...(memberships.get(principalId) ?? [])]
}

function membershipsOf({ groups }: DirectoryDocument): ReadonlyMap<string, readonly DirectoryGroup[]> {
  const found = new Map<string, DirectoryGroup[]>()
  for (const group of groups)
    for (const member of group.members) {
      const of = found.get(member)
      if (of === undefined) found.set(member, [group])
      else of.push(group)
    }
  return found
}

/** Those groups and the groups that they are in, each once. */
export function transitiveGroups(tenant: Tenant, principalId: string): DirectoryGroup[] {
  const found = new Set<DirectoryGroup>()
  const waiting = directGroups(tenant, principalId)
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    if (found.has(group)) continue
    found.add(group)
    waiting.push(...directGroups(tenant, group.id))
  }
  return [...found]
}

/** What a principal holds on a resource: assigned to it, or (a user) to a group that it is a direct member of. */
export interface Assignments {
  /** Values of its app roles, each once, in the order in which the API declares them. */
  readonly roles: readonly string[]
  /** Assigned at all, be it without a role. */
  readonly assigned: boolean
}

export function assignmentsOf(tenant: Tenant, principalId: string, resource: DirectoryApplication): Assignments {
  const holders = new Set([principalId, ...directGroups(tenant, principalId).map(group => group.id)])
  const held = tenant.document.appRoleAssignments.filter(
    assignment => assignment.resourceAppId.toLowerCase() === resource.appId.toLowerCase() && holders.has(assignment.principalId),
  )
  const ids = new Set(held.map(assignment => assignment.appRoleId))
  return { roles: resource.appRoles.filter(role => ids.has(role.id)).map(role => role.value), assigned: held.length > 0 }
}

function graphApplication(tenant: DirectoryDocument['tenant']): DirectoryApplication {
  return {
    ...bareApplication,
    id: stableId(tenant.id, 'application', microsoftGraph.appId),
    servicePrincipalId: stableId(tenant.id, 'servicePrincipal', microsoftGraph.appId),
    appId: microsoftGraph.appId,
    displayName: 'Microsoft Graph',
    identifierUris: [...new Set([...microsoftGraph.identifierUris, `https://${cloudOf(tenant).graph}`])],
    appRoles: microsoftGraph.appRoles.map(role => ({ ...role, displayName: role.value, allowedMemberTypes: ['Application'] })),
    api: {
      requestedAccessTokenVersion: 1,
      oauth2PermissionScopes: microsoftGraph.oauth2PermissionScopes,
      preAuthorizedApplications: [],
    },
  }
}

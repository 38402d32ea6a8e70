import type {
  AppRoleAssignment,
  ConditionalAccessPolicy,
  DirectoryApplication,
  DirectoryDocument,
  DirectoryGroup,
  DirectoryUser,
  PasswordCredential,
} from '../../catalog/directory.ts'

/** What of an application may be changed once it is there; secrets come and go one by one. */
export type ApplicationPatch = Partial<
  Pick<
    DirectoryApplication,
    | 'displayName'
    | 'identifierUris'
    | 'appRoles'
    | 'api'
    | 'redirectUris'
    | 'isFallbackPublicClient'
    | 'groupMembershipClaims'
    | 'appRoleAssignmentRequired'
    | 'keyCredentials'
    | 'federatedIdentityCredentials'
    | 'optionalClaims'
    | 'implicitGrantSettings'
    | 'logoutUrl'
  >
>

/** One change to a directory, as it is kept: what the document says is changed by it, whatever the document says by then. */
export type Change =
  | { readonly kind: 'add-application'; readonly application: DirectoryApplication }
  | { readonly kind: 'remove-application'; readonly appId: string }
  | {
      readonly kind: 'patch-application'
      readonly appId: string
      readonly patch: ApplicationPatch
      /** Members that are taken away. */
      readonly clear?: readonly string[]
    }
  | { readonly kind: 'add-password'; readonly appId: string; readonly credential: PasswordCredential }
  | { readonly kind: 'remove-password'; readonly appId: string; readonly keyId: string }
  | { readonly kind: 'assign' | 'unassign'; readonly assignment: AppRoleAssignment }
  | { readonly kind: 'add-user'; readonly user: DirectoryUser }
  | {
      readonly kind: 'patch-user'
      readonly userId: string
      readonly patch: Partial<Omit<DirectoryUser, 'id'>>
      readonly clear?: readonly string[]
    }
  | { readonly kind: 'add-group'; readonly group: DirectoryGroup }
  | { readonly kind: 'patch-group'; readonly groupId: string; readonly patch: Partial<Omit<DirectoryGroup, 'id' | 'members'>> }
  /** A user or a group, with its memberships and assignments. */
  | { readonly kind: 'remove-principal'; readonly id: string }
  | { readonly kind: 'add-member' | 'remove-member'; readonly groupId: string; readonly memberId: string }

/** The document with the change made. A change whose place is gone (its application was taken out of the file) changes nothing. */
export function applyChange(document: DirectoryDocument, change: Change): DirectoryDocument {
  switch (change.kind) {
    case 'add-application':
      return { ...document, applications: added(document.applications, change.application, app => app.appId) }
    case 'remove-application':
      return withoutApplication(document, change.appId)
    case 'patch-application':
      return withApplication(document, change.appId, app => ({ ...cleared(app, change.clear), ...change.patch }))
    case 'add-password':
      return withSecrets(document, change.appId, secrets => added(secrets, change.credential, one => one.keyId))
    case 'remove-password':
      return withSecrets(document, change.appId, secrets => secrets.filter(one => one.keyId !== change.keyId))
    case 'assign':
      if (document.appRoleAssignments.some(one => isSame(one, change.assignment))) return document
      return { ...document, appRoleAssignments: [...document.appRoleAssignments, change.assignment] }
    case 'unassign':
      return { ...document, appRoleAssignments: document.appRoleAssignments.filter(one => !isSame(one, change.assignment)) }
    case 'add-user':
      return { ...document, users: added(document.users, change.user, user => user.id) }
    case 'patch-user':
      return {
        ...document,
        users: document.users.map(one => (one.id === change.userId ? { ...cleared(one, change.clear), ...change.patch } : one)),
      }
    case 'add-group':
      return { ...document, groups: added(document.groups, change.group, group => group.id) }
    case 'patch-group':
      return { ...document, groups: document.groups.map(one => (one.id === change.groupId ? { ...one, ...change.patch } : one)) }
    case 'remove-principal':
      return withoutPrincipal(document, change.id)
    case 'add-member':
      return withMembers(document, change.groupId, members =>
        members.includes(change.memberId) ? members : [...members, change.memberId],
      )
    case 'remove-member':
      return withMembers(document, change.groupId, members => members.filter(one => one !== change.memberId))
  }
}

export function isSame(a: AppRoleAssignment, b: AppRoleAssignment): boolean {
  return (
    a.principalId === b.principalId &&
    a.resourceAppId.toLowerCase() === b.resourceAppId.toLowerCase() &&
    a.appRoleId === b.appRoleId
  )
}

function cleared<T extends object>(one: T, names: readonly string[] = []): T {
  // only members that may be absent are named
  return names.length === 0 ? one : (Object.fromEntries(Object.entries(one).filter(([name]) => !names.includes(name))) as T)
}

/** The list with the item at its end, unless one with that key is there. */
function added<T>(list: readonly T[], item: T, keyOf: (item: T) => unknown): readonly T[] {
  return list.some(one => keyOf(one) === keyOf(item)) ? list : [...list, item]
}

function withApplication(
  document: DirectoryDocument,
  appId: string,
  change: (app: DirectoryApplication) => DirectoryApplication,
): DirectoryDocument {
  return { ...document, applications: document.applications.map(app => (app.appId === appId ? change(app) : app)) }
}

function withSecrets(
  document: DirectoryDocument,
  appId: string,
  change: (secrets: readonly PasswordCredential[]) => readonly PasswordCredential[],
): DirectoryDocument {
  return withApplication(document, appId, app => ({ ...app, passwordCredentials: change(app.passwordCredentials) }))
}

/** With what was assigned to it and by it. */
function withoutApplication(document: DirectoryDocument, appId: string): DirectoryDocument {
  const gone = document.applications.find(app => app.appId === appId)
  if (gone === undefined) return document
  const rest = withoutPrincipal(document, gone.servicePrincipalId)
  return {
    ...rest,
    applications: rest.applications.filter(app => app.appId !== appId),
    appRoleAssignments: rest.appRoleAssignments.filter(one => one.resourceAppId !== appId),
  }
}

function withoutPrincipal(document: DirectoryDocument, id: string): DirectoryDocument {
  const without = <T extends { readonly members: readonly string[] }>(one: T): T =>
    one.members.includes(id) ? { ...one, members: one.members.filter(member => member !== id) } : one
  const { directoryRoles, conditionalAccessPolicies } = document
  return {
    ...document,
    users: document.users.filter(user => user.id !== id),
    groups: document.groups.filter(group => group.id !== id).map(without),
    appRoleAssignments: document.appRoleAssignments.filter(one => one.principalId !== id),
    ...(directoryRoles === undefined ? {} : { directoryRoles: directoryRoles.map(without) }),
    ...(conditionalAccessPolicies === undefined
      ? {}
      : { conditionalAccessPolicies: conditionalAccessPolicies.map(policy => policyWithout(policy, id)) }),
  }
}

/** A policy that names what is gone would name nobody. */
function policyWithout(policy: ConditionalAccessPolicy, id: string): ConditionalAccessPolicy {
  const { users } = policy.conditions
  const others = (ids: readonly string[]) => ids.filter(one => one !== id)
  const rest = {
    includeUsers: others(users.includeUsers),
    excludeUsers: others(users.excludeUsers),
    includeGroups: others(users.includeGroups),
    excludeGroups: others(users.excludeGroups),
  }
  return { ...policy, conditions: { ...policy.conditions, users: rest } }
}

function withMembers(
  document: DirectoryDocument,
  groupId: string,
  change: (members: readonly string[]) => readonly string[],
): DirectoryDocument {
  const changed = (group: DirectoryGroup) => (group.id === groupId ? { ...group, members: change(group.members) } : group)
  return { ...document, groups: document.groups.map(changed) }
}

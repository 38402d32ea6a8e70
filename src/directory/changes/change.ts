import type { AppRoleAssignment, DirectoryApplication, DirectoryDocument, DirectoryGroup } from '../../catalog/directory.ts'

/** What of an application may be changed once it is there. */
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
    | 'passwordCredentials'
  >
>

/** One change to a directory, as it is kept: what the document says is changed by it, whatever the document says by then. */
export type Change =
  | { readonly kind: 'add-application'; readonly application: DirectoryApplication }
  | { readonly kind: 'remove-application'; readonly appId: string }
  | { readonly kind: 'patch-application'; readonly appId: string; readonly patch: ApplicationPatch }
  | { readonly kind: 'assign' | 'unassign'; readonly assignment: AppRoleAssignment }
  | { readonly kind: 'add-member' | 'remove-member'; readonly groupId: string; readonly memberId: string }

/** The document with the change made. A change whose place is gone (its application was taken out of the file) changes nothing. */
export function applyChange(document: DirectoryDocument, change: Change): DirectoryDocument {
  switch (change.kind) {
    case 'add-application':
      if (document.applications.some(app => app.appId === change.application.appId)) return document
      return { ...document, applications: [...document.applications, change.application] }
    case 'remove-application':
      return {
        ...document,
        applications: document.applications.filter(app => app.appId !== change.appId),
        appRoleAssignments: document.appRoleAssignments.filter(one => one.resourceAppId !== change.appId),
      }
    case 'patch-application':
      return {
        ...document,
        applications: document.applications.map(app => (app.appId === change.appId ? { ...app, ...change.patch } : app)),
      }
    case 'assign':
      if (document.appRoleAssignments.some(one => isSame(one, change.assignment))) return document
      return { ...document, appRoleAssignments: [...document.appRoleAssignments, change.assignment] }
    case 'unassign':
      return { ...document, appRoleAssignments: document.appRoleAssignments.filter(one => !isSame(one, change.assignment)) }
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

function withMembers(
  document: DirectoryDocument,
  groupId: string,
  change: (members: readonly string[]) => readonly string[],
): DirectoryDocument {
  const changed = (group: DirectoryGroup) => (group.id === groupId ? { ...group, members: change(group.members) } : group)
  return { ...document, groups: document.groups.map(changed) }
}

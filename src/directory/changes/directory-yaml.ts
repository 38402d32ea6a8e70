import { stringify } from 'yaml'
import type { AppRoleAssignment, DirectoryApplication, DirectoryDocument } from '../../catalog/directory.ts'
import { microsoftGraph } from '../../workspace/local-directory/microsoft-graph.ts'

/**
 * A directory as `directory.yaml` has it: names in place of ids where the format takes them, every id written out, so that they
 * stay what they are. Secrets and passwords are in it, as in the file itself.
 */
export function directoryYaml(document: DirectoryDocument): string {
  const names = new Map([...document.users.map(user => [user.id, user.userPrincipalName] as const)])
  return stringify(
    {
      tenant: document.tenant,
      users: document.users.map(({ accountEnabled, ...user }) => ({ ...user, ...(accountEnabled ? {} : { accountEnabled }) })),
      groups: document.groups.map(({ members, ...group }) => ({ ...group, members: members.map(id => names.get(id) ?? id) })),
      applications: document.applications.map(applicationOf),
      appRoleAssignments: document.appRoleAssignments.map(one => assignmentOf(document, one)),
    },
    { lineWidth: 0 },
  )
}

/** What is empty or as it would be without saying is left out. */
function applicationOf({ redirectUris, api, ...app }: DirectoryApplication): Record<string, unknown> {
  const { requestedAccessTokenVersion, oauth2PermissionScopes, preAuthorizedApplications } = api
  const lists = { oauth2PermissionScopes, preAuthorizedApplications }
  const all = {
    ...app,
    api: { requestedAccessTokenVersion, ...withoutEmpty(lists) },
    ...Object.fromEntries(
      Object.entries(redirectUris).flatMap(([kind, uris]) => (uris.length === 0 ? [] : [[kind, { redirectUris: uris }]])),
    ),
  }
  return withoutEmpty(all)
}

function withoutEmpty(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (value: unknown) => value === false || value === undefined || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => !isEmpty(value)))
}

function assignmentOf(
  document: DirectoryDocument,
  { principalId, resourceAppId, appRoleId }: AppRoleAssignment,
): Record<string, string> {
  const user = document.users.find(one => one.id === principalId)
  const client = document.applications.find(one => one.servicePrincipalId === principalId)
  const roles = document.applications.find(one => one.appId === resourceAppId)?.appRoles ?? microsoftGraph.appRoles
  const role = roles.find(one => one.id === appRoleId)
  return {
    principal: user?.userPrincipalName ?? client?.appId ?? principalId,
    resource: resourceAppId,
    ...(role === undefined ? {} : { role: role.value }),
  }
}

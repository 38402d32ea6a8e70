import { stringify } from 'yaml'
import type {
  AppRoleAssignment,
  ConditionalAccessPolicy,
  DirectoryApplication,
  DirectoryDocument,
} from '../../catalog/directory.ts'
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
      ...(document.directoryRoles === undefined ? {} : { directoryRoles: document.directoryRoles }),
      ...(document.conditionalAccessPolicies === undefined
        ? {}
        : { conditionalAccessPolicies: document.conditionalAccessPolicies.map(policyOf) }),
    },
    { lineWidth: 0 },
  )
}

/** What is empty or as it would be without saying is left out. */
function applicationOf({
  redirectUris,
  api,
  implicitGrantSettings,
  logoutUrl,
  ...app
}: DirectoryApplication): Record<string, unknown> {
  const { requestedAccessTokenVersion, oauth2PermissionScopes, preAuthorizedApplications } = api
  const lists = { oauth2PermissionScopes, preAuthorizedApplications }
  const all = {
    ...app,
    api: { requestedAccessTokenVersion, ...withoutEmpty(lists) },
    ...withoutEmpty({
      web: { redirectUris: redirectUris.web, implicitGrantSettings, logoutUrl },
      spa: { redirectUris: redirectUris.spa },
      publicClient: { redirectUris: redirectUris.publicClient },
    }),
  }
  return withoutEmpty(all)
}

function withoutEmpty(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.length === 0
    if (typeof value === 'object' && value !== null) return Object.values(value).every(isEmpty)
    return value === false || value === undefined
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => !isEmpty(value)))
}

/** Its seconds in the words of Graph, which has a kind of unit and a number. */
function policyOf({ sessionControls, ...policy }: ConditionalAccessPolicy): Record<string, unknown> {
  const seconds = sessionControls?.signInFrequency
  if (seconds === undefined) return policy
  const signInFrequency = seconds === 0 ? { frequencyInterval: 'everyTime' } : { type: 'seconds', value: seconds }
  return { ...policy, sessionControls: { signInFrequency } }
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

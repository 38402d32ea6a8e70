import { stringify } from 'yaml'
import type {
  AppRoleAssignment,
  ConditionalAccessPolicy,
  DirectoryApplication,
  DirectoryDocument,
} from '../../catalog/directory.ts'
import { microsoftGraph } from '../../workspace/local-directory/microsoft-graph.ts'

/** A directory in the members of `directory.yaml`: names in place of ids where the format takes them, every id written out. */
export interface PlainDirectory {
  readonly tenant: object
  readonly users: readonly Plain[]
  readonly groups: readonly Plain[]
  readonly applications: readonly Plain[]
  readonly appRoleAssignments: readonly Plain[]
  readonly directoryRoles?: readonly Plain[]
  readonly conditionalAccessPolicies?: readonly Plain[]
}

export type Plain = Readonly<Record<string, unknown>>

/** A whole `directory.yaml`. Secrets and passwords are in it, as in the file itself. */
export function directoryYaml(document: DirectoryDocument): string {
  return stringify(plainDirectory(document), { lineWidth: 0 })
}

export function plainDirectory(document: DirectoryDocument): PlainDirectory {
  const names = new Map(document.users.map(user => [user.id, user.userPrincipalName] as const))
  return {
    tenant: document.tenant,
    users: document.users.map(({ accountEnabled, ...user }) => ({ ...user, ...(accountEnabled ? {} : { accountEnabled }) })),
    groups: document.groups.map(({ members, ...group }) => ({ ...group, members: members.map(id => names.get(id) ?? id) })),
    applications: document.applications.map(applicationOf),
    appRoleAssignments: document.appRoleAssignments.map(one => assignmentOf(document, one)),
    ...(document.directoryRoles === undefined
      ? {}
      : { directoryRoles: document.directoryRoles.map(({ members, ...role }) => ({ ...role, members })) }),
    ...(document.conditionalAccessPolicies === undefined
      ? {}
      : { conditionalAccessPolicies: document.conditionalAccessPolicies.map(policyOf) }),
  }
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

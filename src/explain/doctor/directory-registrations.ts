import { X509Certificate } from 'node:crypto'
import type { DirectoryApplication, DirectoryDocument } from '../../catalog/directory.ts'
import type { RegisteredApplication, RegisteredCredential, Registrations } from '../../catalog/registrations.ts'
import { microsoftGraph } from '../../workspace/local-directory/microsoft-graph.ts'

/** Groups of a user that still go into a token ("Configure group claims and app roles in tokens"). */
const groupsInToken = 200

/** What a local directory has registered. */
export function registrationsOfDirectory(document: DirectoryDocument): Registrations {
  return {
    source: 'directory',
    tenant: { id: document.tenant.id.toLowerCase(), domains: [document.tenant.domain.toLowerCase()] },
    applications: document.applications.map(app => registered(app, document)),
    elsewhere: [microsoftGraph.appId],
    groups: document.groups.map(({ id, displayName }) => ({ id, displayName })),
    crowdedUsers: crowdedUsers(document),
  }
}

function registered(app: DirectoryApplication, { appRoleAssignments }: DirectoryDocument): RegisteredApplication {
  const assignments = appRoleAssignments.filter(one => one.resourceAppId.toLowerCase() === app.appId.toLowerCase())
  const held = new Set(assignments.map(({ appRoleId }) => appRoleId))
  return {
    appId: app.appId.toLowerCase(),
    displayName: app.displayName,
    identifierUris: app.identifierUris,
    appRoles: app.appRoles.map(({ id, value, allowedMemberTypes }) => ({ value, allowedMemberTypes, isAssigned: held.has(id) })),
    scopes: app.api.oauth2PermissionScopes.map(({ value }) => value),
    accessTokenVersion: app.api.requestedAccessTokenVersion,
    redirectUris: app.redirectUris,
    credentials: credentialsOf(app),
    groupMembershipClaims: app.groupMembershipClaims === undefined ? [] : [app.groupMembershipClaims],
    assignmentRequired: app.appRoleAssignmentRequired,
    assignedGroups: assignments.filter(({ principalType }) => principalType === 'Group').map(({ principalId }) => principalId),
  }
}

function credentialsOf(app: DirectoryApplication): readonly RegisteredCredential[] {
  const secrets = app.passwordCredentials.map(({ endDateTime }, at): RegisteredCredential => {
    return { kind: 'secret', name: `passwordCredentials[${at}]`, ...ends(endDateTime) }
  })
  const certificates = app.keyCredentials.map(({ key }, at): RegisteredCredential => {
    return { kind: 'certificate', name: `keyCredentials[${at}]`, ...ends(certificateEnd(key)) }
  })
  return [...secrets, ...certificates]
}

function ends(written: string | undefined): { endsAt?: number } {
  const endsAt = Date.parse(written ?? '')
  return Number.isNaN(endsAt) ? {} : { endsAt }
}

/** As the certificate itself says it; undefined for a key that is none. */
function certificateEnd(key: string): string | undefined {
  try {
    return new X509Certificate(Buffer.from(key, 'base64')).validTo
  } catch {
    return undefined // the directory says so when it is used
  }
}

function crowdedUsers({ users, groups }: DirectoryDocument): Registrations['crowdedUsers'] {
  const holders = new Map<string, string[]>()
  for (const { id, members } of groups)
    for (const member of members) {
      const of = holders.get(member) ?? []
      of.push(id)
      holders.set(member, of)
    }
  return users.flatMap(({ id, userPrincipalName }) => {
    const count = ancestors(id, holders).size
    return count > groupsInToken ? [{ name: userPrincipalName, groups: count }] : []
  })
}

/** Groups that hold a member, directly or through other groups. */
function ancestors(id: string, holders: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...(holders.get(id) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue
    found.add(next)
    waiting.push(...(holders.get(next) ?? []))
  }
  return found
}

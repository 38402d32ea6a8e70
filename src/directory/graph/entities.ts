import type { AppRoleAssignment, DirectoryApplication, DirectoryGroup, DirectoryUser } from '../../catalog/directory.ts'
import { findApplication, stableId, type Tenant } from '../tenant.ts'
import type { Entity } from './odata-filter.ts'

/** The directory's things as Microsoft Graph v1.0 writes them. Passwords and secrets are not among their properties. */

export function userEntity(user: DirectoryUser): Entity {
  return {
    id: user.id,
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName,
    givenName: user.givenName ?? null,
    surname: user.surname ?? null,
    mail: user.mail ?? null,
    accountEnabled: user.accountEnabled,
    userType: 'Member',
    businessPhones: [],
    jobTitle: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
  }
}

export function groupEntity(group: DirectoryGroup): Entity {
  return {
    id: group.id,
    displayName: group.displayName,
    description: null,
    groupTypes: [],
    mail: null,
    mailEnabled: false,
    mailNickname: group.displayName.replace(/\W/g, ''),
    securityEnabled: true,
  }
}

export function applicationEntity(app: DirectoryApplication): Entity {
  const { api } = app
  return {
    id: app.id,
    appId: app.appId,
    displayName: app.displayName,
    identifierUris: app.identifierUris,
    signInAudience: 'AzureADMyOrg',
    isFallbackPublicClient: app.isFallbackPublicClient,
    groupMembershipClaims: app.groupMembershipClaims ?? null,
    appRoles: appRolesOf(app),
    api: {
      requestedAccessTokenVersion: api.requestedAccessTokenVersion,
      oauth2PermissionScopes: scopesOf(app),
      preAuthorizedApplications: api.preAuthorizedApplications,
    },
    web: { redirectUris: app.redirectUris.web },
    spa: { redirectUris: app.redirectUris.spa },
    publicClient: { redirectUris: app.redirectUris.publicClient },
    passwordCredentials: app.passwordCredentials.map(({ endDateTime, secretText }, index) => ({
      keyId: stableId(app.appId, 'password', String(index)),
      hint: secretText.slice(0, 3),
      endDateTime: endDateTime ?? null,
      secretText: null,
    })),
    keyCredentials: app.keyCredentials.map(({ type, usage }, index) => ({
      keyId: stableId(app.appId, 'key', String(index)),
      type,
      usage,
      key: null,
    })),
  }
}

export function servicePrincipalEntity(app: DirectoryApplication): Entity {
  return {
    id: app.servicePrincipalId,
    appId: app.appId,
    displayName: app.displayName,
    appDisplayName: app.displayName,
    accountEnabled: true,
    appRoleAssignmentRequired: app.appRoleAssignmentRequired,
    servicePrincipalType: 'Application',
    servicePrincipalNames: [app.appId, ...app.identifierUris],
    appRoles: appRolesOf(app),
    oauth2PermissionScopes: scopesOf(app),
    replyUrls: [...app.redirectUris.web, ...app.redirectUris.spa, ...app.redirectUris.publicClient],
  }
}

export function assignmentEntity(tenant: Tenant, assignment: AppRoleAssignment): Entity {
  const resource = findApplication(tenant, assignment.resourceAppId)
  return {
    id: assignmentId(assignment),
    appRoleId: assignment.appRoleId,
    principalId: assignment.principalId,
    principalType: assignment.principalType,
    principalDisplayName: principalName(tenant, assignment.principalId),
    resourceId: resource?.servicePrincipalId ?? null,
    resourceDisplayName: resource?.displayName ?? null,
  }
}

export function assignmentId({ principalId, resourceAppId, appRoleId }: AppRoleAssignment): string {
  return stableId(principalId, resourceAppId.toLowerCase(), appRoleId)
}

function principalName({ users, groups, applications }: Tenant, id: string): string | null {
  const app = [...applications.values()].find(one => one.servicePrincipalId === id)
  return users.get(id)?.displayName ?? groups.get(id)?.displayName ?? app?.displayName ?? null
}

const appRolesOf = ({ appRoles }: DirectoryApplication) =>
  appRoles.map(({ id, value, displayName, allowedMemberTypes }) => ({
    id,
    value,
    displayName,
    description: displayName,
    allowedMemberTypes,
    isEnabled: true,
  }))

const scopesOf = ({ api }: DirectoryApplication) =>
  api.oauth2PermissionScopes.map(({ id, value }) => ({
    id,
    value,
    type: 'User',
    isEnabled: true,
    adminConsentDisplayName: value,
  }))

/** What tells kinds apart in a mixed list. */
export const typed = (kind: 'user' | 'group' | 'servicePrincipal', entity: Entity): Entity => ({
  '@odata.type': `#microsoft.graph.${kind}`,
  ...entity,
})

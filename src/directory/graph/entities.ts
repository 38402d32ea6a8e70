import type {
  AppRoleAssignment,
  DirectoryApplication,
  DirectoryGroup,
  DirectoryRole,
  DirectoryUser,
} from '../../catalog/directory.ts'
import { credentialId } from '../changes/credential-ids.ts'
import type { Consent } from '../consents.ts'
import { stableId } from '../stable-id.ts'
import { findApplication, type Tenant } from '../tenant.ts'
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
    otherMails: user.otherMails ?? [],
    accountEnabled: user.accountEnabled,
    userType: user.userType ?? 'Member',
    country: user.country ?? null,
    preferredLanguage: user.preferredLanguage ?? null,
    businessPhones: [],
    jobTitle: null,
    mobilePhone: null,
    officeLocation: null,
    onPremisesSamAccountName: user.onPremisesSamAccountName ?? null,
    onPremisesSecurityIdentifier: user.onPremisesSecurityIdentifier ?? null,
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
    securityEnabled: group.securityEnabled ?? true,
    onPremisesSamAccountName: group.onPremisesSamAccountName ?? null,
    onPremisesDomainName: group.onPremisesDomainName ?? null,
    onPremisesNetBiosName: group.onPremisesNetBiosName ?? null,
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
    optionalClaims: app.optionalClaims ?? null,
    appRoles: appRolesOf(app),
    api: {
      requestedAccessTokenVersion: api.requestedAccessTokenVersion,
      acceptMappedClaims: null,
      knownClientApplications: [],
      oauth2PermissionScopes: scopesOf(app),
      preAuthorizedApplications: api.preAuthorizedApplications,
    },
    web: {
      redirectUris: app.redirectUris.web,
      logoutUrl: app.logoutUrl ?? null,
      implicitGrantSettings: {
        enableIdTokenIssuance: app.implicitGrantSettings?.enableIdTokenIssuance ?? false,
        enableAccessTokenIssuance: app.implicitGrantSettings?.enableAccessTokenIssuance ?? false,
      },
    },
    spa: { redirectUris: app.redirectUris.spa },
    publicClient: { redirectUris: app.redirectUris.publicClient },
    passwordCredentials: app.passwordCredentials.map((credential, at) => ({
      keyId: credentialId(app, credential, at),
      displayName: credential.displayName ?? null,
      hint: credential.secretText.slice(0, 3),
      endDateTime: credential.endDateTime ?? null,
      secretText: null,
    })),
    keyCredentials: app.keyCredentials.map(({ type, usage }, at) => ({
      keyId: stableId(app.appId, 'key', String(at)),
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

export const directoryRoleId = ({ id }: Tenant, role: DirectoryRole) => stableId(id, 'directoryRole', role.roleTemplateId)

export function directoryRoleEntity(tenant: Tenant, role: DirectoryRole): Entity {
  return { id: directoryRoleId(tenant, role), displayName: role.displayName, roleTemplateId: role.roleTemplateId }
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

function principalName(tenant: Tenant, id: string): string | null {
  const { users, groups } = tenant
  return users.get(id)?.displayName ?? groups.get(id)?.displayName ?? findPrincipal(tenant, id)?.displayName ?? null
}

/** The application whose service principal has that object id. */
export function findPrincipal({ applications }: Tenant, servicePrincipalId: string): DirectoryApplication | undefined {
  return [...applications.values()].find(app => app.servicePrincipalId === servicePrincipalId)
}

export function grantId({ userId, clientId, resourceId }: Consent): string {
  return stableId('grant', userId ?? '', clientId, resourceId)
}

export function grantEntity(tenant: Tenant, consent: Consent): Entity {
  return {
    id: grantId(consent),
    clientId: findApplication(tenant, consent.clientId)?.servicePrincipalId ?? null,
    consentType: consent.userId === undefined ? 'AllPrincipals' : 'Principal',
    principalId: consent.userId ?? null,
    resourceId: findApplication(tenant, consent.resourceId)?.servicePrincipalId ?? null,
    scope: consent.names.join(' '),
  }
}

export function federatedEntity(
  app: DirectoryApplication,
  { name, issuer, subject, audiences }: DirectoryApplication['federatedIdentityCredentials'][number],
): Entity {
  return { id: stableId(app.appId, 'federated', name), name, issuer, subject, audiences, description: null }
}

export function organizationEntity({ id, document }: Tenant): Entity {
  const { displayName, domain } = document.tenant
  return { id, displayName, verifiedDomains: [{ name: domain, isDefault: true, isInitial: true, type: 'Managed' }] }
}

const appRolesOf = ({ appRoles }: DirectoryApplication) =>
  appRoles.map(({ id, value, displayName, allowedMemberTypes }) => ({
    id,
    value,
    displayName,
    description: displayName,
    allowedMemberTypes,
    isEnabled: true,
    origin: 'Application',
  }))

const scopesOf = ({ api }: DirectoryApplication) =>
  api.oauth2PermissionScopes.map(scope => ({
    id: scope.id,
    value: scope.value,
    type: scope.type ?? 'User',
    isEnabled: true,
    adminConsentDisplayName: scope.adminConsentDisplayName ?? scope.value,
    adminConsentDescription: scope.adminConsentDescription ?? scope.value,
    userConsentDisplayName: scope.userConsentDisplayName ?? null,
    userConsentDescription: scope.userConsentDescription ?? null,
  }))

/** What tells kinds apart in a mixed list. */
export const typed = (kind: 'user' | 'group' | 'servicePrincipal' | 'directoryRole', entity: Entity): Entity => ({
  '@odata.type': `#microsoft.graph.${kind}`,
  ...entity,
})

/** Whatever in the directory has that object id, as a mixed list has it. */
export function objectEntity(tenant: Tenant, id: string): Entity | undefined {
  const [user, group, app] = [tenant.users.get(id), tenant.groups.get(id), findPrincipal(tenant, id)]
  if (user !== undefined) return typed('user', userEntity(user))
  if (group !== undefined) return typed('group', groupEntity(group))
  if (app !== undefined) return typed('servicePrincipal', servicePrincipalEntity(app))
  const role = tenant.document.directoryRoles?.find(one => directoryRoleId(tenant, one) === id)
  return role === undefined ? undefined : typed('directoryRole', directoryRoleEntity(tenant, role))
}

/**
 * The keys that gatehouse.yaml and directory.yaml may have, object by object: what the loader accepts, and what the
 * schemas in docs/schemas describe (a test compares them).
 */
export const gatehouseKeys = {
  root: ['gateway', 'portal', 'identity', 'artifacts', 'state', 'apis'],
  gateway: ['listen', 'workers', 'maxHeaderBytes', 'maxBodyBytes', 'maxBufferedBodyBytes', 'trustedProxies', 'auditOverflow'],
  portal: ['listen'],
  identity: [
    'tenant',
    'directory',
    'listen',
    'exposeDirectory',
    'codeLifetime',
    'deviceCodeLifetime',
    'devicePollInterval',
    'accessTokenLifetime',
    'managedIdentity',
  ],
  api: ['displayName', 'openapi', 'path', 'backend', 'audience', 'access', 'requiredScopes', 'subscriptionRequired'],
} as const

/**
 * Microsoft Graph's names. `ignored` ones are accepted, since a registration copied from Graph or the portal has them,
 * and have no effect on what a directory decides.
 */
export const directoryKeys = {
  root: { read: ['tenant', 'users', 'groups', 'applications', 'appRoleAssignments'], ignored: [] },
  tenant: { read: ['id', 'domain', 'displayName'], ignored: [] },
  user: {
    read: ['id', 'userPrincipalName', 'password', 'displayName', 'givenName', 'surname', 'mail', 'accountEnabled'],
    ignored: ['jobTitle', 'department', 'officeLocation', 'mobilePhone', 'businessPhones', 'preferredLanguage', 'userType'],
  },
  group: {
    read: ['id', 'displayName', 'members'],
    ignored: ['description', 'securityEnabled', 'mailEnabled', 'mailNickname', 'groupTypes'],
  },
  application: {
    read: [
      'id',
      'servicePrincipalId',
      'appId',
      'displayName',
      'identifierUris',
      'appRoles',
      'api',
      'web',
      'spa',
      'publicClient',
      'isFallbackPublicClient',
      'passwordCredentials',
      'keyCredentials',
      'federatedIdentityCredentials',
      'groupMembershipClaims',
      'appRoleAssignmentRequired',
    ],
    ignored: ['description', 'notes', 'tags', 'info', 'signInAudience', 'requiredResourceAccess', 'publisherDomain'],
  },
  appRole: { read: ['id', 'value', 'displayName', 'allowedMemberTypes', 'isEnabled'], ignored: ['description', 'origin'] },
  api: {
    read: ['requestedAccessTokenVersion', 'oauth2PermissionScopes', 'preAuthorizedApplications'],
    ignored: ['acceptMappedClaims', 'knownClientApplications'],
  },
  scope: {
    read: ['id', 'value', 'isEnabled'],
    ignored: ['type', 'adminConsentDisplayName', 'adminConsentDescription', 'userConsentDisplayName', 'userConsentDescription'],
  },
  preAuthorizedApplication: { read: ['appId', 'delegatedPermissionIds'], ignored: [] },
  redirects: { read: ['redirectUris'], ignored: ['logoutUrl', 'homePageUrl', 'implicitGrantSettings', 'redirectUriSettings'] },
  passwordCredential: {
    read: ['secretText', 'endDateTime'],
    ignored: ['displayName', 'hint', 'keyId', 'startDateTime', 'customKeyIdentifier'],
  },
  keyCredential: {
    read: ['type', 'usage', 'key'],
    ignored: ['displayName', 'keyId', 'startDateTime', 'endDateTime', 'customKeyIdentifier'],
  },
  federatedCredential: { read: ['name', 'issuer', 'subject', 'audiences'], ignored: ['id', 'description'] },
  assignment: { read: ['principal', 'resource', 'role'], ignored: [] },
} as const

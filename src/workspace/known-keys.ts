/**
 * The keys that gatehouse.yaml and directory.yaml may have, object by object: what the loader accepts, and what the
 * schemas in docs/schemas describe (a test compares them).
 */
export const gatehouseKeys = {
  root: ['gateway', 'portal', 'identity', 'artifacts', 'state', 'apis', 'users'],
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
  user: ['email', 'firstName', 'lastName', 'note', 'state', 'registrationDate', 'identities', 'groups'],
  userIdentity: ['provider', 'id'],
  api: ['displayName', 'openapi', 'path', 'backend', 'audience', 'access', 'requiredScopes', 'subscriptionRequired'],
} as const

/**
 * Microsoft Graph's names. `ignored` ones are accepted, since a registration copied from Graph or the portal has them,
 * and have no effect on what a directory decides.
 */
export const directoryKeys = {
  root: {
    read: ['tenant', 'users', 'groups', 'applications', 'appRoleAssignments', 'directoryRoles', 'conditionalAccessPolicies'],
    ignored: [],
  },
  tenant: { read: ['id', 'domain', 'displayName'], ignored: [] },
  user: {
    read: [
      'id',
      'userPrincipalName',
      'password',
      'displayName',
      'givenName',
      'surname',
      'mail',
      'accountEnabled',
      'userType',
      'country',
      'preferredLanguage',
      'otherMails',
      'onPremisesSamAccountName',
      'onPremisesSecurityIdentifier',
      'passwordProfile',
      'softwareOathMethods',
    ],
    ignored: ['jobTitle', 'department', 'officeLocation', 'mobilePhone', 'businessPhones', 'usageLocation'],
  },
  passwordProfile: { read: ['password', 'forceChangePasswordNextSignIn'], ignored: ['forceChangePasswordNextSignInWithMfa'] },
  softwareOathMethod: { read: ['secretKey'], ignored: ['id'] },
  group: {
    read: [
      'id',
      'displayName',
      'members',
      'securityEnabled',
      'onPremisesSamAccountName',
      'onPremisesDomainName',
      'onPremisesNetBiosName',
    ],
    ignored: ['description', 'mailEnabled', 'mailNickname', 'groupTypes'],
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
      'optionalClaims',
    ],
    ignored: ['description', 'notes', 'tags', 'info', 'signInAudience', 'requiredResourceAccess', 'publisherDomain'],
  },
  appRole: { read: ['id', 'value', 'displayName', 'allowedMemberTypes', 'isEnabled'], ignored: ['description', 'origin'] },
  api: {
    read: ['requestedAccessTokenVersion', 'oauth2PermissionScopes', 'preAuthorizedApplications'],
    ignored: ['acceptMappedClaims', 'knownClientApplications'],
  },
  scope: {
    read: [
      'id',
      'value',
      'isEnabled',
      'type',
      'adminConsentDisplayName',
      'adminConsentDescription',
      'userConsentDisplayName',
      'userConsentDescription',
    ],
    ignored: [],
  },
  preAuthorizedApplication: { read: ['appId', 'delegatedPermissionIds'], ignored: [] },
  redirects: {
    read: ['redirectUris', 'logoutUrl', 'implicitGrantSettings'],
    ignored: ['homePageUrl', 'redirectUriSettings'],
  },
  implicitGrantSettings: { read: ['enableIdTokenIssuance', 'enableAccessTokenIssuance'], ignored: [] },
  optionalClaims: { read: ['idToken', 'accessToken', 'saml2Token'], ignored: [] },
  optionalClaim: { read: ['name', 'additionalProperties'], ignored: ['source', 'essential'] },
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
  directoryRole: { read: ['displayName', 'roleTemplateId', 'members'], ignored: ['id', 'description'] },
  conditionalAccessPolicy: {
    read: ['id', 'displayName', 'state', 'conditions', 'grantControls', 'sessionControls'],
    ignored: ['createdDateTime', 'modifiedDateTime', 'templateId'],
  },
  conditions: { read: ['users', 'applications'], ignored: ['clientAppTypes'] },
  conditionUsers: { read: ['includeUsers', 'excludeUsers', 'includeGroups', 'excludeGroups'], ignored: [] },
  conditionApplications: {
    read: ['includeApplications', 'excludeApplications', 'includeAuthenticationContextClassReferences'],
    ignored: [],
  },
  grantControls: { read: ['operator', 'builtInControls', 'customAuthenticationFactors'], ignored: [] },
  sessionControls: { read: ['signInFrequency'], ignored: [] },
  signInFrequency: {
    read: ['isEnabled', 'type', 'value', 'frequencyInterval'],
    ignored: ['authenticationType'],
  },
} as const

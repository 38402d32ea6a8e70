/** The kinds of things that this part of Graph tells of, as `@odata.type` names them. */
export type GraphType =
  | 'user'
  | 'group'
  | 'application'
  | 'servicePrincipal'
  | 'directoryRole'
  | 'appRoleAssignment'
  | 'oAuth2PermissionGrant'
  | 'federatedIdentityCredential'
  | 'organization'
  /** A mixed list: members, memberOf. */
  | 'directoryObject'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/**
 * Properties that Graph v1.0 has beyond those that are told here: they may be selected and are null. Any other name is refused, as Graph does.
 * Source: Microsoft Graph v1.0, the resource types.
 */
const further: Readonly<Record<GraphType, readonly string[]>> = {
  user: words(`aboutMe ageGroup assignedLicenses assignedPlans birthday city companyName consentProvidedForMinor createdDateTime creationType
    customSecurityAttributes deletedDateTime department employeeHireDate employeeId employeeOrgData employeeType externalUserState
    externalUserStateChangeDateTime faxNumber hireDate identities imAddresses interests isResourceAccount lastPasswordChangeDateTime
    legalAgeGroupClassification licenseAssignmentStates mailNickname onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes
    onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSyncEnabled onPremisesUserPrincipalName passwordPolicies postalCode
    preferredDataLocation provisionedPlans proxyAddresses securityIdentifier showInAddressList signInActivity signInSessionsValidFromDateTime
    skills state streetAddress usageLocation`),
  group:
    words(`allowExternalSenders assignedLabels assignedLicenses classification createdDateTime deletedDateTime expirationDateTime
    isAssignableToRole membershipRule membershipRuleProcessingState onPremisesLastSyncDateTime onPremisesSecurityIdentifier onPremisesSyncEnabled
    preferredDataLocation preferredLanguage proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions securityIdentifier
    theme uniqueName visibility`),
  application: words(`addIns applicationTemplateId certification createdDateTime defaultRedirectUri deletedDateTime description
    disabledByMicrosoftStatus info isDeviceOnlyAuthSupported nativeAuthenticationApisEnabled notes parentalControlSettings publisherDomain
    requestSignatureVerification requiredResourceAccess samlMetadataUrl serviceManagementReference tags tokenEncryptionKeyId uniqueName
    verifiedPublisher`),
  servicePrincipal:
    words(`addIns alternativeNames appDescription appOwnerOrganizationId applicationTemplateId customSecurityAttributes deletedDateTime
    description disabledByMicrosoftStatus homepage info keyCredentials loginUrl logoutUrl notes notificationEmailAddresses passwordCredentials
    preferredSingleSignOnMode preferredTokenSigningKeyThumbprint samlSingleSignOnSettings signInAudience tags tokenEncryptionKeyId
    verifiedPublisher createdDateTime`),
  directoryRole: words('description deletedDateTime'),
  appRoleAssignment: words('createdDateTime deletedDateTime'),
  oAuth2PermissionGrant: [],
  federatedIdentityCredential: [],
  organization: words('createdDateTime country countryLetterCode city technicalNotificationMails assignedPlans tenantType'),
  directoryObject: [],
}

const mixed: readonly GraphType[] = ['user', 'group', 'servicePrincipal', 'directoryRole']
/** What things of a mixed list tell, whether or not one of their kind is in it. */
const toldInMixed =
  words(`displayName userPrincipalName givenName surname mail otherMails accountEnabled userType country preferredLanguage businessPhones
  jobTitle mobilePhone officeLocation onPremisesSamAccountName onPremisesSecurityIdentifier description groupTypes mailEnabled mailNickname
  securityEnabled onPremisesDomainName onPremisesNetBiosName appId appDisplayName appRoleAssignmentRequired servicePrincipalType
  servicePrincipalNames appRoles oauth2PermissionScopes replyUrls roleTemplateId`)
const ofMixed = new Set([...toldInMixed, ...mixed.flatMap(type => further[type])])
const sets = new Map(Object.entries(further).map(([type, names]) => [type, new Set(names)]))

/** Whether Graph knows a property of that type that is not told here. */
export function isFurtherProperty(type: GraphType, name: string): boolean {
  return sets.get(type)?.has(name) === true || (type === 'directoryObject' && ofMixed.has(name))
}

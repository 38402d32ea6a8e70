import type { CloudName } from './clouds.ts'

/**
 * `directory.yaml`: the local stand-in for an Entra tenant, in Microsoft Graph's own property names. Every optional id
 * of the file is filled in here (made from the names, so that it stays the same), every reference is resolved.
 */
export interface DirectoryDocument {
  readonly file: string
  readonly tenant: {
    readonly id: string
    readonly domain: string
    readonly displayName: string
    /** Absent: the public one. */
    readonly cloud?: CloudName
  }
  readonly users: readonly DirectoryUser[]
  readonly groups: readonly DirectoryGroup[]
  readonly applications: readonly DirectoryApplication[]
  readonly appRoleAssignments: readonly AppRoleAssignment[]
  /** Built-in roles of the tenant and who has them. */
  readonly directoryRoles?: readonly DirectoryRole[]
  readonly conditionalAccessPolicies?: readonly ConditionalAccessPolicy[]
}

export interface DirectoryRole {
  readonly displayName: string
  /** The same in every tenant: what the claim `wids` holds. */
  readonly roleTemplateId: string
  /** Object ids of users, groups and service principals. */
  readonly members: readonly string[]
}

export interface DirectoryUser {
  readonly id: string
  readonly userPrincipalName: string
  /** Plain text: a development stand-in's fixture, compared in constant time, never logged. */
  readonly password: string
  readonly displayName: string
  readonly givenName?: string
  readonly surname?: string
  readonly mail?: string
  readonly accountEnabled: boolean
  /** Absent: a member. */
  readonly userType?: 'Member' | 'Guest'
  /** ISO 3166-1 alpha-2. */
  readonly country?: string
  readonly preferredLanguage?: string
  readonly otherMails?: readonly string[]
  readonly onPremisesSamAccountName?: string
  readonly onPremisesSecurityIdentifier?: string
  readonly passwordProfile?: { readonly forceChangePasswordNextSignIn: boolean }
  /** Authenticator apps: their secrets in Base32. With none, a second factor is a button on a page. */
  readonly softwareOathMethods?: readonly { readonly secretKey: string }[]
}

export interface DirectoryGroup {
  readonly id: string
  readonly displayName: string
  /** Object ids of its direct members. */
  readonly members: readonly string[]
  /** Absent: it is one. */
  readonly securityEnabled?: boolean
  readonly onPremisesSamAccountName?: string
  readonly onPremisesDomainName?: string
  readonly onPremisesNetBiosName?: string
}

export interface DirectoryApplication {
  /** Object id of the application. */
  readonly id: string
  /** Object id of its service principal, the `oid` of its app-only tokens. */
  readonly servicePrincipalId: string
  readonly appId: string
  readonly displayName: string
  readonly identifierUris: readonly string[]
  readonly appRoles: readonly AppRole[]
  readonly api: {
    readonly requestedAccessTokenVersion: 1 | 2
    readonly oauth2PermissionScopes: readonly PermissionScope[]
    readonly preAuthorizedApplications: readonly { readonly appId: string; readonly delegatedPermissionIds: readonly string[] }[]
  }
  readonly redirectUris: {
    readonly web: readonly string[]
    readonly spa: readonly string[]
    readonly publicClient: readonly string[]
  }
  readonly isFallbackPublicClient: boolean
  readonly passwordCredentials: readonly PasswordCredential[]
  readonly keyCredentials: readonly { readonly type: string; readonly usage: string; readonly key: string }[]
  readonly federatedIdentityCredentials: readonly {
    readonly name: string
    readonly issuer: string
    readonly subject: string
    readonly audiences: readonly string[]
  }[]
  readonly groupMembershipClaims?: 'None' | 'SecurityGroup' | 'All' | 'ApplicationGroup' | 'DirectoryRole'
  readonly appRoleAssignmentRequired: boolean
  readonly optionalClaims?: OptionalClaims
  /** Of `web`: which tokens may come through the browser. */
  readonly implicitGrantSettings?: { readonly enableIdTokenIssuance?: boolean; readonly enableAccessTokenIssuance?: boolean }
  /** Of `web`: called in a frame when a browser signs out. */
  readonly logoutUrl?: string
}

/** A client secret, plain: a fixture for development. */
export interface PasswordCredential {
  readonly secretText: string
  readonly endDateTime?: string
  /** Absent: made from its place in the list. */
  readonly keyId?: string
  readonly displayName?: string
}

/** A delegated permission, with what people read when they are asked for it. */
export interface PermissionScope {
  readonly id: string
  readonly value: string
  /** Who may agree to it. Absent: the user. */
  readonly type?: 'User' | 'Admin'
  readonly adminConsentDisplayName?: string
  readonly adminConsentDescription?: string
  readonly userConsentDisplayName?: string
  readonly userConsentDescription?: string
}

/** Claims beyond those that every token has: of id tokens for the application, and of access tokens for it. */
export interface OptionalClaims {
  readonly idToken: readonly OptionalClaim[]
  readonly accessToken: readonly OptionalClaim[]
}

export interface OptionalClaim {
  readonly name: string
  readonly additionalProperties: readonly string[]
}

export interface AppRole {
  readonly id: string
  readonly value: string
  readonly displayName: string
  readonly allowedMemberTypes: readonly ('User' | 'Application')[]
}

export interface AppRoleAssignment {
  /** Object id of a user, a group or a service principal. */
  readonly principalId: string
  readonly principalType: 'User' | 'Group' | 'ServicePrincipal'
  /** appId of the application that declares the role; Microsoft Graph's own is 00000003-0000-0000-c000-000000000000. */
  readonly resourceAppId: string
  /** Id of the role; all zeros for the default access without a role. */
  readonly appRoleId: string
}

/** Who needs what to sign in to which application. Names are resolved to ids; `All` stays as it is. */
export interface ConditionalAccessPolicy {
  readonly id: string
  readonly displayName: string
  readonly state: 'enabled' | 'disabled' | 'enabledForReportingButNotEnforced'
  readonly conditions: {
    readonly users: {
      /** Object ids, `All`, `GuestsOrExternalUsers`. */
      readonly includeUsers: readonly string[]
      readonly excludeUsers: readonly string[]
      readonly includeGroups: readonly string[]
      readonly excludeGroups: readonly string[]
    }
    readonly applications: {
      /** appIds, or `All`. */
      readonly includeApplications: readonly string[]
      readonly excludeApplications: readonly string[]
      /** `c1` to `c25`: counts only for who asks for them with a claims request. */
      readonly includeAuthenticationContextClassReferences: readonly string[]
    }
  }
  readonly grantControls?: {
    readonly operator: 'AND' | 'OR'
    readonly builtInControls: readonly BuiltInControl[]
    readonly customAuthenticationFactors: readonly string[]
  }
  readonly sessionControls?: {
    /** Seconds after which a sign-in has to be made anew; 0: every time. */
    readonly signInFrequency?: number
  }
}

export type BuiltInControl = 'block' | 'mfa' | 'compliantDevice' | 'domainJoinedDevice'

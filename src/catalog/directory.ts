/**
 * `directory.yaml`: the local stand-in for an Entra tenant, in Microsoft Graph's own property names. Every optional id
 * of the file is filled in here (made from the names, so that it stays the same), every reference is resolved.
 */
export interface DirectoryDocument {
  readonly file: string
  readonly tenant: { readonly id: string; readonly domain: string; readonly displayName: string }
  readonly users: readonly DirectoryUser[]
  readonly groups: readonly DirectoryGroup[]
  readonly applications: readonly DirectoryApplication[]
  readonly appRoleAssignments: readonly AppRoleAssignment[]
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
}

export interface DirectoryGroup {
  readonly id: string
  readonly displayName: string
  /** Object ids of its direct members. */
  readonly members: readonly string[]
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
    readonly oauth2PermissionScopes: readonly { readonly id: string; readonly value: string }[]
    readonly preAuthorizedApplications: readonly { readonly appId: string; readonly delegatedPermissionIds: readonly string[] }[]
  }
  readonly redirectUris: {
    readonly web: readonly string[]
    readonly spa: readonly string[]
    readonly publicClient: readonly string[]
  }
  readonly isFallbackPublicClient: boolean
  readonly passwordCredentials: readonly { readonly secretText: string; readonly endDateTime?: string }[]
  readonly keyCredentials: readonly { readonly type: string; readonly usage: string; readonly key: string }[]
  readonly federatedIdentityCredentials: readonly {
    readonly name: string
    readonly issuer: string
    readonly subject: string
    readonly audiences: readonly string[]
  }[]
  readonly groupMembershipClaims?: 'None' | 'SecurityGroup' | 'All' | 'ApplicationGroup' | 'DirectoryRole'
  readonly appRoleAssignmentRequired: boolean
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

/**
 * What a tenant has registered, as far as a gateway's policies can be held against it. Read from a local directory, or from Microsoft Graph
 * (then only what the policies name).
 */
export interface Registrations {
  readonly source: 'directory' | 'graph'
  readonly tenant: { readonly id: string; readonly domains: readonly string[] }
  readonly applications: readonly RegisteredApplication[]
  /** Applications that others registered and that are known here: their appIds, lower case, and the URIs by which policies name them. */
  readonly elsewhere: readonly string[]
  readonly groups: readonly { readonly id: string; readonly displayName: string }[]
  /** Users whose groups are too many for a token. */
  readonly crowdedUsers: readonly { readonly name: string; readonly groups: number }[]
}

export interface RegisteredApplication {
  /** Lower case. */
  readonly appId: string
  readonly displayName: string
  readonly identifierUris: readonly string[]
  readonly appRoles: readonly RegisteredRole[]
  /** Values of its delegated permissions. */
  readonly scopes: readonly string[]
  readonly accessTokenVersion: 1 | 2
  readonly redirectUris: {
    readonly web: readonly string[]
    readonly spa: readonly string[]
    readonly publicClient: readonly string[]
  }
  readonly credentials: readonly RegisteredCredential[]
  readonly groupMembershipClaims: readonly string[]
  readonly assignmentRequired: boolean
  /** Object ids of the groups that are assigned to it. */
  readonly assignedGroups: readonly string[]
}

export interface RegisteredRole {
  readonly value: string
  readonly allowedMemberTypes: readonly string[]
  /** Somebody holds it. */
  readonly isAssigned: boolean
}

export interface RegisteredCredential {
  readonly kind: 'secret' | 'certificate'
  /** What tells it from the application's others; never the secret. */
  readonly name: string
  /** Milliseconds since 1970; undefined: it does not end. */
  readonly endsAt?: number
}

/** How tokens are got (RFC 6749 §4.1 and §4.4): after a person consented, or for the application itself. */
export type OAuthGrant = 'authorizationCode' | 'clientCredentials'

/** A credential provider of the credential manager (ARM: `authorizationProviders`), with the connections to it. */
export interface CredentialProvider {
  /** ARM name: what `provider-id` names. */
  readonly name: string
  readonly displayName: string
  /** ARM's `identityProvider`, lower case: `aad`, `oauth2`, `oauth2pkce`, `github`, … */
  readonly identityProvider: string
  /** Parameters by grant, as ARM has them (`clientId`, `tokenUrl`, `scopes`, …); `{{named value}}` may stand in them. */
  readonly grants: Partial<Readonly<Record<OAuthGrant, ReadonlyMap<string, string>>>>
  readonly connections: readonly Connection[]
  readonly file: string
}

/** A connection to a provider (ARM: `authorizations`): one account, or one application. */
export interface Connection {
  /** ARM name: what `authorization-id` names. */
  readonly name: string
  readonly grant: OAuthGrant
  /** Over the provider's own. */
  readonly parameters: ReadonlyMap<string, string>
  /** Who may use it; empty: the gateway itself, as API Management allows its own identity by default. */
  readonly accessPolicies: readonly ConnectionAccess[]
}

/** An Entra identity that may use a connection (ARM: `accessPolicies`). */
export interface ConnectionAccess {
  readonly name: string
  readonly objectId: string
  readonly tenantId: string
  /** Client applications that it may come through; absent: any. */
  readonly appIds?: readonly string[]
}

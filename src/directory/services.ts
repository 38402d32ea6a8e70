import type { IdentitySettings } from '../catalog/settings.ts'
import type { Change } from './changes/change.ts'
import type { ManagedIdentity } from './managed-identity/managed-identity.ts'
import type { Federation } from './oidc/federation.ts'
import type { Stores } from './stores.ts'
import type { Tenant } from './tenant.ts'
import type { DirectoryKeys } from './tokens/signing-keys.ts'

export type Lifetimes = Pick<
  IdentitySettings,
  | 'codeLifetime'
  | 'deviceCodeLifetime'
  | 'devicePollInterval'
  | 'accessTokenLifetime'
  | 'refreshTokenLifetime'
  | 'signingKeyLifetime'
>

/** What every endpoint works with. */
export interface Services {
  /** As it stands at the moment: it changes over Graph and when its file is saved. */
  readonly tenant: Tenant
  /** Makes a change and keeps it; false when the directory takes no more. */
  change(change: Change): boolean
  readonly lifetimes: Lifetimes
  /** Whether the token endpoint takes resource owners' passwords (for test automation). */
  readonly passwordGrant: boolean
  /** Milliseconds since 1970. */
  now(): number
  /** As they stand at the moment: they roll over. */
  keys(): DirectoryKeys
  /** Whether this server goes by that host name. */
  isOwnHost(name: string): boolean
  /** Judges the assertions of federated issuers. */
  readonly federation: Federation
  readonly stores: Stores
  /** The application that stands for this machine, when one is configured. */
  managedIdentity(): ManagedIdentity | undefined
}

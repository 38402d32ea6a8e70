import type { DirectoryUser, OptionalClaim } from '../../catalog/directory.ts'
import type { SignIn } from '../sign-in.ts'
import type { Tenant } from '../tenant.ts'

type Claims = Readonly<Record<string, unknown>>

/** Of whom and when a token tells. */
export interface ClaimSource {
  readonly tenant: Tenant
  readonly account: DirectoryUser
  readonly signIn: SignIn
  /** The token's own version. */
  readonly version: 1 | 2
}

type Teller = (source: ClaimSource, properties: readonly string[]) => unknown

/**
 * "Optional claims reference": what each says of a user. `acrs`, `aud`, `groups`, `idtyp` and `xms_cc` are made elsewhere; what is about networks and
 * devices (`fwd`, `vnet`, `in_corp`, `ztdid`), password ages and data locations has no value here.
 */
const tellers: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  ['acct', ({ account }) => (account.userType === 'Guest' ? 1 : 0)],
  ['auth_time', ({ signIn }) => Math.floor(signIn.at / 1000)],
  ['ctry', ({ account }) => (/^[a-z]{2}$/i.test(account.country ?? '') ? account.country?.toUpperCase() : undefined)],
  ['email', ({ account }) => account.mail],
  ['family_name', ({ account }) => account.surname],
  ['given_name', ({ account }) => account.givenName],
  ['ipaddr', ({ signIn }) => signIn.ipAddress],
  ['login_hint', ({ account }) => loginHintOf(account)],
  ['onprem_sid', ({ account }) => account.onPremisesSecurityIdentifier],
  ['preferred_username', ({ account }) => account.userPrincipalName],
  ['sid', ({ signIn }) => signIn.sid],
  ['tenant_region_scope', () => 'WW'],
  ['upn', ({ account }, properties) => upnOf(account, properties)],
  ['verified_primary_email', ({ account }) => (account.mail === undefined ? undefined : [account.mail])],
  ['verified_secondary_email', ({ account }) => account.otherMails],
  ['xms_edov', ({ tenant, account }) => (account.mail === undefined ? undefined : isOwnDomain(tenant, account.mail))],
  ['xms_pl', ({ account }) => account.preferredLanguage?.toLowerCase()],
  ['xms_tpl', () => 'en'],
])

/** The claims that an application has configured, as far as they have a value. */
export function optionalClaims(source: ClaimSource, configured: readonly OptionalClaim[]): Claims {
  const entries = configured.flatMap(({ name, additionalProperties }) => {
    const value = tellers.get(name)?.(source, additionalProperties)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

/** A guest's name as it stands in this tenant is told only to who asks for it in so many words. */
function upnOf({ userPrincipalName, userType }: DirectoryUser, properties: readonly string[]): string | undefined {
  if (userType !== 'Guest') return userPrincipalName
  if (properties.includes('include_externally_authenticated_upn_without_hash')) return userPrincipalName.replaceAll('#', '_')
  return properties.includes('include_externally_authenticated_upn') ? userPrincipalName : undefined
}

function isOwnDomain({ domain }: Tenant, mail: string): boolean {
  return mail.toLowerCase().endsWith(`@${domain.toLowerCase()}`)
}

/** Opaque to clients, and good as a login_hint. */
export function loginHintOf({ id }: Pick<DirectoryUser, 'id'>): string {
  return `O.${Buffer.from(id).toString('base64url')}`
}

/** The object id within what `loginHintOf` made; undefined for any other text. */
export function userOfLoginHint(hint: string): string | undefined {
  return hint.startsWith('O.') ? Buffer.from(hint.slice(2), 'base64url').toString() : undefined
}

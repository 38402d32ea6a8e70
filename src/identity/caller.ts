/** Who a token speaks for, as Entra's v1 and v2 claims name it. */
export interface TokenCaller {
  readonly issuer: string
  readonly objectId?: string
  readonly subject?: string
  readonly tenantId?: string
  readonly clientApplication?: string
  readonly userPrincipalName?: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Its groups did not stand in the token: Microsoft Graph told them. */
  readonly groupsFrom?: 'graph'
  /** Roles that time-boxed grants add to those of the token. */
  readonly grantedRoles?: readonly string[]
}

/** Reads the caller out of verified claims. Claims of another type than Entra's count as absent. */
export function callerOf(claims: Readonly<Record<string, unknown>>): TokenCaller {
  const named = {
    objectId: text(claims.oid),
    subject: text(claims.sub),
    tenantId: text(claims.tid),
    clientApplication: text(claims.azp) ?? text(claims.appid) ?? text(claims.client_id),
    userPrincipalName: text(claims.upn) ?? text(claims.preferred_username) ?? text(claims.unique_name),
  }
  return {
    issuer: text(claims.iss) ?? '',
    ...present(named),
    roles: texts(claims.roles),
    scopes: words(claims.scp ?? claims.scope),
  }
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> }

function present<T extends Record<string, string | undefined>>(named: T): Present<T> {
  // only members that are there are left
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as Present<T>
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

const texts = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

/** `scp` is one string of words at Entra, an array elsewhere. */
const words = (value: unknown) => texts(value).flatMap(item => item.split(' ').filter(word => word !== ''))

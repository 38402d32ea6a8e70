/** What a client wants to know of one claim (OpenID Connect Core §5.5.1). */
export interface ClaimAsked {
  readonly essential: boolean
  /** Of `value` or `values`; empty: any. */
  readonly values: readonly string[]
}

/** The `claims` parameter: what is asked of the id token and of the access token. */
export interface ClaimsRequest {
  readonly idToken: ReadonlyMap<string, ClaimAsked>
  readonly accessToken: ReadonlyMap<string, ClaimAsked>
}

export const noClaims: ClaimsRequest = { idToken: new Map(), accessToken: new Map() }

const maxText = 8192
const maxValues = 50

/** Reads the parameter; what is no such object asks for nothing, as Microsoft's clients send much that no server knows. */
export function readClaimsRequest(text: string | undefined): ClaimsRequest {
  if (text === undefined || text.length > maxText) return noClaims
  try {
    const parsed: unknown = JSON.parse(text)
    return { idToken: claimsOf(memberOf(parsed, 'id_token')), accessToken: claimsOf(memberOf(parsed, 'access_token')) }
  } catch {
    return noClaims // not JSON
  }
}

/** Both requests together: that of the sign-in and that of the redemption. */
export function joinClaims(one: ClaimsRequest, other: ClaimsRequest): ClaimsRequest {
  return {
    idToken: new Map([...one.idToken, ...other.idToken]),
    accessToken: new Map([...one.accessToken, ...other.accessToken]),
  }
}

/** `{"xms_cc":{"values":["cp1"]}}`: what the client says it can do. */
export function capabilitiesOf({ accessToken }: ClaimsRequest): readonly string[] {
  return accessToken.get('xms_cc')?.values.some(value => value.toLowerCase() === 'cp1') === true ? ['CP1'] : []
}

/** Authentication contexts that are asked for, of either token: those that must be met, and those that would be welcome. */
export function contextsAsked({ idToken, accessToken }: ClaimsRequest): {
  readonly essential: readonly string[]
  readonly welcome: readonly string[]
} {
  const asked = [idToken.get('acrs'), accessToken.get('acrs')].filter(one => one !== undefined)
  const valuesOf = (essential: boolean) => [
    ...new Set(asked.flatMap(one => (one.essential === essential ? one.values.map(value => value.toLowerCase()) : []))),
  ]
  return { essential: valuesOf(true), welcome: valuesOf(false) }
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined
}

function claimsOf(part: unknown): ReadonlyMap<string, ClaimAsked> {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return new Map()
  return new Map(
    Object.entries(part)
      .slice(0, maxValues)
      .map(([name, asked]) => [name, askedOf(asked)]),
  )
}

function askedOf(asked: unknown): ClaimAsked {
  const value = memberOf(asked, 'value')
  const values = memberOf(asked, 'values')
  const all = [...(Array.isArray(values) ? values.slice(0, maxValues) : []), value]
  return {
    essential: memberOf(asked, 'essential') === true,
    values: all.filter(one => typeof one === 'string'),
  }
}

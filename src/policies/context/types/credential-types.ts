import { makeArray } from '../../../expressions/types/arrays.ts'
import { defineType } from '../../../expressions/types/define-type.ts'
import type { NamedType } from '../../../expressions/types/type.ts'
import { netType, type Raw, type Ref, type Value } from '../../../expressions/types/values.ts'
import { type ParsedJwt, parseJwt } from '../parse-jwt.ts'
import { dateTime } from './entity-types.ts'
import { asDictionary, ClaimValues, variablesType } from './lookups.ts'
import { once, stringType } from './stamp.ts'

/** `BasicAuthCredentials`: the user and password of an Authorization header. */
class BasicCredentials {
  userId: string | null
  password: string | null

  constructor(userId: string | null = null, password: string | null = null) {
    this.userId = userId
    this.password = password
  }

  get [netType](): NamedType {
    return basicCredentialsType()
  }
}

export const basicCredentials = defineType('class BasicAuthCredentials', {
  'new()': () => new BasicCredentials(),
  'string UserId { get; set; }': {
    get: (self: BasicCredentials) => self.userId,
    set: (self: BasicCredentials, value: string | null) => {
      self.userId = value
    },
  },
  'string Password { get; set; }': {
    get: (self: BasicCredentials) => self.password,
    set: (self: BasicCredentials, value: string | null) => {
      self.password = value
    },
  },
})

const basicCredentialsType = once((): NamedType => basicCredentials.of())

/** RFC 7617 §2: the pair in base64, read as ISO 8859-1; null for anything else. */
function parseBasic(header: string | null): BasicCredentials | null {
  if (header === null || !/^Basic /i.test(header)) return null
  const encoded = header.slice(6).trim()
  if (encoded === '' || encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return null
  const text = Buffer.from(encoded, 'base64').toString('latin1')
  const colon = text.indexOf(':')
  return colon < 0 ? null : new BasicCredentials(text.slice(0, colon), text.slice(colon + 1))
}

/** A token as `AsJwt` gives it: taken apart, nothing verified. */
export class Jwt {
  readonly token: string
  readonly parsed: ParsedJwt
  readonly claims: ClaimValues

  constructor(token: string, parsed: ParsedJwt) {
    this.token = token
    this.parsed = parsed
    this.claims = new ClaimValues(parsed.claims)
  }

  get [netType](): NamedType {
    return jwtType()
  }
}

const date = (seconds: number | null): Raw => (seconds === null ? null : dateTime(seconds * 1000))

export const jwt = defineType('class Jwt', {
  'string Algorithm { get; }': (self: Jwt) => self.parsed.algorithm,
  'IEnumerable<string> Audiences { get; }': (self: Jwt) => makeArray(stringType(), [...self.parsed.audiences]),
  'IReadOnlyDictionary<string, string[]> Claims { get; }': (self: Jwt) => self.claims,
  'DateTime? ExpirationTime { get; }': (self: Jwt) => date(self.parsed.expires),
  'string Id { get; }': (self: Jwt) => self.parsed.id,
  'DateTime? IssuedAt { get; }': (self: Jwt) => date(self.parsed.issuedAt),
  'string Issuer { get; }': (self: Jwt) => self.parsed.issuer,
  'DateTime? NotBefore { get; }': (self: Jwt) => date(self.parsed.notBefore),
  'string Subject { get; }': (self: Jwt) => self.parsed.subject,
  'string Type { get; }': (self: Jwt) => self.parsed.type,
})

const jwtType = once((): NamedType => jwt.of())

/** Taken apart, or null for what is no token; `Bearer ` in front is left out. */
export function asJwt(text: string | null): Jwt | null {
  if (text === null) return null
  const token = (/^Bearer /i.test(text) ? text.slice(7) : text).trim()
  const parsed = parseJwt(token)
  return parsed === undefined ? null : new Jwt(token, parsed)
}

/** `Authorization`: what get-authorization-context leaves in a variable. */
export class AuthorizationContext {
  readonly accessToken: string
  readonly claims: ReadonlyMap<string, Value>

  /** `claims`: members of a token endpoint's answer, as JSON.parse gives them. */
  constructor(accessToken: string, claims: Readonly<Record<string, unknown>>) {
    this.accessToken = accessToken
    this.claims = new Map(Object.entries(claims).map(([name, claim]) => [name, claimValue(claim)]))
  }

  get [netType](): NamedType {
    return authorizationType()
  }
}

/** As Newtonsoft reads a value of type object: text, truth, Int64; what is more than that stays JSON text. */
function claimValue(claim: unknown): Value {
  if (typeof claim === 'string' || typeof claim === 'boolean' || claim === null) return claim
  return typeof claim === 'number' && Number.isSafeInteger(claim) ? BigInt(claim) : JSON.stringify(claim)
}

export const authorization = defineType('class Authorization', {
  'string AccessToken { get; }': (self: AuthorizationContext) => self.accessToken,
  'IReadOnlyDictionary<string, object> Claims { get; }': (self: AuthorizationContext) => asDictionary(self.claims, variablesType),
})

const authorizationType = once((): NamedType => authorization.of())

function tryParse<T>(parse: (text: string | null) => T | null): (self: string | null, result: Ref<T | null>) => boolean {
  return (self, result) => {
    result.value = parse(self)
    return result.value !== null
  }
}

export const credentialMethods = defineType('static class CredentialExtensions', {
  'static BasicAuthCredentials AsBasic(this string input)': parseBasic,
  'static bool TryParseBasic(this string input, out BasicAuthCredentials result)': tryParse(parseBasic),
  'static Jwt AsJwt(this string input)': asJwt,
  'static bool TryParseJwt(this string input, out Jwt result)': tryParse(asJwt),
})

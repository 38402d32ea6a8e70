import type { KeptCall } from '../../audit/kept-call.ts'
import type { DecisionRecord } from '../../audit/record.ts'
import type { Catalog, Product } from '../../catalog/catalog.ts'
import type { Incoming } from '../../gateway/run/serve-call.ts'
import type { TokenVerifier } from '../../identity/token-verifier.ts'
import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import { fieldAsSent, targetAsSent } from '../as-sent.ts'
import { ClaimTokens } from '../policy-tests/claim-tokens.ts'
import type { Json } from '../policy-tests/policy-test.ts'
import type { StandOptions } from '../stand.ts'
import { withTrialKeys } from '../trials/trial-keys.ts'

/** A call of the trail: what was kept of it, or its record alone. */
export type TrailCall = KeptCall | DecisionRecord

export const recordOf = (call: TrailCall): DecisionRecord => ('kept' in call ? call.kept : call)

const badToken = /^token\.(malformed|algorithm|signature|key-unknown|decryption|expired|not-yet-valid|no-expiration)$/
/** What a token was refused for that a record alone does not repeat. */
const otherToken = /^token\.(audience|issuer|tenant)$/

/** Whether it came with a token that nothing here can stand for: ours would be good. */
export function hasBadToken(call: TrailCall): boolean {
  const { reason, caller } = recordOf(call)
  const isKnown = 'kept' in call && call.claims !== undefined
  return badToken.test(reason) || caller?.unverified !== undefined || (otherToken.test(reason) && !isKnown)
}

/** Claims that differ from token to token of one caller. */
export const timely: ReadonlySet<string> = new Set(['iat', 'nbf', 'exp', 'uti', 'aio', 'rh', 'sid', 'auth_time', 'nonce'])

const nobodysKeys: TokenVerifier = {
  verify: () => ({
    kind: 'refused',
    reason: 'token.signature',
    errorReason: 'TokenSignatureInvalid',
    message: 'not judged here',
  }),
}

/** A workspace in which calls of the past come in again: with keys and tokens of our own in place of theirs. */
export class PastCalls {
  readonly #catalog: Catalog
  readonly #keyOf: (product: Product | null) => string
  readonly #tokens = new ClaimTokens(nobodysKeys)

  constructor(workspace: Catalog) {
    const { catalog, keyOf } = withTrialKeys(workspace)
    this.#catalog = catalog
    this.#keyOf = keyOf
  }

  /** What a stand needs to take them. */
  get options(): StandOptions {
    return { catalog: this.#catalog, tokens: this.#tokens, identity: 'none' }
  }

  /** The call as it came, as far as it is known. */
  incomingOf(call: TrailCall): Incoming {
    const record = recordOf(call)
    // where a credential was cut out there is a mark that no byte makes
    const headers = new Headers(
      'kept' in call ? call.headers.flatMap(([name, value]) => [name, fieldAsSent(value)]) : handshakeOf(record),
    )
    if (!headers.has('host')) headers.append('Host', 'localhost')
    const at = Date.parse(record.time)
    const claims = claimsOf(call)
    if (claims !== undefined) headers.append('Authorization', `Bearer ${this.#tokens.issue(claims, at)}`)
    const key = this.#keyFor(record)
    if (key !== undefined) headers.set(...key)
    return {
      method: record.method,
      path: targetAsSent(record.path),
      query: targetAsSent('kept' in call ? call.query : ''),
      headers,
      body: Body.empty(),
      peer: record.ipAddress === '' ? '127.0.0.1' : record.ipAddress,
      scheme: 'http',
      startedAt: at,
    }
  }

  /** A key of the same scope as the one that was sent. */
  #keyFor({ api, product, subscription, reason }: DecisionRecord): readonly [string, string] | undefined {
    const name = this.#catalog.apis.find(one => one.name === api)?.subscriptionKeyNames.header ?? 'Ocp-Apim-Subscription-Key'
    if (reason === 'subscription.invalid') return [name, 'a key of no subscription']
    if (subscription === undefined) return undefined
    return [name, this.#keyOf(this.#catalog.products.find(one => one.name === product) ?? null)]
  }
}

/** Only a WebSocket is answered 101: such a call is judged as a handshake. */
const handshakeOf = ({ status }: DecisionRecord) => (status === 101 ? ['Connection', 'Upgrade', 'Upgrade', 'websocket'] : [])

type Claims = { readonly [name: string]: Json }

/** What the call's token stated, with what was granted to its caller. Its times are made anew: a token that was good then is good now. */
function claimsOf(call: TrailCall): Claims | undefined {
  const { caller, reason } = recordOf(call)
  if (reason === 'token.missing') return undefined
  const stated = 'kept' in call && call.claims !== undefined ? keptClaims(call.claims) : recordedClaims(caller)
  const granted = caller?.grantedRoles
  return stated === undefined || granted === undefined ? stated : { ...stated, roles: [...textsOf(stated.roles), ...granted] }
}

const keptClaims = (claims: NonNullable<KeptCall['claims']>) =>
  // they were parsed from JSON
  Object.fromEntries(Object.entries(claims).filter(([name]) => !timely.has(name))) as Claims

const textsOf = (claim: Json | undefined) => [claim].flat().filter(one => typeof one === 'string')

/** As far as the record of a call says it; undefined when no token said who called. */
export function recordedClaims(caller: DecisionRecord['caller']): Claims | undefined {
  if (caller === undefined || caller.certificate !== undefined) return undefined
  const { issuer, objectId, tenantId, clientApplication, userPrincipalName, roles, scopes } = caller
  return {
    ...(issuer === undefined || issuer === '' ? {} : { iss: issuer }),
    ...(objectId === undefined ? {} : { oid: objectId, sub: objectId }),
    ...(tenantId === undefined ? {} : { tid: tenantId }),
    ...(clientApplication === undefined ? {} : { azp: clientApplication, appid: clientApplication }),
    ...(userPrincipalName === undefined ? {} : { preferred_username: userPrincipalName, upn: userPrincipalName }),
    ...(roles === undefined ? {} : { roles }),
    ...(scopes === undefined ? {} : { scp: scopes.join(' ') }),
  }
}

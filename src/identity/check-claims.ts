import { issuerAllows, isTemplate, keyMaySignFor, tenantOfIssuer } from './entra-issuer.ts'
import type { KeySnapshot } from './remote-key-set.ts'
import type { SigningKey } from './signing-key.ts'
import { badAudience, badIssuer, badTime, expired, noExpiration, notYetValid, otherTenant } from './token-refusals.ts'
import type { TokenRefusal, TokenRules } from './token-verifier.ts'

type Claims = Readonly<Record<string, unknown>>

/** What vouches for a token: its key, and the set that it was published in (undefined for a key written in the policy). */
export interface Voucher {
  readonly key: SigningKey
  readonly set: KeySnapshot | undefined
}

/** exp and nbf (RFC 7519 §4.1.4, §4.1.5) against `now` in milliseconds. */
export function checkLifetime(claims: Claims, rules: TokenRules, now: number): TokenRefusal | undefined {
  const { exp, nbf } = claims
  const [seconds, skew] = [now / 1000, rules.clockSkew]
  if (exp === undefined && rules.requireExpirationTime) return noExpiration()
  if (exp !== undefined && typeof exp !== 'number') return badTime('exp')
  if (nbf !== undefined && typeof nbf !== 'number') return badTime('nbf')
  if (exp !== undefined && seconds >= exp + skew) return expired(exp, Math.floor(seconds))
  if (nbf !== undefined && seconds + skew < nbf) return notYetValid(nbf, Math.floor(seconds))
  return undefined
}

/** aud (RFC 7519 §4.1.3): one of the token's audiences must be one of the allowed, compared exactly. */
export function checkAudience(claims: Claims, rules: TokenRules): TokenRefusal | undefined {
  if (rules.audiences.length === 0) return undefined
  const sent = audiencesOf(claims)
  return sent.some(audience => rules.audiences.includes(audience)) ? undefined : badAudience(rules.audiences, sent)
}

/** One, or several. */
export function audiencesOf({ aud }: Claims): string[] {
  return (Array.isArray(aud) ? aud : [aud]).filter(audience => typeof audience === 'string')
}

/**
 * iss (RFC 7519 §4.1.1) against the allowed issuers, and whether the key may speak for that issuer: a key that names an issuer
 * signs for that one only, and an issuer that a configuration names is vouched for by that configuration's keys alone.
 */
export function checkIssuer(
  claims: Claims,
  rules: TokenRules,
  sets: readonly KeySnapshot[],
  voucher: Voucher | undefined,
): TokenRefusal | undefined {
  const allowed = allowedIssuers(rules, sets)
  const issuer = typeof claims.iss === 'string' ? claims.iss : ''
  if (allowed.length > 0 && !allowed.some(one => issuerAllows(one, issuer, claims.tid))) return refuseIssuer(allowed, issuer)
  if (voucher?.key.issuer !== undefined && !keyMaySignFor(voucher.key.issuer, issuer, claims.tid))
    return badIssuer([voucher.key.issuer], issuer)
  if (voucher?.set !== undefined && !setMaySpeakFor(voucher.set, sets, issuer, claims.tid))
    return badIssuer([voucher.set.issuer ?? 'an issuer of its own'], issuer)
  return undefined
}

/** An issuer of Entra where other tenants of Entra are allowed is a matter of the tenant. */
function refuseIssuer(allowed: readonly string[], issuer: string): TokenRefusal {
  const tenant = tenantOfIssuer(issuer)
  const tenants = allowed.map(tenantOfIssuer)
  const isOther = tenant !== undefined && tenants.every(one => one !== undefined && one !== tenant)
  return isOther ? otherTenant(allowed, issuer) : badIssuer(allowed, issuer)
}

/**
 * The issuers that the policy lists and those that its OpenID configurations name. A configuration's template (any tenant) counts
 * only when the policy lists none: else a list of tenants would be none.
 */
export function allowedIssuers(rules: TokenRules, sets: readonly KeySnapshot[]): readonly string[] {
  const named = sets.flatMap(set => set.issuer ?? [])
  return rules.issuers.length === 0 ? named : [...rules.issuers, ...named.filter(issuer => !isTemplate(issuer))]
}

function setMaySpeakFor(set: KeySnapshot, sets: readonly KeySnapshot[], issuer: string, tid: unknown): boolean {
  const names = (one: KeySnapshot) => one.issuer !== undefined && issuerAllows(one.issuer, issuer, tid)
  return names(set) || !sets.some(names)
}

/**
 * With a local directory bound to a tenant, that tenant's tokens are judged by the directory's keys alone, and the directory's keys
 * are good for no other issuer: real and local keys never mix.
 */
export function checkBinding(
  claims: Claims,
  localTenant: string | undefined,
  set: KeySnapshot | undefined,
): TokenRefusal | undefined {
  const issuer = typeof claims.iss === 'string' ? claims.iss : ''
  const isBound = localTenant !== undefined && tenantOfIssuer(issuer) === localTenant.toLowerCase()
  if (isBound === (set?.origin === 'directory')) return undefined
  return isBound
    ? badIssuer(['the local directory, by its own keys'], issuer)
    : badIssuer([`tenant ${localTenant ?? ''}`], issuer)
}

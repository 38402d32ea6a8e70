import { checkAudience, checkIssuer, checkLifetime } from '../../identity/check-claims.ts'
import type { TokenRefusal, TokenRules, TokenVerifier, VerifiedToken } from '../../identity/token-verifier.ts'
import type { Json } from './policy-test.ts'

type Claims = { readonly [name: string]: Json }

const header = { alg: 'none', typ: 'JWT' } as const

/**
 * Takes tokens of made-up claims next to real ones: their signature counts as good, their issuer, audience and lifetime are judged; what of
 * these three a token does not state counts as right. Only what `issue` gave is taken so.
 */
export class ClaimTokens implements TokenVerifier {
  readonly #real: TokenVerifier
  readonly #issued = new Map<string, Claims>()

  constructor(real: TokenVerifier) {
    this.#real = real
  }

  /** `now` in milliseconds. The token is issued then and good for an hour, unless the claims say otherwise. */
  issue(given: Claims, now: number): string {
    const iat = Math.floor(now / 1000)
    const claims = { iat, nbf: iat, exp: iat + 3600, ...given }
    const encode = (part: unknown) => Buffer.from(JSON.stringify(part), 'utf8').toString('base64url')
    const token = `${encode(header)}.${encode(claims)}.`
    this.#issued.set(token, claims)
    return token
  }

  verify(token: string, rules: TokenRules, now: number): VerifiedToken | TokenRefusal | Promise<VerifiedToken | TokenRefusal> {
    const claims = this.#issued.get(token)
    if (claims === undefined) return this.#real.verify(token, rules, now)
    const refused =
      checkLifetime(claims, rules, now) ??
      (claims.aud === undefined ? undefined : checkAudience(claims, rules)) ??
      (claims.iss === undefined ? undefined : checkIssuer(claims, rules, [], undefined))
    return refused ?? { kind: 'verified', header, claims, token }
  }
}

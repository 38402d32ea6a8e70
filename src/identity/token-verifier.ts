import type { KeyObject } from 'node:crypto'
import type { ReasonCode } from '../catalog/reason.ts'

/** Where the keys of a token's issuer come from. */
export type KeySource =
  | { readonly kind: 'openid-config'; readonly url: string }
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'symmetric'; readonly key: Uint8Array; readonly keyId?: string }
  | { readonly kind: 'rsa'; readonly n: string; readonly e: string; readonly keyId?: string }
  | { readonly kind: 'certificate'; readonly pem: string; readonly keyId?: string }
  /** For decryption alone. */
  | { readonly kind: 'private'; readonly key: KeyObject; readonly keyId?: string }

/** What a policy asks of a token besides its claims. Made once at load and passed as the same object each time: results are remembered by it. */
export interface TokenRules {
  readonly keys: readonly KeySource[]
  /** Exact issuers, or templates with `{tenantid}`, next to the exact ones that the OpenID configurations name; empty: all that they name, templates too. */
  readonly issuers: readonly string[]
  /** Empty: not checked. */
  readonly audiences: readonly string[]
  readonly requireExpirationTime: boolean
  readonly requireSignedTokens: boolean
  /** Seconds. */
  readonly clockSkew: number
  readonly decryptionKeys: readonly KeySource[]
}

/** A token that passed: header and claims as parsed, frozen. Claims by name: an array's elements or one value. */
export interface VerifiedToken {
  readonly kind: 'verified'
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** The compact token without its signature's meaning: what AsJwt() reads again. Never recorded. */
  readonly token: string
  /** A key that the rules trust signed it; absent: they take what anybody can write. */
  readonly isSigned?: true
}

export interface TokenRefusal {
  readonly kind: 'refused'
  readonly reason: Extract<ReasonCode, `token.${string}` | 'keys.unreachable'>
  /** APIM's own names: `TokenNotPresent`, `TokenSignatureInvalid`, `TokenAudienceNotAllowed`, `TokenIssuerNotAllowed`, `TokenExpired`, … */
  readonly errorReason: string
  readonly message: string
  readonly expected?: readonly string[]
  readonly received?: readonly string[]
  /** What the token states, as far as it could be read; without `isSigned` nobody vouches for it. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** A key that the rules trust signed it. */
  readonly isSigned?: true
}

/** What a verifier has done so far: numbers that only grow, for metrics. */
export interface VerifierStatistics {
  /** Tokens whose result was remembered, and those that were judged anew. */
  hits: number
  misses: number
  /** Fetches of key sets that gave keys, and those that did not. */
  keyFetches: number
  keyFailures: number
}

export function noStatistics(): VerifierStatistics {
  return { hits: 0, misses: 0, keyFetches: 0, keyFailures: 0 }
}

export interface TokenVerifier {
  /**
   * At once when the token was seen before or is refused by its form; else a promise (signatures, keys to fetch). Never rejects.
   * `now` in milliseconds since 1970.
   */
  verify(token: string, rules: TokenRules, now: number): VerifiedToken | TokenRefusal | Promise<VerifiedToken | TokenRefusal>
}

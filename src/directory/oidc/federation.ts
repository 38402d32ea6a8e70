import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import type { KeyFetch } from '../../identity/key-fetch.ts'
import type { TokenRefusal, TokenRules, VerifiedToken } from '../../identity/token-verifier.ts'

/** Judges tokens of other issuers that stand in for a client's credential. */
export interface Federation {
  verify(assertion: string, issuer: string, audiences: readonly string[], now: number): Promise<VerifiedToken | TokenRefusal>
}

/** Seconds that clocks may differ. */
const clockSkew = 300

/** Issuers come from the directory document: their rules are few, and the same object each time, as the verifier wants it. */
export function createFederation(fetch: KeyFetch): Federation {
  const verifier = createTokenVerifier({ fetch })
  const known = new Map<string, TokenRules>()
  return {
    async verify(assertion, issuer, audiences, now) {
      const name = JSON.stringify([issuer, audiences])
      const rules = known.get(name) ?? rulesFor(issuer, audiences)
      known.set(name, rules)
      return verifier.verify(assertion, rules, now)
    },
  }
}

function rulesFor(issuer: string, audiences: readonly string[]): TokenRules {
  return {
    keys: [{ kind: 'openid-config', url: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration` }],
    issuers: [issuer],
    audiences,
    requireExpirationTime: true,
    requireSignedTokens: true,
    clockSkew,
    decryptionKeys: [],
  }
}

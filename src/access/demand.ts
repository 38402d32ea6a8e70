/** As a demand calls `azp` and `appid`. */
export const clientApplication = 'client application'

/** Values of a claim that a token must carry; none: the claim must be there. */
export interface ClaimDemand {
  readonly claim: string
  readonly match: 'all' | 'any'
  readonly values: readonly string[]
}

/** What one policy asks of whoever calls an operation, and where it stands. */
export interface Demand {
  /**
   * token: a valid one, with these claims. check: something else that every call must pass (an address, a header). condition: asked only of some
   * calls, or decided by an expression. answer: no call gets past this policy, it answers by itself.
   */
  readonly kind: 'token' | 'check' | 'condition' | 'answer'
  readonly policy: string
  readonly scope: string
  readonly file: string
  readonly line: number
  readonly claims: readonly ClaimDemand[]
  /** It is asked of those alone whose token has none of these. */
  readonly unless?: readonly ClaimDemand[]
  /** Tokens that nobody signed are taken: anybody can write one. */
  readonly unsigned?: true
}

/**
 * How an operation stands: guarded (by a token, a key or a check), conditional (only some calls are checked), answered (a policy answers every
 * call before a guard), unguarded (nobody asks anything), not-served.
 */
export type Standing = 'guarded' | 'conditional' | 'answered' | 'unguarded' | 'not-served'

export function standingOf(demands: readonly Demand[], subscriptionKey: boolean): Exclude<Standing, 'not-served'> {
  if (subscriptionKey) return 'guarded'
  const guards = demands.filter(({ kind, unsigned }) => (kind === 'token' || kind === 'check') && unsigned !== true)
  if (guards.length > 0) return 'guarded'
  if (demands.some(({ kind }) => kind === 'condition')) return 'conditional'
  return demands.some(({ kind }) => kind === 'answer') ? 'answered' : 'unguarded'
}

/** `roles: one of readers, admins`. */
export function claimText({ claim, match, values }: ClaimDemand): string {
  if (values.length === 0) return `${claim}: any`
  if (values.length === 1) return `${claim}: ${values[0]}`
  return `${claim}: ${match === 'all' ? 'all of' : 'one of'} ${values.join(', ')}`
}

/** A demand in words, without its place. */
export function demandText({ kind, policy, claims, unless, unsigned }: Demand): string {
  const asked = claims.length === 0 ? 'anyone with a valid token' : claims.map(claimText).join(' and ')
  switch (kind) {
    case 'token':
      return unsigned === true ? `${asked}, signed or not` : asked
    case 'check':
      return `passes ${policy}`
    case 'condition':
      if (unless !== undefined) return `${asked}, or ${unless.map(claimText).join(' or ')}`
      return policy === 'choose' ? 'a condition decides' : `on a condition: ${asked}`
    case 'answer':
      return `${policy} answers every call`
  }
}

import type { TokenRefusal, TokenRules, VerifiedToken } from './token-verifier.ts'

export type TokenResult = VerifiedToken | TokenRefusal

export interface Remembered {
  readonly result: TokenResult
  /** Milliseconds since 1970: not used from then on. */
  readonly until: number
  /** Whether what the result rests on still stands: its key was not withdrawn. */
  readonly stands: (now: number) => boolean
}

/**
 * Results by token and rules, bounded in number and bytes. Two generations: a full young one becomes the old one and what was
 * old is forgotten, so that a hit costs one look-up and no reordering.
 */
export class ResultCache {
  readonly #maxEntries: number
  readonly #maxBytes: number
  #young = new Map<string, Map<TokenRules, Remembered>>()
  #old = new Map<string, Map<TokenRules, Remembered>>()
  #entries = 0
  #bytes = 0

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
  }

  get(token: string, rules: TokenRules, now: number): TokenResult | undefined {
    const remembered = this.#young.get(token)?.get(rules) ?? this.#revive(token, rules)
    if (remembered === undefined) return undefined
    if (now < remembered.until && remembered.stands(now)) return remembered.result
    this.#young.get(token)?.delete(rules)
    this.#old.get(token)?.delete(rules)
    return undefined
  }

  set(token: string, rules: TokenRules, remembered: Remembered): void {
    const byRules = this.#young.get(token) ?? new Map<TokenRules, Remembered>()
    // claims and header take about as much again as the token they were read from
    this.#bytes += byRules.size === 0 ? token.length * 3 : token.length * 2
    this.#entries++
    this.#young.set(token, byRules.set(rules, remembered))
    if (this.#entries * 2 > this.#maxEntries || this.#bytes * 2 > this.#maxBytes) this.#age()
  }

  /** A hit among the old ones lives on among the young. */
  #revive(token: string, rules: TokenRules): Remembered | undefined {
    const remembered = this.#old.get(token)?.get(rules)
    if (remembered !== undefined) this.set(token, rules, remembered)
    return remembered
  }

  #age(): void {
    this.#old = this.#young
    this.#young = new Map()
    this.#entries = 0
    this.#bytes = 0
  }
}

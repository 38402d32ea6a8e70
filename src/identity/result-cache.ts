import type { TokenRefusal, TokenRules, VerifiedToken } from './token-verifier.ts'

export type TokenResult = VerifiedToken | TokenRefusal

export interface Remembered {
  readonly result: TokenResult
  /** Milliseconds since 1970: not used from then on. */
  readonly until: number
  /** Whether what the result rests on still stands: its key was not withdrawn. */
  readonly stands: (now: number) => boolean
}

/** What is known of one token, by the rules that it was held against. */
interface Known {
  readonly token: string
  readonly byRules: Map<TokenRules, Remembered>
}

/**
 * Letters at a token's end that it is looked up by: part of its signature, so no two tokens that are remembered share them. Hashing
 * the whole of a token costs more than everything else that is done for a repeated one.
 */
const keyLength = 64

/**
 * Results by token and rules, bounded in number and bytes. Two generations: a full young one becomes the old one and what was
 * old is forgotten, so that a hit costs one look-up and no reordering.
 */
export class ResultCache {
  readonly #maxEntries: number
  readonly #maxBytes: number
  #young = new Map<string, Known>()
  #old = new Map<string, Known>()
  #entries = 0
  #bytes = 0

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
  }

  get(token: string, rules: TokenRules, now: number): TokenResult | undefined {
    const key = token.slice(-keyLength)
    const remembered = known(this.#young, key, token)?.byRules.get(rules) ?? this.#revive(key, token, rules)
    if (remembered === undefined) return undefined
    if (now < remembered.until && remembered.stands(now)) return remembered.result
    known(this.#young, key, token)?.byRules.delete(rules)
    known(this.#old, key, token)?.byRules.delete(rules)
    return undefined
  }

  set(token: string, rules: TokenRules, remembered: Remembered): void {
    const key = token.slice(-keyLength)
    const entry = known(this.#young, key, token) ?? { token, byRules: new Map<TokenRules, Remembered>() }
    // claims and header take about as much again as the token they were read from
    this.#bytes += entry.byRules.size === 0 ? token.length * 3 : token.length * 2
    this.#entries++
    entry.byRules.set(rules, remembered)
    this.#young.set(key, entry)
    if (this.#entries * 2 > this.#maxEntries || this.#bytes * 2 > this.#maxBytes) this.#age()
  }

  /** A hit among the old ones lives on among the young. */
  #revive(key: string, token: string, rules: TokenRules): Remembered | undefined {
    const remembered = known(this.#old, key, token)?.byRules.get(rules)
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

/** The entry of that very token: the same end alone is not enough. */
function known(generation: ReadonlyMap<string, Known>, key: string, token: string): Known | undefined {
  const found = generation.get(key)
  return found?.token === token ? found : undefined
}

import { isObject } from './json-object.ts'
import type { FetchedDocument, KeyFetch } from './key-fetch.ts'
import { keysOfSet, type SigningKey } from './signing-key.ts'
import { noStatistics, type VerifierStatistics } from './token-verifier.ts'

/** All in milliseconds. */
export interface KeyTiming {
  /** A set older than this is fetched again in the background, when a token asks for it. */
  readonly refreshAfter: number
  /** A set that could not be refreshed for this long is no longer believed. */
  readonly keepFor: number
  /** Between two tries because of an unknown key id. */
  readonly unknownKeyFloor: number
  /** Between two tries after a failure: the first and the longest pause, doubling. */
  readonly retryFloor: number
  readonly retryCeiling: number
}

/** API Management refreshes hourly; the floor for unknown keys is lower than its five minutes, for rollover without refused calls. */
export const defaultTiming: KeyTiming = {
  refreshAfter: 3_600_000,
  keepFor: 3 * 86_400_000,
  unknownKeyFloor: 10_000,
  retryFloor: 1_000,
  retryCeiling: 30_000,
}

/** What an address gave at one time. */
export interface KeySnapshot {
  readonly keys: readonly SigningKey[]
  /** What the OpenID configuration names as its issuer. */
  readonly issuer?: string
  readonly origin: FetchedDocument['origin']
  readonly fetchedAt: number
}

/**
 * The keys behind one OpenID configuration or JWK set address: fetched when first asked for, refreshed in the background, kept
 * through an outage. At most one fetch is under way at a time.
 */
export class RemoteKeySet {
  readonly url: string
  readonly #kind: 'openid-config' | 'jwks'
  readonly #fetch: KeyFetch
  readonly #timing: KeyTiming
  readonly #statistics: Pick<VerifierStatistics, 'keyFetches' | 'keyFailures'>
  #snapshot: KeySnapshot | undefined
  #loading: Promise<void> | undefined
  #lastTry = Number.NEGATIVE_INFINITY
  #failures = 0

  constructor(
    kind: 'openid-config' | 'jwks',
    url: string,
    fetch: KeyFetch,
    timing: KeyTiming,
    statistics: Pick<VerifierStatistics, 'keyFetches' | 'keyFailures'> = noStatistics(),
  ) {
    this.#kind = kind
    this.url = url
    this.#fetch = fetch
    this.#timing = timing
    this.#statistics = statistics
  }

  /** What is known at `now`, and a refresh in the background when it is getting old. */
  current(now: number): KeySnapshot | undefined {
    const snapshot = this.#snapshot
    if (snapshot === undefined) return undefined
    const age = now - snapshot.fetchedAt
    if (age >= this.#timing.refreshAfter && this.#mayRetry(now)) void this.#load(now)
    return age < this.#timing.keepFor ? snapshot : undefined
  }

  /** Whether the latest try failed: what is known may be out of date. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** Fetches because a token needs what is not there; undefined when that was tried too short a while ago. */
  seek(now: number): Promise<void> | undefined {
    if (this.#loading !== undefined) return this.#loading
    const floor = this.current(now) === undefined ? 0 : this.#timing.unknownKeyFloor
    return this.#mayRetry(now) && now - this.#lastTry >= floor ? this.#load(now) : undefined
  }

  #mayRetry(now: number): boolean {
    const { retryFloor, retryCeiling } = this.#timing
    const pause = this.#failures === 0 ? 0 : Math.min(retryCeiling, retryFloor * 2 ** (this.#failures - 1))
    return now - this.#lastTry >= pause
  }

  #load(now: number): Promise<void> {
    this.#loading ??= this.#loadOnce(now).finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #loadOnce(now: number): Promise<void> {
    this.#lastTry = now
    const fetched = await this.#read(now).catch(() => undefined) // the world outside: any failure is the same to a token
    this.#failures = fetched === undefined ? this.#failures + 1 : 0
    if (fetched === undefined) this.#statistics.keyFailures++
    else this.#statistics.keyFetches++
    if (fetched !== undefined) this.#snapshot = { ...fetched, keys: fetched.keys.map(key => this.#known(key)) }
  }

  /** The key object that was there before, when it is the same key: results are remembered by it. */
  #known(key: SigningKey): SigningKey {
    const same = (old: SigningKey) => old.identity === key.identity && old.id === key.id && old.issuer === key.issuer
    return this.#snapshot?.keys.find(old => same(old) && old.algorithms.join() === key.algorithms.join()) ?? key
  }

  async #read(now: number): Promise<KeySnapshot | undefined> {
    if (this.#kind === 'jwks') return snapshotOf(await this.#fetch(this.url), now)
    const answer = await this.#fetch(this.url)
    const document = jsonOf(answer)
    if (!isObject(document) || typeof document.jwks_uri !== 'string') return undefined
    if (!mayFollow(this.url, document.jwks_uri)) return undefined
    const keys = snapshotOf(await this.#fetch(document.jwks_uri), now)
    if (keys === undefined || keys.origin !== answer.origin) return undefined
    return typeof document.issuer === 'string' ? { ...keys, issuer: document.issuer } : keys
  }
}

function snapshotOf(answer: FetchedDocument, now: number): KeySnapshot | undefined {
  const keys = keysOfSet(jsonOf(answer))
  return keys === undefined || keys.length === 0 ? undefined : { keys, origin: answer.origin, fetchedAt: now }
}

function jsonOf(answer: FetchedDocument): unknown {
  return answer.status === 200 ? JSON.parse(answer.body) : undefined
}

/** A document read over https must not send us for its keys to plain http. */
function mayFollow(from: string, to: string): boolean {
  return URL.canParse(to) && (to.startsWith('https:') || (from.startsWith('http:') && to.startsWith('http:')))
}

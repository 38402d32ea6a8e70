import { createHash } from 'node:crypto'
import type { LimitsWhenAway } from '../../catalog/settings.ts'
import type { Awaitable, CounterState, Counters } from '../../policies/ports.ts'
import { type RedisAnswer, type RedisLink, RedisRefused } from './redis-link.ts'
import { fillScript, type RedisScript, slideScript } from './scripts.ts'

export interface RedisCountersOptions {
  readonly link: RedisLink
  /** Of every key. */
  readonly prefix: string
  readonly whenAway: LimitsWhenAway
  /** This process's own counters: those of limit-concurrency, and all of them while Redis is away and the workspace says so. */
  readonly local: Counters
}

type State = CounterState | 'full' | 'away'

/** Rate limits and quotas counted in Redis, exact over all gateways that share it. Never rejects. */
export class RedisCounters implements Counters {
  readonly #options: RedisCountersOptions

  constructor(options: RedisCountersOptions) {
    this.#options = options
  }

  slide(key: string, limit: number, period: number, amount: number, now: number): Promise<State> {
    return this.#count(slideScript, keyOf(`${this.#options.prefix}:rate`, key), [limit, period, amount], limit, () =>
      this.#options.local.slide(key, limit, period, amount, now),
    )
  }

  fill(key: string, limit: number, period: number, start: number, amount: number, now: number): Promise<State> {
    return this.#count(fillScript, keyOf(`${this.#options.prefix}:quota`, key), [limit, period, start, amount], limit, () =>
      this.#options.local.fill(key, limit, period, start, amount, now),
    )
  }

  /** API Management counts concurrent calls in each gateway by itself ("Limit concurrency"), and so does this. */
  enter(key: string, max: number): Awaitable<boolean | 'full'> {
    return this.#options.local.enter(key, max)
  }

  leave(key: string): void {
    this.#options.local.leave(key)
  }

  async #count(
    script: RedisScript,
    key: string,
    numbers: readonly number[],
    limit: number,
    locally: () => Awaitable<State>,
  ): Promise<State> {
    try {
      return stateOf(await runScript(this.#options.link, script, key, numbers.map(String)))
    } catch {
      // the link has told of it; here it only matters that nothing was counted
      if (this.#options.whenAway === 'local') return locally()
      return this.#options.whenAway === 'refuse' ? 'away' : { allowed: true, remaining: limit, retryAfter: 0 }
    }
  }
}

/** Callers' names stand in counter keys: Redis gets digests of them, which are also short. */
export function keyOf(prefix: string, key: string): string {
  return `${prefix}:${createHash('sha256').update(key, 'utf8').digest('base64url')}`
}

async function runScript(
  link: RedisLink,
  { sha, text }: RedisScript,
  key: string,
  args: readonly string[],
): Promise<RedisAnswer> {
  try {
    return await link.run(['EVALSHA', sha, '1', key, ...args])
  } catch (error) {
    // a Redis that was started anew knows no scripts
    if (!(error instanceof RedisRefused) || !error.message.startsWith('NOSCRIPT')) throw error
    return link.run(['EVAL', text, '1', key, ...args])
  }
}

function stateOf(answer: RedisAnswer): CounterState {
  const [allowed, remaining, retryAfter] = Array.isArray(answer) ? answer : []
  if (typeof allowed !== 'number' || typeof remaining !== 'number' || typeof retryAfter !== 'number')
    throw new RedisRefused('the script gave something else than three numbers')
  return { allowed: allowed === 1, remaining, retryAfter: retryAfter < 0 ? Number.POSITIVE_INFINITY : retryAfter }
}

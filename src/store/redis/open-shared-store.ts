import type { LimitsWhenAway, RedisSettings } from '../../catalog/settings.ts'
import type { Counters, ValueCache } from '../../policies/ports.ts'
import { RedisCache } from './redis-cache.ts'
import { RedisCounters } from './redis-counters.ts'
import { RedisLink, type RedisLinkOptions } from './redis-link.ts'

/** What leads a thread to what it shares. */
export interface SharedStoreOptions {
  readonly redis: RedisSettings
  readonly limitsWhenAway: LimitsWhenAway
}

/** What several gateways share, seen from one thread. */
export interface SharedStore {
  readonly counters: Counters
  readonly cache: ValueCache
  readonly isAway: boolean
  close(): Promise<void>
}

/** Resolves when the first try to connect has ended; a Redis that is not there yet is waited for in the background. */
export async function openSharedStore(
  { redis, limitsWhenAway }: SharedStoreOptions,
  local: Counters,
  onChange: NonNullable<RedisLinkOptions['onChange']>,
): Promise<SharedStore> {
  const link = await RedisLink.open({ ...redis, onChange })
  return {
    counters: new RedisCounters({ link, prefix: redis.prefix, whenAway: limitsWhenAway, local }),
    cache: new RedisCache(link, redis.prefix),
    get isAway() {
      return link.isAway
    },
    close: () => link.close(),
  }
}

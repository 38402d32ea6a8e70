import type { CallContext } from '../context/call-context.ts'
import { optional, value } from '../define-policy.ts'
import type { Ports, ValueCache } from '../ports.ts'
import type { Evaluator } from '../values.ts'

export type CachingType = 'internal' | 'external' | 'prefer-external'

/** `caching-type` of the cache policies: the gateway's own cache, the external one (Redis), or that when there is one. */
export const cachingType = optional(value.choice(['internal', 'external', 'prefer-external']), 'prefer-external')

export const withoutExternalCache =
  'Without a Redis in `gatehouse.yaml` (`store.redis`), `external` means the gateway’s own cache, so that a policy written for Azure runs on a laptop.'

/** Which cache a call means. */
export function cacheBy(
  type: Evaluator<CachingType>,
  { cache, externalCache = cache }: Pick<Ports, 'cache' | 'externalCache'>,
): (ctx: CallContext) => ValueCache {
  return ctx => (type(ctx) === 'internal' ? cache : externalCache)
}

/** Where a value of the policies' own lies: a key that a caller has a hand in names no kept response, nor anything else that the gateway has in that cache. */
export const valueKey = (key: string) => `value ${key}`

import { cacheBy, cachingType, valueKey, withoutExternalCache } from '../caching/caching-type.ts'
import { describeType, encodeValue } from '../context/stored-value.ts'
import { definePolicy, value } from '../define-policy.ts'
import { next, refuse } from '../outcome.ts'

/** Keeps a value in the cache for a time: text, numbers, booleans, JSON and bytes, which come back as the types they were. */
export const cacheStoreValue = definePolicy({
  element: 'cache-store-value',
  summary: 'Stores a value in the cache by key for a duration.',
  source: 'Store value in cache',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      key: value.string({ nonEmpty: true }),
      value: value.any(),
      duration: value.duration('seconds'),
      'caching-type': cachingType,
    },
  },
  counts: { kind: 'value cache', keyAttribute: 'key', amounts: ['duration'], kept: 'value' },
  reasons: ['policy.failed'],
  differences: [withoutExternalCache],
  compile({ attributes }, ports) {
    const { now } = ports
    const cacheOf = cacheBy(attributes['caching-type'], ports)
    return ctx => {
      const kept = attributes.value(ctx)
      const bytes = encodeValue(kept)
      if (bytes === undefined)
        return refuse({
          reason: 'policy.failed',
          statusCode: 500,
          message: 'Internal server error',
          errorReason: 'ValueNotSerializable',
          errorMessage: `A value of type ${describeType(kept)} cannot be kept in the cache.`,
        })
      const stored = cacheOf(ctx).set(valueKey(attributes.key(ctx)), bytes, attributes.duration(ctx), now())
      return stored instanceof Promise ? stored.then(() => next) : next
    }
  },
})

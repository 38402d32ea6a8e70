import { cacheBy, cachingType, valueKey, withoutExternalCache } from '../caching/caching-type.ts'
import { definePolicy, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Takes a value out of the cache, if it is there. */
export const cacheRemoveValue = definePolicy({
  element: 'cache-remove-value',
  summary: 'Removes a value by key from the cache.',
  source: 'Remove value from cache',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: { attributes: { key: value.string({ nonEmpty: true }), 'caching-type': cachingType } },
  counts: { kind: 'value cache', keyAttribute: 'key' },
  differences: [withoutExternalCache],
  compile({ attributes }, ports) {
    const cacheOf = cacheBy(attributes['caching-type'], ports)
    return ctx => {
      const removed = cacheOf(ctx).delete(valueKey(attributes.key(ctx)))
      return removed instanceof Promise ? removed.then(() => next) : next
    }
  },
})

import { cachingType } from '../caching/caching-type.ts'
import { definePolicy, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Takes a value out of the cache, if it is there. */
export const cacheRemoveValue = definePolicy({
  element: 'cache-remove-value',
  summary: 'Removes a value by key from the cache.',
  source: 'Remove value from cache',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: { attributes: { key: value.string({ nonEmpty: true }), 'caching-type': cachingType } },
  compile({ attributes }, { cache }) {
    return ctx => {
      const removed = cache.delete(attributes.key(ctx))
      return removed instanceof Promise ? removed.then(() => next) : next
    }
  },
})

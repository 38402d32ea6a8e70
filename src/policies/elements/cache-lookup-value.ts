import { cacheBy, cachingType, valueKey, withoutExternalCache } from '../caching/caching-type.ts'
import type { CallContext } from '../context/call-context.ts'
import { decodeValue } from '../context/stored-value.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'

/** Reads a value from the cache into a variable; without a stored value or a default the variable stays as it was. */
export const cacheLookupValue = definePolicy({
  element: 'cache-lookup-value',
  summary: 'Reads a value by key from the cache into a context variable.',
  source: 'Get value from cache',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      key: value.string({ nonEmpty: true }),
      'variable-name': value.string({ nonEmpty: true }),
      'default-value': optional(value.any()),
      'caching-type': cachingType,
    },
  },
  counts: { kind: 'value cache', keyAttribute: 'key' },
  differences: [withoutExternalCache],
  compile({ attributes, written }, ports) {
    const { now } = ports
    const cacheOf = cacheBy(attributes['caching-type'], ports)
    const hasDefault = written.has('default-value')
    const store = (ctx: CallContext, bytes: Uint8Array | undefined): Outcome => {
      const name = attributes['variable-name'](ctx)
      if (bytes !== undefined) ctx.variables.set(name, decodeValue(bytes))
      else if (hasDefault) ctx.variables.set(name, attributes['default-value'](ctx))
      return next
    }
    return ctx => {
      const found = cacheOf(ctx).get(valueKey(attributes.key(ctx)), now())
      return found instanceof Promise ? found.then(bytes => store(ctx, bytes)) : store(ctx, found)
    }
  },
})

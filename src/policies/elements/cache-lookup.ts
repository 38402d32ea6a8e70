import { cachingType, withoutExternalCache } from '../caching/caching-type.ts'
import { decodeResponse, markDownstream } from '../caching/kept-response.ts'
import { responseKey } from '../caching/response-key.ts'
import type { CallContext, ResponseSlot } from '../context/call-context.ts'
import { definePolicy, many, optional, value } from '../define-policy.ts'
import { next, type Outcome, reply } from '../outcome.ts'

/** Asking the backend with these could give a partial answer, or none: nothing to keep. */
const conditions = [
  'Cache-Control',
  'Pragma',
  'If-Match',
  'If-None-Match',
  'If-Modified-Since',
  'If-Unmodified-Since',
  'If-Range',
  'Range',
]

/** Answers a GET with the response that cache-store kept for its like; else tells cache-store where to put the one that comes. */
export const cacheLookup = definePolicy({
  element: 'cache-lookup',
  summary: 'Answers with a kept response when there is one.',
  source: 'Get from cache',
  sections: ['inbound'],
  max: { count: 1, per: 'section' },
  schema: {
    attributes: {
      'vary-by-developer': optional(value.boolean(), false),
      'vary-by-developer-groups': optional(value.boolean(), false),
      'caching-type': cachingType,
      'downstream-caching-type': optional(value.choice(['none', 'private', 'public']), 'none'),
      'must-revalidate': optional(value.boolean(), true),
      'allow-private-response-caching': optional(value.boolean(), false),
    },
    children: {
      'vary-by-header': many(value.token('header name')),
      'vary-by-query-parameter': many(value.string({ nonEmpty: true })),
    },
  },
  counts: { kind: 'response cache', keyedBy: 'API, operation, URL and what vary-by-* says' },
  reasons: ['cache.hit'],
  pagesDisagree: [
    '`vary-by-developer` and `vary-by-developer-groups` are called required and have defaults: they may be left out.',
  ],
  differences: [
    'On a hit, outbound goes on behind `cache-store`, as Azure’s traces say; behind the policy around it, when it stands inside of one.',
    'Cookies that a response sets are not kept.',
    withoutExternalCache,
  ],
  compile({ attributes, children }, { cache, externalCache = cache, now }, { scope, place }) {
    const lookUp = (ctx: CallContext, slot: ResponseSlot, bytes: Uint8Array | undefined): Outcome => {
      const kept = bytes === undefined ? undefined : decodeResponse(bytes)
      if (ctx.tracer !== null)
        ctx.tracer.said(
          place,
          'cache',
          'information',
          kept === undefined ? 'no response is kept for this call' : 'a kept response answers',
        )
      if (kept === undefined) {
        for (const name of conditions) ctx.request.headers.delete(name)
        ctx.responseSlot = slot
        return next
      }
      const { ends, ...response } = kept
      markDownstream(response.headers, slot, ends - now())
      ctx.response = response
      ctx.foundIn = scope
      return hit
    }
    return ctx => {
      if (ctx.request.method !== 'GET') return next
      if (ctx.request.headers.has('Authorization') && !attributes['allow-private-response-caching'](ctx)) return next
      const headers = children['vary-by-header'].map(one => one(ctx))
      const key = responseKey(ctx, {
        developer: attributes['vary-by-developer'](ctx),
        groups: attributes['vary-by-developer-groups'](ctx),
        headers,
        queryParameters: children['vary-by-query-parameter'].flatMap(one => namesIn(one(ctx))),
      })
      const slot: ResponseSlot = {
        key,
        isExternal: attributes['caching-type'](ctx) !== 'internal',
        downstream: attributes['downstream-caching-type'](ctx),
        mustRevalidate: attributes['must-revalidate'](ctx),
        varyBy: headers,
      }
      const found = (slot.isExternal ? externalCache : cache).get(key, now())
      return found instanceof Promise ? found.then(bytes => lookUp(ctx, slot, bytes)) : lookUp(ctx, slot, found)
    }
  },
})

const hit: Outcome = { ...reply('cache.hit'), isHit: true }

/** "Enter a single or multiple parameters. Use semicolon as a separator." */
function namesIn(text: string): string[] {
  return text.split(';').flatMap(name => (name.trim() === '' ? [] : [name.trim()]))
}

import { encodeResponse, markDownstream } from '../caching/kept-response.ts'
import { Body, type ByteStream } from '../context/body.ts'
import type { ResponseMessage } from '../context/call-context.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Keeps the response for later calls that cache-lookup finds alike. Its body is kept while it passes through: nothing waits for it. */
export const cacheStore = definePolicy({
  element: 'cache-store',
  summary: 'Keeps the response for a time, for `cache-lookup` to answer with.',
  source: 'Store to cache',
  sections: ['outbound'],
  max: { count: 1, per: 'section' },
  keepsResponse: true,
  schema: {
    attributes: {
      duration: value.duration('seconds'),
      'cache-response': optional(value.boolean()),
    },
  },
  pagesDisagree: ['An example writes `duration="seconds"`: in a loose file that is a placeholder, in a workspace an error.'],
  differences: [
    'A response larger than what policies may hold in memory (`gateway.maxBufferedBodyBytes`) passes through and is not kept.',
  ],
  compile({ attributes }, { cache, externalCache = cache, now, maxBufferedBodyBytes }) {
    return ctx => {
      const { response, responseSlot: slot } = ctx
      if (slot === undefined || response === null || !(attributes['cache-response'](ctx) ?? response.statusCode === 200))
        return next
      const duration = attributes.duration(ctx)
      markDownstream(response.headers, slot, duration)
      // the head as it is now: what later policies do to it is not part of the kept response
      const head = { statusCode: response.statusCode, statusReason: response.statusReason, headers: response.headers.clone() }
      const keeper = slot.isExternal ? externalCache : cache
      const keep = (body: Uint8Array) => keeper.set(slot.key, encodeResponse(head, body, now() + duration), duration, now())
      const stored = keepBody(response, keep, maxBufferedBodyBytes)
      return stored instanceof Promise ? stored.then(() => next) : next
    }
  },
})

type Keep = (body: Uint8Array) => void | Promise<void>

function keepBody(response: ResponseMessage, keep: Keep, limit: number): void | Promise<void> {
  const stream = response.body.takeStream()
  if (stream === null) return keep(response.body.bytes ?? new Uint8Array(0))
  response.body = Body.streaming(keptWhilePassing(stream, keep, limit))
}

/** Passes each chunk on at once; a stream that breaks off or grows past the limit is not kept. */
async function* keptWhilePassing(stream: ByteStream, keep: Keep, limit: number): AsyncGenerator<Uint8Array, void> {
  let chunks: Uint8Array[] | undefined = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > limit) chunks = undefined
    chunks?.push(chunk)
    yield chunk
  }
  if (chunks !== undefined) await keep(Buffer.concat(chunks, size))
}

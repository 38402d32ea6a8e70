import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Answer, type ExchangeLimits, LateBackend } from './exchange.ts'

export interface ExpectingRequest {
  /** `https://host:port` of the backend. */
  readonly origin: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Name, value, name, value …, without Expect. */
  readonly headers: readonly string[]
  /** The body, asked for once the backend wants it. */
  body(): AsyncIterable<Uint8Array> | Uint8Array | null
  /** How the connection to an https backend is made: one of its own. */
  readonly connection: RequestOptions
}

export interface ContinueLimits extends ExchangeLimits {
  /** Milliseconds until 100 Continue, or a final answer, must be there. */
  readonly continueTimeout: number
}

/** Milliseconds of silence in the middle of an answer. */
const idleTimeout = 300_000

/**
 * One request whose body waits until the backend says 100 Continue (RFC 9110 §10.1.1); a final answer that comes instead is the answer, and the
 * body is never sent. Over HTTP/1.1 and a connection of its own: one on which a body was announced and not sent serves no other request.
 * Rejects with node's errors, LateBackend, or the signal's reason.
 */
export function exchangeAfterContinue(asked: ExpectingRequest, limits: ContinueLimits): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = open(asked)
    const late = (error: LateBackend, after: number) => setTimeout(() => sent.destroy(error), after)
    const answerTimer = late(new LateBackend(limits.timeout), limits.timeout)
    const continueTimer = late(new LateBackend(limits.continueTimeout, '100 Continue'), limits.continueTimeout)
    const stop = () => void sent.destroy(reasonOf(limits.signal))
    const settle = () => {
      clearTimeout(answerTimer)
      clearTimeout(continueTimer)
    }
    limits.signal.addEventListener('abort', stop, { once: true })
    if (limits.signal.aborted) stop()
    sent.once('close', () => limits.signal.removeEventListener('abort', stop))
    sent.once('continue', () => {
      clearTimeout(continueTimer)
      void sendBody(sent, asked.body())
    })
    sent.once('response', answer => {
      settle()
      resolve(answerOf(answer))
    })
    // after the answer has begun the promise is settled, and the body's own stream tells of the break-off
    sent.on('error', error => {
      settle()
      reject(error)
    })
  })
}

function open({ origin, method, path, headers, connection }: ExpectingRequest): ClientRequest {
  const url = new URL(origin)
  const isSized = headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'content-length')
  const list = [...headers, ...(isSized ? [] : ['Transfer-Encoding', 'chunked']), 'Expect', '100-continue']
  const options = { method, path, headers: list }
  const sent =
    url.protocol === 'https:' ? httpsRequest(url, { ...options, ...connection }) : httpRequest(url, { ...options, agent: false })
  sent.flushHeaders()
  return sent
}

/** The end of the request is told through the request itself: when the body breaks off, it is destroyed with that error. */
async function sendBody(sent: ClientRequest, body: AsyncIterable<Uint8Array> | Uint8Array | null): Promise<void> {
  if (body === null || body instanceof Uint8Array) {
    sent.end(body ?? undefined)
    return
  }
  await pipeline(Readable.from(body), sent).catch(error => void sent.destroy(error))
}

function answerOf(answer: IncomingMessage): Answer {
  // a break-off while nobody reads yet is told to the reader when it comes, it must not end the process
  answer.on('error', () => {})
  answer.setTimeout(idleTimeout, () => answer.destroy(new LateBackend(idleTimeout)))
  return {
    statusCode: answer.statusCode ?? 0, // a client's answer always has one
    statusReason: answer.statusMessage ?? '',
    rawHeaders: answer.rawHeaders,
    open: () => answer,
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('aborted')
}

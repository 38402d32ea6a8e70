import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { Body, BodyTooLarge } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import type { Incoming } from '../run/serve-call.ts'
import type { ShownCertificate } from '../run/shown-certificate.ts'

/** Bytes of the request body seen so far: complete once the call has ended. */
export interface Received {
  bytes: number
}

export interface ReadOptions {
  readonly maxBodyBytes: number | undefined
  /** Set when the caller waits for 100 Continue: it gets that when somebody begins to read the body. */
  readonly continueTo?: ServerResponse
  /** What the caller's connection showed. */
  readonly certificate?: ShownCertificate | undefined
}

/** A request as serving wants it. The body is not touched; `received` counts it as it is read. */
export function readRequest(request: IncomingMessage, received: Received, options: ReadOptions): Incoming {
  const [path, query] = splitTarget(request.url ?? '/')
  return {
    method: request.method ?? 'GET',
    path,
    query,
    headers: new Headers(request.rawHeaders),
    body: bodyOf(request, received, options),
    peer: plainAddress(request.socket.remoteAddress ?? ''),
    scheme: 'encrypted' in request.socket ? 'https' : 'http',
    certificate: options.certificate,
    startedAt: Date.now(),
  }
}

/** Path and query of an origin-form target, or of an absolute-form one (RFC 9112 §3.2). */
function splitTarget(target: string): readonly [string, string] {
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target)
  const origin = absolute === null ? target : target.slice(absolute[0].length) || '/'
  const mark = origin.indexOf('?')
  return mark < 0 ? [origin, ''] : [origin.slice(0, mark), origin.slice(mark)]
}

/** An IPv4 address that came in over an IPv6 socket is shown as IPv4. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}

function bodyOf(request: IncomingMessage, received: Received, { maxBodyBytes, continueTo }: ReadOptions): Body {
  const length = request.headers['content-length']
  const isChunked = request.headers['transfer-encoding'] !== undefined
  if (!isChunked && (length === undefined || length === '0')) return Body.empty()
  if (!isChunked) received.bytes = Number(length)
  // the usual body goes to the backend as the very stream that came in
  if (continueTo === undefined && !isChunked) return Body.streaming(request)
  return Body.streaming(Readable.from(counted(request, received, isChunked, maxBodyBytes, continueTo), { objectMode: false }))
}

async function* counted(
  request: IncomingMessage,
  received: Received,
  count: boolean,
  limit: number | undefined,
  continueTo: ServerResponse | undefined,
): AsyncGenerator<Uint8Array> {
  continueTo?.writeContinue()
  for await (const chunk of request) {
    if (count) received.bytes += chunk.length
    if (limit !== undefined && received.bytes > limit) throw new BodyTooLarge(limit)
    yield chunk
  }
}

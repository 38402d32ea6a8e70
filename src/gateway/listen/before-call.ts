import type { IncomingMessage } from 'node:http'
import { tracesPath } from '../tracing/request-tracing.ts'
import type { TurnedAway } from './request-parser.ts'

/** What the caller wants to hear before it sends its body: nothing, `100 Continue`, or what no gateway here says. */
export type Expectation = 'nothing' | 'continue' | 'other'

/** The path under which Azure's gateways tell that they are up, and so does this one. */
const statusPath = '/status-0123456789abcdef'

/** What the gateway answers itself, whatever APIs there are; undefined: it is no such request. */
export function ownOperation({ url, method }: IncomingMessage): 'status' | 'trace' | undefined {
  if (url === statusPath && (method === 'GET' || method === 'HEAD')) return 'status'
  return url?.startsWith(tracesPath) === true && method === 'GET' ? 'trace' : undefined
}

/** Why a request is turned away by its head alone; undefined: a call is made of it. */
export function turnedAway(
  request: IncomingMessage,
  { expects, maxBodyBytes }: { readonly expects: Expectation; readonly maxBodyBytes: number | undefined },
): TurnedAway | undefined {
  if (request.method === 'CONNECT') return malformed('CONNECT, which asks for a proxy')
  const host = wrongHost(request)
  if (host !== undefined) return malformed(host)
  if (!isFramedAsRead(request)) return malformed('a Transfer-Encoding other than chunked')
  if (expects === 'other')
    return { ...malformed('an Expect other than 100-continue'), status: 417, message: 'Expectation failed' }
  if (statesTooMuch(request, maxBodyBytes))
    return { status: 413, message: 'The request body is too large.', reason: 'request.body-too-large' }
  return undefined
}

const malformed = (received: string): TurnedAway => ({
  status: 400,
  message: 'Bad request',
  reason: 'request.malformed',
  received,
})

/** RFC 9112 §3.2: exactly one Host field, with nothing in it that a host cannot have (RFC 3986 §3.2.2); HTTP/1.0 may leave it out. */
function wrongHost({ rawHeaders, httpVersionMinor }: IncomingMessage): string | undefined {
  let host: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    if (host !== undefined) return 'more than one Host'
    host = rawHeaders[i + 1] ?? ''
  }
  if (host === undefined) return httpVersionMinor === 0 ? undefined : 'no Host'
  return /^[\w.~%!$&'()*+,;=[\]:-]*$/.test(host) ? undefined : 'a Host that is no host'
}

/** Chunks are all that is taken off a body: one that is coded otherwise besides would go on without what says so. */
export function isFramedAsRead({ headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding']
  return coding === undefined || coding.toLowerCase() === 'chunked'
}

/** Whether the body's stated length alone is too much. */
function statesTooMuch({ headers }: IncomingMessage, limit: number | undefined): boolean {
  return limit !== undefined && Number(headers['content-length'] ?? 0) > limit
}

import type { CallContext } from '../../policies/context/call-context.ts'
import type { Headers } from '../../policies/context/headers.ts'

/** Fields that are about one connection, not about the message (RFC 9110 §7.6.1), and those that the gateway writes itself. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

/** The fields of a message that may go on to the next hop, as a flat list: no hop-by-hop ones, nor those that Connection names. */
export function endToEnd(headers: Headers, alsoDrop: ReadonlySet<string> = nothing): string[] {
  const named = namedByConnection(headers)
  const kept: string[] = []
  const raw = headers.raw
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const lower = name.toLowerCase()
    if (hopByHop.has(lower) || alsoDrop.has(lower) || named?.includes(lower) === true) continue
    kept.push(name, raw[i + 1] ?? '')
  }
  return kept
}

const nothing: ReadonlySet<string> = new Set()

function namedByConnection(headers: Headers): readonly string[] | undefined {
  const connection = headers.get('connection')
  if (connection === null) return undefined
  return connection.split(',').map(name => name.trim().toLowerCase())
}

const rewritten: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
])

/** What the gateway knows of the caller's connection beyond the request itself. */
export interface Via {
  /** X-Forwarded-For as it came from a trusted proxy; undefined when the peer is none, whose word does not count. */
  readonly trustedChain: string | undefined
  /** The address at the other end of the connection. */
  readonly peer: string
  /** The Host field as it came; null when none did. */
  readonly host: string | null
}

/**
 * The header list of the request to the backend. Host is the backend's, unless a policy wrote another one; the X-Forwarded fields tell where
 * the call came from.
 */
export function requestHeaders(ctx: CallContext, via: Via): string[] {
  const { headers, url, originalUrl, body } = ctx.request
  const list = endToEnd(headers, rewritten)
  const host = headers.get('host')
  list.push('Host', host === null || host === via.host ? url.authority : host)
  const length = contentLength(ctx)
  if (length !== undefined) list.push('Content-Length', length)
  else if (body.stream === null && body.isEmpty && ctx.request.method !== 'GET' && ctx.request.method !== 'HEAD')
    list.push('Content-Length', '0')
  list.push('X-Forwarded-For', via.trustedChain === undefined ? via.peer : `${via.trustedChain}, ${via.peer}`)
  list.push('X-Forwarded-Proto', originalUrl.scheme, 'X-Forwarded-Host', originalUrl.authority)
  return list
}

/** Of a body that streams through untouched: as the caller said; of one in memory: its length. Undefined: sent in chunks, or there is none. */
function contentLength(ctx: CallContext): string | undefined {
  const { body, headers } = ctx.request
  if (body.stream !== null) return headers.get('content-length') ?? undefined
  return body.isEmpty ? undefined : String(body.bytes?.length ?? 0)
}

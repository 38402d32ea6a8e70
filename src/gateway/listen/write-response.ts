import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Readable } from 'node:stream'
import type { ResponseMessage } from '../../policies/context/call-context.ts'
import type { Headers } from '../../policies/context/headers.ts'
import { endToEnd } from '../forward/outgoing-headers.ts'

/** How the answer went out. */
export interface Written {
  /** Bytes of the body that were handed to the connection. */
  readonly sent: number
  /** The caller went away first, or the backend broke off in the middle. */
  readonly broken: 'caller' | 'backend' | undefined
}

/** What becomes of an answer whose caller is gone, or has had another. */
export const unwritten: Written = { sent: 0, broken: 'caller' }

/**
 * Writes a response, its body streaming with back-pressure as it comes: every chunk goes out at once, so server-sent events are not held up.
 * Resolves when the answer is out or cannot get out; never rejects.
 */
export function writeResponse(
  response: ResponseMessage,
  late: readonly (readonly [string, string])[],
  out: ServerResponse,
): Promise<Written> {
  // the caller left while the call was decided: its connection will not close a second time
  if (out.destroyed) return Promise.resolve(unwritten)
  const bytes = response.body.bytes
  writeHead(response, late, out)
  const stream = response.body.takeStream()
  if (stream !== null && out.req.method !== 'HEAD') return pump(stream as Readable, out) // backends' bodies are node's readables
  const sent = bytes !== null && bodyAllowed(response.statusCode) && out.req.method !== 'HEAD' ? bytes.length : 0
  return new Promise(resolve => {
    out.once('close', () => resolve({ sent, broken: out.writableFinished ? undefined : 'caller' }))
    if (bytes === null || sent === 0) out.end()
    else if (sent > smallBody) out.end(bytes)
    else out.end(Buffer.from(bytes.buffer, bytes.byteOffset, sent).toString('latin1'), 'latin1')
  })
}

/** Throws for a header or a status that no HTTP message can carry. */
export function writeHead(response: ResponseMessage, late: readonly (readonly [string, string])[], out: ServerResponse): void {
  const reason = response.statusReason.replace(unfitForReason, '') || STATUS_CODES[response.statusCode] || 'Unknown'
  out.writeHead(response.statusCode, reason, outgoing(response, late, out.req.method === 'HEAD'))
}

/**
 * Bytes of a body that goes out as text of one byte a character: node then writes head and body at once, where a buffer costs a second piece.
 */
const smallBody = 8192

/** What a status line cannot carry (RFC 9112 §4). */
const unfitForReason = /[^\t\x20-\x7e\x80-\xff]/g

const bodyAllowed = (status: number) => status >= 200 && status !== 204 && status !== 304

/** The header list of the answer: hop-by-hop fields are this connection's own affair, the length is that of what is sent. */
function outgoing(
  { statusCode, headers, body }: ResponseMessage,
  late: readonly (readonly [string, string])[],
  isHead: boolean,
): string[] {
  if (late.length > 0) for (const [name, value] of late) setLate(headers, name, value)
  const list = endToEnd(headers, body.stream === null && !isHead ? lengthOnly : undefined)
  if (body.stream === null && !isHead && bodyAllowed(statusCode)) list.push('Content-Length', String(body.bytes?.length ?? 0))
  return list
}

const lengthOnly: ReadonlySet<string> = new Set(['content-length'])

/** Vary gathers names; every other field has one value. */
function setLate(headers: Headers, name: string, value: string): void {
  if (name.toLowerCase() !== 'vary') headers.set(name, value)
  else if (
    !(headers.get(name) ?? '')
      .toLowerCase()
      .split(/\s*,\s*/)
      .includes(value.toLowerCase())
  )
    headers.append(name, value)
}

function pump(body: Readable, out: ServerResponse): Promise<Written> {
  return new Promise(resolve => {
    let sent = 0
    let ended = false
    // a head without a body yet goes out by itself: who waits for events wants to know that it is connected
    const flush = setImmediate(() => out.flushHeaders())
    const done = (broken: Written['broken']) => {
      clearImmediate(flush)
      if (broken === 'backend') out.destroy()
      if (broken !== undefined) body.destroy()
      resolve({ sent, broken })
    }
    body.on('data', (chunk: Buffer) => {
      clearImmediate(flush)
      sent += chunk.length
      if (!out.write(chunk)) body.pause()
    })
    out.on('drain', () => body.resume())
    body.once('end', () => {
      ended = true
      out.end()
    })
    body.once('error', () => done(out.destroyed ? 'caller' : 'backend'))
    body.once('close', () => {
      if (!ended && !out.destroyed) done('backend')
    })
    out.once('close', () => done(out.writableFinished ? undefined : 'caller'))
  })
}

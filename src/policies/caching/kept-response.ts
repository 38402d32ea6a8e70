import { Body } from '../context/body.ts'
import type { ResponseMessage, ResponseSlot } from '../context/call-context.ts'
import { Headers } from '../context/headers.ts'

/** A response as the cache keeps it: status, reason, headers, when it was put there and when it ends (ms since 1970). */
interface Head {
  readonly status: number
  readonly reason: string
  readonly headers: readonly string[]
  readonly ends: number
}

/** Tells a response from the values of cache-store-value, whose first byte is another letter: the two share one cache. */
const mark = 'r'.charCodeAt(0)

/** What belongs to one connection or one caller (RFC 9111 §3.1, and cookies) is not kept. */
const notKept = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
])

/** The mark, the length of the head as four bytes, the head as JSON, the body. */
export function encodeResponse(
  { statusCode, statusReason, headers }: Pick<ResponseMessage, 'statusCode' | 'statusReason' | 'headers'>,
  body: Uint8Array,
  ends: number,
): Uint8Array {
  const kept = headers.raw.filter((_, i) => !notKept.has((headers.raw[i - (i % 2)] ?? '').toLowerCase()))
  const head: Head = { status: statusCode, reason: statusReason, headers: kept, ends }
  const text = Buffer.from(JSON.stringify(head), 'utf8')
  const start = Buffer.alloc(5)
  start[0] = mark
  start.writeUInt32BE(text.length, 1)
  return Buffer.concat([start, text, body])
}

/** Undefined for what is no kept response. */
export function decodeResponse(bytes: Uint8Array): (ResponseMessage & { readonly ends: number }) | undefined {
  if (bytes[0] !== mark) return undefined
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = buffer.readUInt32BE(1)
  // encodeResponse wrote it
  const { status, reason, headers, ends } = JSON.parse(buffer.toString('utf8', 5, 5 + length)) as Head
  const body = Body.of(buffer.subarray(5 + length))
  return { statusCode: status, statusReason: reason, headers: new Headers([...headers]), body, ends }
}

/** Says to caches further down what they may keep, and for how long. */
export function markDownstream(
  headers: Headers,
  { downstream, mustRevalidate, varyBy }: Omit<ResponseSlot, 'key' | 'isExternal'>,
  lifetime: number,
): void {
  headers.delete('Expires')
  headers.delete('Pragma')
  if (downstream === 'none') {
    headers.set('Cache-Control', 'no-store')
    return
  }
  const seconds = Math.max(0, Math.floor(lifetime / 1000))
  headers.set('Cache-Control', `${downstream}, max-age=${seconds}${mustRevalidate ? ', must-revalidate' : ''}`)
  const named = new Set((headers.get('Vary') ?? '').split(',').map(one => one.trim().toLowerCase()))
  const missing = varyBy.filter(name => !named.has(name.toLowerCase()))
  if (missing.length > 0) headers.append('Vary', missing.join(', '))
}

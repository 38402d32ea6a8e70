import type { LineBatch } from './line-batch.ts'
import { type CallRecord, isoTime } from './record.ts'
import { jsonOf } from './record-text.ts'

/** Bytes that a UTF-16 unit of a text takes at most in JSON: `\uXXXX`. */
const mostPerUnit = 6
/** Bytes of all that stands between the members, and of the numbers, at most. */
const mostBetween = 1024

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text))

const beforeRequestId = bytesOf('Z","requestId":"')
const beforeMethod = bytesOf('","method":"')
const beforePath = bytesOf('","path":"')
const beforeIpAddress = bytesOf('","ipAddress":"')
const beforeGateway = bytesOf(',"gateway":')
const beforeBackend = bytesOf(',"backend":')
const beforeReceived = bytesOf('},"bytes":{"received":')
const beforeSent = bytesOf(',"sent":')
const nothing = bytesOf('')

type RecordedCaller = NonNullable<CallRecord['caller']>

/** Operations that are remembered with what their records have in common. */
const maxPlaces = 1000

/**
 * The JSON of calls' records, written as bytes. Every call has one, so what calls have in common is made once and copied from then on, and only what is a call's own is
 * written anew: joining texts and writing them out takes twice as long.
 */
export class CallText {
  #second = Number.NaN
  #beforeMilliseconds = nothing
  readonly #verdicts = new Map<number, { readonly of: CallRecord; readonly text: Uint8Array }>()
  readonly #places = new Map<string, { readonly of: CallRecord; readonly text: Uint8Array }>()
  readonly #callers = new WeakMap<RecordedCaller, Uint8Array>()

  /** Adds the record's line. */
  addTo(batch: LineBatch, record: CallRecord): void {
    const { requestId, method, path, ipAddress, duration, bytes: sizes } = record
    const place = this.#placeOf(record)
    const caller = record.caller === undefined ? nothing : this.#callerOf(record.caller)
    const rest = restOf(record)
    const units = requestId.length + method.length + path.length + ipAddress.length + rest.length
    let at = batch.begin(mostBetween + units * mostPerUnit + place.length + caller.length)
    const bytes = batch.memory
    at = this.#writeTime(bytes, at, record.time)
    at = put(bytes, at, beforeRequestId)
    at = writeText(bytes, at, requestId)
    at = put(bytes, at, beforeMethod)
    at = writeText(bytes, at, method)
    at = put(bytes, at, beforePath)
    at = writeText(bytes, at, path)
    at = put(bytes, at, beforeIpAddress)
    at = writeText(bytes, at, ipAddress)
    at = put(bytes, at, this.#verdictOf(record))
    at = writeNumber(bytes, at, duration.total)
    at = put(bytes, at, beforeGateway)
    at = writeNumber(bytes, at, duration.gateway)
    at = put(bytes, at, beforeBackend)
    at = writeNumber(bytes, at, duration.backend)
    at = put(bytes, at, beforeReceived)
    at = writeNumber(bytes, at, sizes.received)
    at = put(bytes, at, beforeSent)
    at = writeNumber(bytes, at, sizes.sent)
    bytes[at++] = brace
    at = put(bytes, at, place)
    at = put(bytes, at, caller)
    if (rest !== '') at += bytes.write(rest, at)
    bytes[at++] = brace
    batch.end(at)
  }

  /** All before the request's id, but for the last letter of the time; the date is worked out once a second. */
  #writeTime(bytes: Buffer, start: number, time: number): number {
    const second = Math.floor(time / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#beforeMilliseconds = bytesOf(`{"time":"${isoTime(second * 1000).slice(0, -4)}`)
    }
    const at = put(bytes, start, this.#beforeMilliseconds)
    const milliseconds = time - second * 1000
    const tens = Math.floor(milliseconds / 10)
    bytes[at] = zero + Math.floor(milliseconds / 100)
    bytes[at + 1] = zero + (tens % 10)
    bytes[at + 2] = zero + (milliseconds % 10)
    return at + 3
  }

  /** What follows the caller's address: few statuses come with more than one reason in a row. */
  #verdictOf(record: CallRecord): Uint8Array {
    const { decision, reason, status } = record
    const known = this.#verdicts.get(status)
    if (known !== undefined && known.of.reason === reason && known.of.decision === decision) return known.text
    const text = bytesOf(`","decision":"${decision}","reason":"${reason}","status":${status},"duration":{"total":`)
    this.#verdicts.set(status, { of: record, text })
    return text
  }

  /** What served the call, and under what: the same from one call of an operation to the next, but for its product and subscription. */
  #placeOf(record: CallRecord): Uint8Array {
    const { identity, generation, worker, api, operation, product, subscription } = record
    const known = this.#places.get(operation ?? '')
    if (known !== undefined && isSamePlace(known.of, record)) return known.text
    const text = bytesOf(`,${jsonOf({ identity, generation, worker, api, operation, product, subscription }).slice(1, -1)}`)
    if (this.#places.size >= maxPlaces) this.#places.clear()
    this.#places.set(operation ?? '', { of: record, text })
    return text
  }

  /** A token is remembered with who it speaks of, so its calls share one caller. */
  #callerOf(caller: RecordedCaller): Uint8Array {
    const known = this.#callers.get(caller)
    if (known !== undefined) return known
    const text = bytesOf(`,"caller":${jsonOf(caller)}`)
    this.#callers.set(caller, text)
    return text
  }
}

/** What few records have. */
function restOf({ policy, expected, received, lostBefore }: CallRecord): string {
  if (policy === undefined && expected === undefined && received === undefined && lostBefore === undefined) return ''
  return `,${jsonOf({ policy, expected, received, lostBefore }).slice(1, -1)}`
}

function isSamePlace(a: CallRecord, b: CallRecord): boolean {
  return (
    a.subscription === b.subscription &&
    a.product === b.product &&
    a.operation === b.operation &&
    a.api === b.api &&
    a.worker === b.worker &&
    a.generation === b.generation &&
    a.identity === b.identity
  )
}

function put(bytes: Buffer, at: number, text: Uint8Array): number {
  bytes.set(text, at)
  return at + text.length
}

const [space, quote, zero, backslash, brace, tilde] = [0x20, 0x22, 0x30, 0x5c, 0x7d, 0x7e]

/** The inside of a JSON text. */
function writeText(bytes: Buffer, start: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // what JSON, or who reads lines, would want escaped is rare
    if (unit < space || unit > tilde || unit === quote || unit === backslash)
      return start + bytes.write(jsonOf(text).slice(1, -1), start)
    bytes[start + i] = unit
  }
  return start + text.length
}

/** Numbers of calls are small, most of them: those need no text. */
function writeNumber(bytes: Buffer, at: number, value: number): number {
  if (!(value >= 0 && value < 10_000 && Number.isInteger(value))) return at + bytes.write(String(value), at, 'latin1')
  const end = at + (value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4)
  for (let place = end - 1, left = value; place >= at; place--) {
    bytes[place] = zero + (left % 10)
    left = Math.floor(left / 10)
  }
  return end
}

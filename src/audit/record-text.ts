import type { AuditEvent, Checkpoint } from './audit-event.ts'
import type { KeptCall } from './kept-call.ts'
import type { DecisionRecord } from './record.ts'

/** What a trail's lines hold. */
export type Written = DecisionRecord | AuditEvent | KeptCall | Checkpoint

/** The JSON of a record, on one line for every reader: some end a line at U+2028 and U+2029 too, which JSON leaves as they are. */
export function textOf(record: Written): string {
  return 'decision' in record ? decisionText(record) : jsonOf(record)
}

/** What JSON.stringify would give: every call has its record, and with what calls have in common written out once it takes a third of the time. */
function decisionText(record: DecisionRecord): string {
  const { duration, bytes } = record
  const text =
    `{"time":"${record.time}","requestId":${quoted(record.requestId)},"method":${quoted(record.method)},"path":${quoted(record.path)}` +
    `,"ipAddress":${quoted(record.ipAddress)},"decision":"${record.decision}","reason":"${record.reason}","status":${record.status}` +
    `,"duration":{"total":${duration.total},"gateway":${duration.gateway},"backend":${duration.backend}}` +
    `,"bytes":{"received":${bytes.received},"sent":${bytes.sent}}${placeText(record)}`
  const caller = record.caller === undefined ? '' : callerText(record.caller)
  const { policy, expected, received, lostBefore } = record
  if (policy === undefined && expected === undefined && received === undefined && lostBefore === undefined)
    return `${text}${caller}}`
  return `${text}${caller},${jsonOf({ policy, expected, received, lostBefore }).slice(1)}`
}

/** Operations that are remembered with what their records have in common. */
const maxPlaces = 1000
const places = new Map<string, { readonly of: DecisionRecord; readonly text: string }>()

/** What served the call, and under what: the same from one call of an operation to the next, but for its product and subscription. */
function placeText(record: DecisionRecord): string {
  const { identity, generation, worker, api, operation, product, subscription } = record
  const known = places.get(operation ?? '')
  if (known !== undefined && isSamePlace(known.of, record)) return known.text
  const text = `,${jsonOf({ identity, generation, worker, api, operation, product, subscription }).slice(1, -1)}`
  if (places.size >= maxPlaces) places.clear()
  places.set(operation ?? '', { of: record, text })
  return text
}

function isSamePlace(a: DecisionRecord, b: DecisionRecord): boolean {
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

type RecordedCaller = NonNullable<DecisionRecord['caller']>

const callerTexts = new WeakMap<RecordedCaller, string>()

/** A token is remembered with who it speaks of, so its calls share one caller. */
function callerText(caller: RecordedCaller): string {
  const known = callerTexts.get(caller)
  if (known !== undefined) return known
  const text = `,"caller":${jsonOf(caller)}`
  callerTexts.set(caller, text)
  return text
}

/** Nothing in it that JSON, or who reads lines, would want escaped. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

const quoted = (text: string) => (plain.test(text) ? `"${text}"` : jsonOf(text))

function jsonOf(value: unknown): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, end => (end === '\u2028' ? '\\u2028' : '\\u2029'))
}

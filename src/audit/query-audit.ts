import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { AuditEvent } from './audit-event.ts'
import { readLine } from './chain.ts'
import type { KeptCall } from './kept-call.ts'
import { mergeByTime } from './merge-by-time.ts'
import type { DecisionRecord } from './record.ts'
import { blocksHolding } from './scan-lines.ts'
import { readSegment, type Segment, segmentsIn } from './segments.ts'
import { beganAt } from './writer-name.ts'

/** Which records are wanted; what is left out does not matter. Times are ms since 1970-01-01 UTC. */
export interface AuditFilter {
  readonly from?: number
  readonly to?: number
  readonly requestId?: string
  /** Object id or user principal name. */
  readonly caller?: string
  readonly application?: string
  readonly api?: string
  readonly operation?: string
  readonly decision?: string
  readonly reason?: string
}

type TimeFilter = Pick<AuditFilter, 'from' | 'to'>

/** Told of a segment that cannot be read to its end; the others are read all the same. Without it, that is thrown. */
export type OnDamage = (segment: Segment, error: Error) => void

/**
 * The fitting records about calls, in order of time (see `mergeByTime`). Lines that are no records are passed over; `verifyAudit` finds them.
 */
export async function* queryAudit(folder: string, filter: AuditFilter, onDamage?: OnDamage): AsyncGenerator<DecisionRecord> {
  const texts = ['"requestId":"', ...textsOf(filter)]
  const segments = segmentsIn(folder).filter(segment => !isBefore(segment, filter.from) && !isAfter(segment, filter.to))
  const writers = [...Map.groupBy(segments, ({ writer }) => writer)].map(([writer, own]) => ({
    began: beganAt(writer),
    open: () => fittingIn(own, texts, filter, onDamage),
  }))
  yield* mergeByTime(writers, ({ time, duration }) => {
    const began = Date.parse(time)
    return { began, written: began + duration.total }
  })
}

async function* fittingIn(
  segments: readonly Segment[],
  texts: readonly string[],
  filter: AuditFilter,
  onDamage: OnDamage | undefined,
): AsyncGenerator<readonly DecisionRecord[]> {
  for await (const lines of blocksOf(segments, texts, onDamage)) {
    const records: DecisionRecord[] = []
    for (const line of lines) {
      const record = recordOf(line)
      if (record !== undefined && 'requestId' in record && fits(record, filter)) records.push(record)
    }
    if (records.length > 0) yield records
  }
}

/** The lines of segments that hold all of the texts. */
async function* blocksOf(
  segments: readonly Segment[],
  texts: readonly string[],
  onDamage: OnDamage | undefined,
): AsyncGenerator<Iterable<Buffer>> {
  for (const segment of segments)
    try {
      yield* blocksHolding(readSegment(segment), texts)
    } catch (error) {
      if (onDamage === undefined || !(error instanceof Error)) throw error
      onDamage(segment, error)
    }
}

type TrailRecord = DecisionRecord | AuditEvent | KeptCall

/** What happened to the gateway itself, in the order of its writers. */
export function queryEvents(folder: string, filter: TimeFilter = {}, onDamage?: OnDamage): AsyncGenerator<AuditEvent> {
  return recordsBeginning('{"event":"', record => 'event' in record, folder, filter, onDamage)
}

/** Calls that were kept to be run again. */
export function queryKeptCalls(folder: string, filter: TimeFilter = {}, onDamage?: OnDamage): AsyncGenerator<KeptCall> {
  return recordsBeginning('{"kept":', record => 'kept' in record, folder, filter, onDamage)
}

async function* recordsBeginning<T extends TrailRecord>(
  beginning: string,
  isOne: (record: TrailRecord) => record is T,
  folder: string,
  filter: TimeFilter,
  onDamage: OnDamage | undefined,
): AsyncGenerator<T> {
  for await (const lines of blocksOf(segmentsIn(folder), [`"record":${beginning}`], onDamage))
    for (const line of lines) {
      const record = recordOf(line)
      if (record !== undefined && isOne(record) && isWithin(record.time, filter)) yield record
    }
}

/** The newest `count` fitting records, oldest first. */
export async function lastRecords(
  folder: string,
  filter: AuditFilter,
  count: number,
  onDamage?: OnDamage,
): Promise<DecisionRecord[]> {
  let kept: DecisionRecord[] = []
  for await (const record of queryAudit(folder, filter, onDamage)) {
    kept.push(record)
    if (kept.length > 4 * count + 1000) kept = newest(kept, count)
  }
  return newest(kept, count)
}

function newest(records: readonly DecisionRecord[], count: number): DecisionRecord[] {
  return [...records].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).slice(-count)
}

/** Texts that a line must hold to fit: a look for them spares most lines the parser. Only those that JSON writes as they are. */
function textsOf({ requestId, caller, application, api, operation, decision, reason }: AuditFilter): readonly string[] {
  const member = (name: string, value: string | undefined) => (value === undefined ? [] : [`"${name}":${JSON.stringify(value)}`])
  return [
    ...member('requestId', requestId),
    ...(caller === undefined ? [] : [JSON.stringify(caller)]),
    ...member('clientApplication', application),
    ...member('api', api),
    ...member('operation', operation),
    ...member('decision', decision),
    ...member('reason', reason),
  ]
}

/** A writer's name begins with the time at which it began: nothing in it is older, by more than a call takes. */
function isAfter({ writer }: Segment, to: number | undefined): boolean {
  const began = beganAt(writer)
  return to !== undefined && began !== undefined && began - longestCall > to
}

const longestCall = 3_600_000

/** Whether a segment ended before that time, by its last line; one that is compressed or still written is read. */
function isBefore({ path, compressed }: Segment, from: number | undefined): boolean {
  if (from === undefined || compressed) return false
  const tail = tailOf(path)
  const time = /"checkpoint":\{"time":"([^"]+)"[^}]*"ends":/.exec(tail)?.[1]
  return time !== undefined && Date.parse(time) < from
}

function tailOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(1024)
    const { size } = fstatSync(file)
    const read = readSync(file, bytes, 0, bytes.length, Math.max(0, size - bytes.length))
    return bytes.toString('utf8', 0, read)
  } finally {
    closeSync(file)
  }
}

/** A line's record, event or checkpoint; undefined for what is none. */
export function recordOf(line: Buffer): TrailRecord | undefined {
  const parsed = readLine(line)
  if (parsed === undefined) return undefined
  try {
    return JSON.parse(parsed.recordText) as TrailRecord // written by this program; `verify` tells whether anybody changed it
  } catch {
    return undefined
  }
}

function isWithin(time: string, { from, to }: TimeFilter): boolean {
  const at = Date.parse(time)
  return (from === undefined || at >= from) && (to === undefined || at < to)
}

function fits(record: DecisionRecord, filter: AuditFilter): boolean {
  if (!isWithin(record.time, filter)) return false
  const { caller } = record
  const same = (wanted: string | undefined, ...had: (string | undefined)[]) => wanted === undefined || had.includes(wanted)
  return (
    same(filter.requestId, record.requestId) &&
    same(filter.caller, caller?.objectId, caller?.userPrincipalName) &&
    same(filter.application, caller?.clientApplication) &&
    same(filter.api, record.api) &&
    same(filter.operation, record.operation) &&
    same(filter.decision, record.decision) &&
    same(filter.reason, record.reason)
  )
}

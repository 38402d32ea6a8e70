import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import type { AuditEvent } from '../audit-event.ts'
import { readLine } from '../chain.ts'
import type { DecisionRecord } from '../record.ts'
import { maxLine } from '../scan-lines.ts'
import { readSegment, type Segment, segmentsIn } from '../segments.ts'
import type { TrailPosition, WriterPosition } from './trail-position.ts'

/** A record or event as it is exported. */
export interface ExportedRecord {
  /** `WRITER/NUMBER`: the same whenever it is sent again, and of no other record. */
  readonly id: string
  /** JSON: the id as `auditId`, then what the trail holds. */
  readonly text: string
  readonly record: DecisionRecord | AuditEvent
}

export interface TrailBatch {
  readonly records: readonly ExportedRecord[]
  readonly writer: string
  /** Where its writer's part goes on once these have arrived. */
  readonly next: WriterPosition
}

export interface BatchLimits {
  readonly records: number
  /** Bytes of their texts; a record that is larger is a batch of its own. */
  readonly bytes: number
}

/** Batches of one writer before the others have their turn. */
const turn = 256
const newline = 0x0a

/**
 * What stands in a trail past a position, oldest writers first, as far as it is written at this moment. Reading goes on only when the next batch is asked
 * for, so no more than one batch and one block of a file are in memory. `missed` is told of segments that were removed before anybody read them.
 */
export async function* readTrail(
  folder: string,
  position: TrailPosition,
  limits: BatchLimits,
  missed: (segments: number) => void,
): AsyncGenerator<TrailBatch> {
  const segments = Map.groupBy(segmentsIn(folder), ({ writer }) => writer)
  // of writers that have nothing left there is nothing more to know
  if (segments.size > 0) for (const writer of position.keys()) if (!segments.has(writer)) position.delete(writer)
  for (const [writer, own] of segments) {
    let batches = 0
    for await (const batch of batchesOf(writer, own, position.get(writer), limits, missed)) {
      yield batch
      if (++batches >= turn) break
    }
  }
}

async function* batchesOf(
  writer: string,
  segments: readonly Segment[],
  from: WriterPosition | undefined,
  limits: BatchLimits,
  missed: (segments: number) => void,
): AsyncGenerator<TrailBatch> {
  let at = from ?? { segment: segments[0]?.number ?? 1, offset: 0 }
  for (const segment of segments) {
    if (segment.number < at.segment) continue
    if (segment.number > at.segment) {
      missed(segment.number - at.segment)
      at = { segment: segment.number, offset: 0 }
    }
    // a writer begins a segment when the one before is closed: what is compressed, or has another behind it, is read to its end
    const isClosed = segment.compressed || segments.some(({ number }) => number > segment.number)
    at = yield* batchesIn(writer, segment, at, isClosed, limits)
  }
}

async function* batchesIn(
  writer: string,
  segment: Segment,
  from: WriterPosition,
  isClosed: boolean,
  limits: BatchLimits,
): AsyncGenerator<TrailBatch, WriterPosition> {
  const behind = { segment: segment.number + 1, offset: 0 }
  let records: ExportedRecord[] = []
  let [bytes, next] = [0, from]
  for await (const { line, end } of linesFrom(segment, from.offset)) {
    const found = exportedOf(writer, line)
    if (typeof found === 'object') {
      if (records.length > 0 && (records.length >= limits.records || bytes + found.text.length > limits.bytes)) {
        yield { records, writer, next }
        ;[records, bytes] = [[], 0]
      }
      records.push(found)
      bytes += Buffer.byteLength(found.text)
    }
    next = found === 'end' ? behind : { segment: segment.number, offset: end }
  }
  if (isClosed) next = behind
  if (records.length > 0 || next.offset !== from.offset || next.segment !== from.segment) yield { records, writer, next }
  return next
}

/** A record to export, the end of a segment, or something that is not exported: a checkpoint, or a line that `verify` will find. */
function exportedOf(writer: string, line: Buffer): ExportedRecord | 'end' | undefined {
  const parsed = readLine(line)
  if (parsed === undefined) return undefined
  const { seq, recordText } = parsed
  if (recordText.startsWith('{"checkpoint":')) return recordText.includes('"ends":"') ? 'end' : undefined
  try {
    const record = JSON.parse(recordText) as DecisionRecord | AuditEvent // written by this program; `verify` tells whether anybody changed it
    const id = `${writer}/${seq}`
    return { id, text: `{"auditId":${JSON.stringify(id)},${recordText.slice(1)}`, record }
  } catch {
    return undefined
  }
}

/** Whole lines from a place on, each with the place behind it. What is not ended yet is not given. */
async function* linesFrom(segment: Segment, offset: number): AsyncGenerator<{ readonly line: Buffer; readonly end: number }> {
  let at = segment.compressed ? 0 : offset
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of openAt(segment, offset)) {
    const skipped = Math.min(chunk.length, Math.max(0, offset - at))
    at += skipped
    const block = rest.length === 0 ? chunk.subarray(skipped) : Buffer.concat([rest, chunk.subarray(skipped)])
    let start = 0
    for (let stop = block.indexOf(newline); stop >= 0; stop = block.indexOf(newline, start)) {
      const line = block.subarray(start, stop)
      at += stop + 1 - start
      start = stop + 1
      yield { line, end: at }
    }
    rest = block.subarray(start)
    if (rest.length > maxLine) {
      at += rest.length
      rest = Buffer.alloc(0)
    }
  }
}

function openAt(segment: Segment, offset: number): AsyncIterable<Buffer> {
  const stream: Readable = segment.compressed
    ? readSegment(segment)
    : createReadStream(segment.path, { start: offset, highWaterMark: 256 * 1024 })
  return stream // without an encoding: it gives buffers
}

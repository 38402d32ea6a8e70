import type { KeyObject } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { AuditEvent } from './audit-event.ts'
import { tailOf } from './chain-head.ts'
import type { LineContent } from './line-content.ts'
import { Retirement } from './retirement.ts'
import { isGone, type Segment, segmentsIn } from './segments.ts'
import type { ChainPlace } from './signed-claims.ts'
import { beganAt, isMain } from './writer-name.ts'

export interface KeepOptions {
  readonly folder: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Milliseconds after which a segment is removed, by its newest record; undefined: never. */
  readonly retention: number | undefined
  /** Whether segments that are closed are compressed. */
  readonly compress: boolean
  /** What the trail is signed with: a segment is followed to its end before it is removed, and stays when it is not as it was written. Absent: the trail is not signed. */
  readonly publicKey?: KeyObject
  /** Whether a writer may be at work: then its segment stays as it is until it is closed. */
  isWriting?(writer: string): boolean
  /** Into the trail: what is removed, and where its chain goes on. It must be on the disk, and signed, when this resolves. */
  record(event: AuditEvent): Promise<void>
  /** Told of a segment that stays beyond its time: its name, and what is wrong with it. */
  onFaulty?(name: string, why: string): void
}

export interface Kept {
  readonly compressed: number
  readonly removed: number
}

/** A segment whose writer was killed has no end: after this long without a change it counts as closed. */
const abandoned = 86_400_000

/**
 * Removes segments whose time has come, oldest first, and compresses those that are closed. One that cannot be read stays, and is told; other errors are thrown, and the
 * trail stays whole.
 */
export async function keepAudit(options: KeepOptions): Promise<Kept> {
  const { folder, retention, compress, publicKey } = options
  const retirement = publicKey === undefined ? undefined : new Retirement(folder, publicKey)
  let [compressed, removed] = [0, 0]
  const kept = new Set<string>()
  for (const segment of segmentsIn(folder)) {
    // from the front only, of each writer, as a hole in the middle would be a fault; and of all main chains: a later one says what became of what an earlier one names
    const line = isMain(segment.writer) ? 'main' : segment.writer
    const mayGo = retention !== undefined && !kept.has(line)
    // it would have to be unpacked to its end, at each look
    if (segment.compressed && !(mayGo && beganBefore(segment, options.now - retention))) {
      kept.add(line)
      continue
    }
    const end = await endOf(segment, options)
    if (end === 'none') continue
    if (mayGo && end !== 'open' && end.time < options.now - retention && (await retire(segment, end, retirement, options))) {
      removed++
      continue
    }
    kept.add(line)
    if (end === 'open' || !compress || segment.compressed) continue
    await compressSegment(segment)
    compressed++
  }
  return { compressed, removed }
}

/** Its writer's name says when that began: no record in it is older. */
const beganBefore = ({ writer }: Segment, time: number) => (beganAt(writer) ?? 0) < time

interface SegmentEnd extends ChainPlace {
  /** Milliseconds since 1970 of its last line, as it says. */
  readonly time: number
}

/** `open`: it may still be written, or cannot be read; `none`: it never got a line, and holds up nothing. */
async function endOf(segment: Segment, { now, isWriting, onFaulty }: KeepOptions): Promise<SegmentEnd | 'open' | 'none'> {
  try {
    const { size, mtimeMs } = statSync(segment.path)
    const tail = await tailOf(segment)
    if (tail === undefined) return size > 0 ? 'open' : 'none'
    const { checkpoint, time = checkpoint?.time } = JSON.parse(tail.line.recordText) as LineContent // judged before anything is removed
    const isAbandoned = mtimeMs < now - abandoned && isWriting?.(segment.writer) !== true
    if (checkpoint?.ends === undefined && !isAbandoned) return 'open'
    const at = Date.parse(time ?? '')
    return { time: Number.isNaN(at) ? mtimeMs : at, nextSeq: tail.line.seq + 1, lastHash: tail.line.hash }
  } catch (error) {
    if (isGone(error)) return 'none'
    onFaulty?.(segment.name, error instanceof Error ? error.message : String(error))
    return 'open'
  }
}

/** False when it stays. Said first, then done: a crash between the two leaves a segment that will be removed next time. */
async function retire(
  segment: Segment,
  end: SegmentEnd,
  retirement: Retirement | undefined,
  { record, now, retention = 0, onFaulty }: KeepOptions,
): Promise<boolean> {
  const judged = (await retirement?.judge(segment)) ?? { newest: end.time, place: end }
  if ('fault' in judged) {
    onFaulty?.(segment.name, judged.fault)
    return false
  }
  const { newest, place } = judged
  if (!(newest < now - retention)) return false
  const { nextSeq, lastHash } = place
  const detail = { segment: segment.name, nextSeq, lastHash, newest: new Date(newest).toISOString() }
  await record({ event: 'audit.retired', time: new Date(now).toISOString(), detail })
  rmSync(segment.path)
  retirement?.removed(segment, place)
  return true
}

async function compressSegment({ path }: Segment): Promise<void> {
  const half = `${path}.gz.part`
  await pipeline(createReadStream(path), createGzip({ level: 6 }), createWriteStream(half, { mode: 0o600 }))
  // when it was written last is still to be told
  const { atime, mtime } = statSync(path)
  utimesSync(half, atime, mtime)
  sync(half)
  renameSync(half, `${path}.gz`)
  rmSync(path)
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

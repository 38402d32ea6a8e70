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
import type { AuditEvent, Checkpoint } from './audit-event.ts'
import { tailOf } from './chain-head.ts'
import { type Segment, segmentsIn } from './segments.ts'
import { isMain } from './writer-name.ts'

export interface KeepOptions {
  readonly folder: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Milliseconds after which a segment is removed, by its newest record; undefined: never. */
  readonly retention: number | undefined
  /** Whether segments that are closed are compressed. */
  readonly compress: boolean
  /** Into the trail: what is removed, and where its chain goes on. It must be on the disk, and signed, when this resolves. */
  record(event: AuditEvent): Promise<void>
}

export interface Kept {
  readonly compressed: number
  readonly removed: number
}

/** A segment whose writer was killed has no end: after this long without a change it counts as closed. */
const abandoned = 86_400_000

/** Removes segments whose time has come, oldest first, and compresses those that are closed. What goes wrong with one is thrown; the trail stays whole. */
export async function keepAudit(options: KeepOptions): Promise<Kept> {
  const { folder, now, retention, compress } = options
  let [compressed, removed] = [0, 0]
  const kept = new Set<string>()
  for (const segment of segmentsIn(folder)) {
    const end = await endOf(segment, now)
    // from the front only, of each writer, as a hole in the middle would be a fault; and of all main chains: a later one says what became of what an earlier one names
    const line = isMain(segment.writer) ? 'main' : segment.writer
    if (end === undefined) {
      if (statSync(segment.path).size > 0) kept.add(line) // one that never got a line holds up nothing
      continue
    }
    const isOld = retention !== undefined && end.time < now - retention && !kept.has(line)
    if (isOld) {
      await retire(segment, end, options)
      removed++
    } else {
      kept.add(line)
      if (compress && !segment.compressed) {
        await compressSegment(segment)
        compressed++
      }
    }
  }
  return { compressed, removed }
}

interface SegmentEnd {
  /** Milliseconds since 1970 of its last line. */
  readonly time: number
  readonly nextSeq: number
  readonly lastHash: string
}

/** Undefined for a segment that may still be written. */
async function endOf(segment: Segment, now: number): Promise<SegmentEnd | undefined> {
  const last = (await tailOf(segment))?.line
  const isAbandoned = statSync(segment.path).mtimeMs < now - abandoned
  if (last === undefined) return undefined
  const parsed = JSON.parse(last.recordText) as Partial<Checkpoint> & { readonly time?: string } // written by this program
  if (parsed.checkpoint?.ends === undefined && !isAbandoned) return undefined
  const time = Date.parse(parsed.checkpoint?.time ?? parsed.time ?? '')
  return { time: Number.isNaN(time) ? statSync(segment.path).mtimeMs : time, nextSeq: last.seq + 1, lastHash: last.hash }
}

/** Said first, then done: a crash between the two leaves a segment that will be removed next time. */
async function retire({ path, name }: Segment, { nextSeq, lastHash }: SegmentEnd, { record, now }: KeepOptions): Promise<void> {
  await record({ event: 'audit.retired', time: new Date(now).toISOString(), detail: { segment: name, nextSeq, lastHash } })
  rmSync(path)
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

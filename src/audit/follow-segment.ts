import type { KeyObject } from 'node:crypto'
import type { AuditEvent, Checkpoint } from './audit-event.ts'
import { isCheckpointGood } from './audit-key.ts'
import { hashOf, type ReadLine, readLine } from './chain.ts'
import { linesHolding } from './scan-lines.ts'
import { readSegment, type Segment } from './segments.ts'

/** What a line's record may be; its members are judged where they are read. */
export type LineContent = Partial<AuditEvent & Checkpoint>

/** Told of every line that is whole and in its place, before it is known whether a checkpoint signs it. */
type OnLine = (line: ReadLine, content: LineContent) => void

/** A segment, followed for as far as line follows line. */
export interface FollowedSegment {
  readonly first: ReadLine | undefined
  readonly last: ReadLine | undefined
  /** The number of its last checkpoint, when that is good: all up to there is as it was written; -1: it is not. */
  readonly signedTo: number
  /** Why it is not as it was written. Half a line at the very end is no reason: a process that is killed leaves that. */
  readonly fault: string | undefined
}

/** Follows the chain within one segment, and holds its last checkpoint against the key: one signature covers all before it. */
export async function followSegment(segment: Segment, publicKey: KeyObject, onLine: OnLine): Promise<FollowedSegment> {
  const follower = new Follower(onLine)
  let fault: string | undefined
  const tooLong = () => {
    fault = 'a line is longer than any of a trail'
  }
  try {
    for await (const bytes of linesHolding(readSegment(segment), [], tooLong)) {
      fault ??= follower.take(bytes)
      if (fault !== undefined) break
    }
  } catch (error) {
    fault = `it cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`
  }
  const { first, last, checkpoint } = follower
  const isSigned = checkpoint !== undefined && isGood(segment, checkpoint, publicKey)
  if (checkpoint !== undefined && !isSigned) fault ??= 'the signature of its last checkpoint is not good'
  return { first, last, signedTo: isSigned ? checkpoint.line.seq : -1, fault }
}

interface CheckpointLine {
  readonly line: ReadLine
  readonly content: Checkpoint
}

/** Whether a line is a checkpoint that this key signed there. */
export function isGood({ writer, number }: Segment, { line, content }: CheckpointLine, publicKey: KeyObject): boolean {
  const place = { writer, segment: number, seq: line.seq, prev: line.prev }
  return isCheckpointGood(place, line.recordText, content, publicKey)
}

/** The line's checkpoint; undefined when it is something else. */
export function checkpointIn(line: ReadLine): CheckpointLine | undefined {
  const { checkpoint } = contentOf(line) ?? {}
  return typeof checkpoint?.signature === 'string' ? { line, content: { checkpoint } } : undefined
}

class Follower {
  first: ReadLine | undefined
  last: ReadLine | undefined
  checkpoint: CheckpointLine | undefined
  #isCut = false
  readonly #onLine: OnLine

  constructor(onLine: OnLine) {
    this.#onLine = onLine
  }

  /** Why the line does not belong there. */
  take(bytes: Buffer): string | undefined {
    if (this.#isCut) return 'a line is no record'
    if (this.checkpoint?.content.checkpoint.ends !== undefined) return 'something stands behind its end'
    const line = readLine(bytes)
    this.#isCut = line === undefined
    if (line === undefined) return undefined
    if (hashOf(line.seq, line.prev, line.recordText) !== line.hash) return 'a record was changed'
    if (this.last !== undefined && (line.seq !== this.last.seq + 1 || line.prev !== this.last.hash)) return 'a record is missing'
    const content = contentOf(line)
    if (content === undefined) return 'a record is no JSON object'
    this.first ??= line
    this.last = line
    this.checkpoint = checkpointIn(line) ?? this.checkpoint
    this.#onLine(line, content)
    return undefined
  }
}

function contentOf({ recordText }: ReadLine): LineContent | undefined {
  try {
    return JSON.parse(recordText) as LineContent // it begins with a brace
  } catch {
    return undefined
  }
}

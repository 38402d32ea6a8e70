import type { KeyObject } from 'node:crypto'
import { isIntact, type ReadLine, readLine } from './chain.ts'
import { type CheckpointLine, checkpointIn, contentOf, isGood, type LineContent } from './line-content.ts'
import { linesHolding } from './scan-lines.ts'
import { readSegment, type Segment } from './segments.ts'

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
    if (!isIntact(line)) return 'a record was changed'
    if (this.last !== undefined && (line.seq !== this.last.seq + 1 || line.prev !== this.last.hash)) return 'a record is missing'
    const content = contentOf(line)
    if (content === undefined) return 'a record is no JSON object'
    this.first ??= line
    this.last = line
    this.checkpoint = checkpointIn(line, content) ?? this.checkpoint
    this.#onLine(line, content)
    return undefined
  }
}

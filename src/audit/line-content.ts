import type { KeyObject } from 'node:crypto'
import type { AuditEvent, Checkpoint } from './audit-event.ts'
import { isCheckpointGood } from './audit-key.ts'
import type { ReadLine } from './chain.ts'
import type { Segment } from './segments.ts'

/** What a line's record may be; its members are judged where they are read. */
export type LineContent = Partial<AuditEvent & Checkpoint>

export interface CheckpointLine {
  readonly line: ReadLine
  readonly content: Checkpoint
}

/** Undefined for what is no JSON object. */
export function contentOf({ recordText }: ReadLine): LineContent | undefined {
  try {
    return JSON.parse(recordText) as LineContent // it begins with a brace
  } catch {
    return undefined
  }
}

/** The line's checkpoint; undefined when it is something else. */
export function checkpointIn(line: ReadLine, { checkpoint }: LineContent): CheckpointLine | undefined {
  return typeof checkpoint?.signature === 'string' ? { line, content: { checkpoint } } : undefined
}

/** Whether a line is a checkpoint that this key signed there. */
export function isGood({ writer, number }: Segment, { line, content }: CheckpointLine, publicKey: KeyObject): boolean {
  const place = { writer, segment: number, seq: line.seq, prev: line.prev }
  return isCheckpointGood(place, line.recordText, content, publicKey)
}

import type { AuditEvent, Checkpoint } from './audit-event.ts'
import type { KeptCall } from './kept-call.ts'
import type { DecisionRecord } from './record.ts'

/** What a trail's lines hold, as they hold it. */
export type Written = DecisionRecord | AuditEvent | KeptCall | Checkpoint

/** JSON on one line for every reader: some end a line at U+2028 and U+2029 too, which JSON leaves as they are. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, end => (end === '\u2028' ? '\\u2028' : '\\u2029'))
}

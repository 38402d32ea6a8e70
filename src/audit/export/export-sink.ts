import type { BatchLimits, ExportedRecord } from './read-trail.ts'

/** Where records of the trail go. */
export interface ExportSink {
  /** For logs and metrics. */
  readonly kind: 'otlp' | 'folder' | 'event-hub' | 'kafka'
  /** For logs: host, topic or folder, never a secret. */
  readonly place: string
  readonly limits: BatchLimits
  /**
   * Takes records of one writer. Resolves once they have arrived, with the number of those that the receiver will never take (too large for it). Rejects when they are to be sent
   * again, with a text that holds no secret; aborted, as soon as it can.
   */
  send(records: readonly ExportedRecord[], signal: AbortSignal): Promise<number>
  close?(): Promise<void>
}

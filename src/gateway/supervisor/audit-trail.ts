import { join } from 'node:path'
import type { AuditEvent, EventKind } from '../../audit/audit-event.ts'
import { type AuditSigner, openAuditKey } from '../../audit/audit-key.ts'
import { AuditWriter, writerName } from '../../audit/audit-writer.ts'
import { keepAudit } from '../../audit/keep-audit.ts'
import type { DecisionRecord } from '../../audit/record.ts'
import type { AuditSettings } from '../../catalog/catalog.ts'

export interface AuditTrailOptions {
  /** The state folder. */
  readonly state: string
  readonly settings: AuditSettings
  log(message: string, severity: 'information' | 'error'): void
}

/** Milliseconds between two looks at segments that may be compressed or removed. */
const keepInterval = 3_600_000

/**
 * The gateway's own part of the trail: what happened to it, which segments its threads began, and the care for segments that are closed. One per process.
 */
export class AuditTrail {
  readonly folder: string
  /** Where calls are kept to be run again. */
  readonly keptCalls: string
  readonly signer: AuditSigner
  readonly #options: AuditTrailOptions
  readonly #writer: AuditWriter
  readonly #timer: NodeJS.Timeout
  #keeping: Promise<void>

  constructor(options: AuditTrailOptions) {
    this.#options = options
    this.folder = join(options.state, 'audit')
    this.keptCalls = join(options.state, 'calls')
    this.signer = openAuditKey(options.state)
    this.#writer = new AuditWriter({
      folder: this.folder,
      writer: writerName('main'),
      signer: this.signer,
      onTrouble: ({ message, failing }) => options.log(message, failing ? 'error' : 'information'),
    })
    this.#keeping = this.#keep()
    this.#timer = setInterval(() => {
      this.#keeping = this.#keeping.then(() => this.#keep())
    }, keepInterval)
    this.#timer.unref()
  }

  event(event: EventKind, detail: AuditEvent['detail'], by?: string): void {
    this.#writer.write({ event, time: new Date().toISOString(), ...(by === undefined ? {} : { by }), detail })
  }

  /** A record that must be on its way to the disk at once. */
  recordNow(record: DecisionRecord | AuditEvent): void {
    this.#writer.write(record)
    this.#writer.flush()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#keeping
    this.#writer.close()
  }

  async #keep(): Promise<void> {
    const { retention, compress, keepCalls } = this.#options.settings
    const now = Date.now()
    try {
      if (retention !== undefined || compress)
        await keepAudit({ folder: this.folder, now, retention, compress, record: event => this.recordNow(event) })
      // what is no longer to be kept at all goes at once
      await keepAudit({ folder: this.keptCalls, now, retention: keepCalls?.retention ?? 0, compress: true, record: () => {} })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#options.log(`segments of the audit trail could not be kept in order: ${message}`, 'error')
    }
  }
}

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

  /** Resolves once the record is written, or could not be: then it is tried again with the next ones. */
  recordNow(record: DecisionRecord | AuditEvent): Promise<void> {
    this.#writer.write(record)
    return this.#writer.flush()
  }

  /** Nothing is removed before the trail says so. */
  async #recordRetired(event: AuditEvent): Promise<void> {
    await this.recordNow(event)
    if (this.#writer.waiting > 0) throw new Error('the trail cannot be written')
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#keeping
    await this.#writer.close()
  }

  async #keep(): Promise<void> {
    const { retention, compress, keepCalls } = this.#options.settings
    const now = Date.now()
    try {
      if (retention !== undefined || compress)
        await keepAudit({ folder: this.folder, now, retention, compress, record: event => this.#recordRetired(event) })
      // what is no longer to be kept at all goes at once
      await keepAudit({
        folder: this.keptCalls,
        now,
        retention: keepCalls?.retention ?? 0,
        compress: true,
        record: async () => {},
      })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#options.log(`segments of the audit trail could not be kept in order: ${message}`, 'error')
    }
  }
}

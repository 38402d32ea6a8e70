import { randomUUID } from 'node:crypto'
import { AuditWriter } from '../../audit/audit-writer.ts'
import type { DecisionRecord } from '../../audit/record.ts'

export interface StoreWatchOptions {
  /** Folder of the audit segments. */
  readonly audit: string
  readonly identity: DecisionRecord['identity']
  /** Number of the configuration at this moment. */
  generation(): number
  log(message: string, severity: 'information' | 'error'): void
}

/**
 * Sees outages of the shared store as the whole gateway has them: one begins when the first thread loses it and ends when every thread has it back.
 * Each is told twice, at its start and at its end, in the log and in the audit trail.
 */
export class StoreWatch {
  readonly #options: StoreWatchOptions
  /** Threads that are without it; one that ended counts until the thread in its place has said how it finds things. */
  readonly #without = new Set<number>()
  #audit: AuditWriter | undefined
  #outages = 0

  constructor(options: StoreWatchOptions) {
    this.#options = options
  }

  get isAway(): boolean {
    return this.#without.size > 0
  }

  get outages(): number {
    return this.#outages
  }

  changed(worker: number, away: boolean, message: string): void {
    const before = this.isAway
    if (away) this.#without.add(worker)
    else this.#without.delete(worker)
    if (this.isAway === before) return
    if (this.isAway) this.#outages++
    this.#record(this.isAway, message)
    this.#options.log(
      this.isAway ? `Redis is away: ${message}` : 'Redis is back: limits and the external cache are shared again',
      this.isAway ? 'error' : 'information',
    )
  }

  close(): void {
    this.#audit?.close()
  }

  #record(away: boolean, message: string): void {
    this.#audit ??= new AuditWriter({
      folder: this.#options.audit,
      writer: `${new Date().toISOString().replace(/[-:.]/g, '')}-${process.pid}-store`,
      onTrouble: trouble => this.#options.log(trouble.message, trouble.failing ? 'error' : 'information'),
    })
    this.#audit.write({
      time: new Date().toISOString(),
      requestId: randomUUID(),
      method: '',
      path: '',
      ipAddress: '',
      decision: away ? 'failed' : 'allowed',
      reason: away ? 'store.away' : 'store.back',
      ...(away ? { received: [message] } : {}),
      status: 0,
      duration: { total: 0, gateway: 0, backend: 0 },
      bytes: { received: 0, sent: 0 },
      identity: this.#options.identity,
      generation: this.#options.generation(),
      worker: -1,
    })
    this.#audit.flush()
  }
}

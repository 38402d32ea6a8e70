import type { DecisionRecord } from '../../audit/record.ts'
import { newRequestId } from '../run/request-id.ts'
import { ownScope, type Sample } from '../telemetry/samples.ts'
import { gauge } from '../telemetry/thread-metrics.ts'

/** The stores that several gateways share, and what their end of an outage means. */
const backAgain = {
  Redis: 'limits and the external cache are shared again',
  PostgreSQL: 'grants are as it has them',
} as const

export interface StoreWatchOptions {
  readonly store: keyof typeof backAgain
  /** Into the trail, at once. */
  record(record: DecisionRecord): void
  readonly identity: DecisionRecord['identity']
  /** Number of the configuration at this moment. */
  generation(): number
  log(message: string, severity: 'information' | 'error'): void
}

/**
 * Sees outages of a shared store as the whole gateway has them: one begins when the first thread loses it and ends when every thread has it back.
 * Each is told twice, at its start and at its end, in the log and in the audit trail.
 */
export class StoreWatch {
  readonly #options: StoreWatchOptions
  /** Threads that are without it; one that ended counts until the thread in its place has said how it finds things. */
  readonly #without = new Set<number>()
  #outages = 0
  #isKnown = false

  constructor(options: StoreWatchOptions) {
    this.#options = options
  }

  get isAway(): boolean {
    return this.#without.size > 0
  }

  /** Whether it is there, and outages since this was asked last; nothing where it is not used. */
  take(): Sample[] {
    if (!this.#isKnown) return []
    const value = this.#outages
    this.#outages = 0
    const label = ['store', this.#options.store.toLowerCase()] as const
    return [
      gauge('gatehouse_store_up', this.isAway ? 0 : 1, [label]),
      { kind: 'counter', scope: ownScope, name: 'gatehouse_store_outages_total', labels: [label], value },
    ]
  }

  changed(worker: number, away: boolean, message: string): void {
    const before = this.isAway
    this.#isKnown = true
    if (away) this.#without.add(worker)
    else this.#without.delete(worker)
    if (this.isAway === before) return
    if (this.isAway) this.#outages++
    this.#record(this.isAway, message)
    const { store } = this.#options
    this.#options.log(
      this.isAway ? `${store} is away: ${message}` : `${store} is back: ${backAgain[store]}`,
      this.isAway ? 'error' : 'information',
    )
  }

  #record(away: boolean, message: string): void {
    this.#options.record({
      time: new Date().toISOString(),
      requestId: newRequestId(),
      method: '',
      path: '',
      ipAddress: '',
      decision: away ? 'failed' : 'allowed',
      reason: away ? 'store.away' : 'store.back',
      expected: [this.#options.store],
      ...(away ? { received: [message] } : {}),
      status: 0,
      duration: { total: 0, gateway: 0, backend: 0 },
      bytes: { received: 0, sent: 0 },
      identity: this.#options.identity,
      generation: this.#options.generation(),
      worker: -1,
    })
  }
}

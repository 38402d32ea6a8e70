import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { QuotaStore } from '../../store/quota-store.ts'
import { allocateCounters, type CounterMemory } from '../counters/shared-counters.ts'
import { restoreEntries, TableWatcher } from '../counters/table-entries.ts'

/** Milliseconds between two savings: what a crash, not a stop, may lose of the quotas. */
const interval = 2_000

/** The memory of all counters, its quotas loaded from the state folder and saved there in the background. */
export class QuotaKeeper {
  readonly counters: CounterMemory
  readonly #store: QuotaStore | undefined
  readonly #watcher: TableWatcher
  readonly #timer: NodeJS.Timeout
  readonly #onTrouble: (message: string) => void
  #failing = false

  /** A state folder that cannot be used is told to `onTrouble`; the gateway then counts in memory alone. */
  constructor(state: string, onTrouble: (message: string) => void) {
    this.#onTrouble = onTrouble
    this.#store = this.#attempt(() => new QuotaStore(join(state, 'gatehouse.db')))
    const fresh = randomBytes(16)
    this.counters = allocateCounters(this.#attempt(() => this.#store?.secret(fresh)) ?? fresh)
    this.#attempt(() => restoreEntries(this.counters.quotas, this.#store?.load() ?? []))
    this.#watcher = new TableWatcher(this.counters.quotas)
    this.#timer = setInterval(() => this.save(), interval).unref()
  }

  save(): void {
    const { changed, gone } = this.#watcher.changes()
    this.#attempt(() => this.#store?.save(changed, gone))
  }

  close(): void {
    clearInterval(this.#timer)
    this.save()
    this.#attempt(() => this.#store?.close())
  }

  #attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      if (!this.#failing) this.#onTrouble(`quotas cannot be kept: ${error instanceof Error ? error.message : String(error)}`)
      this.#failing = true
      return undefined
    }
  }
}

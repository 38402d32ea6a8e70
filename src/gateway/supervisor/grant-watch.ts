import { type Grant, standingAt } from '../../access/grant.ts'
import type { PostgresSettings } from '../../catalog/settings.ts'
import type { GrantFeed, GrantFeedEvents } from '../../store/grant-feed.ts'
import { PostgresGrantFeed } from '../../store/postgres/postgres-grant-feed.ts'
import { SqliteGrantFeed } from '../../store/sqlite-grant-feed.ts'
import { grantsFile } from '../../store/sqlite-grants.ts'
import type { Sample } from '../telemetry/samples.ts'
import { StoreWatch, type StoreWatchOptions } from './store-watch.ts'

export interface GrantWatchOptions {
  /** The state folder. */
  readonly state: string
  /** Present: grants are in it; otherwise in a file of the state folder. */
  readonly postgres: PostgresSettings | undefined
  /** The grants that are in force now: for every thread. */
  changed(grants: readonly Grant[]): void
  ended(grant: Grant): void
  /** Where an outage of PostgreSQL is told. */
  readonly outages: Omit<StoreWatchOptions, 'store'>
}

/** Milliseconds between two looks for a grant that has ended; threads look at the time themselves. */
const interval = 100

/** Sees grants as they are written, and tells the threads at once; tells when one has ended. */
export class GrantWatch {
  readonly #options: GrantWatchOptions
  readonly #store: StoreWatch
  readonly #feed: GrantFeed
  readonly #timer: NodeJS.Timeout
  #active: readonly Grant[] = []

  constructor(options: GrantWatchOptions) {
    this.#options = options
    this.#store = new StoreWatch({ ...options.outages, store: 'PostgreSQL' })
    const events: GrantFeedEvents = {
      seen: grants => {
        const now = Date.now()
        this.#tellEnded(now) // or one that has just ended would go without a word
        this.#tell(grants.filter(grant => standingAt(grant, now) === 'approved'))
      },
      // what is in force stays in force until it ends
      changed: (away, message) => this.#changed(away, message),
    }
    this.#feed =
      options.postgres === undefined
        ? new SqliteGrantFeed(grantsFile(options.state), events)
        : new PostgresGrantFeed(options.postgres, events)
    this.#timer = setInterval(() => this.#tellEnded(Date.now()), interval)
    this.#timer.unref()
  }

  /** Resolves when what is in force is known, or cannot be known for now. */
  get ready(): Promise<void> {
    return this.#feed.ready
  }

  get active(): readonly Grant[] {
    return this.#active
  }

  /** Whether PostgreSQL is there, and outages since this was asked last; nothing where grants are in a file. */
  take(): Sample[] {
    return this.#store.take()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#feed.close()
  }

  #changed(away: boolean, message: string): void {
    if (this.#options.postgres !== undefined) this.#store.changed(-1, away, message)
    else if (away) this.#options.outages.log(`grants cannot be read: ${message}`, 'error')
    else this.#options.outages.log('grants can be read again', 'information')
  }

  #tellEnded(now: number): void {
    const over = this.#active.filter(grant => standingAt(grant, now) === 'ended')
    if (over.length === 0) return
    this.#tell(this.#active.filter(grant => !over.includes(grant)))
    for (const grant of over) this.#options.ended(grant)
  }

  #tell(active: readonly Grant[]): void {
    if (JSON.stringify(active) === JSON.stringify(this.#active)) return
    this.#active = active
    this.#options.changed(active)
  }
}

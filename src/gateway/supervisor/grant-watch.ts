import { type Grant, standingAt } from '../../access/grant.ts'
import type { GrantFeed, GrantFeedEvents } from '../../store/grant-feed.ts'
import { SqliteGrantFeed } from '../../store/sqlite-grant-feed.ts'
import { grantsFile } from '../../store/sqlite-grants.ts'

export interface GrantWatchOptions {
  /** The state folder. */
  readonly state: string
  /** The grants that are in force now: for every thread. */
  changed(grants: readonly Grant[]): void
  ended(grant: Grant): void
  log(message: string, severity: 'information' | 'error'): void
}

/** Milliseconds between two looks for a grant that has ended; threads look at the time themselves. */
const interval = 100

/** Sees grants as they are written, and tells the threads at once; tells when one has ended. */
export class GrantWatch {
  readonly #options: GrantWatchOptions
  readonly #feed: GrantFeed
  readonly #timer: NodeJS.Timeout
  #active: readonly Grant[] = []

  constructor(options: GrantWatchOptions) {
    this.#options = options
    const events: GrantFeedEvents = {
      seen: grants => {
        const now = Date.now()
        this.#tellEnded(now) // or one that has just ended would go without a word
        this.#tell(grants.filter(grant => standingAt(grant, now) === 'approved'))
      },
      // what is in force stays in force until it ends
      changed: (away, message) =>
        options.log(away ? `grants cannot be read: ${message}` : 'grants can be read again', away ? 'error' : 'information'),
    }
    this.#feed = new SqliteGrantFeed(grantsFile(options.state), events)
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

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#feed.close()
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

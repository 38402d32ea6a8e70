import type { PostgresSettings } from '../../catalog/settings.ts'
import type { GrantFeed, GrantFeedEvents } from '../grant-feed.ts'
import { Pause } from '../pause.ts'
import type { StoreAway } from '../store-away.ts'
import { grantNames, prepareGrants } from './grant-layout.ts'
import { PostgresConnection, type PostgresTiming } from './postgres-connection.ts'
import { grantOf } from './postgres-grants.ts'

/** All in milliseconds. */
export interface FeedTiming extends PostgresTiming {
  /** Between two looks when nothing is announced: an announcement may be lost, and a connection may be dead without a word. */
  readonly poll: number
  /** Between two tries to connect: the first and the longest pause, doubling. */
  readonly retryFloor: number
  readonly retryCeiling: number
}

const pauses = { poll: 5000, retryFloor: 50, retryCeiling: 2000 }

/** Grants as any node writes them, heard within milliseconds. One connection, which is made anew whenever it breaks. */
export class PostgresGrantFeed implements GrantFeed {
  readonly ready: Promise<void>
  readonly #settings: PostgresSettings
  readonly #events: GrantFeedEvents
  readonly #timing: Partial<PostgresTiming> & typeof pauses
  readonly #closing = new AbortController()
  readonly #ended: Promise<void>
  /** Undefined until the first try ended. */
  #isAway: boolean | undefined
  readonly #pause = new Pause()

  constructor(settings: PostgresSettings, events: GrantFeedEvents, timing: Partial<FeedTiming> = {}) {
    this.#settings = settings
    this.#events = events
    this.#timing = { ...pauses, ...timing }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ready = promise
    this.#ended = this.#run(resolve)
  }

  close(): Promise<void> {
    this.#closing.abort()
    this.#pause.end()
    return this.#ended
  }

  async #run(tried: () => void): Promise<void> {
    const { retryFloor, retryCeiling } = this.#timing
    let pause = retryFloor
    const listening = () => {
      pause = retryFloor
      this.#change(false, 'connected')
      tried()
    }
    while (!this.#isClosed) {
      const failure = await this.#listen(listening).catch((error: Error) => error)
      if (failure === undefined) break
      if (!this.#isClosed) this.#change(true, failure.message)
      tried()
      if (!this.#isClosed) await this.#pause.wait(pause)
      pause = Math.min(retryCeiling, pause * 2)
    }
    tried()
  }

  /** Tells what it sees until it is closed; rejects when the connection is lost. */
  async #listen(listening: () => void): Promise<void> {
    const { schema } = this.#settings
    const { table, channel } = grantNames(schema)
    const db = await PostgresConnection.open(this.#settings, this.#timing, this.#closing.signal)
    const close = () => db.close()
    this.#closing.signal.addEventListener('abort', close, { once: true })
    try {
      await prepareGrants(db, schema)
      let isHeard = false
      let lost: StoreAway | undefined
      db.onNotification(() => {
        isHeard = true
        this.#pause.end()
      })
      void db.lost.then(error => {
        lost = error
        this.#pause.end()
      })
      await db.query(`LISTEN ${channel}`)
      while (!this.#isClosed) {
        isHeard = false // before the look: what is announced while it lasts is looked for again
        const rows = await db.query(`SELECT value FROM ${table} WHERE state = 'approved' ORDER BY place`)
        this.#events.seen(rows.map(grantOf))
        listening()
        if (!isHeard && lost === undefined && !this.#isClosed) await this.#pause.wait(this.#timing.poll)
        if (lost !== undefined) throw lost
      }
    } finally {
      this.#closing.signal.removeEventListener('abort', close)
      db.close()
    }
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  #change(away: boolean, message: string): void {
    if (this.#isAway === away) return
    this.#isAway = away
    this.#events.changed(away, message)
  }
}

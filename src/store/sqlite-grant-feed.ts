import type { GrantFeed, GrantFeedEvents } from './grant-feed.ts'
import { SqliteGrants } from './sqlite-grants.ts'

/** Milliseconds between two looks: asking whether anybody has written is one comparison in memory. */
const interval = 100

/** Grants as the command line writes them into the file. */
export class SqliteGrantFeed implements GrantFeed {
  readonly ready = Promise.resolve()
  readonly #grants: SqliteGrants
  readonly #events: GrantFeedEvents
  readonly #timer: NodeJS.Timeout
  #version = -1
  #failing = false

  /** Throws when the file cannot be opened. */
  constructor(file: string, events: GrantFeedEvents) {
    this.#grants = new SqliteGrants(file)
    this.#events = events
    this.#look()
    this.#timer = setInterval(() => this.#look(), interval)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#grants.close()
  }

  #look(): void {
    try {
      const version = this.#grants.dataVersion
      if (version !== this.#version) this.#events.seen(this.#grants.read())
      this.#version = version
      this.#found(undefined)
    } catch (error) {
      this.#found(error instanceof Error ? error.message : String(error))
    }
  }

  #found(failure: string | undefined): void {
    const failing = failure !== undefined
    if (failing !== this.#failing) this.#events.changed(failing, failure ?? 'it can be read')
    this.#failing = failing
  }
}

import { join } from 'node:path'
import { type Grant, standingAt } from '../../access/grant.ts'
import { AccessGrants } from '../../store/access-grants.ts'

export interface GrantWatchOptions {
  /** The state folder. */
  readonly state: string
  /** The grants that are in force now: for every thread. */
  changed(grants: readonly Grant[]): void
  ended(grant: Grant): void
  log(message: string, severity: 'information' | 'error'): void
}

/** Milliseconds between two looks: asking whether anybody has written is one comparison in memory. */
const interval = 100

/** Where grants are kept. */
export const grantsFile = (state: string) => join(state, 'grants.db')

/** Sees grants as the command line writes them, and tells the threads at once; tells when one has ended. */
export class GrantWatch {
  readonly #options: GrantWatchOptions
  readonly #grants: AccessGrants
  readonly #timer: NodeJS.Timeout
  #version = -1
  #active: readonly Grant[] = []
  #failing = false

  constructor(options: GrantWatchOptions) {
    this.#options = options
    this.#grants = new AccessGrants(grantsFile(options.state))
    this.#look()
    this.#timer = setInterval(() => this.#look(), interval)
    this.#timer.unref()
  }

  get active(): readonly Grant[] {
    return this.#active
  }

  close(): void {
    clearInterval(this.#timer)
    this.#grants.close()
  }

  #look(): void {
    try {
      const now = Date.now()
      const version = this.#grants.dataVersion
      if (version !== this.#version) {
        this.#version = version
        this.#tell(this.#grants.all().filter(grant => standingAt(grant, now) === 'approved'))
      }
      const over = this.#active.filter(grant => standingAt(grant, now) === 'ended')
      if (over.length > 0) {
        this.#tell(this.#active.filter(grant => !over.includes(grant)))
        for (const grant of over) this.#options.ended(grant)
      }
      this.#failing = false
    } catch (error) {
      // what is in force stays in force until it ends: threads look at the time themselves
      if (!this.#failing)
        this.#options.log(`grants cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'error')
      this.#failing = true
    }
  }

  #tell(active: readonly Grant[]): void {
    if (JSON.stringify(active) === JSON.stringify(this.#active)) return
    this.#active = active
    this.#options.changed(active)
  }
}

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from '../../audit/is-running.ts'
import type { BackendReport } from '../forward/report-backends.ts'

/** What a gateway that runs tells of its backends, for other processes of this machine. */
export interface PublishedBackends {
  /** ISO 8601. */
  readonly time: string
  readonly pid: number
  readonly generation: number
  readonly backends: readonly BackendReport[]
}

/** Milliseconds between two looks. */
const interval = 1000

const fileIn = (state: string) => join(state, 'backends.json')

/** Writes the state of backends into the state folder whenever it has changed, and takes it away at the end. */
export class BackendReporter {
  readonly #state: string
  readonly #look: () => Omit<PublishedBackends, 'time' | 'pid'>
  readonly #timer: NodeJS.Timeout
  readonly #onTrouble: (message: string) => void
  #written = ''
  #failing = false

  constructor(state: string, look: () => Omit<PublishedBackends, 'time' | 'pid'>, onTrouble: (message: string) => void) {
    this.#state = state
    this.#look = look
    this.#onTrouble = onTrouble
    this.#timer = setInterval(() => this.publish(), interval).unref()
  }

  publish(): void {
    const found = this.#look()
    const text = JSON.stringify(found)
    if (text === this.#written || (found.backends.length === 0 && this.#written === '')) return
    const published: PublishedBackends = { time: new Date().toISOString(), pid: process.pid, ...found }
    try {
      mkdirSync(this.#state, { recursive: true })
      const file = fileIn(this.#state)
      // whoever reads finds the old state or the new one, never half of it
      writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(published)}\n`, { mode: 0o600 })
      renameSync(`${file}.${process.pid}`, file)
      this.#written = text
      this.#failing = false
    } catch (error) {
      if (!this.#failing)
        this.#onTrouble(`the state of backends cannot be written: ${error instanceof Error ? error.message : String(error)}`)
      this.#failing = true
    }
  }

  close(): void {
    clearInterval(this.#timer)
    // another gateway on the same folder may have written since
    if (readPublished(this.#state)?.pid === process.pid) rmSync(fileIn(this.#state), { force: true })
  }
}

/** What a gateway on this state folder tells; undefined when none runs. */
export function readPublished(state: string): PublishedBackends | undefined {
  try {
    const published: PublishedBackends = JSON.parse(readFileSync(fileIn(state), 'utf8'))
    // one that was killed leaves its file behind
    return isRunning(published.pid) ? published : undefined
  } catch {
    return undefined // there is none, or it was taken away meanwhile
  }
}

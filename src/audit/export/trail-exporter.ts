import { setTimeout as delay } from 'node:timers/promises'
import { counted } from '../../catalog/counted.ts'
import { isGone } from '../segments.ts'
import type { ExportSink } from './export-sink.ts'
import { readTrail, type TrailBatch } from './read-trail.ts'
import { keepPosition, readPosition, type TrailPosition } from './trail-position.ts'

export interface TrailExporterOptions {
  /** The folder of the segments. */
  readonly folder: string
  /** The file in which it is kept how far the export is. */
  readonly positionFile: string
  readonly sink: ExportSink
  /** Told once when records cannot be sent and once when they can again. */
  log(message: string, severity: 'information' | 'error'): void
  /** Milliseconds between two looks at the trail, and between two tries at first; tests shorten them. */
  readonly interval?: number
  readonly firstPause?: number
}

/** What an exporter has done since it began. */
export interface ExportStatus {
  readonly kind: ExportSink['kind']
  readonly isFailing: boolean
  readonly outages: number
  readonly sent: number
  /** Never taken by the receiver, or removed from the trail before they were sent. */
  readonly rejected: number
}

const longestPause = 60_000
/** Milliseconds for what is left when the gateway stops. */
const lastPush = 2000

/**
 * Sends a trail on to one receiver, from where it was when the process ended last: every record at least once, in the order of its writer. It reads what is on
 * the disk, a batch at a time, so nobody who writes waits for it and an outage of any length costs no memory.
 */
export class TrailExporter {
  readonly #options: TrailExporterOptions
  readonly #stop = new AbortController()
  readonly #giveUp = new AbortController()
  #position: TrailPosition = new Map()
  #isFailing = false
  #isUnkept = false
  #outages = 0
  #sent = 0
  #rejected = 0
  readonly #done: Promise<void>

  constructor(options: TrailExporterOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  get status(): ExportStatus {
    const { kind } = this.#options.sink
    const [isFailing, outages, sent, rejected] = [this.#isFailing, this.#outages, this.#sent, this.#rejected]
    return { kind, isFailing, outages, sent, rejected }
  }

  /** Sends what is left, within two seconds; what does not get out then does after the next start. */
  async close(): Promise<void> {
    this.#stop.abort()
    const late = setTimeout(() => this.#giveUp.abort(), lastPush)
    await this.#done
    clearTimeout(late)
    await this.#options.sink.close?.()
  }

  async #run(): Promise<void> {
    const { positionFile, interval = 1000 } = this.#options
    this.#position = await readPosition(positionFile)
    while (!this.#stop.signal.aborted) {
      await this.#pass()
      await this.#pause(interval)
    }
    // a receiver that is away will not be back within what is left
    if (!this.#isFailing) await this.#pass()
  }

  /** Sends all that is there. What cannot be read is told as an outage, too. */
  async #pass(): Promise<void> {
    const { folder, sink } = this.#options
    try {
      for await (const batch of readTrail(folder, this.#position, sink.limits, segments => this.#missed(segments))) {
        if (this.#giveUp.signal.aborted) return
        if (batch.records.length > 0 && !(await this.#deliver(batch))) return
        this.#position.set(batch.writer, batch.next)
        await this.#keep()
      }
    } catch (error) {
      // the next look finds it where it is
      if (!isGone(error)) this.#failed(error)
    }
  }

  /** Until it has arrived; false when the gateway stops before. */
  async #deliver({ records }: TrailBatch): Promise<boolean> {
    const { sink, firstPause = 500 } = this.#options
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      try {
        const rejected = await sink.send(records, this.#giveUp.signal)
        this.#sent += records.length - rejected
        if (rejected > 0)
          this.#reject(rejected, `${counted(rejected, 'record is', 'records are')} too large for ${sink.place} and not exported`)
        this.#recovered()
        return true
      } catch (error) {
        if (!this.#giveUp.signal.aborted) this.#failed(error)
      }
      if (this.#stop.signal.aborted) return false
      // spread, so that many gateways do not come back at the same moment
      await this.#pause(pause * (0.75 + Math.random() / 2))
      if (this.#stop.signal.aborted) return false
    }
  }

  async #keep(): Promise<void> {
    try {
      await keepPosition(this.#options.positionFile, this.#position)
      this.#isUnkept = false
    } catch (error) {
      if (!this.#isUnkept)
        this.#options.log(`it cannot be kept how far the export of the audit trail is: ${textOf(error)}`, 'error')
      this.#isUnkept = true
    }
  }

  #missed(segments: number): void {
    this.#reject(
      segments,
      `removed before it was exported to ${this.#options.sink.place}: ${counted(segments, 'segment')} of the audit trail`,
    )
  }

  #reject(count: number, message: string): void {
    this.#rejected += count
    this.#options.log(message, 'error')
  }

  #failed(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#outages++
    this.#options.log(`the audit trail cannot be exported to ${this.#options.sink.place}: ${textOf(error)}`, 'error')
  }

  #recovered(): void {
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#options.log(`the audit trail is exported to ${this.#options.sink.place} again`, 'information')
  }

  async #pause(milliseconds: number): Promise<void> {
    // it ends early when the gateway stops
    await delay(milliseconds, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {})
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}

import { latencyBounds } from './definitions.ts'
import type { HistogramValue } from './samples.ts'

/** Latencies since they were taken last, in memory made once: adding one allocates nothing. */
export class Latency {
  readonly #counts = new Float64Array(latencyBounds.length + 1)
  #count = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0

  add(milliseconds: number): void {
    const seconds = milliseconds / 1000
    let bucket = 0
    while (bucket < latencyBounds.length && seconds > latencyBounds[bucket]!) bucket++ // it stays below the length
    this.#counts[bucket]!++ // one more than bounds
    this.#count++
    this.#sum += milliseconds
    if (seconds < this.#min) this.#min = seconds
    if (seconds > this.#max) this.#max = seconds
  }

  /** Undefined when nothing was added since. */
  take(): HistogramValue | undefined {
    if (this.#count === 0) return undefined
    const value = {
      boundaries: latencyBounds,
      counts: [...this.#counts],
      count: this.#count,
      sum: this.#sum / 1000,
      min: this.#min,
      max: this.#max,
    }
    this.#counts.fill(0)
    this.#count = 0
    this.#sum = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = 0
    return value
  }
}

import type { MetricSample } from '../../policies/ports.ts'

/** What was measured of one metric with one set of dimensions. */
export interface MetricSeries extends Omit<MetricSample, 'value'> {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

/** Dimensions come from calls: of more series than this the newest are not kept, and counted. */
const mostSeries = 5000

/** The custom metrics of this thread, added up since it started. */
export class Metrics {
  readonly #series = new Map<string, MetricSeries>()
  #dropped = 0

  add({ namespace, name, value, dimensions }: MetricSample): void {
    const key = JSON.stringify([namespace, name, dimensions])
    const known = this.#series.get(key)
    if (known === undefined && this.#series.size >= mostSeries) {
      this.#dropped++
      return
    }
    const before = known ?? { namespace, name, dimensions, count: 0, sum: 0, min: value, max: value }
    this.#series.set(key, {
      ...before,
      count: before.count + 1,
      sum: before.sum + value,
      min: Math.min(before.min, value),
      max: Math.max(before.max, value),
    })
  }

  read(): { readonly series: readonly MetricSeries[]; readonly dropped: number } {
    return { series: [...this.#series.values()], dropped: this.#dropped }
  }
}

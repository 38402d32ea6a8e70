import type { HistogramValue, Labels, Sample } from './samples.ts'

/** What one metric came to since the gateway started, for one set of labels. */
export interface Series {
  readonly kind: Sample['kind']
  readonly scope: string
  readonly name: string
  readonly labels: Labels
  value: number
  histogram: HistogramValue | undefined
}

/** Of all threads; a newer one is not kept, and its values are lost and counted: threads themselves bound what they make. */
const mostSeries = 20_000

/** Adds up what the threads have measured, over the life of the process: what threads that ended had counted stays. */
export class MetricStore {
  readonly #series = new Map<string, Series>()
  #dropped = 0

  merge(samples: Iterable<Sample>): void {
    for (const sample of samples) {
      const { kind, scope, name, labels } = sample
      const key = JSON.stringify([scope, name, labels])
      const known = this.#series.get(key)
      if (known === undefined && this.#series.size >= mostSeries) {
        this.#dropped++
        continue
      }
      const series = known ?? { kind, scope, name, labels, value: 0, histogram: undefined }
      this.#series.set(key, series)
      if (sample.kind === 'counter') series.value += sample.value
      else if (sample.kind === 'gauge') series.value = sample.value
      else series.histogram = series.histogram === undefined ? sample.histogram : sum(series.histogram, sample.histogram)
    }
  }

  /** Samples that found no room. */
  get dropped(): number {
    return this.#dropped
  }

  /** By scope, then by metric. */
  read(): ReadonlyMap<string, ReadonlyMap<string, readonly Series[]>> {
    const scopes = Map.groupBy(this.#series.values(), ({ scope }) => scope)
    return new Map([...scopes].map(([scope, its]) => [scope, Map.groupBy(its, ({ name }) => name)]))
  }
}

function sum(a: HistogramValue, b: HistogramValue): HistogramValue {
  return {
    boundaries: a.boundaries,
    counts: a.counts.map((count, i) => count + (b.counts[i] ?? 0)),
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
}

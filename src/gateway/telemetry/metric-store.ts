import { type HistogramValue, type Labels, overflowLabel, type Sample } from './samples.ts'

/** What one metric came to since the gateway started, for one set of labels. */
export interface Series {
  readonly kind: Sample['kind']
  readonly scope: string
  readonly name: string
  readonly labels: Labels
  value: number
  histogram: HistogramValue | undefined
}

/** Of all threads: what comes past so many is added up by metric, as threads themselves do. */
const mostSeries = 20_000

const overflow: Labels = [overflowLabel]

/** Adds up what the threads have measured, over the life of the process: what threads that ended had counted stays. */
export class MetricStore {
  readonly #series = new Map<string, Series>()

  merge(samples: Iterable<Sample>): void {
    for (const sample of samples) {
      const series = this.#seriesFor(sample, sample.labels)
      if (sample.kind === 'counter') series.value += sample.value
      else if (sample.kind === 'gauge') series.value = sample.value
      else series.histogram = series.histogram === undefined ? sample.histogram : sum(series.histogram, sample.histogram)
    }
  }

  /** By scope, then by metric. */
  read(): ReadonlyMap<string, ReadonlyMap<string, readonly Series[]>> {
    const scopes = Map.groupBy(this.#series.values(), ({ scope }) => scope)
    return new Map([...scopes].map(([scope, its]) => [scope, Map.groupBy(its, ({ name }) => name)]))
  }

  #seriesFor(sample: Sample, labels: Labels): Series {
    const { kind, scope, name } = sample
    const key = JSON.stringify([scope, name, labels])
    const known = this.#series.get(key)
    if (known !== undefined) return known
    // names of metrics stand in policies, so there are not many of these
    if (this.#series.size >= mostSeries && labels !== overflow) return this.#seriesFor(sample, overflow)
    const made: Series = { kind, scope, name, labels, value: 0, histogram: undefined }
    this.#series.set(key, made)
    return made
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

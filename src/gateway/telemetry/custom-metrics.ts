import type { MetricSample } from '../../policies/ports.ts'
import { type HistogramValue, type Labels, overflowLabel, type Sample } from './samples.ts'

interface Series {
  readonly scope: string
  readonly name: string
  readonly labels: Labels
  count: number
  sum: number
  min: number
  max: number
}

/** Dimensions come from calls: what comes past so many series of a thread is added up in one, as OpenTelemetry's SDKs do. */
const mostSeries = 2000
/** Characters of a dimension's value. */
const maxValue = 200

/** The metrics of emit-metric in one thread since they were taken last. */
export class CustomMetrics {
  readonly #series = new Map<string, Series>()

  add(sample: MetricSample): void {
    // neither Prometheus nor OTLP adds up what is no number
    if (!Number.isFinite(sample.value)) return
    const { namespace, dimensions, value } = sample
    const name = nameOf(sample.name)
    const labels = labelsOf(dimensions)
    const series = this.#seriesFor(namespace, name, labels)
    series.count++
    series.sum += value
    series.min = Math.min(series.min, value)
    series.max = Math.max(series.max, value)
  }

  take(): Sample[] {
    const samples = [...this.#series.values()].map(
      ({ scope, name, labels, count, sum, min, max }): Sample => ({
        kind: 'histogram',
        scope,
        name,
        labels,
        histogram: withoutBuckets(count, sum, min, max),
      }),
    )
    this.#series.clear()
    return samples
  }

  #seriesFor(scope: string, name: string, labels: Labels): Series {
    const key = JSON.stringify([scope, name, labels])
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (this.#series.size >= mostSeries && !labels.includes(overflowLabel)) return this.#seriesFor(scope, name, [overflowLabel])
    const made = { scope, name, labels, count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
    this.#series.set(key, made)
    return made
  }
}

function withoutBuckets(count: number, sum: number, min: number, max: number): HistogramValue {
  return { boundaries: [], counts: [count], count, sum, min, max }
}

/** Never one of the gateway's own. */
function nameOf(name: string): string {
  const plain = plainName(name)
  return plain.startsWith('gatehouse_') || plain === 'target_info' ? `custom_${plain}` : plain
}

/** Names as Prometheus takes them: two dimensions that would come to one name are one, the first. */
function labelsOf(dimensions: MetricSample['dimensions']): Labels {
  const labels = new Map<string, string>()
  for (const [name, value] of dimensions) {
    const plain = plainName(name)
    // `le` is the bound of a histogram's bucket, and those of otel_ are the exporter's
    const label = plain === 'le' || plain.startsWith('otel_') || plain.startsWith('__') ? `dimension_${plain}` : plain
    if (!labels.has(label)) labels.set(label, value.slice(0, maxValue))
  }
  return [...labels].sort(([a], [b]) => (a < b ? -1 : 1))
}

function plainName(name: string): string {
  const plain = name
    .trim()
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .slice(0, 200)
  return /^[A-Za-z_]/.test(plain) && plain !== '_' ? plain : `_${plain}`
}

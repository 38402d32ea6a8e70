export type Labels = readonly (readonly [name: string, value: string])[]

/** Measured since it was asked for last, of one metric with one set of labels. Plain data that survives structured clone. */
export type Sample =
  | { readonly kind: 'counter'; readonly scope: string; readonly name: string; readonly labels: Labels; readonly value: number }
  /** As it is now, in place of what it was. */
  | { readonly kind: 'gauge'; readonly scope: string; readonly name: string; readonly labels: Labels; readonly value: number }
  | {
      readonly kind: 'histogram'
      readonly scope: string
      readonly name: string
      readonly labels: Labels
      readonly histogram: HistogramValue
    }

export interface HistogramValue {
  /** Upper bounds of the buckets but the last, which has none. */
  readonly boundaries: readonly number[]
  /** One more than boundaries. */
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

/** The scope of the gateway's own metrics; those of emit-metric have their namespace. */
export const ownScope = 'gatehouse'

/** OpenTelemetry's own label of what was added up because there were too many sets of labels ("Metrics SDK", cardinality limits). */
export const overflowLabel: Labels[number] = ['otel.metric.overflow', 'true']

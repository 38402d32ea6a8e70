import type { DataPoint, Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { type MetricDefinition, ownMetrics } from './definitions.ts'
import type { MetricStore, Series } from './metric-store.ts'
import { ownScope } from './samples.ts'

/** OpenTelemetry's packages: read only when metrics are given out. */
export interface OpenTelemetry {
  readonly sdk: typeof import('@opentelemetry/sdk-metrics')
  readonly api: typeof import('@opentelemetry/api')
}

type HrTime = [seconds: number, nanoseconds: number]

/** What a store holds, as OpenTelemetry's exporters take it: cumulative since `startedAt` (ms since 1970). */
export function resourceMetrics(
  store: MetricStore,
  resource: ResourceMetrics['resource'],
  startedAt: number,
  now: number,
  otel: OpenTelemetry,
): ResourceMetrics {
  const times = { startTime: hrTime(startedAt), endTime: hrTime(now) }
  const scopeMetrics = [...store.read()].map(([scope, metrics]) => ({
    scope: { name: scope },
    metrics: [...metrics].flatMap(([name, series]) => metricData(scope, name, series, times, otel)),
  }))
  return { resource, scopeMetrics }
}

type Times = Pick<DataPoint<number>, 'startTime' | 'endTime'>

function metricData(scope: string, name: string, series: readonly Series[], times: Times, otel: OpenTelemetry): MetricData[] {
  const { AggregationTemporality, DataPointType } = otel.sdk
  const own = scope === ownScope ? definitionOf(name) : undefined
  const descriptor = {
    name,
    description: own?.help ?? 'A metric of emit-metric',
    unit: own?.unit ?? '',
    valueType: otel.api.ValueType.DOUBLE,
  }
  const aggregationTemporality = AggregationTemporality.CUMULATIVE
  const point = <T>({ labels }: Series, value: T): DataPoint<T> => ({ ...times, attributes: Object.fromEntries(labels), value })
  const numbers = series.map(one => point(one, one.value))
  switch (series[0]?.kind) {
    case 'counter':
      return [{ descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: numbers }]
    case 'gauge':
      return [{ descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints: numbers }]
    case 'histogram': {
      const dataPoints = series.flatMap(one => (one.histogram === undefined ? [] : [point(one, histogramOf(one.histogram))]))
      return [{ descriptor, aggregationTemporality, dataPointType: DataPointType.HISTOGRAM, dataPoints }]
    }
    case undefined:
      return []
  }
}

function definitionOf(name: string): MetricDefinition | undefined {
  return new Map<string, MetricDefinition>(Object.entries(ownMetrics)).get(name)
}

function histogramOf({ boundaries, counts, count, sum, min, max }: NonNullable<Series['histogram']>): Histogram {
  return { buckets: { boundaries: [...boundaries], counts: [...counts] }, count, sum, min, max }
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), (ms % 1000) * 1e6]
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MetricStore } from './metric-store.ts'
import type { Sample } from './samples.ts'

const histogram = (counts: number[], sum: number, min: number, max: number): Sample => ({
  kind: 'histogram',
  scope: 's',
  name: 'h',
  labels: [],
  histogram: { boundaries: [1], counts, count: counts.reduce((a, b) => a + b), sum, min, max },
})

test('counters and histograms add up over threads and looks, gauges are as they were last', () => {
  const store = new MetricStore()
  const sample = (kind: 'counter' | 'gauge', value: number): Sample => ({
    kind,
    scope: 's',
    name: kind,
    labels: [['a', 'b']],
    value,
  })
  store.merge([sample('counter', 2), sample('gauge', 2), histogram([1, 0], 0.5, 0.5, 0.5)])
  store.merge([sample('counter', 3), sample('gauge', 1), histogram([0, 2], 6, 2, 4)])
  const metrics = store.read().get('s')
  assert.equal(metrics?.get('counter')?.[0]?.value, 5)
  assert.equal(metrics?.get('gauge')?.[0]?.value, 1)
  assert.deepEqual(metrics?.get('h')?.[0]?.histogram, { boundaries: [1], counts: [1, 2], count: 3, sum: 6.5, min: 0.5, max: 4 })
})

test('series have a bound: what comes past it is added up and not lost', () => {
  const store = new MetricStore()
  const samples = Array.from(
    { length: 20_100 },
    (_, i): Sample => ({ kind: 'counter', scope: 's', name: 'c', labels: [['i', String(i)]], value: 1 }),
  )
  store.merge(samples)
  const series = store.read().get('s')?.get('c') ?? []
  assert.equal(series.length, 20_001)
  assert.equal(
    series.reduce((sum, { value }) => sum + value, 0),
    20_100,
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CustomMetrics } from './custom-metrics.ts'

const sample = (dimensions: [string, string][], value = 1, name = 'Request') => ({ namespace: 'mine', name, value, dimensions })

test('values of the same dimensions are added up, in whatever order they are written', () => {
  const metrics = new CustomMetrics()
  metrics.add(
    sample(
      [
        ['API ID', 'colors'],
        ['User ID', 'rita'],
      ],
      2,
    ),
  )
  metrics.add(
    sample(
      [
        ['User ID', 'rita'],
        ['API ID', 'colors'],
      ],
      -1,
    ),
  )
  const [series, ...others] = metrics.take()
  assert.deepEqual(others, [])
  assert.deepEqual(series, {
    kind: 'histogram',
    scope: 'mine',
    name: 'Request',
    labels: [
      ['API_ID', 'colors'],
      ['User_ID', 'rita'],
    ],
    histogram: { boundaries: [], counts: [2], count: 2, sum: 1, min: -1, max: 2 },
  })
  assert.deepEqual(metrics.take(), [])
})

test('names become such as Prometheus takes, never one twice, and never the gateway’s own', () => {
  const metrics = new CustomMetrics()
  metrics.add(
    sample(
      [
        ['a b', '1'],
        ['a-b', '2'],
        ['le', '3'],
        ['otel.scope.name', '4'],
        ['7', '5'],
        ['__name__', '6'],
      ],
      1,
      'gatehouse requests-total',
    ),
  )
  const [series] = metrics.take()
  assert.equal(series?.name, 'custom_gatehouse_requests_total')
  assert.deepEqual(series?.labels, [
    ['_7', '5'],
    ['a_b', '1'],
    ['dimension___name__', '6'],
    ['dimension_le', '3'],
    ['dimension_otel_scope_name', '4'],
  ])
})

test('no caller makes series without end: past the bound they are added up in one', () => {
  const metrics = new CustomMetrics()
  for (let i = 0; i < 2500; i++) metrics.add(sample([['who', `caller ${i}`]]))
  const samples = metrics.take()
  assert.equal(samples.length, 2001)
  const overflow = samples.find(({ labels }) => labels[0]?.[0] === 'otel.metric.overflow')
  assert.equal(overflow?.kind === 'histogram' && overflow.histogram.count, 500)
})

test('what is no number is not measured, and a value is cut where it becomes a text', () => {
  const metrics = new CustomMetrics()
  metrics.add(sample([['a', 'x']], Number.NaN))
  metrics.add(sample([['a', 'x']], Number.POSITIVE_INFINITY))
  assert.deepEqual(metrics.take(), [])
  metrics.add(sample([['a', 'y'.repeat(5000)]]))
  assert.equal(metrics.take()[0]?.labels[0]?.[1].length, 200)
})

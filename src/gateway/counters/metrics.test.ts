import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metrics } from './metrics.ts'

test('samples of one name and one set of dimensions add up', () => {
  const metrics = new Metrics()
  const sample = { namespace: 'n', name: 'Request', dimensions: [['API ID', 'colors']] as const }
  for (const value of [1, 4, 2.5]) metrics.add({ ...sample, value })
  metrics.add({ ...sample, dimensions: [['API ID', 'pets']], value: 1 })
  const [first, second] = metrics.read().series
  assert.deepEqual(first, { ...sample, count: 3, sum: 7.5, min: 1, max: 4 })
  assert.equal(second?.count, 1)
})

test('the number of series is bounded, and what is left out is counted', () => {
  const metrics = new Metrics()
  for (let n = 0; n < 5010; n++) metrics.add({ namespace: 'n', name: 'm', value: 1, dimensions: [['caller', String(n)]] })
  const { series, dropped } = metrics.read()
  assert.deepEqual([series.length, dropped], [5000, 10])
})

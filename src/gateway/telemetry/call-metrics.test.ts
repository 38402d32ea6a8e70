import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecisionRecord } from '../../audit/record.ts'
import { madeRecord } from '../../audit/testing/made-record.ts'
import { CallMetrics } from './call-metrics.ts'
import type { Sample } from './samples.ts'

const record = (more: Partial<DecisionRecord> = {}) =>
  madeRecord(0, { api: 'colors', operation: 'get', duration: { total: 30, gateway: 4, backend: 26 }, ...more })

function counters(samples: readonly Sample[]): Record<string, number> {
  return Object.fromEntries(
    samples.flatMap(sample =>
      sample.kind === 'counter' ? [[`${sample.name}{${sample.labels.map(([, value]) => value).join()}}`, sample.value]] : [],
    ),
  )
}

test('calls are counted by API, operation, status, decision and reason; refusals and limits by reason besides', () => {
  const metrics = new CallMetrics()
  metrics.add(record())
  metrics.add(record())
  metrics.add(record({ status: 502, decision: 'failed', reason: 'backend.reset' }))
  metrics.add(record({ status: 429, decision: 'refused', reason: 'rate.exceeded' }))
  metrics.add(record({ status: 401, decision: 'refused', reason: 'token.expired', operation: 'put' }))
  assert.deepEqual(counters(metrics.take()), {
    'gatehouse_requests_total{colors,get,2xx,allowed,allowed}': 2,
    'gatehouse_requests_total{colors,get,5xx,failed,backend.reset}': 1,
    'gatehouse_requests_total{colors,get,4xx,refused,rate.exceeded}': 1,
    'gatehouse_limits_hit_total{rate.exceeded}': 1,
    'gatehouse_denials_total{rate.exceeded}': 1,
    'gatehouse_requests_total{colors,put,4xx,refused,token.expired}': 1,
    'gatehouse_denials_total{token.expired}': 1,
  })
})

test('what was taken is not taken again, and a request that became no call is counted too', () => {
  const metrics = new CallMetrics()
  metrics.add(record())
  metrics.take()
  assert.deepEqual(metrics.take(), [])
  const { api: _, operation: __, ...bare } = record({ status: 0, decision: 'failed', reason: 'request.aborted' })
  metrics.add(bare)
  assert.deepEqual(counters(metrics.take()), { 'gatehouse_requests_total{,,none,failed,request.aborted}': 1 })
})

test('latencies lie in buckets, those of the gateway and of the backend apart', () => {
  const metrics = new CallMetrics()
  metrics.add(record())
  metrics.add(record({ duration: { total: 60_000, gateway: 60_000, backend: 0 } }))
  const histograms = new Map(
    metrics.take().flatMap(sample => (sample.kind === 'histogram' ? [[sample.name, sample.histogram]] : [])),
  )
  const total = histograms.get('gatehouse_request_duration_seconds')
  assert.deepEqual(total?.counts, [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
  assert.deepEqual([total?.count, total?.sum, total?.min, total?.max], [2, 60.03, 0.03, 60])
  assert.equal(histograms.get('gatehouse_gateway_duration_seconds')?.counts[3], 0)
  assert.equal(histograms.get('gatehouse_gateway_duration_seconds')?.counts[2], 1)
  assert.equal(histograms.get('gatehouse_backend_duration_seconds')?.count, 1, 'a call that no backend saw is none of its')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles } from './testing/temporary-workspace.ts'

const load = (t: Parameters<typeof loadFiles>[0], yaml: string, env: Record<string, string> = {}) =>
  loadFiles(t, { 'gatehouse.yaml': yaml, 'policy.xml': '<policies />' }, { env })

test('metrics are given out where gatehouse.yaml or OpenTelemetry’s variables say, and nowhere otherwise', async t => {
  const telemetry = async (yaml: string, env?: Record<string, string>) => (await load(t, yaml, env)).catalog.settings.telemetry
  assert.equal(await telemetry('telemetry: {}'), undefined)
  assert.deepEqual(await telemetry('telemetry: { listen: 9464 }'), { listen: { host: '127.0.0.1', port: 9464 }, interval: 60 })
  assert.deepEqual(await telemetry('telemetry: { otlp: "http://collector:4318/", interval: 5 }'), {
    otlp: 'http://collector:4318/v1/metrics',
    interval: 5,
  })
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318' }
  assert.equal((await telemetry('{}', env))?.otlp, 'http://other:4318/v1/metrics')
  assert.equal((await telemetry('telemetry: { otlp: "http://mine:4318" }', env))?.otlp, 'http://mine:4318/v1/metrics')
  const metrics = { ...env, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://metrics:4318/in' }
  assert.equal((await telemetry('{}', metrics))?.otlp, 'http://metrics:4318/in')
})

test('addresses that are none are faults', async t => {
  const { faults } = await load(t, 'telemetry: { listen: everywhere, otlp: collector, interval: 0 }')
  assert.deepEqual(faults, [
    'gatehouse.yaml:1:22 error value.format',
    'gatehouse.yaml:1:40 error value.format',
    'gatehouse.yaml:1:61 error value.range',
  ])
})

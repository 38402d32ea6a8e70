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

test('traces go to the same collector when they are asked for, a tenth of calls unless told otherwise', async t => {
  const traces = async (yaml: string, env?: Record<string, string>) =>
    (await load(t, yaml, env)).catalog.settings.telemetry?.traces
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318' }
  assert.equal(await traces('telemetry: { otlp: "http://collector:4318" }', env), undefined)
  assert.deepEqual(await traces('telemetry: { otlp: "http://collector:4318", traces: {} }'), {
    url: 'http://collector:4318/v1/traces',
    sample: 0.1,
  })
  assert.deepEqual(await traces('telemetry: { traces: { sample: 1 } }', env), { url: 'http://other:4318/v1/traces', sample: 1 })
  const own = { ...env, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:4318/in' }
  assert.equal((await traces('telemetry: { traces: {} }', own))?.url, 'http://traces:4318/in')
})

test('traces without a collector are warned of, and a part that is none is a fault', async t => {
  const { faults } = await load(t, 'telemetry: { traces: { sample: 0 } }')
  assert.deepEqual(faults, ['gatehouse.yaml:1:22 warning value.missing'])
  const wrong = await load(t, 'telemetry: { otlp: "http://c:4318", traces: { sample: 2 } }')
  assert.deepEqual(wrong.faults, ['gatehouse.yaml:1:55 error value.range'])
})

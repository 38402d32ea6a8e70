import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricSample } from '../ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

async function emitted(inbound: string): Promise<readonly MetricSample[]> {
  const samples: MetricSample[] = []
  await runPolicies({ inbound }, { subscription: { owner: 'rita' } }, { metric: sample => void samples.push(sample) })
  return samples
}

test('the reference’s example: default dimensions fill themselves in, others have values', async () => {
  const policy = `<emit-metric name="Request" value="1" namespace="my-metrics"><dimension name="User ID" />
    <dimension name="Client IP" value="@(context.Request.IpAddress)" /><dimension name="API ID" /></emit-metric>`
  const dimensions = [
    ['User ID', 'rita'],
    ['Client IP', '203.0.113.7'],
    ['API ID', 'colors'],
  ]
  assert.deepEqual(await emitted(policy), [{ namespace: 'my-metrics', name: 'Request', value: 1, dimensions }])
})

test('value and namespace have defaults, and the value may be an expression', async () => {
  const dimension = '<dimension name="Operation ID" />'
  const [plain] = await emitted(`<emit-metric name="m">${dimension}</emit-metric>`)
  assert.deepEqual([plain?.namespace, plain?.value], ['API Management', 1])
  assert.equal((await emitted(`<emit-metric name="m" value="@(1.5 * 2)">${dimension}</emit-metric>`))[0]?.value, 3)
})

test('a dimension without value must be one that fills itself in, and there is one at least', () => {
  const codes = (inner: string) => faultsOf({ outbound: `<emit-metric name="m">${inner}</emit-metric>` }).map(({ code }) => code)
  assert.deepEqual(codes(''), ['policy.missing-child'])
  assert.deepEqual(codes('<dimension name="Colour" />'), ['policy.missing-attribute'])
  assert.deepEqual(codes('<dimension name="a" value="1" />'.repeat(11)), ['policy.too-many'])
})

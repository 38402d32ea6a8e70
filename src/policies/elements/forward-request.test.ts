import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuse } from '../outcome.ts'
import type { ForwardOptions } from '../ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

async function optionsOf(backend: string): Promise<ForwardOptions | undefined> {
  let seen: ForwardOptions | undefined
  const forward = async (_ctx: unknown, options: ForwardOptions) => {
    seen = options
    return undefined
  }
  await runPolicies({ backend }, {}, { forward })
  return seen
}

test('forward-request has the defaults of the reference', async () => {
  assert.deepEqual(await optionsOf('<forward-request />'), {
    timeout: 300_000,
    followRedirects: false,
    bufferRequestBody: false,
    bufferResponse: true,
    failOnErrorStatusCode: false,
    httpVersion: '1',
  })
})

test('forward-request hands every attribute on, expressions too', async () => {
  const all =
    '<forward-request timeout="@(2 * 5)" follow-redirects="true" buffer-request-body="true" buffer-response="false" fail-on-error-status-code="true" http-version="2or1" />'
  assert.deepEqual(await optionsOf(all), {
    timeout: 10_000,
    followRedirects: true,
    bufferRequestBody: true,
    bufferResponse: false,
    failOnErrorStatusCode: true,
    httpVersion: '2or1',
  })
  assert.equal((await optionsOf('<forward-request timeout-ms="1500" />'))?.timeout, 1500)
  assert.equal((await optionsOf('<forward-request continue-timeout="2" />'))?.continueTimeout, 2000)
})

test('a backend that does not answer is a refusal that on-error sees', async () => {
  const gone = refuse({ reason: 'backend.timeout', statusCode: 504, message: 'Gateway timeout', errorReason: 'Timeout' })
  const { outcome, decidedBy, ctx } = await runPolicies({ backend: '<forward-request />' }, {}, { forward: async () => gone })
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'backend.timeout')
  assert.equal(decidedBy?.section, 'backend')
  assert.equal(ctx.lastError?.reason, 'Timeout')
})

test('forward-request stands in backend only, with one timeout', () => {
  const codes = (sections: Parameters<typeof faultsOf>[0]) => faultsOf(sections).map(({ code }) => code)
  assert.deepEqual(codes({ inbound: '<forward-request />' }), ['policy.wrong-section'])
  assert.deepEqual(codes({ backend: '<forward-request timeout="1" timeout-ms="2" />' }), ['policy.exclusive-attributes'])
  assert.deepEqual(codes({ backend: '<forward-request timeout="soon" />' }), ['policy.bad-value'])
  const waiting = (more: string) => codes({ backend: `<forward-request continue-timeout="5" ${more} />` })
  assert.deepEqual(waiting('follow-redirects="false" http-version="2or1"'), [])
  assert.deepEqual(waiting('follow-redirects="true"'), ['policy.exclusive-attributes'])
  assert.deepEqual(waiting('follow-redirects="@(1 == 1)"'), ['policy.exclusive-attributes'])
  assert.deepEqual(waiting('http-version="2"'), ['policy.exclusive-attributes'])
})

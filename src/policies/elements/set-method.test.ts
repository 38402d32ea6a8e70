import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('set-method sets the method of the request, in capitals', async () => {
  assert.equal((await runPolicies({ inbound: '<set-method>\n post\n</set-method>' })).ctx.request.method, 'POST')
})

test('set-method takes an expression', async () => {
  const inbound = '<set-method>@(context.Request.Method == "GET" ? "HEAD" : "PUT")</set-method>'
  assert.equal((await runPolicies({ inbound })).ctx.request.method, 'HEAD')
})

test('set-method must say a method', () => {
  assert.deepEqual(
    faultsOf({ inbound: '<set-method />' }).map(({ code }) => code),
    ['policy.bad-value'],
  )
  assert.deepEqual(
    faultsOf({ inbound: '<set-method>GET /x</set-method>' }).map(({ code }) => code),
    ['policy.bad-value'],
  )
})

test('what an expression makes of it must be a method, too', async () => {
  const { outcome } = await runPolicies({ inbound: '<set-method>@("GET /x HTTP/1.1\\r\\nA: b")</set-method>' })
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'policy.expression')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('set-status sets code and reason of the response', async () => {
  const { ctx } = await runPolicies({ outbound: '<set-status code="@(200 + 4)" reason="Gone away" />' }, { response: {} })
  assert.equal(ctx.response?.statusCode, 204)
  assert.equal(ctx.response?.statusReason, 'Gone away')
})

test('a status that HTTP has not is a fault, or a refusal when it is computed', async () => {
  assert.deepEqual(
    faultsOf({ outbound: '<set-status code="1000" />' }).map(({ code }) => code),
    ['policy.bad-value'],
  )
  const { outcome, ctx } = await runPolicies(
    { outbound: '<set-status code="@(context.Request.Method)" reason="x" />' },
    { response: {} },
  )
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'policy.expression')
  assert.match(ctx.lastError?.message ?? '', /`code` must be a whole number from 100 to 599/)
})

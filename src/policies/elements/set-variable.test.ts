import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('set-variable keeps a text, or whatever type an expression gives', async () => {
  const inbound = `<set-variable name="text" value="{{greeting}} you" />
    <set-variable name="number" value="@(40 + 2)" />
    <set-variable name="sum" value="@((int)context.Variables["number"] + 1)" />
    <set-variable name="nothing" value="@((string)null)" />`
  const { ctx } = await runPolicies({ inbound }, {}, {}, { namedValues: { greeting: 'hey' } })
  assert.deepEqual(
    [...ctx.variables.entries()],
    [
      ['text', 'hey you'],
      ['number', 42],
      ['sum', 43],
      ['nothing', null],
    ],
  )
})

test('a cast to another type than the variable has is a refusal with the .NET exception on the record', async () => {
  const inbound = '<set-variable name="a" value="x" /><set-variable name="b" value="@((int)context.Variables["a"])" />'
  const { outcome, ctx } = await runPolicies({ inbound })
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.statusCode, 500)
  assert.equal(outcome.message, 'Internal server error')
  assert.deepEqual(outcome.received, ['System.InvalidCastException'])
  assert.equal(ctx.lastError?.reason, 'ExpressionValueEvaluationFailure')
})

test('an expression that is no C# is told at its place in the file', () => {
  const found = faultsOf({ inbound: '<set-variable name="a"\n  value="@(context.Nothing)" />' })
  assert.deepEqual(
    found.map(({ line, column, code }) => `${line}:${column} ${code}`),
    ['4:20 CS1061'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../expressions/types/boxing.ts'
import { next } from '../outcome.ts'
import { contractOf } from '../testing/contract-of.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const contract = contractOf(`openapi: 3.0.0
paths: { /a: { get: { responses: { '200': { description: fine }, default: { description: all else } } } } }
`)

const run = (outbound: string, statusCode: number) =>
  runPolicies({ outbound }, { operation: { contract }, response: { statusCode } })

test('a status that the specification does not name is answered 502, and nothing of it is told', async () => {
  const outbound = '<validate-status-code unspecified-status-code-action="prevent" errors-variable-name="e" />'
  assert.equal((await run(outbound, 200)).outcome, next)
  const { outcome, ctx } = await run(outbound, 500)
  const refusal = refusalWith(outcome, 'response.not-valid')
  assert.deepEqual(
    [refusal.statusCode, refusal.message, refusal.errorMessage],
    [
      502,
      'The request could not be processed due to an internal error. Contact the API owner.',
      'Response status code 500 is not allowed.',
    ],
  )
  assert.deepEqual(JSON.parse(textOf(ctx.variables.get('e') ?? null)), [
    {
      Name: '500',
      Type: 'StatusCode',
      ValidationRule: 'Unspecified',
      Details: 'Response status code 500 is not allowed.',
      Action: 'prevent',
    },
  ])
})

test('a status of its own overrides the action, unless the specification names it', async () => {
  const outbound = `<validate-status-code unspecified-status-code-action="@("prevent")">
    <status-code code="404" action="ignore" /><status-code code="200" action="prevent" /></validate-status-code>`
  assert.equal((await run(outbound, 404)).outcome, next)
  assert.equal((await run(outbound, 200)).outcome, next)
  refusalWith((await run(outbound, 405)).outcome, 'response.not-valid')
})

test('detect logs and lets the answer go', async () => {
  const logged: string[] = []
  const outbound = '<validate-status-code unspecified-status-code-action="detect" />'
  const { outcome } = await runPolicies(
    { outbound },
    { operation: { contract }, response: { statusCode: 500 } },
    { log: entry => void logged.push(entry.message) },
  )
  assert.deepEqual([outcome, logged], [next, ['Response status code 500 is not allowed.']])
})

test('an operation without a specification cannot be validated', async () => {
  const outbound = '<validate-status-code unspecified-status-code-action="prevent" />'
  const { outcome } = await runPolicies({ outbound }, { response: { statusCode: 200 } })
  assert.match(refusalWith(outcome, 'response.not-valid').errorMessage ?? '', /schema does not exist/)
})

test('the action is required, and an action is one of three', () => {
  const codes = (xml: string) => faultsOf({ outbound: xml }).map(({ code }) => code)
  assert.deepEqual(codes('<validate-status-code />'), ['policy.missing-attribute'])
  assert.deepEqual(codes('<validate-status-code unspecified-status-code-action="block" />'), ['policy.bad-value'])
})

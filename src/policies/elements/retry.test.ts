import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyResponse } from '../context/empty-response.ts'
import { next, type Refusal } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'
import { waitBefore } from './retry.ts'

/** A backend that answers these statuses in turn. */
function answering(...statuses: readonly (number | Refusal)[]) {
  const waits: number[] = []
  const left = [...statuses]
  const forward: Ports['forward'] = async ctx => {
    const answer = left.shift()
    if (typeof answer === 'object') return answer
    ctx.response = { ...emptyResponse(), statusCode: answer ?? 200 }
    return undefined
  }
  return { left, waits, ports: { forward, delay: async (ms: number) => void waits.push(ms) } }
}

const retry = (attributes: string) =>
  `<retry condition="@(context.Response.StatusCode >= 500)" ${attributes}><forward-request /></retry>`

test('retry repeats while the condition holds and waits the interval in between', async () => {
  const backend = answering(500, 503, 200, 200)
  const { ctx } = await runPolicies({ backend: retry('count="5" interval="3"') }, {}, backend.ports)
  assert.equal(ctx.response?.statusCode, 200)
  assert.deepEqual([backend.waits, backend.left.length], [[3000, 3000], 1])
})

test('it gives up after count more tries', async () => {
  const backend = answering(500, 500, 500, 500)
  const { outcome, ctx } = await runPolicies({ backend: retry('count="2" interval="1"') }, {}, backend.ports)
  assert.equal(outcome, next)
  assert.deepEqual([ctx.response?.statusCode, backend.left.length], [500, 1])
})

test('the first retry may come at once', async () => {
  const backend = answering(500, 500, 200)
  await runPolicies({ backend: retry('count="3" interval="2" first-fast-retry="true"') }, {}, backend.ports)
  assert.deepEqual(backend.waits, [2000])
})

test('a backend that cannot be reached stays the reason when the condition cannot be told without a response', async () => {
  const refusal: Refusal = {
    kind: 'refusal',
    reason: 'backend.unreachable',
    statusCode: 500,
    message: 'no',
    errorReason: 'BackendConnectionFailure',
  }
  const backend = answering(refusal, 200)
  const { outcome } = await runPolicies({ backend: retry('count="3" interval="1"') }, {}, backend.ports)
  refusalWith(outcome, 'backend.unreachable')
})

test('waits are fixed, linear or exponential up to the maximum', () => {
  const at = (delta?: number, maxInterval?: number) =>
    [1, 2, 3, 4].map(attempt => waitBefore(attempt, { interval: 10, delta, maxInterval }, 500))
  assert.deepEqual(at(), [10, 10, 10, 10])
  assert.deepEqual(at(5), [10, 15, 20, 25])
  assert.deepEqual(at(10, 50), [10, 20, 40, 50])
})

test('a count past 50 is a fault, and a retry may be empty', () => {
  const codes = (inbound: string) => faultsOf({ inbound }).map(({ code }) => code)
  assert.deepEqual(codes('<retry condition="true" count="51" interval="1"><set-variable name="a" value="b" /></retry>'), [
    'policy.bad-value',
  ])
  assert.deepEqual(codes('<retry condition="true" count="1" interval="1" />'), [])
})

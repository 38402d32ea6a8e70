import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '../context/headers.ts'
import { next } from '../outcome.ts'
import type { OutboundResponse, Ports } from '../ports.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const ask = (host: string) =>
  `<send-request response-variable-name="${host}"><set-url>https://${host}.example/</set-url></send-request>`
const ok: OutboundResponse = {
  kind: 'response',
  statusCode: 200,
  statusReason: 'OK',
  headers: new Headers(),
  body: new Uint8Array(0),
}

/** Answers of each host, given when the test says so. */
function services() {
  const gates = new Map<string, PromiseWithResolvers<OutboundResponse>>()
  const send: Ports['send'] = ({ url }) => {
    const gate = Promise.withResolvers<OutboundResponse>()
    gates.set(new URL(url).hostname.split('.')[0] ?? '', gate)
    return gate.promise
  }
  return { gates, send }
}

test('wait asks all at the same time and goes on when all have answered', async () => {
  const { gates, send } = services()
  const running = runPolicies({ inbound: `<wait>${ask('a')}${ask('b')}</wait>` }, {}, { send })
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual([...gates.keys()], ['a', 'b'])
  gates.get('b')?.resolve(ok)
  gates.get('a')?.resolve(ok)
  const { outcome, ctx } = await running
  assert.equal(outcome, next)
  assert.ok(ctx.variables.has('a') && ctx.variables.has('b'))
})

test('with any it goes on at the first answer', async () => {
  const { gates, send } = services()
  const running = runPolicies({ inbound: `<wait for="any">${ask('a')}${ask('b')}</wait>` }, {}, { send })
  await new Promise(resolve => setImmediate(resolve))
  gates.get('b')?.resolve(ok)
  const { outcome, ctx } = await running
  assert.equal(outcome, next)
  assert.deepEqual([ctx.variables.has('a'), ctx.variables.has('b')], [false, true])
})

test('a refusal of one of them ends the call', async () => {
  const { outcome } = await runPolicies({ inbound: `<wait>${ask('a')}</wait>` })
  refusalWith(outcome, 'policy.failed')
})

test('only policies that wait for something may stand inside', () => {
  const codes = faultsOf({ inbound: '<wait><set-variable name="a" value="b" /></wait>' }).map(({ code }) => code)
  assert.ok(codes.length > 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import type { OutboundRequest, Ports } from '../ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const alert = `<send-one-way-request mode="new"><set-url>https://hooks.example/alert</set-url><set-method>POST</set-method><set-body>down</set-body></send-one-way-request>`

test('send-one-way-request does not wait for the answer, and its request outlives the call', async () => {
  const never = new Promise<never>(() => {})
  const sent: OutboundRequest[] = []
  const send: Ports['send'] = request => {
    sent.push(request)
    return never
  }
  const { outcome } = await runPolicies({ inbound: alert }, {}, { send })
  assert.equal(outcome, next)
  assert.deepEqual([sent[0]?.url, sent[0]?.method, sent[0]?.signal], ['https://hooks.example/alert', 'POST', undefined])
})

test('that nobody could be told is logged with the request id', async () => {
  const logged = Promise.withResolvers<string>()
  const log: Ports['log'] = ({ source, message, requestId }) => logged.resolve(`${source}: ${message} ${requestId}`)
  const send: Ports['send'] = async () => ({
    kind: 'failure',
    reason: 'backend.unreachable',
    message: 'hooks.example cannot be reached',
  })
  await runPolicies({ inbound: alert }, {}, { send, log })
  assert.match(await logged.promise, /^send-one-way-request: hooks\.example cannot be reached [0-9a-f-]{36}$/)
})

test('a new request needs a URL', () => {
  assert.deepEqual(
    faultsOf({ inbound: '<send-one-way-request />' }).map(({ code }) => code),
    ['policy.missing-child'],
  )
})

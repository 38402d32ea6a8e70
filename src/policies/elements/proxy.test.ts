import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutboundRequest } from '../ports.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('the call’s own request goes through the proxy, with what it signs in by', async () => {
  const { ctx } = await runPolicies(
    { inbound: '<proxy url="http://192.0.2.1:8080" username="{{u}}" password="@("p" + "w")" />' },
    {},
    {},
    { namedValues: { u: 'ada' } },
  )
  assert.deepEqual(ctx.request.proxy, { url: 'http://192.0.2.1:8080', username: 'ada', password: 'pw' })
})

test('inside send-request only that request goes through it', async () => {
  const sent: OutboundRequest[] = []
  const inbound = `<send-request response-variable-name="r"><set-url>https://a.example/</set-url><proxy url="http://192.0.2.1:8080" /></send-request>`
  const { ctx } = await runPolicies(
    { inbound },
    {},
    {
      send: async request => {
        sent.push(request)
        return { kind: 'failure', reason: 'backend.unreachable', message: 'nobody there' }
      },
    },
  )
  assert.deepEqual(sent[0]?.proxy, { url: 'http://192.0.2.1:8080' })
  assert.equal(ctx.request.proxy, undefined)
})

test('a proxy by https is refused, and what is no URL is a fault', async () => {
  refusalWith((await runPolicies({ inbound: '<proxy url="https://192.0.2.1" />' })).outcome, 'policy.failed')
  assert.deepEqual(
    faultsOf({ inbound: '<proxy url="192.0.2.1:8080" />' }).map(({ code }) => code),
    ['policy.bad-value'],
  )
  assert.deepEqual(
    faultsOf({ outbound: '<proxy url="http://192.0.2.1" />' }).map(({ code }) => code),
    ['policy.wrong-section'],
  )
})

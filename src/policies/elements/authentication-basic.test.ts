import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutboundRequest } from '../ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const headerOf = async (inbound: string) => (await runPolicies({ inbound })).ctx.request.headers.get('Authorization')

test('authentication-basic signs in with name and password, in UTF-8', async () => {
  const header = await headerOf('<authentication-basic username="jürgen" password="a:b" />')
  assert.equal(Buffer.from((header ?? '').replace('Basic ', ''), 'base64').toString('utf8'), 'jürgen:a:b')
})

test('it replaces what the caller sent', async () => {
  const { ctx } = await runPolicies(
    { inbound: '<authentication-basic username="u" password="@(context.Request.Method)" />' },
    { request: { headers: { authorization: ['Bearer x', 'Bearer y'] } } },
  )
  assert.deepEqual(ctx.request.headers.getAll('Authorization'), [`Basic ${Buffer.from('u:GET').toString('base64')}`])
})

test('both attributes are needed', () => {
  assert.deepEqual(
    faultsOf({ inbound: '<authentication-basic username="u" />' }).map(({ code }) => code),
    ['policy.missing-attribute'],
  )
})

test('inside send-request it signs that request in, and not the call itself', async () => {
  const sent: OutboundRequest[] = []
  const inbound = `<send-request response-variable-name="r"><set-url>https://a.example/</set-url>
    <authentication-basic username="u" password="p" /></send-request>`
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
  assert.equal(sent[0]?.headers.get('Authorization'), 'Basic dTpw')
  assert.equal(ctx.request.headers.has('Authorization'), false)
})

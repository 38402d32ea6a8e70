import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ports } from '../ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

type Entry = Parameters<Ports['log']>[0]

async function logged(inbound: string): Promise<Entry[]> {
  const entries: Entry[] = []
  await runPolicies({ inbound }, {}, { log: entry => void entries.push(entry) })
  return entries
}

test('trace logs its message and metadata with the request id', async () => {
  const inbound = `<trace source="Pets" severity="information">
    <message>@(context.Request.Method + " it is")</message>
    <metadata name="Operation" value="New order" />
  </trace>`
  assert.deepEqual(await logged(inbound), [
    {
      severity: 'information',
      source: 'Pets',
      message: 'GET it is Operation=New order',
      requestId: '11111111-2222-3333-4444-555555555555',
    },
  ])
})

test('trace is verbose unless it says otherwise', async () => {
  assert.equal((await logged('<trace source="a"><message>b</message></trace>'))[0]?.severity, 'verbose')
})

test('the older form has the message as the text of the policy', async () => {
  assert.equal((await logged('<trace source="a">b</trace>'))[0]?.message, 'b')
  assert.deepEqual(
    faultsOf({ inbound: '<trace source="a" />' }).map(({ code }) => code),
    ['policy.missing-child'],
  )
})

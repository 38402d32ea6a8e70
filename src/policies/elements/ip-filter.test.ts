import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const run = async (inbound: string, ipAddress: string) => (await runPolicies({ inbound }, { request: { ipAddress } })).outcome
const office =
  '<ip-filter action="allow"><address>203.0.113.7</address><address-range from="10.0.0.0" to="10.0.0.255" /></ip-filter>'

test('ip-filter lets listed addresses and ranges through and turns others away', async () => {
  assert.equal(await run(office, '203.0.113.7'), next)
  assert.equal(await run(office, '10.0.0.200'), next)
  const refusal = refusalWith(await run(office, '10.0.1.0'), 'ip.not-allowed')
  assert.deepEqual([refusal.statusCode, refusal.errorReason, refusal.received], [403, 'CallerIpNotAllowed', ['10.0.1.0']])
})

test('with forbid the listed ones are turned away', async () => {
  const banned = '<ip-filter action="forbid"><address>2001:db8::1</address></ip-filter>'
  assert.equal(refusalWith(await run(banned, '2001:db8::1'), 'ip.not-allowed').errorReason, 'CallerIpBlocked')
  assert.equal(await run(banned, '2001:db8::2'), next)
})

test('a caller whose address cannot be established is turned away, whatever the action', async () => {
  for (const action of ['allow', 'forbid']) {
    const filter = `<ip-filter action="${action}"><address>203.0.113.7</address></ip-filter>`
    const { errorReason, errorMessage } = refusalWith(await run(filter, 'unknown'), 'ip.not-allowed')
    assert.equal(errorReason, 'FailedToParseCallerIP')
    assert.equal(errorMessage, 'Failed to establish IP address for the caller. Access denied.')
  }
})

test('a computed address works, and one that is none lets nobody in', async () => {
  assert.equal(await run('<ip-filter action="allow"><address>@("203.0." + "113.7")</address></ip-filter>', '203.0.113.7'), next)
  for (const action of ['allow', 'forbid'])
    refusalWith(
      await run(`<ip-filter action="${action}"><address>@("office")</address></ip-filter>`, '203.0.113.7'),
      'ip.not-allowed',
    )
})

test('a network is taken for its addresses, with a warning', async () => {
  const filter = '<ip-filter action="allow"><address>10.0.0.0/24</address><address>2001:db8::/32</address></ip-filter>'
  assert.deepEqual(
    faultsOf({ inbound: filter }).map(({ severity, code }) => `${severity} ${code}`),
    ['warning policy.network'],
  )
  assert.equal(await run(filter, '10.0.0.77'), next)
  assert.equal(await run(filter, '2001:db8:1::1'), next)
  refusalWith(await run(filter, '10.0.1.1'), 'ip.not-allowed')
  for (const wrong of ['10.0.0.0/33', '10.0.0.0/24/8', '10.0.0.0/', '/24', 'office/24'])
    assert.deepEqual(
      faultsOf({ inbound: `<ip-filter action="allow"><address>${wrong}</address></ip-filter>` }).map(({ code }) => code),
      ['policy.bad-value'],
    )
})

test('what is no address, a range upside down, and an empty list are faults', () => {
  const codes = (inbound: string) => faultsOf({ inbound }).map(({ code }) => code)
  assert.deepEqual(codes('<ip-filter action="allow"><address>300.1.1.1</address></ip-filter>'), ['policy.bad-value'])
  assert.deepEqual(codes('<ip-filter action="allow"><address-range from="10.0.0.9" to="10.0.0.1" /></ip-filter>'), [
    'policy.bad-value',
  ])
  assert.deepEqual(codes('<ip-filter action="allow" />'), ['policy.missing-child'])
})

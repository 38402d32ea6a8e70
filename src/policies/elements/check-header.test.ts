import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPolicies } from '../testing/run-policies.ts'

const teamHeader = {
  inbound: `<check-header name="X-Team" failed-check-httpcode="401" failed-check-error-message="Which team?" ignore-case="true">
    <value>red</value>
    <value>blue</value>
  </check-header>`,
}

test('check-header lets an allowed value pass, in any case when it is told to ignore that', async () => {
  const { outcome } = await runPolicies(teamHeader, { request: { headers: { 'x-team': 'BLUE' } } })
  assert.equal(outcome, 'next')
})

test('check-header answers 401 with its own message when the header is absent', async () => {
  const { outcome, decidedBy } = await runPolicies(teamHeader)
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'header.missing')
  assert.equal(outcome.statusCode, 401)
  assert.equal(outcome.message, 'Which team?')
  assert.equal(decidedBy?.policy, 'check-header')
  assert.equal(decidedBy?.line, 3)
})

test('check-header refuses another value, and several of which the whole is no allowed one', async () => {
  for (const sent of ['green', ['red', 'green']]) {
    const { outcome } = await runPolicies(teamHeader, { request: { headers: { 'X-Team': sent } } })
    assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
    assert.equal(outcome.reason, 'header.not-allowed')
  }
})

test('check-header without values takes any', async () => {
  const any = teamHeader.inbound.replaceAll(/<value>.*<\/value>/g, '')
  assert.equal((await runPolicies({ inbound: any }, { request: { headers: { 'X-Team': '' } } })).outcome, 'next')
})

test('without ignore-case, case counts', async () => {
  const inbound = teamHeader.inbound.replace(/ ignore-case="[^"]*"/, '')
  assert.equal((await runPolicies({ inbound }, { request: { headers: { 'X-Team': 'red' } } })).outcome, 'next')
  assert.notEqual((await runPolicies({ inbound }, { request: { headers: { 'X-Team': 'RED' } } })).outcome, 'next')
})

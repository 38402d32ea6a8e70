import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPolicies } from '../testing/run-policies.ts'

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

test('find-and-replace changes every occurrence, across the pieces that a body came in', async () => {
  const outbound = '<find-and-replace from="http://inner" to="https://outer" />'
  const { ctx } = await runPolicies(
    { outbound },
    { response: { headers: { 'Content-Length': '30' }, body: chunks('a http://in', 'ner b http://inner') } },
  )
  assert.equal(Buffer.from(ctx.response?.body.bytes ?? []).toString(), 'a https://outer b https://outer')
  assert.equal(ctx.response?.headers.has('Content-Length'), false)
})

test('a body without the text, and none at all, stay as they are', async () => {
  const inbound = '<find-and-replace from="x" to="$&amp;" />'
  const { ctx } = await runPolicies({ inbound }, { request: { method: 'POST', body: 'abc' } })
  assert.equal(Buffer.from(ctx.request.body.bytes ?? []).toString(), 'abc')
  assert.equal((await runPolicies({ inbound })).ctx.request.body.isAbsent, true)
})

test('a body over the cap is refused', async () => {
  const { outcome } = await runPolicies(
    { inbound: '<find-and-replace from="a" to="b" />' },
    { request: { method: 'POST', body: chunks('aaaa', 'aaaa') } },
    { maxBufferedBodyBytes: 6 },
  )
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'request.body-too-large')
  assert.equal(outcome.statusCode, 413)
})

test('blanks of its attributes count', async () => {
  const inbound = '<find-and-replace from=" " to="__" />'
  const { ctx } = await runPolicies({ inbound }, { request: { method: 'POST', body: 'a b c' } })
  assert.equal(Buffer.from(ctx.request.body.bytes ?? []).toString(), 'a__b__c')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPolicies } from '../testing/run-policies.ts'
import { Body, BodyTooLarge } from './body.ts'

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

test('a streaming body is read whole once, by however many ask', async () => {
  const body = Body.streaming(chunks('ab', 'cd'))
  const [first, second] = await Promise.all([body.buffer(10), body.buffer(10)])
  assert.equal(Buffer.from(first).toString(), 'abcd')
  assert.equal(first, second)
  assert.equal(body.stream, null)
})

test('a body past the limit rejects', async () => {
  await assert.rejects(async () => Body.streaming(chunks('abc', 'def')).buffer(5), BodyTooLarge)
})

test('a body that an expression read without preserving it is lost to later readers and to the backend', async () => {
  const read = (preserve: string) => `<set-variable name="a" value="@(context.Request.Body.As<string>(${preserve}))" />`
  const request = { method: 'POST', body: 'text' }
  const kept = await runPolicies({ inbound: read('preserveContent: true') }, { request })
  assert.equal(Buffer.from(kept.ctx.request.body.bytes ?? []).toString(), 'text')
  const lost = await runPolicies({ inbound: read('') }, { request })
  assert.equal(lost.ctx.variables.get('a'), 'text')
  assert.equal(lost.ctx.request.body.isEmpty, true)
  const again = await runPolicies({ inbound: read('') + read('') }, { request })
  assert.ok(again.outcome !== 'next' && again.outcome.kind === 'refusal')
  assert.deepEqual(again.outcome.received, ['System.InvalidOperationException'])
})

test('a body set anew can be read again', async () => {
  const inbound =
    '<set-body>@(context.Request.Body.As<string>() + "!")</set-body><set-variable name="a" value="@(context.Request.Body.As<string>())" />'
  const { ctx } = await runPolicies({ inbound }, { request: { method: 'POST', body: 'text' } })
  assert.equal(ctx.variables.get('a'), 'text!')
})

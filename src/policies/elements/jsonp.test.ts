import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

async function answered(query: string, body = '{"a":"\u2028"}', type = 'application/json') {
  const { ctx } = await runPolicies(
    { outbound: '<jsonp callback-parameter-name="cb" />' },
    { request: { originalUrl: `https://api.example/x${query}` }, response: { headers: { 'Content-Type': type }, body } },
  )
  return [Buffer.from(ctx.response?.body.bytes ?? []).toString(), ctx.response?.headers.get('Content-Type')]
}

test('a callback wraps the JSON, without one it stays plain', async () => {
  assert.deepEqual(await answered('?cb=my.list[0]'), ['my.list[0]({"a":"\\u2028"});', 'application/javascript; charset=utf-8'])
  assert.deepEqual(await answered('?c=my.list', '{}'), ['{}', 'application/json'])
})

test('an empty callback, and a response that is no JSON, leave the body as it is', async () => {
  assert.equal((await answered('?cb=', '{}'))[0], '{}')
  assert.equal((await answered('?cb=x', '<p>', 'text/html'))[0], '<p>')
})

test('a callback that is no name is refused: nobody writes scripts here', async () => {
  for (const callback of ['alert(1);x', 'a-b', 'a'.repeat(300), '%3Cscript%3E']) {
    const { outcome } = await runPolicies(
      { outbound: '<jsonp callback-parameter-name="cb" />' },
      { request: { originalUrl: `https://api.example/x?cb=${callback}` }, response: { body: '{}' } },
    )
    const { statusCode, errorReason } = refusalWith(outcome, 'request.not-valid')
    assert.deepEqual([statusCode, errorReason], [400, 'CallbackParameterInvalid'])
  }
})

test('it needs the parameter’s name and stands once, in outbound', () => {
  const codes = (xml: string, section: 'inbound' | 'outbound' = 'outbound') =>
    faultsOf({ [section]: xml }).map(({ code }) => code)
  const policy = '<jsonp callback-parameter-name="cb" />'
  assert.deepEqual(codes('<jsonp />'), ['policy.missing-attribute'])
  assert.deepEqual(codes(policy + policy), ['policy.too-many'])
  assert.deepEqual(codes(policy, 'inbound'), ['policy.wrong-section'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { runPolicies } from '../testing/run-policies.ts'

const operation = {
  responses: [
    {
      statusCode: 200,
      representations: [{ contentType: 'text/plain' }, { contentType: 'application/json', sample: '{"color":"red"}' }],
    },
    { statusCode: 404, representations: [] },
  ],
}

const mock = async (inbound: string) => {
  const { outcome, ctx } = await runPolicies({ inbound }, { operation })
  assert.ok(outcome !== next && outcome.reason === 'policy.mocked')
  const body = Buffer.from(ctx.response?.body.bytes ?? []).toString('utf8')
  return [ctx.response?.statusCode, ctx.response?.headers.get('Content-Type') ?? null, body]
}

test('mock-response answers with the first example of the status', async () => {
  assert.deepEqual(await mock('<mock-response />'), [200, 'application/json', '{"color":"red"}'])
})

test('a media type chooses among the examples, parameters aside', async () => {
  assert.deepEqual(await mock('<mock-response content-type="application/json; charset=utf-8" />'), [
    200,
    'application/json; charset=utf-8',
    '{"color":"red"}',
  ])
  assert.deepEqual(await mock('<mock-response content-type="text/plain" />'), [200, 'text/plain', ''])
})

test('a status that is not described gives an empty answer', async () => {
  assert.deepEqual(await mock('<mock-response status-code="404" />'), [404, null, ''])
  assert.deepEqual(await mock('<mock-response status-code="503" content-type="text/html" />'), [503, 'text/html', ''])
})

test('an index chooses among the examples, and one past their end gives none', async () => {
  assert.deepEqual(await mock('<mock-response index="0" />'), [200, 'text/plain', ''])
  assert.deepEqual(await mock('<mock-response index="1" />'), [200, 'application/json', '{"color":"red"}'])
  assert.deepEqual(await mock('<mock-response index="2" />'), [200, null, ''])
})

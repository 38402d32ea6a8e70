import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Body } from '../context/body.ts'
import { emptyResponse } from '../context/empty-response.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

/** What two equal calls are answered, when the backend answers the n-th with `status` and the body that `body(n)` gives. */
async function twice(store: string, status = 200, body = (n: number): Body => Body.of(String(n)), maxBufferedBodyBytes = 1000) {
  const { cache } = memoryPorts()
  const texts: string[] = []
  for (const n of [1, 2]) {
    const { ctx } = await runPolicies(
      { inbound: '<cache-lookup />', backend: '<forward-request />', outbound: store },
      {},
      {
        cache,
        maxBufferedBodyBytes,
        forward: async ctx => {
          ctx.response = { ...emptyResponse(), statusCode: status, body: body(n) }
          return undefined
        },
      },
    )
    texts.push(Buffer.from((await ctx.response?.body.buffer(1000)) ?? []).toString())
  }
  return texts
}

test('without cache-response only a 200 is kept', async () => {
  assert.deepEqual(await twice('<cache-store duration="60" />'), ['1', '1'])
  assert.deepEqual(await twice('<cache-store duration="60" />', 201), ['1', '2'])
})

test('cache-response decides for any status, by an expression too', async () => {
  assert.deepEqual(await twice('<cache-store duration="60" cache-response="true" />', 404), ['1', '1'])
  assert.deepEqual(await twice('<cache-store duration="60" cache-response="@(context.Response.StatusCode != 200)" />'), [
    '1',
    '2',
  ])
})

test('the duration may be an expression, and what later policies do is not part of the kept response: it is done again', async () => {
  const store = '<cache-store duration="@(30 + 30)" /><set-body>@(context.Response.Body.As<string>() + "+")</set-body>'
  assert.deepEqual(await twice(store), ['1+', '1+'])
})

test('without cache-lookup nothing is kept', async () => {
  const stored: string[] = []
  const cache = { get: () => undefined, set: (key: string) => void stored.push(key), delete: () => {} }
  await runPolicies({ outbound: '<cache-store duration="60" />' }, {}, { cache })
  assert.deepEqual(stored, [])
})

test('a stream that is too large, or breaks off, passes through and is not kept', async () => {
  const streamed = (n: number) =>
    Body.streaming(
      (async function* () {
        yield Buffer.from('a'.repeat(8))
        yield Buffer.from(String(n))
      })(),
    )
  assert.deepEqual(await twice('<cache-store duration="60" />', 200, streamed), ['aaaaaaaa1', 'aaaaaaaa1'])
  assert.deepEqual(await twice('<cache-store duration="60" />', 200, streamed, 8), ['aaaaaaaa1', 'aaaaaaaa2'])
  const stored: string[] = []
  const { ctx } = await runPolicies(
    { inbound: '<cache-lookup />', outbound: '<cache-store duration="60" />' },
    {
      response: {
        body: (async function* () {
          yield Buffer.from('a')
          throw new Error('the backend went away')
        })(),
      },
    },
    { cache: { get: () => undefined, set: (key: string) => void stored.push(key), delete: () => {} } },
  )
  await assert.rejects(async () => ctx.response?.body.buffer(1000), /went away/)
  assert.deepEqual(stored, [])
})

test('it needs a duration and stands in outbound', () => {
  const codes = (section: 'inbound' | 'outbound', xml: string) => faultsOf({ [section]: xml }).map(({ code }) => code)
  assert.deepEqual(codes('outbound', '<cache-store />'), ['policy.missing-attribute'])
  assert.deepEqual(codes('inbound', '<cache-store duration="1" />'), ['policy.wrong-section'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { contractOf } from '../testing/contract-of.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const contract = contractOf(`openapi: 3.0.0
paths:
  /a:
    get:
      responses:
        '200':
          headers:
            X-Left: { required: true, schema: { type: integer, maximum: 9 } }
            X-Tags: { schema: { type: array, items: { type: string, pattern: '^[a-z]+$' } } }
`)

const run = (policy: string, headers: Record<string, string | string[]>) =>
  runPolicies({ outbound: policy }, { operation: { contract }, response: { headers } })

const policy = (specified: string, unspecified: string, inner = '') =>
  `<validate-headers specified-header-action="${specified}" unspecified-header-action="${unspecified}">${inner}</validate-headers>`

test('headers that fit pass; those that do not are answered 502 without a word of them', async () => {
  const prevent = policy('prevent', 'ignore')
  assert.equal((await run(prevent, { 'x-left': '7', 'X-Tags': 'a,b' })).outcome, next)
  const message = async (headers: Record<string, string | string[]>) => {
    const refusal = refusalWith((await run(prevent, headers)).outcome, 'response.not-valid')
    assert.match(refusal.message, /internal error/)
    return refusal.errorMessage ?? ''
  }
  assert.match(await message({ 'X-Left': '10' }), /X-Left does not conform/)
  assert.match(await message({ 'X-Left': 'ten' }), /cannot be parsed/)
  assert.match(await message({ 'X-Left': ['1', '2'] }), /multiple values/)
  assert.match(await message({ 'X-Left': '1', 'X-Tags': 'a,B' }), /X-Tags does not conform/)
  assert.match(await message({}), /Required header X-Left is missing/)
})

test('unspecified headers have an action of their own, and so have those that are named', async () => {
  const headers = { 'X-Left': '1', Server: 'x', 'Content-Type': 'text/plain' }
  assert.match(
    refusalWith((await run(policy('ignore', 'prevent'), headers)).outcome, 'response.not-valid').errorMessage ?? '',
    /Unspecified header Server/,
  )
  assert.equal((await run(policy('ignore', 'prevent', '<header name="server" action="ignore" />'), headers)).outcome, next)
  assert.equal(
    (await run(policy('prevent', 'ignore', '<header name="X-Left" action="ignore" />'), { 'X-Left': 'bad' })).outcome,
    next,
  )
})

test('it stands once, in outbound or on-error, with both actions', () => {
  const codes = (xml: string, section: 'inbound' | 'outbound') => faultsOf({ [section]: xml }).map(({ code }) => code)
  assert.deepEqual(codes('<validate-headers />', 'outbound'), ['policy.missing-attribute', 'policy.missing-attribute'])
  assert.deepEqual(codes(policy('detect', 'detect'), 'inbound'), ['policy.wrong-section'])
  assert.deepEqual(codes(policy('detect', 'detect').repeat(2), 'outbound'), ['policy.too-many'])
})

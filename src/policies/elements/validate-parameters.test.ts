import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../expressions/types/boxing.ts'
import { next } from '../outcome.ts'
import { contractOf } from '../testing/contract-of.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import type { MadeCall } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const contract = contractOf(`openapi: 3.0.0
paths:
  /pets/{id}:
    get:
      parameters:
        - { name: id, in: path, required: true, schema: { $ref: '#/components/schemas/Id' } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50 } }
        - { name: tags, in: query, schema: { type: array, items: { enum: [red, blue] } } }
        - { name: ids, in: query, explode: false, schema: { type: array, maxItems: 2, items: { type: number } } }
        - { name: deep, in: query, schema: { type: boolean, nullable: true } }
        - { name: X-Trace, in: header, required: true, schema: { type: string, format: uuid } }
components: { schemas: { Id: { type: integer } } }
`)
const trace = '11111111-2222-3333-4444-555555555555'

/** Runs the policy over a call with this query, path parameter and headers. */
function run(
  inbound: string,
  query = '',
  { id = '7', headers = { 'X-Trace': trace } }: { id?: string; headers?: Record<string, string> } = {},
) {
  const request: MadeCall['request'] = {
    originalUrl: `https://api.example/pets/${id}${query}`,
    matchedParameters: { id },
    headers,
  }
  return runPolicies({ inbound }, { operation: { contract }, request })
}

const policy = (specified: string, unspecified: string, inner = '') =>
  `<validate-parameters specified-parameter-action="${specified}" unspecified-parameter-action="${unspecified}" errors-variable-name="e">${inner}</validate-parameters>`

test('parameters that fit their schemas pass, as numbers, lists, choices and by reference', async () => {
  const query = '?limit=50&tags=red&tags=blue&ids=1,2.5&deep=true'
  assert.equal((await run(policy('prevent', 'prevent'), query)).outcome, next)
})

test('what does not fit is answered 400, the caller is told which parameter, and no value is quoted', async () => {
  const told = async (query: string, more: Parameters<typeof run>[2] = {}) => {
    const refusal = refusalWith((await run(policy('prevent', 'ignore'), query, more)).outcome, 'request.not-valid')
    assert.equal(refusal.statusCode, 400)
    assert.doesNotMatch(refusal.message, /secret/)
    return refusal.message
  }
  assert.match(await told('?limit=51'), /query parameter limit does not conform .* must be <= 50/)
  for (const text of ['secret', '', '0x10', '1.5', ' 1']) assert.match(await told(`?limit=${text}`), /limit cannot be parsed/)
  assert.match(await told('?limit=1&limit=2'), /multiple values for the query parameter limit/)
  assert.match(await told('?tags=red&tags=secret'), /tags does not conform/)
  assert.match(await told('?ids=1,2,3'), /ids does not conform/)
  assert.match(await told('?deep=secret'), /deep cannot be parsed/)
  assert.match(await told('', { id: 'secret' }), /path parameter id cannot be parsed/)
  assert.match(await told('', { headers: { 'X-Trace': 'secret' } }), /header X-Trace does not conform/)
  assert.match(await told('', { headers: {} }), /Required header X-Trace is missing/)
})

test('unspecified parameters have an action of their own; the subscription key is none of them', async () => {
  const { outcome } = await run(policy('ignore', 'prevent'), '?other=1')
  assert.equal(refusalWith(outcome, 'request.not-valid').message, 'Unspecified query parameter other is not allowed.')
  assert.equal((await run(policy('ignore', 'prevent'), '?subscription-key=1')).outcome, next)
  const { outcome: byHeader } = await run(policy('ignore', 'prevent'), '', { headers: { 'X-Trace': trace, 'User-Agent': 'x' } })
  assert.equal(refusalWith(byHeader, 'request.not-valid').message, 'Unspecified header User-Agent is not allowed.')
})

test('actions of a place, and of a name, come before the policy’s', async () => {
  const inner = `<headers specified-parameter-action="detect" unspecified-parameter-action="ignore"><parameter name="x-bad" action="prevent" /></headers>
    <query><parameter name="Limit" action="ignore" /></query><path specified-parameter-action="ignore" />`
  const { outcome, ctx } = await run(policy('prevent', 'prevent', inner), '?limit=99', {
    id: 'x',
    headers: { 'X-Trace': 'no', Host: 'a' },
  })
  assert.equal(outcome, next)
  const errors: { Name: string; Action: string }[] = JSON.parse(textOf(ctx.variables.get('e') ?? null))
  assert.deepEqual(
    errors.map(one => [one.Name, one.Action]),
    [['X-Trace', 'detect']],
  )
  refusalWith((await run(policy('prevent', 'prevent', inner), '', { headers: { 'X-Bad': '1' } })).outcome, 'request.not-valid')
})

test('an operation without a specification is refused, not passed', async () => {
  const { outcome } = await runPolicies({ inbound: policy('prevent', 'ignore') })
  assert.match(refusalWith(outcome, 'request.not-valid').errorMessage ?? '', /schema does not exist/)
})

test('it stands once, in inbound, and path has no unspecified action', () => {
  const codes = (xml: string, section: 'inbound' | 'outbound' = 'inbound') => faultsOf({ [section]: xml }).map(({ code }) => code)
  assert.deepEqual(codes('<validate-parameters />'), ['policy.missing-attribute', 'policy.missing-attribute'])
  assert.deepEqual(codes(policy('detect', 'detect').repeat(2)), ['policy.too-many'])
  assert.deepEqual(codes(policy('detect', 'detect'), 'outbound'), ['policy.wrong-section'])
  assert.deepEqual(codes(policy('detect', 'detect', '<path unspecified-parameter-action="detect" />')), [
    'policy.unknown-attribute',
  ])
})

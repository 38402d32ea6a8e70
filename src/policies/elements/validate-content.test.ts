import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../expressions/types/boxing.ts'
import { next } from '../outcome.ts'
import { contractOf } from '../testing/contract-of.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import type { MadeMessage } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const contract = contractOf(`openapi: 3.0.0
paths:
  /pets:
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Dog' } }, text/csv: {} } }
      responses: { '200': { content: { application/json: { schema: { type: object, additionalProperties: false, properties: { id: { type: integer } } } } } } }
components:
  schemas:
    Pet: { type: object, required: [name], properties: { name: { type: string, pattern: '^[A-Z]' }, mother: { nullable: true, allOf: [{ $ref: '#/components/schemas/Pet' }] } } }
    Dog: { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { race: { type: string, maxLength: 5 } } }] }
`)

const policy = (
  inner: string,
  attributes = 'unspecified-content-type-action="prevent" max-size="200" size-exceeded-action="prevent"',
) => `<validate-content ${attributes} errors-variable-name="e">${inner}</validate-content>`
const json = (more = '') => `<content type="application/json" validate-as="json" action="prevent" ${more} />`

function run(inbound: string, body: MadeMessage['body'], type: string | undefined = 'application/json; charset=utf-8') {
  const headers = type === '' ? {} : { 'Content-Type': type }
  return runPolicies({ inbound }, { operation: { contract }, request: { method: 'POST', headers, body: body ?? '' } })
}

const told = async (...args: Parameters<typeof run>) => refusalWith((await run(...args)).outcome, 'request.not-valid').message

test('a body that fits its schema passes, through references and put-together schemas', async () => {
  assert.equal(
    (await run(policy(json()), '{"name":"Rex","race":"pug","mother":{"name":"Ada","mother":null},"more":1}')).outcome,
    next,
  )
})

test('a body that does not fit is answered 400 with the definition’s name and the place', async () => {
  const { outcome, ctx } = await run(policy(json()), '{"name":"Rex","mother":{"name":"ada"}}')
  const refusal = refusalWith(outcome, 'request.not-valid')
  assert.deepEqual([refusal.statusCode, refusal.errorReason], [400, 'BadRequest'])
  assert.match(
    refusal.message,
    /^Body of the request does not conform to the definition Dog, which .* application\/json\. \/mother\/name: must match pattern/,
  )
  const [error] = JSON.parse(textOf(ctx.variables.get('e') ?? null))
  assert.deepEqual(
    [error.Name, error.Type, error.ValidationRule, error.Action],
    ['application/json', 'RequestBody', 'IncorrectMessage', 'prevent'],
  )
  assert.match(await told(policy(json()), '{"race":"pug"}'), /required property 'name'/)
  assert.match(await told(policy(json()), '{"name":'), /It is no JSON/)
  assert.match(await told(policy(json()), ''), /It is no JSON/)
})

test('additional properties can be forbidden, and allowed, over what the schema says', async () => {
  const closed = policy(json('allow-additional-properties="false"'))
  assert.match(await told(closed, '{"name":"Rex","more":1}'), /\(more\)/)
  assert.match(await told(closed, '{"name":"Rex","mother":{"name":"Ada","more":1}}'), /\(more\)/)
  assert.equal((await run(closed, '{"name":"Rex","race":"pug","mother":{"name":"Ada"}}')).outcome, next)
  const answer = (more: string) =>
    runPolicies(
      { outbound: policy(json(more)) },
      { operation: { contract }, response: { headers: { 'Content-Type': 'application/json' }, body: '{"id":1,"x":2}' } },
    )
  refusalWith((await answer('')).outcome, 'response.not-valid')
  assert.equal((await answer('allow-additional-properties="true"')).outcome, next)
})

test('an answer that does not fit is 502, and the caller learns nothing of it', async () => {
  const { outcome } = await runPolicies(
    { outbound: policy(json()) },
    { operation: { contract }, response: { headers: { 'Content-Type': 'application/json' }, body: '{"id":"secret"}' } },
  )
  const refusal = refusalWith(outcome, 'response.not-valid')
  assert.deepEqual([refusal.statusCode, refusal.errorReason], [502, 'ResponseNotAllowed'])
  assert.match(refusal.message, /internal error/)
  assert.doesNotMatch(refusal.errorMessage ?? '', /secret/)
})

test('a body over the size is refused, while it streams no more is read than that', async () => {
  let sent = 0
  const stream = (async function* () {
    for (; sent < 1000; sent++) yield Buffer.from('a'.repeat(100))
  })()
  assert.match(await told(policy(json()), stream), /more than 200 bytes long and it exceeds the limit of 200 bytes/)
  assert.ok(sent <= 3, `${sent} chunks were read`)
  assert.match(await told(policy(json()), 'a'.repeat(300)), /300 bytes long/)
  const detecting = policy(json(), 'unspecified-content-type-action="ignore" max-size="10" size-exceeded-action="detect"')
  const { outcome, ctx } = await run(detecting, '{"name":"Rexley"}')
  assert.equal(outcome, next)
  assert.match(textOf(ctx.variables.get('e') ?? null), /SizeLimit/)
})

test('types that the specification does not name have an action of their own, and can be mapped', async () => {
  assert.equal(await told(policy(json()), 'x', 'text/plain'), 'Unspecified content type text/plain is not allowed.')
  const mapped = (map: string) => policy(`<content-type-map ${map}</content-type-map>${json()}`)
  assert.equal(
    (await run(mapped('><type from="Application/hal+json" to="application/json" />'), '{"name":"Rex"}', 'application/hal+json'))
      .outcome,
    next,
  )
  assert.match(await told(mapped('missing-content-type-value="application/json">'), '{}', ''), /required property/)
  assert.match(await told(mapped('any-content-type-value="application/json">'), '{}', 'text/plain'), /required property/)
  const when = '><type when="@(context.Request.Method == "POST")" to="application/json" />'
  assert.match(await told(mapped(when), '{}', 'x/y'), /required property/)
})

test('a type without a schema cannot be validated, and detect lets it go', async () => {
  const csv = (action: string) => policy(`<content type="text/csv" validate-as="json" action="${action}" />`)
  assert.match(
    refusalWith((await run(csv('prevent'), 'a,b', 'text/csv')).outcome, 'request.not-valid').errorMessage ?? '',
    /does not specify definitions/,
  )
  assert.equal((await run(csv('detect'), 'a,b', 'text/csv')).outcome, next)
})

test('a call without a body passes where none is asked for', async () => {
  const get = contractOf(`openapi: 3.0.0
paths: { /a: { get: { responses: { '200': { description: fine } } } } }
`)
  const { outcome } = await runPolicies({ inbound: policy(json()) }, { operation: { contract: get } })
  assert.equal(outcome, next)
})

test('XML, SOAP and schemas by id are told at load, with their place', () => {
  const faults = faultsOf({
    inbound: policy(
      '<content validate-as="soap" action="prevent" />\n<content validate-as="json" schema-id="s" action="prevent" />',
    ),
  })
  assert.deepEqual(
    faults.map(({ code, line }) => [code, line]),
    [
      ['policy.unsupported', 3],
      ['policy.unsupported', 4],
    ],
  )
  assert.equal(faultsOf({ backend: policy(json()) })[0]?.code, 'policy.wrong-section')
})

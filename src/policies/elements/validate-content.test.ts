import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
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

test('the page’s JSON example detects, maps types, and refuses nothing but size and unknown types', async () => {
  const example = `<validate-content unspecified-content-type-action="prevent" max-size="102400" size-exceeded-action="prevent" errors-variable-name="requestBodyValidation">
    <content-type-map missing-content-type-value="application/json">
        <type from="application/hal+json" to="application/json" />
    </content-type-map>
    <content type="application/json" validate-as="json" action="detect" allow-additional-properties="false" />
</validate-content>`
  const found = async (body: string, type: string) => {
    const { outcome, ctx } = await run(example, body, type)
    return outcome === next
      ? textOf(ctx.variables.get('requestBodyValidation') ?? '')
      : refusalWith(outcome, 'request.not-valid').message
  }
  for (const type of ['', 'application/hal+json', 'application/json'])
    assert.match(await found('{"name":"Rex","more":1}', type), /"Action": "detect"/)
  assert.equal(await found('{"name":"Rex"}', ''), '')
  assert.match(await found('x', 'text/plain'), /Unspecified content type text\/plain/)
  assert.match(await found('x'.repeat(102_401), 'application/json'), /exceeds the limit of 102400 bytes/)
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

const xs = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
const schemas = {
  card: `<xs:schema ${xs}><xs:include schemaLocation="/schemas/pin" /><xs:element name="card" type="Pin" /></xs:schema>`,
  pin: `<xs:schema ${xs}><xs:simpleType name="Pin"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}" /></xs:restriction></xs:simpleType></xs:schema>`,
  pets: JSON.stringify({
    type: 'object',
    required: ['Pets'],
    properties: { Pets: { type: 'array', items: { $ref: '#/components/schemas/pet' } } },
    components: { schemas: { pet: { type: 'object', required: ['Name'], properties: { Name: { $ref: '/schemas/name' } } } } },
  }),
  name: JSON.stringify({ type: 'string', minLength: 2, nullable: true }),
}
const size = 'unspecified-content-type-action="prevent" max-size="102400" size-exceeded-action="prevent"'

async function bySchema(content: string, body: string, type: string, section: 'inbound' | 'outbound' = 'inbound') {
  const xml = policy(content, size)
  const message = { headers: { 'Content-Type': type }, body }
  const call = section === 'inbound' ? { request: { method: 'POST', ...message } } : { response: message }
  return runPolicies({ [section]: xml }, call, {}, { schemas })
}

const why = async (...args: Parameters<typeof bySchema>) => {
  const { outcome } = await bySchema(...args)
  return outcome === next
    ? 'next'
    : refusalWith(outcome, args[3] === 'outbound' ? 'response.not-valid' : 'request.not-valid').errorMessage
}

test('XML is validated by a schema of the workspace, which may include others', async () => {
  const content = '<content type="application/xml" validate-as="xml" schema-id="card" action="prevent" />'
  assert.equal(await why(content, '<card>1234</card>', 'application/xml'), 'next')
  assert.match(
    (await why(content, '<card>\nsecret</card>', 'application/xml; charset=utf-8')) ?? '',
    /^Body of the request does not conform to the definition card, which is associated with the content type application\/xml\. Element 'card': \[facet 'pattern'\] The value is not accepted by the pattern .* Line: 1, Position: 0$/,
  )
  assert.match((await why(content, '<card', 'application/xml')) ?? '', /find end of Start Tag/)
  const { outcome } = await bySchema(content, '<z/>', 'application/xml', 'outbound')
  assert.deepEqual(refusalWith(outcome, 'response.not-valid').message, hiddenMessage)
})

const hiddenMessage = 'The request could not be processed due to an internal error. Contact the API owner.'

test('XML is read in the encoding that it says', async () => {
  const content = '<content type="application/xml" validate-as="xml" schema-id="card" action="prevent" />'
  const run = (body: Uint8Array, type: string) =>
    runPolicies({ inbound: policy(content, size) }, { request: { headers: { 'Content-Type': type }, body } }, {}, { schemas })
  const text = '<?xml version="1.0" encoding="utf-16"?><card>1234</card>'
  assert.equal((await run(Buffer.from(`\ufeff${text}`, 'utf16le'), 'application/xml')).outcome, next)
  const latin = Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><card>\u00e9</card>', 'latin1')
  assert.match(refusalWith((await run(latin, 'application/xml')).outcome, 'request.not-valid').message, /pattern/)
})

/** The reference page's second example. */
const soapExample = `<validate-content unspecified-content-type-action="prevent" max-size="102400" size-exceeded-action="prevent" errors-variable-name="requestBodyValidation">
    <content-type-map any-content-type-value="application/soap+xml" />
    <content type="application/soap+xml" validate-as="soap" schema-id="card" action="prevent" />
</validate-content>`

test('the page’s SOAP example takes what stands in the envelope, whatever type the request says', async () => {
  const envelope = (inner: string) =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${inner}</s:Body></s:Envelope>`
  const run = (body: string, headers = {}) =>
    runPolicies({ inbound: soapExample }, { request: { headers, body } }, {}, { schemas })
  assert.equal((await run(envelope('<card>1234</card>'), { 'Content-Type': 'text/xml' })).outcome, next)
  assert.equal((await run(envelope('<card>1234</card>'))).outcome, next)
  const refusal = refusalWith((await run(envelope('<card>x</card>'))).outcome, 'request.not-valid')
  assert.match(refusal.message, /content type application\/soap\+xml\. Element 'card'/)
  assert.match(refusalWith((await run('<card>1234</card>')).outcome, 'request.not-valid').message, /no SOAP envelope/)
})

test('without schema-id, XML is validated by the API’s own schemas', async () => {
  const content = '<content type="text/xml" validate-as="xml" action="prevent" />'
  const xmlSchemas = {
    root: '/a',
    documents: [{ location: '/a', text: schemas.card.replace(/<xs:include[^>]*>/, '').replace('Pin', 'xs:int') }],
  }
  const run = (body: string, api: object) =>
    runPolicies({ inbound: policy(content, size) }, { api, request: { headers: { 'Content-Type': 'text/xml' }, body } })
  assert.equal((await run('<card>1</card>', { xmlSchemas })).outcome, next)
  refusalWith((await run('<card>x</card>', { xmlSchemas })).outcome, 'request.not-valid')
  assert.match(
    refusalWith((await run('<card>1</card>', {})).outcome, 'request.not-valid').errorMessage ?? '',
    /schema does not exist/,
  )
})

test('JSON is validated by a schema of the workspace, whole or at a place in it, across its references', async () => {
  const content = (more: string) =>
    `<content type="application/json" validate-as="json" action="prevent" schema-id="pets" ${more} />`
  assert.equal(await why(content(''), '{"Pets":[{"Name":"Rex"},{"Name":null}]}', 'application/json'), 'next')
  assert.match(
    (await why(content(''), '{\n "Pets": [{"Name": "R"}]}', 'application/json')) ?? '',
    /definition pets, which is .* \/Pets\/0\/Name: must NOT have fewer than 2 characters\. Line: 2, Position: 20$/,
  )
  const pet = content('schema-ref="#/components/schemas/pet"')
  assert.equal(await why(pet, '{"Name":"Rex"}', 'application/json'), 'next')
  assert.match((await why(pet, '{"Pets":[]}', 'application/json')) ?? '', /required property 'Name'/)
  const lost = content('schema-ref="@("#/components/schemas/" + "cat")"')
  assert.equal(
    await why(lost, '{}', 'application/json'),
    "API's schema does not contain definition #/components/schemas/cat, which is associated with the content type application/json.",
  )
  const unknown = '<content type="application/json" validate-as="json" action="prevent" schema-id="@("no" + "ne")" />'
  assert.match((await why(unknown, '{}', 'application/json')) ?? '', /schema does not exist or it could not be resolved/)
})

test('names of properties can be compared without case, and then may not differ by it', async () => {
  const content =
    '<content type="application/json" validate-as="json" action="prevent" schema-id="pets" case-insensitive-property-names="true" />'
  assert.equal(await why(content, '{"PETS":[{"name":"Rex"}]}', 'application/json'), 'next')
  assert.match(
    (await why(content, '{"pets":[{"nAme":"R"}]}', 'application/json')) ?? '',
    /fewer than 2 .* Line: 1, Position: 18$/,
  )
  assert.match((await why(content, '{"pets":[],"Pets":[{}]}', 'application/json')) ?? '', /differ in case alone \(Pets\)/)
})

test('a compressed body is validated as what it stands for, and max-size is that of what it stands for', async () => {
  const content = '<content type="application/json" validate-as="json" action="prevent" schema-id="name" />'
  const run = (body: Uint8Array, encoding: string) =>
    runPolicies(
      { inbound: policy(content, size) },
      { request: { headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding }, body } },
      {},
      { schemas },
    )
  for (const [encoding, encode] of Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync })) {
    const { outcome, ctx } = await run(encode('"Rex"'), encoding)
    assert.equal(outcome, next)
    assert.deepEqual(ctx.request.body.bytes, encode('"Rex"'))
    assert.match(refusalWith((await run(encode('"R"'), encoding)).outcome, 'request.not-valid').message, /fewer than 2/)
  }
  const bomb = await run(gzipSync(Buffer.alloc(200_000, 32)), 'gzip')
  assert.match(refusalWith(bomb.outcome, 'request.not-valid').message, /more than 102400 bytes long/)
  assert.match(
    refusalWith((await run(Buffer.from('x'), 'zstd')).outcome, 'request.not-valid').errorMessage ?? '',
    /coding is not known/,
  )
  assert.match(
    refusalWith((await run(Buffer.from('x'), 'gzip')).outcome, 'request.not-valid').errorMessage ?? '',
    /not compressed as it says/,
  )
})

test('schemas that are not there, or are for the other language, are told at load', () => {
  const told = (content: string) =>
    faultsOf({ inbound: policy(content) }, { schemas }).map(
      ({ severity, code, line, message }) => `${severity} ${code} ${line} ${message}`,
    )
  const content = (more: string) => `\n<content action="prevent" ${more} />`
  assert.deepEqual(told(content('validate-as="json" schema-id="none"')), [
    'warning policy.schema 4 there is no schema `none`, so that nothing is valid',
  ])
  assert.deepEqual(told(content('validate-as="json" schema-id="card"')), [
    'warning policy.schema 4 the schema `card` is one for XML, so that nothing is valid',
  ])
  assert.deepEqual(told(content('validate-as="json" schema-id="pets" schema-ref="#/x"')), [
    'warning policy.schema 4 the schema `pets` has nothing at `#/x`',
  ])
  assert.deepEqual(told(content('validate-as="soap" schema-id="card" schema-ref="#/x"')), [
    'warning policy.schema 4 `schema-ref` says nothing here',
  ])
  assert.deepEqual(told(content('validate-as="soap" schema-id="card"')), [])
  assert.deepEqual(
    faultsOf({ inbound: policy('<content-type-map><type to="a/b" /></content-type-map>') }).map(({ code }) => code),
    ['policy.exclusive-attributes'],
  )
  assert.equal(faultsOf({ backend: policy(json()) })[0]?.code, 'policy.wrong-section')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MadeCall } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

async function bodyAfter(setBody: string, request: MadeCall['request'] = {}, variables = {}): Promise<string> {
  const { ctx } = await runPolicies({ inbound: setBody }, { request: { method: 'POST', ...request }, variables })
  return Buffer.from(ctx.request.body.bytes ?? []).toString()
}

const json = (body: unknown) => ({ headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) })
const liquid = (template: string, attributes = '') => `<set-body template="liquid" ${attributes}>${template}</set-body>`

test('set-body puts a text there as it stands, and drops the old length', async () => {
  const { ctx } = await runPolicies(
    { inbound: '<set-body> {"a": 1} </set-body>' },
    { request: { headers: { 'Content-Length': '3' }, body: 'old' } },
  )
  assert.equal(Buffer.from(ctx.request.body.bytes ?? []).toString(), ' {"a": 1} ')
  assert.equal(ctx.request.headers.has('Content-Length'), false)
})

test('markup in the text is part of it', async () => {
  assert.equal(await bodyAfter('<set-body><a b="1">x &amp; y</a></set-body>'), '<a b="1">x &amp; y</a>')
  assert.equal(await bodyAfter('<set-body><![CDATA[<a>&amp;</a>]]></set-body>'), '<a>&amp;</a>')
})

test('an expression reads the old body and gives the new one', async () => {
  const expression =
    '<set-body>@{ var o = context.Request.Body.As<JObject>(true); o["b"] = 2; return o.ToString(Newtonsoft.Json.Formatting.None); }</set-body>'
  assert.equal(await bodyAfter(expression, { body: '{"a":1}' }), '{"a":1,"b":2}')
})

test('bytes go in as they are', async () => {
  const { ctx } = await runPolicies({ inbound: '<set-body>@(new byte[] { 255, 0, 1 })</set-body>' })
  assert.deepEqual([...(ctx.request.body.bytes ?? [])], [255, 0, 1])
})

test('a liquid template binds a JSON body by its content type', async () => {
  assert.equal(await bodyAfter(liquid('{"id": "{{body.customer.id}}"}'), json({ customer: { id: 7 } })), '{"id": "7"}')
  assert.equal(await bodyAfter(liquid('{% for x in body.list %}{{x | Times: 2}};{% endfor %}'), json({ list: [1, 2] })), '2;4;')
  assert.equal(await bodyAfter(liquid('[{{body}}]'), { headers: { 'Content-Type': 'text/plain' }, body: 'plain' }), '[plain]')
})

test('a liquid template binds an XML body without prefixes, repeated elements as lists', async () => {
  const request = {
    headers: { 'Content-Type': 'text/xml' },
    body: '<s:Envelope xmlns:s="urn:s"><s:Body><Order><Id>1</Id></Order><Order><Id>2</Id></Order></s:Body></s:Envelope>',
  }
  const template = '[{% JSONArrayFor o in body.envelope.body.Order -%}{"id": {{o.Id}}}{% endJSONArrayFor -%}]'
  assert.equal(await bodyAfter(liquid(template), request), '[{"id": 1},{"id": 2}]')
})

test('xsi-nil says what a nil element is', async () => {
  const request = {
    headers: { 'Content-Type': 'application/xml' },
    body: '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b xsi:nil="true" /></a>',
  }
  const template = '{% if body.a.b == null %}null{% else %}[{{body.a.b}}]{% endif %}'
  assert.equal(await bodyAfter(liquid(template), request), '[]')
  assert.equal(await bodyAfter(liquid(template, 'xsi-nil="null"'), request), 'null')
})

test('dates of a JSON body are dates unless parse-date is false', async () => {
  const body = json({ when: '2026-01-02T03:04:05Z' })
  assert.equal(
    await bodyAfter(liquid('{{body.when}} {{body.when | Date: "yyyy/M/d h:mm tt"}}'), body),
    '01/02/2026 03:04:05 2026/1/2 3:04 AM',
  )
  assert.equal(await bodyAfter(liquid('{{body.when}}', 'parse-date="false"'), body), '2026-01-02T03:04:05Z')
})

test('a liquid template sees the context', async () => {
  const template =
    '{{context.Request.Method}} {{context.Request.Url.Path}} {{context.Request.Headers.x-a}} {{context.Variables.name | Upcase}}'
  assert.equal(await bodyAfter(liquid(template), { headers: { 'X-A': '1' } }, { name: 'ann' }), 'POST /random 1 ANN')
})

test('in a message that another policy makes, a liquid template sees an empty body', async () => {
  const inbound = `<return-response>${liquid('[{{body.a}}]')}</return-response>`
  const { ctx } = await runPolicies({ inbound }, { request: json({ a: 1 }) })
  assert.equal(Buffer.from(ctx.response?.body.bytes ?? []).toString(), '[]')
})

test('a body that is not what its content type says is a refusal', async () => {
  const { outcome } = await runPolicies(
    { inbound: liquid('{{body.a}}') },
    { request: { headers: { 'Content-Type': 'application/json' }, body: '{"a":' } },
  )
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'policy.expression')
})

test('a template that does not parse, a filter that is not there, an expression as a template are faults', () => {
  for (const template of ['{% for %}', '{{ a | NoSuchFilter }}', '@("x")']) {
    assert.deepEqual(
      faultsOf({ inbound: liquid(template) }).map(({ code }) => code),
      ['policy.liquid'],
    )
  }
})

test('a template that would render without end is cut off and refused', async () => {
  const endless = '{% for a in (1..10000000) %}{% for b in (1..10000000) %}xxxxxxxxxx{% endfor %}{% endfor %}'
  const { outcome } = await runPolicies({ inbound: liquid(endless) })
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'policy.expression')
})

test('the template `none`, as pages of the reference write it, is a body without a template', async () => {
  const { ctx } = await runPolicies({ inbound: '<set-body template="none">@("{{" + context.Request.Method)</set-body>' })
  assert.equal(Buffer.from(ctx.request.body.bytes ?? []).toString(), '{{GET')
})

test('a template reads into JSON variables, and goes through headers by key and value', async () => {
  const variables = `<set-variable name="j" value="@(JObject.Parse(&quot;{'a': {'b': [1, 'x']}}&quot;))" />`
  const template = `{%- assign all = context.Variables["j"] -%}{{ all.a.b[1] }} {{ all['a']['b'].size }}`
  assert.equal(await bodyAfter(variables + liquid(template)), 'x 2')
  const each = '{% for header in context.Request.Headers %}{{ header.Key }}={{ header.Value }};{% endfor %}'
  assert.equal(await bodyAfter(liquid(each), { headers: { 'X-One': '1', 'X-Two': ['a', 'b'] } }), 'X-One=1;X-Two=a,b;')
})

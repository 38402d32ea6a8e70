import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPolicyFile } from '../check-policy-file.ts'
import { faultsOf, runPolicies, type Surroundings } from '../testing/run-policies.ts'

const places = (text: string) =>
  checkPolicyFile('p.xml', text).map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`)
const inbound = (xml: string) => `<policies>\n<inbound>\n${xml}\n</inbound>\n</policies>`

test('a document has the root policies and its four sections, each once', () => {
  assert.deepEqual(places('<policies><inbound /><backend /><outbound /><on-error /></policies>'), [])
  assert.deepEqual(places('<policies>\n<inbond />\n</policies>'), ['2:1 error policy.structure'])
  assert.deepEqual(places('<policies>\n<inbound />\n<inbound />\n</policies>'), ['3:1 error policy.structure'])
  assert.deepEqual(places('<policies /><policies />'), ['1:13 error policy.structure'])
  assert.deepEqual(places('<policies>\n  text\n</policies>'), ['2:3 error policy.unexpected-text'])
  assert.deepEqual(places(''), ['1:1 error policy.structure'])
})

test('every fault of a document is told at once, in its order', () => {
  const text = inbound(`<set-hedder name="a" />
<set-header nam="a"><valu>1</valu></set-header>
<rate-limit calls="many" renewal-period="60" />
<forward-request />
<invoke-request />`)
  assert.deepEqual(places(text), [
    '3:1 error policy.unknown',
    '4:1 error policy.missing-attribute',
    '4:13 error policy.unknown-attribute',
    '4:21 error policy.wrong-parent',
    '5:20 error policy.bad-value',
    '6:1 error policy.wrong-section',
    '7:1 error policy.unsupported',
  ])
})

test('of a bad value it is told what was nearly written, or what may stand there', () => {
  const mends = (header: string) => faultsOf({ inbound: `<set-header name="A" ${header}` }).map(({ mend }) => mend)
  assert.deepEqual(mends('exists-action="overide"><value>1</value></set-header>'), ["did you mean 'override'?"])
  assert.deepEqual(
    faultsOf({ inbound: '<choose><when condition="yes"><base /></when></choose>' }).map(({ mend }) => mend),
    ['write true or false, or an expression that gives it'],
  )
})

test('a fault that is told without a mend has the usual one of its code', () => {
  const [fault] = faultsOf({ inbound: '<set-backend-service base-url="/relative" />' })
  assert.deepEqual([fault?.code, fault?.mend], ['policy.bad-value', 'write a value of the kind that the message names'])
})

test('a fault says what mends it', () => {
  const [unknown, attribute] = checkPolicyFile('p.xml', inbound('<set-hedder /><set-header name="a" exist-action="skip" />'))
  assert.equal(unknown?.mend, 'did you mean <set-header>?')
  assert.equal(attribute?.mend, 'did you mean `exists-action`?')
})

test('a policy that the reference keeps to some scopes is a fault in another', () => {
  const quota = { inbound: '<quota calls="10" renewal-period="3600" />' }
  const codes = (scope: Surroundings['scope'] & string) => faultsOf(quota, { scope }).map(({ code }) => code)
  assert.deepEqual(codes('product'), [])
  assert.deepEqual(codes('api'), ['policy.wrong-scope'])
})

test('how often a policy may stand is counted over branches and fragments', () => {
  const limit = '<rate-limit calls="1" renewal-period="1" />'
  const nested = `${limit}<choose><when condition="true">${limit}</when></choose>`
  assert.deepEqual(
    faultsOf({ inbound: nested }, { scope: 'product' }).map(({ code, column }) => `${column} ${code}`),
    ['75 policy.too-many'],
  )
})

test('an id may stand on every policy, and on nothing else', () => {
  assert.deepEqual(places(inbound('<set-header id="h" name="a"><value>1</value></set-header><base id="b" />')), [])
  assert.deepEqual(places(inbound('<choose id="c"><when id="w" condition="true" /></choose>')), [
    '3:22 error policy.unknown-attribute',
  ])
})

test('named values are put in before a value is read, in expressions too', async () => {
  const xml = `<set-status code="{{status}}" reason="{{ reason }}" /><set-variable name="a" value="@("{{reason}}" + {{status}} + $"{{reason}}")" />`
  const { ctx } = await runPolicies({ outbound: xml }, { response: {} }, {}, { namedValues: { status: '202', reason: 'Fine' } })
  assert.equal(ctx.response?.statusCode, 202)
  assert.equal(ctx.variables.get('a'), 'Fine202Fine')
})

test('escaped braces around a hole are C#, no named value', async () => {
  const { ctx } = await runPolicies({ inbound: '<set-variable name="a" value="@{ var x = 1; return $"{{{x}}}"; }" />' })
  assert.equal(ctx.variables.get('a'), '{1}')
})

test('a named value may be an expression itself', async () => {
  const { ctx } = await runPolicies(
    { inbound: '<set-variable name="a" value="{{e}}" />' },
    {},
    {},
    { namedValues: { e: '@(1 + 1)' } },
  )
  assert.equal(ctx.variables.get('a'), 2)
})

test('a missing named value is an error in a workspace and a warning in a loose file', () => {
  const xml = '<set-status code="{{status}}" /><set-variable name="a" value="@(1 + {{number}})" />'
  assert.deepEqual(
    faultsOf({ outbound: xml }).map(({ severity, column, code }) => `${column} ${severity} ${code}`),
    ['19 error policy.named-value', '69 error policy.named-value'],
  )
  assert.deepEqual(places(`<fragment>${xml}</fragment>`), ['1:29 warning policy.named-value', '1:79 warning policy.named-value'])
})

test('a secret named value is never quoted in a fault', () => {
  const around: Surroundings = { namedValues: { key: { value: 's3cret', secret: true } } }
  const found = faultsOf({ outbound: '<set-status code="{{key}}" /><set-variable name="a" value="@({{key}} + 1)" />' }, around)
  const backend = faultsOf({ inbound: '<set-backend-service backend-id="{{key}}" />' }, around)
  assert.deepEqual(
    [...found, ...backend].map(({ code }) => code),
    ['policy.bad-value', 'CS0103', 'policy.backend'],
  )
  assert.equal(JSON.stringify([...found, ...backend]).includes('s3cret'), false)
})

test('positions behind a named value stay those of the file', () => {
  const around: Surroundings = { namedValues: { long: 'a very long text' } }
  const found = faultsOf({ inbound: '<set-variable name="a" value="@("{{long}}" + nothing)" />' }, around)
  assert.deepEqual(
    found.map(({ line, column, code }) => `${line}:${column} ${code}`),
    ['3:46 CS0103'],
  )
})

test('an expression inside a longer text is a warning: it is sent as it stands', () => {
  assert.deepEqual(places(inbound('<set-header name="A"><value>Bearer @(context.RequestId)</value></set-header>')), [
    '3:36 warning policy.expression-in-text',
  ])
})

test('a loose file is a document, a fragment or a snippet; what it names elsewhere is a warning', () => {
  const snippet =
    '<!-- for outbound -->\n<set-status code="200" />\n<include-fragment fragment-id="f" />\n<set-backend-service backend-id="b" />'
  assert.deepEqual(places(snippet), ['3:1 warning policy.fragment', '4:1 warning policy.backend'])
  assert.deepEqual(places(`<fragment>\n${snippet}\n</fragment>`), ['4:1 warning policy.fragment', '5:1 warning policy.backend'])
})

test('a failing expression ends the section before the next policy runs', async () => {
  const { ctx, outcome } = await runPolicies({
    inbound: '<set-variable name="a" value="@(int.Parse("x"))" /><set-variable name="b" value="1" />',
    'on-error': '<set-variable name="seen" value="@(context.LastError.Reason + " " + context.LastError.Section)" />',
  })
  assert.ok(outcome !== 'next')
  assert.equal(ctx.variables.has('b'), false)
  assert.equal(ctx.variables.get('seen'), 'ExpressionValueEvaluationFailure inbound')
})

test('a body that streams is read whole before the policy whose expression looks at it, and not before', async () => {
  async function* body() {
    yield Buffer.from('{"a":')
    yield Buffer.from('1}')
  }
  const plain = await runPolicies(
    { inbound: '<set-header name="A"><value>b</value></set-header>' },
    { request: { body: body() } },
  )
  assert.notEqual(plain.ctx.request.body.stream, null)
  const reading = '<set-variable name="a" value="@(context.Request.Body.As<JObject>(true)["a"].ToString())" />'
  const read = await runPolicies({ inbound: reading }, { request: { body: body() } })
  assert.equal(read.ctx.variables.get('a'), '1')
  assert.equal(read.ctx.request.body.stream, null)
})

test('an expression whose type can never be what is wanted is a fault', () => {
  const found = (xml: string) => faultsOf({ inbound: xml }).map(({ column, code }) => `${column} ${code}`)
  assert.deepEqual(found('<set-header name="A"><value>@(context.Request.Headers["A"])</value></set-header>'), [
    '29 policy.expression-type',
  ])
  assert.deepEqual(found('<retry condition="@(true)" count="@(1 == 1)" interval="1"><base /></retry>'), [
    '35 policy.expression-type',
  ])
  assert.deepEqual(found('<choose><when condition="@("true")" /></choose>'), ['28 CS0029'])
  assert.deepEqual(found('<set-header name="A"><value>@(5)</value><value>@(context.Request.Url)</value></set-header>'), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import type { MadeMessage } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const policy = (attributes: string) => `<xml-to-json ${attributes} />`

/** The response body after the policy, as text, and its content type. */
async function converted(
  xml: MadeMessage['body'],
  attributes = 'kind="direct" apply="always" consider-accept-header="false"',
  accept = '*/*',
) {
  const { outcome, ctx } = await runPolicies(
    { outbound: policy(attributes) },
    {
      request: { headers: { Accept: accept } },
      response: { headers: { 'Content-Type': 'text/xml; charset=utf-8', 'Content-Length': '9' }, body: xml ?? '' },
    },
  )
  const text = Buffer.from((await ctx.response?.body.buffer(10_000)) ?? []).toString()
  return { outcome, text, type: ctx.response?.headers.get('Content-Type'), length: ctx.response?.headers.get('Content-Length') }
}

test('direct is Newtonsoft’s mapping: attributes, text, lists, empty elements, namespaces as attributes', async () => {
  const xml = '<?xml version="1.0"?><o:order xmlns:o="urn:o" id="7"><o:item>a</o:item><o:item n="2">b</o:item><note/></o:order>'
  const { text, type, length } = await converted(xml)
  assert.deepEqual(JSON.parse(text), {
    '?xml': { '@version': '1.0' },
    'o:order': {
      '@xmlns:o': 'urn:o',
      '@id': '7',
      'o:item': ['a', { '@n': '2', '#text': 'b' }],
      note: null,
    },
  })
  assert.deepEqual([type, length], ['application/json', null])
})

test('comments are left out, Newtonsoft’s own attributes mean what they say, and encoded names are decoded', async () => {
  const json = 'xmlns:json="http://james.newtonking.com/projects/json"'
  const xml = `<!-- a --><r ${json} json:id="1"><!-- b --><i json:Array="true">x</i><a_x0020_b/></r>`
  assert.equal((await converted(xml)).text, '{"r":{"$id":"1","i":["x"],"a b":null}}')
})

test('always-array-child-elements makes a list of each child, but not of the root', async () => {
  const attributes = 'kind="direct" apply="always" consider-accept-header="false" always-array-child-elements="true"'
  const { text } = await converted('<a x="1"><b>1</b><c><d/></c></a>', attributes)
  assert.deepEqual(JSON.parse(text), { a: { '@x': '1', b: ['1'], c: [{ d: [null] }] } })
})

test('javascript-friendly names can stand behind a dot', async () => {
  const attributes = 'kind="javascript-friendly" apply="always" consider-accept-header="false"'
  const xml = '<?xml version="1.0"?><s:a xmlns:s="u" id="1" b="2"><!-- c --><b>3</b><s:t k="4">text</s:t></s:a>'
  const { text } = await converted(xml, attributes)
  assert.deepEqual(JSON.parse(text), { s$a: { xmlns$s: 'u', id: '1', '@b': '2', b: '3', s$t: { k: '4', text: 'text' } } })
})

test('Accept decides unless told otherwise: JSON must be named, and not with a weight of 0', async () => {
  const attributes = 'kind="direct" apply="always"'
  for (const accept of ['application/json', 'text/html, application/problem+json;q=0.1'])
    assert.equal((await converted('<a/>', attributes, accept)).text, '{"a":null}')
  for (const accept of ['*/*', 'application/xml', 'application/json;q=0'])
    assert.equal((await converted('<a/>', attributes, accept)).text, '<a/>')
})

test('content-type-xml leaves what is no XML alone, even while it streams', async () => {
  const { ctx } = await runPolicies(
    { outbound: policy('kind="direct" apply="content-type-xml" consider-accept-header="false"') },
    {
      response: {
        headers: { 'Content-Type': 'text/plain' },
        body: (async function* () {
          yield Buffer.from('<a/>')
        })(),
      },
    },
  )
  assert.notEqual(ctx.response?.body.stream, null)
})

test('a streaming XML body is converted, in the charset that it says', async () => {
  const stream = (async function* () {
    yield Buffer.from('<a>')
    yield Buffer.from('é</a>', 'utf8')
  })()
  assert.equal((await converted(stream)).text, '{"a":"é"}')
})

test('a body in another encoding is read by what it declares itself, when its Content-Type says none', async () => {
  const run = async (body: Uint8Array) => {
    const outbound = policy('kind="direct" apply="always" consider-accept-header="false"')
    const { ctx } = await runPolicies({ outbound }, { response: { headers: { 'Content-Type': 'text/xml' }, body } })
    return JSON.parse(Buffer.from(ctx.response?.body.bytes ?? []).toString()).a
  }
  assert.equal(await run(Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>', 'latin1')), 'é')
  assert.equal(await run(Buffer.from('\ufeff<?xml version="1.0" encoding="utf-16"?><a>é</a>', 'utf16le')), 'é')
})

test('what is not well-formed, or too deep, is refused; an empty body stays', async () => {
  assert.match(refusalWith((await converted('<a>')).outcome, 'policy.failed').errorMessage ?? '', /xml-to-json/)
  refusalWith((await converted('<a>'.repeat(5000))).outcome, 'policy.failed')
  const empty = await converted('')
  assert.deepEqual([empty.outcome, empty.text], [next, ''])
})

test('a request’s body is converted on the way in', async () => {
  const inbound = policy('kind="direct" apply="content-type-xml" consider-accept-header="false"')
  const { ctx } = await runPolicies(
    { inbound },
    { request: { headers: { 'Content-Type': 'application/soap+xml' }, body: '<a>1</a>' } },
  )
  assert.equal(Buffer.from(ctx.request.body.bytes ?? []).toString(), '{"a":"1"}')
})

test('kind and apply are required, and it does not stand in backend', () => {
  assert.deepEqual(
    faultsOf({ outbound: '<xml-to-json />' }).map(({ code }) => code),
    ['policy.missing-attribute', 'policy.missing-attribute'],
  )
  assert.deepEqual(
    faultsOf({ backend: policy('kind="direct" apply="always"') }).map(({ code }) => code),
    ['policy.wrong-section'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

/** The response body after the policy, as text. */
async function converted(json: string, more = '', accept = '*/*') {
  const { outcome, ctx } = await runPolicies(
    { outbound: `<json-to-xml apply="always" ${more === '' ? 'consider-accept-header="false"' : more} />` },
    {
      request: { headers: { Accept: accept } },
      response: { headers: { 'Content-Type': 'application/json' }, body: json },
    },
  )
  return {
    outcome,
    text: Buffer.from(ctx.response?.body.bytes ?? []).toString(),
    type: ctx.response?.headers.get('Content-Type'),
  }
}

test('the reference’s example: separator, namespaces by prefix, a block of attributes', async () => {
  const json = JSON.stringify({
    'soapenv:Envelope': {
      'xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/',
      'xmlns:v1': 'http://localdomain.com/core/v1',
      'soapenv:Header': {},
      'soapenv:Body': { 'v1:QueryList': { '#attrs': { queryName: 'test' }, 'v1:QueryItem': { name: 'dummy text' } } },
    },
  })
  const { text, type } = await converted(
    json,
    'consider-accept-header="false" parse-date="false" namespace-separator=":" namespace-prefix="xmlns" attribute-block-name="#attrs"',
  )
  assert.equal(
    text,
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:v1="http://localdomain.com/core/v1">' +
      '<soapenv:Header /><soapenv:Body><v1:QueryList queryName="test"><v1:QueryItem><name>dummy text</name></v1:QueryItem>' +
      '</v1:QueryList></soapenv:Body></soapenv:Envelope>',
  )
  assert.equal(type, 'application/xml')
})

test('Newtonsoft’s mapping: @ is an attribute, #text is text, a list repeats its element, null is empty', async () => {
  const json = '{"a":{"@id":7,"b":[1,true,null,2.50],"c":{"@k":"v\\"<","#text":"x & y"}}}'
  const { text } = await converted(json)
  assert.equal(text, '<a id="7"><b>1</b><b>true</b><b /><b>2.5</b><c k="v&quot;&lt;">x &amp; y</c></a>')
})

test('several members, and a list, get a root', async () => {
  assert.equal((await converted('{"a":1,"b":2}')).text, '<Document><a>1</a><b>2</b></Document>')
  assert.equal((await converted('[1,{"a":2}]')).text, '<Document><Document>1</Document><Document><a>2</a></Document></Document>')
  assert.equal((await converted('{"a":[1,2]}')).text, '<Document><a>1</a><a>2</a></Document>')
})

test('the default separator is an underscore, and counts only for declared prefixes', async () => {
  const json = '{"p_a":{"xmlns_p":"urn:p","p_b":1,"q_c":2}}'
  const { text } = await converted(json, 'consider-accept-header="false" namespace-prefix="xmlns"')
  assert.equal(text, '<p:a xmlns:p="urn:p"><p:b>1</p:b><q_c>2</q_c></p:a>')
})

test('names that XML does not allow are encoded, so that no name can end its tag', async () => {
  assert.equal(
    (await converted('{"a b":{"1x":1,"><s/>":3}}')).text.replace(/<\/[^>]+>/g, ''),
    ['<a_x0020_b>', '<_x0031_x>1', '<_x003E__x003C_s_x002F__x003E_>3'].join(''),
  )
})

test('dates are written as dates, or copied', async () => {
  const json = '{"a":"2012-03-12T10:00:00.500Z"}'
  assert.equal((await converted(json)).text, '<a>2012-03-12T10:00:00.5Z</a>')
  assert.equal(
    (await converted(json, 'consider-accept-header="false" parse-date="false"')).text,
    '<a>2012-03-12T10:00:00.500Z</a>',
  )
})

test('a declaration stays first, in the encoding that is written', async () => {
  const { text } = await converted('{"?xml":{"@version":"1.0","@encoding":"utf-16"},"a":1}')
  assert.equal(text, '<?xml version="1.0" encoding="utf-8"?><a>1</a>')
})

test('Accept must name XML unless told otherwise, and the type must be JSON when asked for', async () => {
  assert.equal((await converted('{"a":1}', 'consider-accept-header="true"')).text, '{"a":1}')
  assert.equal((await converted('{"a":1}', 'consider-accept-header="true"', 'text/xml')).text, '<a>1</a>')
  const outbound = '<json-to-xml apply="content-type-json" consider-accept-header="false" />'
  const { ctx } = await runPolicies({ outbound }, { response: { headers: { 'Content-Type': 'text/plain' }, body: '{"a":1}' } })
  assert.equal(Buffer.from(ctx.response?.body.bytes ?? []).toString(), '{"a":1}')
})

test('what is no JSON, and characters that no XML can hold, are refused; an empty body stays', async () => {
  refusalWith((await converted('{"a":')).outcome, 'policy.failed')
  refusalWith((await converted('{"a":"\\u0001"}')).outcome, 'policy.failed')
  refusalWith((await converted('['.repeat(5000))).outcome, 'policy.failed')
  assert.equal((await converted('')).outcome, next)
})

test('apply is required and parse-date takes no expression', () => {
  const codes = (attributes: string) => faultsOf({ outbound: `<json-to-xml ${attributes} />` }).map(({ code }) => code)
  assert.deepEqual(codes(''), ['policy.missing-attribute'])
  assert.deepEqual(codes('apply="always" parse-date="@(true)"'), ['policy.expression-not-allowed'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startEchoBackend } from '../harness/echo-backend.ts'
import { startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, temporaryWorkspace } from '../harness/workspace.ts'

const json = (properties: object) => JSON.stringify({ properties })
const xs = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
const xsl = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
const size = 'unspecified-content-type-action="prevent" max-size="2000" size-exceeded-action="prevent"'
const answer = '<return-response><set-body>@(context.Request.Body.As<string>())</set-body></return-response>'

function policies(inbound: string): string {
  return `<policies><inbound>${inbound}${answer}</inbound></policies>`
}

const operations = {
  order: `<validate-content ${size}><content type="application/xml" validate-as="xml" schema-id="order" action="prevent" /></validate-content>`,
  soap: `<validate-content ${size}><content-type-map any-content-type-value="text/xml" /><content type="text/xml" validate-as="soap" action="prevent" /></validate-content>`,
  pet: `<validate-content ${size}><content type="application/json" validate-as="json" schema-id="pets" schema-ref="#/definitions/pet" action="prevent" /></validate-content>`,
  sheet: `<xsl-transform><parameter name="who">@(context.Request.Headers.GetValueOrDefault("X-Who",""))</parameter>
    <xsl:stylesheet version="1.0" ${xsl}><xsl:output omit-xml-declaration="yes" /><xsl:param name="who" />
      <xsl:template match="/"><p who="{$who}"><xsl:value-of select="/a/b" /></p></xsl:template></xsl:stylesheet></xsl-transform>`,
}

function workspace(backend: string): Record<string, string> {
  const odata = (path: string) =>
    json({ path, displayName: path, type: 'odata', serviceUrl: backend, subscriptionRequired: false })
  const posted = Object.fromEntries(Object.keys(operations).map(id => [id, `POST /${id}`]))
  return {
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\n',
    'policy.xml': '<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>',
    'schemas/order/schemaInformation.json': json({
      schemaType: 'xml',
      value: `<xs:schema ${xs}><xs:include schemaLocation="/schemas/parts" /><xs:element name="order" type="Quantity" /></xs:schema>`,
    }),
    'schemas/parts/schemaInformation.json': json({ schemaType: 'xml' }),
    'schemas/parts/schema.xsd': `<xs:schema ${xs}><xs:simpleType name="Quantity"><xs:restriction base="xs:int"><xs:maxInclusive value="9" /></xs:restriction></xs:simpleType></xs:schema>`,
    'schemas/pets/schemaInformation.json': json({
      schemaType: 'json',
      document: {
        definitions: {
          pet: { type: 'object', required: ['name'], additionalProperties: false, properties: { name: { type: 'string' } } },
        },
      },
    }),
    ...artifactsOf('content', posted, { serviceUrl: backend }),
    'apis/content/specification.wsdl': `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><types><xs:schema ${xs} targetNamespace="urn:s"><xs:element name="ask" type="xs:date" /></xs:schema></types></definitions>`,
    ...Object.fromEntries(
      Object.entries(operations).map(([id, xml]) => [`apis/content/operations/${id}/policy.xml`, policies(xml)]),
    ),
    'apis/shop/apiInformation.json': odata('shop'),
    'apis/shop/policy.xml': '<policies><inbound><base /><validate-odata-request max-odata-version="4.0" /></inbound></policies>',
    'apis/shelf/apiInformation.json': odata('shelf'),
    'apis/shelf/policy.xml': `<policies><inbound><base />
      <validate-odata-request default-odata-version="4.01" min-odata-version="4.0" max-size="10" error-variable-name="found" /></inbound>
      <on-error><return-response><set-status code="418" reason="No" /><set-body>@(context.Variables.ContainsKey("found").ToString())</set-body></return-response></on-error></policies>`,
    'apis/shop/specification.edmx':
      '<Edmx><Schema Namespace="S"><EntityType Name="P"><Property Name="Id" Type="Edm.Int32" /></EntityType><EntityContainer Name="C"><EntitySet Name="Products" EntityType="S.P" /></EntityContainer></Schema></Edmx>',
  }
}

test('content is validated and transformed by a served workspace', async t => {
  const backend = await startEchoBackend()
  t.after(() => backend.close())
  const { folder, remove } = await temporaryWorkspace(workspace(backend.address))
  t.after(remove)
  const gatehouse = await startGatehouse(folder)
  t.after(() => gatehouse.stop())
  const post = async (id: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${gatehouse.gateway}/content/${id}`, { method: 'POST', body, headers })
    return [response.status, await response.text()] as const
  }
  const xml = { 'content-type': 'application/xml' }

  await t.test('XML by a schema of the workspace that includes another', async () => {
    assert.deepEqual(await post('order', '<order>7</order>', xml), [200, '<order>7</order>'])
    const [status, text] = await post('order', '<order>10</order>', xml)
    assert.deepEqual([status, /definition order, .*maxInclusive.* Line: 1/.test(text)], [400, true])
    assert.equal((await post('order', '<order>'.padEnd(3000), xml))[0], 400)
    assert.match((await post('order', '7', { 'content-type': 'text/csv' }))[1], /Unspecified content type text\/csv/)
  })

  await t.test('SOAP by the schemas of the API’s WSDL', async () => {
    const envelope = (text: string) =>
      `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><ask xmlns="urn:s">${text}</ask></e:Body></e:Envelope>`
    assert.equal((await post('soap', envelope('2026-01-02')))[0], 200)
    assert.match((await post('soap', envelope('tomorrow')))[1], /\{urn:s\}ask.*not a valid value of the atomic type 'xs:date'/)
    assert.match((await post('soap', '<ask xmlns="urn:s">2026-01-02</ask>'))[1], /no SOAP envelope/)
  })

  await t.test('JSON at a place in a schema, also behind a compression', async () => {
    const type = { 'content-type': 'application/json' }
    assert.equal((await post('pet', '{"name":"Rex"}', type))[0], 200)
    assert.match(
      (await post('pet', '{"nam":"Rex"}', type))[1],
      /definition pets, .*required property 'name'.* Line: 1, Position: 1/,
    )
    const packed = gzipSync('{"name":7}')
    assert.match((await post('pet', new Uint8Array(packed), { ...type, 'content-encoding': 'gzip' }))[1], /must be string/)
  })

  await t.test('a transformation with a parameter', async () => {
    const [status, text] = await post('sheet', '<a><b>é</b></a>', { 'x-who': `"it's"` })
    assert.deepEqual([status, text], [200, `<p who="&quot;it's&quot;">é</p>\n`])
  })

  await t.test('an OData API takes any path that its metadata knows', async () => {
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${gatehouse.gateway}/shop/${path}`, { headers })
      return [response.status, await response.text()] as const
    }
    assert.equal((await get("Products(1)?$filter=Id eq 1 and contains('a','b')"))[0], 200)
    assert.equal(backend.calls.at(-1)?.url, '/Products(1)?$filter=Id%20eq%201%20and%20contains(%27a%27,%27b%27)')
    assert.match((await get('Products?$filter=Name eq 1'))[1], /\$filter has Name, which S\.P does not have/)
    assert.match((await get('Things'))[1], /names Things, which the service does not have/)
    assert.match((await get('Products', { 'odata-version': '4.01' }))[1], /names a version above 4\.0/)
  })

  await t.test('an OData request is judged by the version assumed, the lowest one, and its size', async () => {
    const send = async (query: string, init: RequestInit = {}) => {
      const response = await fetch(`${gatehouse.gateway}/shelf/Products${query}`, init)
      return [response.status, response.status === 418 ? await response.text() : ''] as const
    }
    assert.deepEqual(await send('?filter=Id eq 1'), [200, ''])
    assert.deepEqual(await send('?$filter=Id eq', { headers: { 'odata-version': '4.0' } }), [418, 'True'])
    assert.deepEqual(await send('', { headers: { 'odata-version': '3.0' } }), [418, 'True'])
    assert.deepEqual(await send('', { method: 'POST', body: '{"a":1}' }), [200, ''])
    assert.deepEqual(await send('', { method: 'POST', body: '{"a":12345678}' }), [418, 'True'])
  })
})

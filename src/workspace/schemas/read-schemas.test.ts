import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles, openApi } from '../testing/temporary-workspace.ts'
import { schemaSetOf, schemasInWsdl } from './wsdl-schemas.ts'
import { XmlSchemas } from './xml-schema.ts'

const xs = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
const order = `<xs:schema ${xs}>
  <xs:include schemaLocation="/schemas/parts" />
  <xs:element name="order"><xs:complexType><xs:sequence><xs:element ref="quantity" /></xs:sequence></xs:complexType></xs:element>
</xs:schema>`
const parts = `<xs:schema ${xs}><xs:element name="quantity" type="xs:int" /></xs:schema>`

const wsdl = `<?xml version="1.0"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:b="urn:b" ${xs} xmlns:q="a&quot;b">
  <w:types>
    <xs:schema targetNamespace="urn:a" elementFormDefault="qualified"><xs:import namespace="urn:b" />
      <xs:element name="order"><xs:complexType><xs:sequence><xs:element ref="b:quantity" /></xs:sequence></xs:complexType></xs:element>
    </xs:schema>
    <xs:schema targetNamespace="urn:b"><xs:element name="quantity" type="b:Quantity" /></xs:schema>
    <xs:schema targetNamespace="urn:b"><xs:simpleType name="Quantity"><xs:restriction base="xs:int" /></xs:simpleType></xs:schema>
  </w:types>
</w:definitions>`

test('schemas are read from ARM values, documents and files of their own, and may include each other', async t => {
  const { catalog, faults } = await loadFiles(t, {
    'schemas/order/schemaInformation.json': { properties: { schemaType: 'xml', value: order } },
    'schemas/parts/schemaInformation.json': { properties: { schemaType: 'xml' } },
    'schemas/parts/schema.xsd': parts,
    'schemas/pet/schemaInformation.json': { properties: { schemaType: 'json', document: { type: 'object' } } },
    'schemas/text/schemaInformation.json': { properties: { value: '{"type":"string"}' } },
  })
  assert.deepEqual(faults, [])
  assert.deepEqual(
    catalog.schemas?.map(({ name, kind }) => [name, kind]),
    [
      ['order', 'xml'],
      ['parts', 'xml'],
      ['pet', 'json'],
      ['text', 'json'],
    ],
  )
  assert.deepEqual(JSON.parse(catalog.schemas?.[2]?.text ?? ''), { type: 'object' })
})

test('schemas that are not sound are told with their place', async t => {
  const { faults } = await loadFiles(t, {
    'schemas/empty/schemaInformation.json': { properties: { schemaType: 'xml' } },
    'schemas/lost/schemaInformation.json': { properties: {} },
    'schemas/lost/schema.xsd': `<xs:schema ${xs}>\n  <xs:include schemaLocation="http://elsewhere.example/x.xsd" />\n</xs:schema>`,
    'schemas/odd/schemaInformation.json': { properties: { schemaType: 'json', value: '[1]' } },
    'schemas/typo/schemaInformation.json': {
      properties: { value: `<xs:schema ${xs}><xs:element name="a" type="xs:itn" /></xs:schema>` },
    },
  })
  assert.deepEqual(faults, [
    'schemas/empty/schemaInformation.json:1:1 error value.missing',
    'schemas/lost/schema.xsd:2:1 error schema.invalid',
    'schemas/odd/schemaInformation.json:1:1 error schema.invalid',
    'schemas/typo/schemaInformation.json:3:14 error schema.invalid',
  ])
})

test('references in JSON schemas that lead nowhere are told: anything would be valid there', async t => {
  const json = (document: object) => ({ properties: { schemaType: 'json', document } })
  const { faults } = await loadFiles(t, {
    'schemas/a/schemaInformation.json': json({
      $ref: '#/definitions/b',
      definitions: { b: { items: [{ $ref: '/schemas/other' }, { $ref: '/schemas/other#/x' }, { $ref: '#' }] } },
    }),
    'schemas/lost/schemaInformation.json': json({
      anyOf: [{ $ref: '#/definitions/none' }, { $ref: 'https://a.example/b.json' }],
    }),
    'schemas/other/schemaInformation.json': json({ x: {} }),
  })
  assert.deepEqual(faults, [
    'schemas/lost/schemaInformation.json:4:17 warning schema.invalid',
    'schemas/lost/schemaInformation.json:4:17 warning schema.invalid',
  ])
})

test('an API’s XML schemas are those of its WSDL and its schemas folder', async t => {
  const information = { properties: { path: 'orders', protocols: ['https'], serviceUrl: 'https://backend.example' } }
  const { catalog, faults } = await loadFiles(t, {
    'apis/orders/apiInformation.json': information,
    'apis/orders/specification.json': openApi('POST /orders'),
    'apis/orders/specification.wsdl': wsdl,
    'apis/orders/schemas/one/apiSchemaInformation.json': {
      properties: {
        contentType: 'application/vnd.ms-azure-apim.xsd+xml',
        document: { value: `<xs:schema ${xs} targetNamespace="urn:c"><xs:element name="c" type="xs:date" /></xs:schema>` },
      },
    },
    'apis/orders/schemas/two/apiSchemaInformation.json': {
      properties: { contentType: 'application/vnd.oai.openapi.components+json', document: { components: {} } },
    },
    'apis/plain/apiInformation.json': information,
    'apis/plain/specification.json': openApi('POST /plain'),
  })
  assert.deepEqual(
    faults.filter(fault => !fault.includes('route')),
    [],
  )
  const [orders, plain] = catalog.apis
  assert.equal(plain?.xmlSchemas, undefined)
  const set = orders?.xmlSchemas
  assert.ok(set)
  const library = await XmlSchemas.load()
  const fits = (text: string) => library.validate(set, text, 'document').kind
  assert.equal(fits('<order xmlns="urn:a"><quantity xmlns="urn:b">3</quantity></order>'), 'fits')
  assert.equal(fits('<order xmlns="urn:a"><quantity xmlns="urn:b">x</quantity></order>'), 'misfit')
  assert.equal(fits('<c xmlns="urn:c">2026-01-02</c>'), 'fits')
})

test('schemas of a WSDL take the namespaces around them along', () => {
  const [first] = schemasInWsdl(wsdl)
  assert.match(
    first?.text ?? '',
    /^<xs:schema xmlns:w="[^"]*" xmlns:b="urn:b" xmlns:xs="[^"]*" xmlns:q="a&quot;b" targetNamespace/,
  )
  assert.deepEqual(schemasInWsdl('<a><b></a>'), [])
  assert.equal(schemaSetOf([], '/x'), undefined)
})

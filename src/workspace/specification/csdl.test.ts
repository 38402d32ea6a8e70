import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles } from '../testing/temporary-workspace.ts'
import { readCsdl } from './csdl.ts'

const csdl = `<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Shop.Model" Alias="Self" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <EntityType Name="Thing" OpenType="true"><Key><PropertyRef Name="Id" /></Key><Property Name="Id" Type="Edm.Int32" /></EntityType>
  <EntityType Name="Product" BaseType="Self.Thing"><Property Name="Tags" Type="Collection(Self.Tag)" /><NavigationProperty Name="Maker" Type="Self.Maker" /></EntityType>
  <ComplexType Name="Tag"><Property Name="Text" /></ComplexType>
  <EntityContainer Name="All"><EntitySet Name="Products" EntityType="Self.Product" /><Singleton Name="Me" Type="Shop.Model.Thing" />
    <FunctionImport Name="Best" Function="Self.Best" /><ActionImport Name="Reset" Action="Self.Reset" /></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`

test('a service’s metadata is read with names in full', () => {
  const model = readCsdl(csdl)
  assert.ok(model)
  assert.deepEqual(Object.fromEntries(model.sets), {
    Products: { type: 'Shop.Model.Product', single: false },
    Me: { type: 'Shop.Model.Thing', single: true },
  })
  assert.deepEqual([...model.operations], ['Best', 'Reset'])
  const product = model.types.get('Shop.Model.Product')
  assert.deepEqual([product?.base, product?.open, model.types.get('Shop.Model.Thing')?.open], ['Shop.Model.Thing', false, true])
  assert.deepEqual(Object.fromEntries(product?.properties ?? []), {
    Tags: { type: 'Shop.Model.Tag', many: true },
    Maker: { type: undefined, many: false },
  })
  assert.equal(readCsdl('<a><b></a>'), undefined)
  assert.equal(readCsdl('<a/>'), undefined)
})

test('an OData API takes every call below its path, and knows its metadata', async t => {
  const { catalog, faults } = await loadFiles(t, {
    'apis/shop/apiInformation.json': {
      properties: { path: 'shop', type: 'odata', protocols: ['https'], serviceUrl: 'https://a.example' },
    },
    'apis/shop/schemas/odata/apiSchemaInformation.json': {
      properties: { contentType: 'application/vnd.ms-azure-apim.odata.schema', document: { value: csdl } },
    },
    'apis/other/apiInformation.json': {
      properties: { path: 'other', type: 'odata', protocols: ['https'], serviceUrl: 'https://a.example' },
    },
    'apis/other/specification.edmx': '<broken',
  })
  assert.deepEqual(faults, ['apis/other/specification.edmx:1:1 warning schema.invalid'])
  const [other, shop] = catalog.apis
  assert.equal(other?.odata, undefined)
  assert.deepEqual(
    shop?.operations.map(({ method, urlTemplate }) => [method, urlTemplate]),
    [['*', '/*']],
  )
  assert.equal(shop?.odata?.sets.size, 2)
  assert.equal(shop?.notServed, undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../expressions/types/boxing.ts'
import { readCsdl } from '../../workspace/specification/csdl.ts'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import type { MadeCall, MadeMessage } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const policy = (attributes = '') => `<validate-odata-request ${attributes} />`

/** A request below the API at `/colors`. */
function run(below: string, attributes = '', more: MadeMessage = {}, call: MadeCall = {}) {
  const originalUrl = `https://api.example/colors/${below}`
  return runPolicies({ inbound: policy(attributes) }, { ...call, request: { ...more, originalUrl } })
}

async function told(...args: Parameters<typeof run>): Promise<string> {
  const { outcome } = await run(...args)
  return outcome === next ? 'fine' : refusalWith(outcome, 'request.not-valid').message
}

/** What each query says, encoded as a client would. */
async function query(options: Record<string, string>, attributes = ''): Promise<string> {
  return told(`Products?${new URLSearchParams(options)}`, attributes)
}

test('a sound request passes, whatever else its query holds', async () => {
  const { outcome, ctx } = await run(
    'Products(1)/Category?$select=Name,Price&$expand=Supplier($select=Id;$top=2)&subscription-key=x&@p=1',
  )
  assert.equal(outcome, next)
  assert.equal(ctx.variables.size, 0)
})

test('$filter takes the expressions of the protocol', async () => {
  for (const filter of [
    "Name eq 'it''s' and (Price add 2) mul 3 gt -4.5e2 or not (Stock le 0)",
    "contains(tolower(Name),'x') eq true and substring(Name,1,2) ne null",
    "Tags/any(t: t/Name eq 'a' and t/Size has Sales.Color'Red') and Tags/any() and Orders/all(o:o/Lines/any(l:l/N gt o/N))",
    'Id eq 01234567-89ab-cdef-0123-456789abcdef and Made ge 2026-01-02T03:04:05.678Z and Day lt 2026-01-02 and At gt 03:04:05',
    "Span eq duration'P1DT2H' and Place/Area has 1 and Category/Products/$count gt 3 and $it/Name eq @p",
    "geo.distance(Place,geography'POINT(1 2)') lt 3 and isof(NS.Special) and cast(Price,Edm.Int32) eq 1 and NS.Own(a=1,b=Name)",
    "Name in ('a','b') and Price div 2 eq INF",
  ])
    assert.equal(await query({ $filter: filter }), 'fine', filter)
})

test('what is no expression is answered 400, with what is wrong', async () => {
  const filter = (text: string, attributes = '') => query({ $filter: text }, attributes)
  assert.equal(await filter('Name eq'), 'The query option $filter ends where a value should stand.')
  assert.equal(await filter("Name eq 'x"), 'The query option $filter has a text that does not end.')
  assert.equal(await filter('Name = 1'), 'The query option $filter does not go on at 6 as it should.')
  assert.equal(await filter('(Name eq 1'), 'The query option $filter ends where ")" should stand.')
  assert.equal(await filter('contains(Name) eq true'), 'The query option $filter gives contains 1 argument: it takes 2.')
  assert.equal(
    await filter('substring(Name,1,2,3) eq true'),
    'The query option $filter gives substring 4 arguments: it takes 2 or 3.',
  )
  assert.equal(await filter('Name eq 1;drop'), 'The query option $filter does not go on at 10 as it should.')
  assert.match(await filter('$wrong/Name eq 1'), /\$wrong, which stands for nothing/)
  assert.match(await filter(''), /ends where a value should stand/)
  assert.match(await filter(`${'('.repeat(200)}1${')'.repeat(200)}`), /nests deeper than 100/)
  assert.match(await filter(`${'not '.repeat(5000)}A`), /nests deeper than 100/)
  assert.match(await filter('a#b'), /stands for nothing at 2/)
})

test('the other system query options have forms of their own', async () => {
  for (const [name, text] of Object.entries({
    $orderby: 'Name desc,Price add 1 asc,Tags/$count',
    $select: 'Id,Address/City,NS.Type/Extra,*,NS.*',
    $expand: 'Items($filter=A eq 1 and contains(B,";)");$orderby=A;$levels=max),Category/$ref,*,Orders/$count($filter=A eq 2)',
    $search: '"a phrase" AND (red OR NOT blue) green',
    $top: '0',
    $skip: '10',
    $count: 'true',
    $format: 'application/json;odata.metadata=full',
    $apply: 'groupby((Name),aggregate(Price with sum as Total))/filter(Total gt 3)',
    $skiptoken: 'any thing',
  }))
    assert.equal(await query({ [name]: text }), 'fine', `${name}=${text}`)
  const wrong = async (name: string, text: string) => (await query({ [name]: text })).replace(`The query option ${name} `, '')
  assert.equal(await wrong('$top', '-1'), 'is no whole number from 0.')
  assert.equal(await wrong('$skip', 'x'), 'is no whole number from 0.')
  assert.equal(await wrong('$count', 'yes'), 'is neither true nor false.')
  assert.equal(await wrong('$format', 'a b'), 'is neither json, xml, atom nor a media type.')
  assert.equal(await wrong('$select', 'Id,,Name'), 'has an empty item.')
  assert.equal(await wrong('$select', '1a'), 'has "1a", which is no name.')
  assert.equal(await wrong('$expand', 'Items($top=x)'), 'is no whole number from 0.')
  assert.equal(await wrong('$expand', 'Items(bad=1)'), 'has "bad" where an option of an item should stand.')
  assert.equal(await wrong('$expand', 'Items($top=1;$top=2)'), 'has $top twice in one item.')
  assert.equal(await wrong('$expand', 'Items($levels=0)'), 'has $levels that is neither max nor a whole number from 1.')
  assert.equal(await wrong('$expand', 'Items($top=1'), 'has brackets that do not pair.')
  assert.equal(await wrong('$orderby', 'Name down'), 'does not go on at 6 as it should.')
  assert.equal(await wrong('$search', 'a AND'), 'ends where a word should stand.')
  assert.equal(await wrong('$search', '"a'), 'has a phrase that does not end.')
  assert.equal(await wrong('$apply', 'groupby((Name)'), 'has brackets that do not pair.')
  assert.equal(await wrong('$unknown', '1'), 'is no system query option.')
  assert.equal(await told('Products?$top=1&$top=2'), 'The query option $top stands there twice.')
})

test('default-odata-version says what a request without OData-Version is judged by', async () => {
  assert.equal(await query({ $compute: 'Price mul 2 as Double' }), 'The query option $compute is there from version 4.01 on.')
  const newer = 'default-odata-version="4.01"' // the reference page's example
  assert.equal(await query({ $compute: 'Price mul 2 as Double' }, newer), 'fine')
  assert.equal(await query({ FILTER: "Name EQ 'x'" }, newer), 'fine')
  assert.equal(await query({ top: 'x' }, newer), 'The query option $top is no whole number from 0.')
  assert.equal(await query({ top: 'x' }), 'fine') // an option of the service's own
  assert.equal(await query({ $filter: 'Name EQ 1' }), 'The query option $filter does not go on at 6 as it should.')
  assert.equal(await told('Products?$index=-1', '', { headers: { 'OData-Version': '4.01' } }), 'fine')
})

test('min-odata-version and max-odata-version bound what the header may name', async () => {
  const sent = (version: string, attributes: string) => told('Products', attributes, { headers: { 'OData-Version': version } })
  const both = 'min-odata-version="4.0" max-odata-version="@("4" + ".0")"'
  assert.equal(await sent('4.0', both), 'fine')
  assert.equal(await sent('4.01', both), 'The header OData-Version names a version above 4.0.')
  assert.equal(await sent('4.0', 'min-odata-version="4.01"'), 'The header OData-Version names a version below 4.01.')
  assert.equal(await sent('3.0', ''), 'The header OData-Version names a version other than 4.0 and 4.01.')
  assert.equal(await sent('new', ''), 'The header OData-Version names no version of OData.')
  assert.equal(await told('Products', 'min-odata-version="4.01"'), 'fine') // no header, nothing to bound
  assert.equal(
    await told('', '', { headers: { 'OData-MaxVersion': 'x' } }),
    'The header OData-MaxVersion names no version of OData.',
  )
})

test('the resource path is one that the URL conventions know', async () => {
  for (const path of [
    '',
    '$metadata',
    '$batch',
    "Products('a%2Fb')/Name/$value",
    'Orders(Id=1,Line=2)/$ref',
    'Products/$count',
    'Products/42/Name',
    'NS.Reset(a=1,b=@x)?@x=2',
    '$crossjoin(A,B)',
    'Products/NS.Special',
  ])
    assert.equal(await told(path), 'fine', path)
  const wrong = async (path: string) => (await told(path)).replace('The resource path ', '')
  assert.equal(await wrong('Products//Name'), 'has an empty segment.')
  assert.equal(await wrong('$metadata/x'), 'has something beside $metadata.')
  assert.equal(await wrong('Products/$count/x'), 'has $count where it may not stand.')
  assert.equal(await wrong('Products/$wrong'), 'has $wrong, which stands for nothing.')
  assert.equal(await wrong("Products('a"), 'has a text that does not end.')
  assert.equal(await wrong('Products(1,)'), 'ends where a value should stand.')
  assert.equal(await wrong('Products(%zz)'), 'has a percent sign that encodes nothing.')
})

test('max-size bounds the body, announced or streamed, and the variable holds all that was wrong', async () => {
  const body = 'x'.repeat(20)
  assert.equal(await told('Products', 'max-size="20"', { body }), 'fine')
  assert.equal(
    await told('Products', 'max-size="18"', { body }),
    "Request's body is 20 bytes long and it exceeds the limit of 18 bytes.",
  )
  let sent = 0
  const stream = (async function* () {
    for (; sent < 100; sent++) yield Buffer.alloc(10, 120)
  })()
  assert.match(await told('Products', 'max-size="19"', { body: stream }), /more than 19 bytes long/)
  assert.ok(sent <= 3)
  const announced = (async function* () {
    yield Buffer.from(body)
    throw new Error('it is not read')
  })()
  assert.match(
    await told('Products', 'max-size="18"', { body: announced, headers: { 'Content-Length': '20' } }),
    /is 20 bytes long/,
  )
  const { ctx } = await run('Products//?$top=x', 'error-variable-name="e"')
  const errors: { Type: string; Name: string; ValidationRule: string }[] = JSON.parse(textOf(ctx.variables.get('e') ?? null))
  assert.deepEqual(
    errors.map(({ Type, Name, ValidationRule }) => [Type, Name, ValidationRule]),
    [
      ['RequestUrl', '', 'IncorrectMessage'],
      ['QueryParameter', '$top', 'IncorrectMessage'],
    ],
  )
})

const model =
  readCsdl(`<Edmx><Schema Namespace="Shop"><EntityType Name="Thing"><Property Name="Id" Type="Edm.Int32" /></EntityType>
  <EntityType Name="Product" BaseType="Shop.Thing"><Property Name="Name" /><Property Name="Tags" Type="Collection(Shop.Tag)" /><NavigationProperty Name="Maker" Type="Shop.Maker" /></EntityType>
  <EntityType Name="Maker" OpenType="true"><Property Name="City" /></EntityType><ComplexType Name="Tag"><Property Name="Text" /></ComplexType>
  <EntityContainer Name="C"><EntitySet Name="Products" EntityType="Shop.Product" /><Singleton Name="Best" Type="Shop.Product" /><FunctionImport Name="Find" /></EntityContainer></Schema></Edmx>`)

test('with the service’s metadata at hand, names are held against it', async () => {
  assert.ok(model)
  const api = { odata: model }
  const check = (below: string) => told(below, '', {}, { api })
  for (const below of [
    'Products(1)/Maker/Anything/Further',
    'Products/7/Name/$value',
    'Best/Tags/$count',
    'Find(a=1)/Whatever',
    '$metadata',
    'Products/Shop.Product/Name?$top=1'.replace('/Name', ''),
    "Products?$filter=Id eq 1 and Maker/City eq 'x' and Maker/Any eq 1 and Tags/any(t:t/Wrong eq 1) and contains(Name,'a')",
    'Products?$select=Id,Name,Tags/Text&$expand=Maker($select=City,More)&$orderby=Tags/$count',
  ])
    assert.equal(await check(below), 'fine', below)
  assert.equal(await check('Wrong'), 'The resource path names Wrong, which the service does not have.')
  assert.equal(await check('Products(1)/Wrong'), 'The resource path has Wrong, which Shop.Product does not have.')
  assert.equal(await check('Best/Name/Wrong'), 'The resource path has Wrong, which a primitive value does not have.')
  assert.equal(
    await check('Products?$filter=Wrong eq 1'),
    'The query option $filter has Wrong, which Shop.Product does not have.',
  )
  assert.equal(await check('Products?$select=Id/Wrong'), 'The query option $select has Wrong where there is nothing further.')
  assert.equal(
    await check('Products(1)/Tags?$orderby=Wrong'),
    'The query option $orderby has Wrong, which Shop.Tag does not have.',
  )
  assert.equal(await check('Products?$expand=Wrong'), 'The query option $expand has Wrong, which Shop.Product does not have.')
})

test('its versions are checked at load, and it stands once in inbound, not in operations', () => {
  const codes = (xml: string, scope: 'api' | 'operation' = 'api') => faultsOf({ inbound: xml }, { scope }).map(({ code }) => code)
  assert.deepEqual(codes(policy('default-odata-version="four"')), ['policy.bad-value'])
  assert.deepEqual(codes(policy('max-size="-1"')), ['policy.bad-value'])
  assert.deepEqual(codes(policy() + policy()), ['policy.too-many'])
  assert.deepEqual(codes(policy(), 'operation'), ['policy.wrong-scope'])
  assert.equal(faultsOf({ outbound: policy() })[0]?.code, 'policy.wrong-section')
})

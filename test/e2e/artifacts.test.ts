import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** An instance as APIOps extracts it, with one of everything that routes or guards. */
function artifacts(): Record<string, string> {
  const json = (properties: Record<string, unknown>) => JSON.stringify({ properties })
  const api = (path: string, more: Record<string, unknown> = {}) =>
    json({
      path,
      displayName: path,
      protocols: ['https'],
      serviceUrl: 'https://unreachable.example',
      subscriptionRequired: false,
      ...more,
    })
  const specification = (operationId: string, path = '/things') =>
    JSON.stringify({
      openapi: '3.0.1',
      info: { title: 't', version: '1' },
      paths: { [path]: { get: { operationId, responses: { 200: { description: 'ok' } } } } },
    })
  const policy = (inbound: string) =>
    `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
  const mark = (name: string, text: string) =>
    `<set-header name="${name}" exists-action="append"><value>${text}</value></set-header>`
  return {
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 2 }\n',
    'policy.xml': `<policies><inbound>${mark('X-Trail', 'global')}<include-fragment fragment-id="greet" /></inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`,
    'policy fragments/greet/policyFragmentInformation.json': json({ description: 'greets' }),
    'policy fragments/greet/policy.xml': `<fragment>${mark('X-Greeting', '{{greeting}}, world')}</fragment>`,
    'named values/greeting/namedValueInformation.json': json({ displayName: 'greeting', value: 'hello', secret: false }),
    'named values/partner-key/namedValueInformation.json': json({
      displayName: 'partner-key',
      secret: true,
      keyVault: { secretIdentifier: 'https://vault.example/secrets/k' },
    }),
    'backends/things/backendInformation.json': json({
      protocol: 'http',
      url: 'https://unreachable.example/base',
      credentials: { header: { 'x-api-key': ['secret'] } },
    }),

    'apis/plain/apiInformation.json': api('plain'),
    'apis/plain/specification.json': specification('get-things'),
    'apis/plain/policy.xml': policy(`${mark('X-Trail', 'api')}<set-backend-service backend-id="things" />`),
    'apis/plain/operations/get-things/policy.xml': policy(mark('X-Trail', 'operation')),

    'apis/by-path-v1/apiInformation.json': api('by-path', { apiVersion: 'v1', apiVersionSetId: '/apiVersionSets/paths' }),
    'apis/by-path-v1/specification.json': specification('first'),
    'apis/by-path-v1/policy.xml': policy(mark('X-Version', 'path 1')),
    'apis/by-path-v2/apiInformation.json': api('by-path', { apiVersion: 'v2', apiVersionSetId: '/apiVersionSets/paths' }),
    'apis/by-path-v2/specification.json': specification('second'),
    'apis/by-path-v2/policy.xml': policy(mark('X-Version', 'path 2')),
    'version sets/paths/versionSetInformation.json': json({ displayName: 'paths', versioningScheme: 'Segment' }),
    'apis/by-header/apiInformation.json': api('by-header', {
      apiVersion: '2026-01-01',
      apiVersionSetId: '/apiVersionSets/headers',
    }),
    'apis/by-header/specification.json': specification('headed'),
    'version sets/headers/versionSetInformation.json': json({
      displayName: 'headers',
      versioningScheme: 'Header',
      versionHeaderName: 'Api-Version',
    }),
    'apis/by-query/apiInformation.json': api('by-query', { apiVersion: '7', apiVersionSetId: '/apiVersionSets/queries' }),
    'apis/by-query/specification.json': specification('asked'),
    'version sets/queries/versionSetInformation.json': json({
      displayName: 'queries',
      versioningScheme: 'Query',
      versionQueryName: 'api-version',
    }),

    'apis/revised/apiInformation.json': api('revised', { apiRevision: '1', isCurrent: true }),
    'apis/revised/specification.json': specification('now'),
    'apis/revised/policy.xml': policy(mark('X-Revision', '1')),
    'apis/revised;rev=2/apiInformation.json': api('revised', { apiRevision: '2' }),
    'apis/revised;rev=2/specification.json': specification('next'),
    'apis/revised;rev=2/policy.xml': policy(mark('X-Revision', '2')),

    'apis/sold/apiInformation.json': api('sold', {
      subscriptionRequired: true,
      subscriptionKeyParameterNames: { header: 'X-Key', query: 'key' },
    }),
    'apis/sold/specification.json': specification('get-sold'),
    'products/gold/productInformation.json': json({ displayName: 'Gold', state: 'published', subscriptionRequired: true }),
    'products/gold/apis/sold/productApiInformation.json': '{}',
    'products/gold/policy.xml': policy(mark('X-Product', 'gold')),
    'products/other/productInformation.json': json({ displayName: 'Other', state: 'published', subscriptionRequired: true }),
    'subscriptions/buyer/subscriptionInformation.json': json({
      displayName: 'buyer',
      scope: '/products/gold',
      state: 'active',
      primaryKey: 'gold-1',
      secondaryKey: 'gold-2',
    }),
    'subscriptions/stranger/subscriptionInformation.json': json({
      displayName: 'stranger',
      scope: '/products/other',
      state: 'active',
      primaryKey: 'other-1',
    }),
    'subscriptions/late/subscriptionInformation.json': json({
      displayName: 'late',
      scope: '/products/gold',
      state: 'suspended',
      primaryKey: 'late-1',
    }),
    'subscriptions/everything/subscriptionInformation.json': json({
      displayName: 'everything',
      scope: '/apis',
      state: 'active',
      primaryKey: 'all-1',
    }),

    'apis/open/apiInformation.json': api('open', { subscriptionRequired: true }),
    'apis/open/specification.json': specification('get-open'),
    'products/free/productInformation.json': json({ displayName: 'Free', state: 'published', subscriptionRequired: false }),
    'products/free/apis/open/productApiInformation.json': '{}',
    'products/free/policy.xml': policy(mark('X-Product', 'free')),

    'apis/graph/apiInformation.json': api('graph', { type: 'graphql' }),
    'apis/graph/specification.graphql': 'type Query { hello: String }',
  }
}

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running

before(async () => {
  backend = await startEchoBackend()
  workspace = await temporaryWorkspace(artifacts())
  await workspace.write(
    'configuration.test.yaml',
    [
      'apimServiceName: any',
      'apis:',
      ...Object.keys(artifacts())
        .flatMap(file => /^apis\/([^/]+)\/apiInformation/.exec(file)?.[1] ?? [])
        .map(name => `  - { name: "${name}", properties: { serviceUrl: "${backend.address}" } }`),
      'backends:',
      `  - { name: things, properties: { url: "${backend.address}/base" } }`,
      'namedValues:',
      '  - { name: greeting, properties: { value: good day } }',
      '  - { name: partner-key, properties: { value: from-the-environment-file } }',
      '',
    ].join('\n'),
  )
  running = await startGatehouse(workspace.folder, ['--environment', 'test'])
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await workspace?.remove()
})

interface Echo {
  readonly url: string
  readonly headers: Record<string, string>
}

async function call(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly echo: Echo; readonly message: string }> {
  const response = await fetch(running.gateway + path, { headers })
  const body = (await response.json()) as Echo & { message: string }
  return { status: response.status, echo: body, message: body.message }
}

test('global, API and operation policies run in their order, with fragment, named value and backend of the environment', async () => {
  const { status, echo } = await call('/plain/things?a=1')
  assert.equal(status, 200)
  assert.equal(echo.url, '/base/things?a=1')
  assert.equal(echo.headers['x-trail'], 'global,api,operation')
  assert.equal(echo.headers['x-greeting'], 'good day, world')
  assert.equal(echo.headers['x-api-key'], 'secret')
})

test('versions are found by path, header and query', async () => {
  assert.equal((await call('/by-path/v1/things')).echo.headers['x-version'], 'path 1')
  assert.equal((await call('/by-path/v2/things')).echo.headers['x-version'], 'path 2')
  assert.equal((await call('/by-path/v3/things')).status, 404)
  assert.equal((await call('/by-header/things', { 'api-version': '2026-01-01' })).status, 200)
  assert.equal((await call('/by-header/things')).status, 404)
  assert.equal((await call('/by-query/things?api-version=7')).status, 200)
  assert.equal((await call('/by-query/things?api-version=8')).status, 404)
})

test('a revision answers when it is named, the current one else', async () => {
  assert.equal((await call('/revised/things')).echo.headers['x-revision'], '1')
  assert.equal((await call('/revised;rev=2/things')).echo.headers['x-revision'], '2')
  assert.equal((await call('/revised;rev=3/things')).status, 404)
})

test('a product key opens its API under the names that the API gives, and brings the product policy', async () => {
  for (const key of ['gold-1', 'gold-2'])
    assert.equal((await call('/sold/things', { 'X-Key': key })).echo.headers['x-product'], 'gold')
  assert.equal((await call('/sold/things?key=gold-1')).echo.headers['x-product'], 'gold')
})

test('a key for all APIs opens it too, without the product', async () => {
  const { status, echo } = await call('/sold/things', { 'X-Key': 'all-1' })
  assert.deepEqual([status, echo.headers['x-product']], [200, undefined])
})

for (const [what, headers, message] of [
  ['no key', {}, /missing subscription key/],
  ['a key under another name', { 'Ocp-Apim-Subscription-Key': 'gold-1' }, /missing subscription key/],
  ['a key that nobody has', { 'X-Key': 'gold-3' }, /invalid subscription key/],
  ['a key of another product', { 'X-Key': 'other-1' }, /invalid subscription key/],
  ['a key of a suspended subscription', { 'X-Key': 'late-1' }, /invalid subscription key/],
] as const)
  test(`${what} is refused with 401 in API Management's words`, async () => {
    const { status, message: text } = await call('/sold/things', headers)
    assert.equal(status, 401)
    assert.match(text, message)
  })

test('an open product lets calls in without a key, under its policy', async () => {
  assert.equal((await call('/open/things')).echo.headers['x-product'], 'free')
})

test('what is not served yet says so with 501, what is not there with 404', async () => {
  const notServed = await call('/graph')
  assert.equal(notServed.status, 501)
  assert.match(notServed.message, /graphql/i)
  assert.deepEqual([(await call('/nowhere')).status, (await call('/plain/nothing')).status], [404, 404])
})

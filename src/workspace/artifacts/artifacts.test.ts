import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles, openApi } from '../testing/temporary-workspace.ts'

const api = (properties: object) => ({ properties: { path: 'orders', subscriptionRequired: false, ...properties } })

/** One API in each of its shapes, with all that an export lays beside it. */
const exported = {
  'policy.xml': '<policies><inbound /></policies>',
  'apis/orders/apiInformation.json': api({
    displayName: 'Orders',
    apiRevision: '3',
    isCurrent: true,
    protocols: ['http', 'https'],
    serviceUrl: 'https://orders.example',
    subscriptionRequired: true,
    subscriptionKeyParameterNames: { header: 'X-Key', query: 'key' },
    authenticationSettings: {},
  }),
  'apis/orders/specification.json': openApi('GET /orders', 'GET /orders/{id}'),
  'apis/orders/policy.xml': '<policies><!-- api --></policies>',
  'apis/orders/operations/get-orders-id/policy.xml': '<policies><!-- operation --></policies>',
  'apis/orders/diagnostics/azuremonitor/diagnosticInformation.json': { properties: {} },
  'apis/orders;rev=4/apiInformation.json': api({ path: 'elsewhere', apiRevision: '4', subscriptionRequired: false }),
  'apis/orders;rev=4/specification.json': openApi('GET /orders'),
  'products/starter/productInformation.json': {
    properties: {
      displayName: 'Starter',
      state: 'published',
      subscriptionRequired: true,
      approvalRequired: true,
      subscriptionsLimit: 2,
    },
  },
  'products/starter/apis/orders/productApiInformation.json': {},
  'products/starter/groups/developers/productGroupInformation.json': {},
  'products/starter/groups/partners/productGroupInformation.json': {},
  'products/starter/policy.xml': '<policies><!-- product --></policies>',
  'products/old/productInformation.json': { properties: {} },
  'products/old/apis.json': [{ name: 'orders' }],
  'groups/partners/groupInformation.json': { properties: { displayName: 'Partners' } },
  'subscriptions/a/subscriptionInformation.json': {
    properties: { displayName: 'A', scope: '/products/starter', state: 'active' },
  },
  'subscriptions/b/subscriptionInformation.json': { properties: { scope: '/apis', allowTracing: true, ownerId: '/users/1' } },
  'subscriptions/c/subscriptionInformation.json': {
    properties: {
      scope: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/x/apis/ORDERS',
      state: 'suspended',
      primaryKey: 'p',
    },
  },
  'backends/b1/backendInformation.json': {
    properties: {
      url: 'https://b1.example',
      protocol: 'http',
      title: 'One',
      credentials: {
        header: { 'x-functions-key': ['{{key}}'] },
        query: { a: 'b' },
        authorization: { scheme: 'Basic', parameter: 'eA==' },
      },
      tls: { validateCertificateChain: false },
    },
  },
  'named values/key/namedValueInformation.json': { properties: { displayName: 'key', value: 'v', secret: true } },
  'policy fragments/f/policyFragmentInformation.json': { properties: { description: 'x' } },
  'policy fragments/f/policy.xml': '<fragment />',
  'tags/blue/tagInformation.json': { properties: { displayName: 'Blue' } },
  'tags/blue/apis/orders/tagApiInformation.json': {},
  'loggers/l/loggerInformation.json': { properties: {} },
}

test('an export loads whole, without a fault', async t => {
  const { catalog, faults } = await loadFiles(t, exported)
  assert.deepEqual(faults, [])
  const [orders] = catalog.apis
  assert.equal(orders?.name, 'orders')
  assert.deepEqual(
    [orders?.revision, orders?.isCurrent, orders?.protocols, orders?.serviceUrl, orders?.subscriptionKeyNames, orders?.tags],
    ['3', true, ['http', 'https'], 'https://orders.example', { header: 'X-Key', query: 'key' }, ['blue']],
  )
  assert.deepEqual(
    orders?.operations.map(({ name, method, urlTemplate, policy }) => [name, method, urlTemplate, policy?.text]),
    [
      ['get-orders', 'GET', '/orders', undefined],
      ['get-orders-id', 'GET', '/orders/{id}', '<policies><!-- operation --></policies>'],
    ],
  )
  assert.equal(orders?.policy?.text, '<policies><!-- api --></policies>')
})

test('a revision takes from the current one what Azure keeps the same for all', async t => {
  const { catalog } = await loadFiles(t, exported)
  const revision = catalog.apis.find(({ name }) => name === 'orders;rev=4')
  assert.deepEqual(
    [revision?.revision, revision?.isCurrent, revision?.path, revision?.displayName, revision?.subscriptionRequired],
    ['4', false, 'orders', 'Orders', true],
  )
})

test('products, groups, subscriptions, backends and the rest are read as Azure Resource Manager writes them', async t => {
  const { catalog } = await loadFiles(t, exported)
  assert.deepEqual(
    catalog.products.map(({ name, state, subscriptionRequired, apis, groups }) => [
      name,
      state,
      subscriptionRequired,
      apis,
      groups,
    ]),
    [
      ['old', 'notPublished', true, ['orders'], []],
      ['starter', 'published', true, ['orders'], ['developers', 'partners']],
    ],
  )
  assert.deepEqual(catalog.subscriptions, [
    { name: 'a', displayName: 'A', scope: { kind: 'product', product: 'starter' }, state: 'active', allowTracing: false },
    { name: 'b', displayName: 'b', scope: { kind: 'allApis' }, state: 'submitted', allowTracing: true, owner: '1' },
    {
      name: 'c',
      displayName: 'c',
      scope: { kind: 'api', api: 'orders' },
      state: 'suspended',
      primaryKey: 'p',
      allowTracing: false,
    },
  ])
  assert.deepEqual(catalog.backends, [
    {
      name: 'b1',
      url: 'https://b1.example',
      title: 'One',
      protocol: 'http',
      credentials: {
        header: { 'x-functions-key': ['{{key}}'] },
        query: { a: ['b'] },
        authorization: { scheme: 'Basic', parameter: 'eA==' },
      },
      tls: { validateCertificateChain: false, validateCertificateName: true },
    },
  ])
  assert.deepEqual(
    catalog.fragments.map(({ name, policy }) => [name, policy.text]),
    [['f', '<fragment />']],
  )
})

test('APIs of kinds that are not served are listed, without a fault', async t => {
  const { catalog, faults } = await loadFiles(t, {
    'apis/soap/apiInformation.json': api({ path: 'soap', type: 'soap' }),
    'apis/graph/apiInformation.json': api({ path: 'graph', type: 'GraphQL' }),
    'apis/graph/specification.graphql': 'type Query { a: Int }',
    'apis/wadl/apiInformation.json': api({ path: 'wadl' }),
    'apis/wadl/specification.wadl': '<application />',
  })
  assert.deepEqual(faults, [])
  assert.deepEqual(catalog.notServed, [
    { api: 'graph', reason: 'GraphQL APIs are not served yet' },
    { api: 'soap', reason: 'SOAP APIs are not served yet' },
    { api: 'wadl', reason: 'APIs described in WADL are not served yet' },
  ])
})

test('every fault of every artifact is found at once, each with its place', async t => {
  const { faults } = await loadFiles(t, {
    'apis/orders/apiInformation.json':
      '{\n  "properties": {\n    "path": 7,\n    "apiVersionSetId": "/apiVersionSets/none",\n    "serviceUrl": "orders"\n  }\n}',
    'apis/orders/specification.json': openApi('GET /orders'),
    'apis/orders/operations/get-order/policy.xml': '<policies />',
    'apis/bare/specification.json': openApi(),
    'apis/lost;rev=2/apiInformation.json': api({}),
    'apis/odd/apiInformation.json': '{ "properties": { "type": "rest", "path": "odd" } }',
    'apis/odd/specification.json': openApi(),
    'products/p/productInformation.json': '{"properties": {"state": "draft"}}',
    'products/p/apis/ordres/productApiInformation.json': {},
    'subscriptions/s/subscriptionInformation.json': '{"properties": {"scope": "/products/q"}}',
    'subscriptions/u/subscriptionInformation.json': '{"properties": {"scope": "everything"}}',
    'backends/pool/backendInformation.json': '{"properties": {"type": "Pool", "pool": {"services": [{"id": "/backends/b"}]}}}',
    'backends/fuse/backendInformation.json': '{"properties": {"url": "http://f", "circuitBreaker": {"rules": [{}]}}}',
    'backends/cert/backendInformation.json': '{"properties": {"url": "http://f", "credentials": {"certificateIds": ["x"]}}}',
    'named values/vault/namedValueInformation.json':
      '{"properties": {"displayName": "v", "keyVault": {"secretIdentifier": "https://x"}}}',
    'policy-fragments/f/policy.xml': '<fragment />',
    'policy fragments/g/policyFragmentInformation.json': '{"properties": {}}',
    'tags/t/tagInformation.json': '{"properties": {"displayName": "T"},}',
  })
  assert.deepEqual(
    faults.toSorted(),
    [
      'apis/bare/apiInformation.json:1:1 error file.missing',
      'apis/lost;rev=2/apiInformation.json:1:1 error api.revision',
      'apis/odd/apiInformation.json:1:27 error value.choice',
      'apis/orders/apiInformation.json:3:13 error value.type',
      'apis/orders/apiInformation.json:4:24 error reference.unknown',
      'apis/orders/apiInformation.json:5:19 error value.format',
      'apis/orders/operations/get-order/policy.xml:1:1 error operation.unknown',
      'backends/cert/backendInformation.json:1:71 error reference.unknown',
      'backends/fuse/backendInformation.json:1:65 warning backend.unsupported',
      'backends/pool/backendInformation.json:1:62 error reference.unknown',
      'named values/vault/namedValueInformation.json:1:49 warning namedValue.unresolved',
      'policy fragments/g/policy.xml:1:1 error file.missing',
      'products/p/apis/ordres/productApiInformation.json:1:1 error reference.unknown',
      'products/p/productInformation.json:1:26 error value.choice',
      'subscriptions/s/subscriptionInformation.json:1:26 error reference.unknown',
      'subscriptions/u/subscriptionInformation.json:1:26 error value.format',
      'tags/t/tagInformation.json:1:37 error json.syntax',
      'policy-fragments:1:1 warning folder.misspelled',
    ].toSorted(),
  )
})

test('two APIs with one path are an error, two versions of one set are not', async t => {
  const same = {
    'apis/a/apiInformation.json': api({ path: 'orders' }),
    'apis/a/specification.json': openApi(),
    'apis/b/apiInformation.json': api({ path: '/Orders/' }),
    'apis/b/specification.json': openApi(),
  }
  assert.deepEqual((await loadFiles(t, same)).faults, ['apis/b/apiInformation.json:1:1 error route.duplicate'])
  const versions = await loadFiles(t, {
    ...same,
    'apis/a/apiInformation.json': api({ apiVersion: 'v1', apiVersionSetId: '/apiVersionSets/s' }),
    'apis/b/apiInformation.json': api({ apiVersion: 'v2', apiVersionSetId: '/apiVersionSets/s' }),
    'version sets/s/versionSetInformation.json': { properties: { versioningScheme: 'Header', versionHeaderName: 'Api-Version' } },
  })
  assert.deepEqual(versions.faults, [])
  assert.deepEqual(versions.catalog.versionSets, [{ name: 's', displayName: 's', scheme: 'Header', headerName: 'Api-Version' }])
  assert.deepEqual(
    versions.catalog.apis.map(({ version, versionSet }) => [version, versionSet]),
    [
      ['v1', 's'],
      ['v2', 's'],
    ],
  )
})

test('what was read, and what was looked for, is what a reload watches', async t => {
  const { files, folder } = await loadFiles(t, exported)
  for (const path of [
    'gatehouse.yaml',
    'policy.xml',
    'apis',
    'apis/orders',
    'apis/orders/specification.json',
    'named values/key/namedValueInformation.json',
  ]) {
    assert.ok(files.includes(`${folder}/${path}`), path)
  }
})

test('an operation described by hand adds to the specification, or says more of one that is in it', async t => {
  const described = (properties: object) => ({ properties })
  const { catalog, faults } = await loadFiles(t, {
    'apis/a/apiInformation.json': api({}),
    'apis/a/specification.json': openApi('GET /orders', 'GET /items'),
    'apis/a/operations/get-orders/operationInformation.json': described({
      method: 'get',
      urlTemplate: '/orders',
      displayName: 'All orders',
      responses: [
        { statusCode: 200, representations: [{ contentType: 'application/json', examples: { default: { value: { a: 1 } } } }] },
      ],
    }),
    'apis/a/operations/extra/operationInformation.json': described({ method: 'POST', urlTemplate: '/extra/{id}' }),
    'apis/a/operations/twin/operationInformation.json': described({ method: 'GET', urlTemplate: '/Items' }),
  })
  assert.deepEqual(faults, ['apis/a/operations/twin/operationInformation.json:1:1 error route.duplicate'])
  assert.deepEqual(
    catalog.apis[0]?.operations.map(({ name, displayName }) => [name, displayName]),
    [
      ['get-orders', 'All orders'],
      ['get-items', 'get-items'],
      ['extra', 'extra'],
      ['twin', 'twin'],
    ],
  )
  assert.equal(catalog.apis[0]?.operations[0]?.responses[0]?.representations[0]?.sample, '{\n  "a": 1\n}')
})

test('a key that two subscriptions share is an error that does not show the key', async t => {
  const { faults, diagnostics } = await loadFiles(t, {
    'subscriptions/a/subscriptionInformation.json':
      '{"properties": {"scope": "/apis", "primaryKey": "k123", "secondaryKey": "k123"}}',
    'subscriptions/b/subscriptionInformation.json': '{"properties": {"scope": "/apis", "secondaryKey": "k123"}}',
  })
  assert.deepEqual(faults, ['subscriptions/b/subscriptionInformation.json:1:51 error subscription.keyShared'])
  assert.doesNotMatch(JSON.stringify(diagnostics), /k123/)
})

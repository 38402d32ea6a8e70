import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles, openApi } from './testing/temporary-workspace.ts'

const artifacts = {
  'policy.xml': '<policies><!-- global --></policies>',
  'apis/orders/apiInformation.json': {
    properties: { path: 'orders', apiRevision: '2', serviceUrl: 'https://dev.example', displayName: 'Orders' },
  },
  'apis/orders/specification.json': openApi('GET /orders'),
  'apis/orders/operations/get-orders/policy.xml': '<policies><!-- operation --></policies>',
  'apis/orders;rev=1/apiInformation.json': {
    properties: { path: 'orders', apiRevision: '1', serviceUrl: 'https://old.example' },
  },
  'apis/orders;rev=1/specification.json': openApi('GET /orders'),
  'backends/b/backendInformation.json': {
    properties: { url: 'https://dev.example', credentials: { header: { a: ['1'], b: ['2'] } } },
  },
  'named values/key/namedValueInformation.json': {
    properties: { displayName: 'key', keyVault: { secretIdentifier: 'https://vault.example/s' }, secret: true },
  },
  'subscriptions/s/subscriptionInformation.json': { properties: { scope: '/apis', state: 'active' } },
}

const prod = `apimServiceName: contoso-prod
policies:
  - name: policy
    properties: { format: rawxml }
apis:
  - name: orders
    properties:
      serviceUrl: https://prod.example
      apiRevision: 9
    operations:
      - name: get-orders
        policies:
          - name: policy
            properties:
              value: |
                <policies><!-- prod --></policies>
  - name: orders;rev=1
    properties: { serviceUrl: https://prod-old.example }
backends:
  - name: b
    properties: { url: "https://prod.example", credentials: { header: { b: [3] } } }
namedValues:
  - name: key
    properties: { value: "{#THE_KEY#}" }
subscriptions:
  - name: s
    properties: { primaryKey: 0123456789 }
`

test('an environment is laid over the artifacts, member by member', async t => {
  const files = { ...artifacts, 'configuration.prod.yaml': prod }
  const { catalog, faults } = await loadFiles(t, files, { environment: 'prod', env: { THE_KEY: 'open sesame' } })
  assert.deepEqual(faults, [])
  assert.deepEqual(
    catalog.apis.map(({ name, revision, serviceUrl, displayName }) => [name, revision, serviceUrl, displayName]),
    [
      ['orders', '2', 'https://prod.example', 'Orders'],
      ['orders;rev=1', '1', 'https://prod-old.example', 'Orders'],
    ],
  )
  assert.equal(catalog.policy?.text, '<policies><!-- global --></policies>')
  assert.deepEqual(catalog.backends[0]?.url, 'https://prod.example')
  assert.deepEqual(catalog.backends[0]?.credentials?.header, { a: ['1'], b: ['3'] })
  assert.equal(catalog.namedValues[0]?.value, 'open sesame')
  assert.equal(catalog.subscriptions[0]?.primaryKey, '0123456789')
})

test('a policy that the environment replaces keeps the lines of the configuration file', async t => {
  const files = { ...artifacts, 'configuration.prod.yaml': prod }
  const { catalog, folder } = await loadFiles(t, files, { environment: 'prod', env: { THE_KEY: 'x' } })
  const policy = catalog.apis[0]?.operations[0]?.policy
  assert.equal(policy?.file, `${folder}/configuration.prod.yaml`)
  const line = policy?.text.split('\n').findIndex(text => text.includes('prod')) ?? 0
  assert.match(prod.split('\n')[line] ?? '', /<!-- prod -->/)
})

test('a place holder without its variable leaves a named value without a value, and is an error elsewhere', async t => {
  const configuration =
    'namedValues:\n  - name: key\n    properties: { value: "{#GONE#}" }\nsubscriptions:\n  - name: s\n    properties: { primaryKey: "{#GONE#}" }\n'
  const { catalog, faults } = await loadFiles(t, { ...artifacts, 'configuration.x.yaml': configuration }, { environment: 'x' })
  assert.deepEqual(
    faults.toSorted(),
    [
      'configuration.x.yaml:3:26 warning environment.tokenUnset',
      'configuration.x.yaml:6:31 error environment.tokenUnset',
      'named values/key/namedValueInformation.json:4:17 warning namedValue.unresolved',
    ].toSorted(),
  )
  assert.equal(catalog.namedValues[0]?.value, undefined)
  assert.equal(catalog.subscriptions[0]?.primaryKey, undefined)
})

test('an environment without a file is an error that offers the near one', async t => {
  const { faults, diagnostics } = await loadFiles(t, { ...artifacts, 'configuration.prod.yaml': prod }, { environment: 'prd' })
  assert.ok(faults.includes('configuration.prd.yaml:1:1 error environment.missing'))
  assert.equal(diagnostics.find(({ code }) => code === 'environment.missing')?.mend, "did you mean 'prod'?")
  assert.ok(
    (await loadFiles(t, artifacts, { environment: '../secrets' })).faults.some(fault => fault.endsWith('environment.missing')),
  )
})

test('names that the workspace does not have, unknown lists and double entries are pointed at', async t => {
  const configuration = 'apis:\n  - name: ordres\n    properties: {}\nbackend: []\nbackends:\n  - name: b\n  - name: b\n  - {}\n'
  const { faults, diagnostics } = await loadFiles(
    t,
    { ...artifacts, 'configuration.x.yaml': configuration },
    { environment: 'x' },
  )
  assert.deepEqual(faults.filter(fault => fault.startsWith('configuration')).toSorted(), [
    'configuration.x.yaml:2:11 warning environment.nameUnknown',
    'configuration.x.yaml:4:1 warning environment.nameUnknown',
    'configuration.x.yaml:7:5 error environment.duplicate',
    'configuration.x.yaml:8:5 error value.missing',
  ])
  assert.equal(diagnostics.find(({ line, file }) => line === 2 && file.includes('configuration'))?.mend, "did you mean 'orders'?")
})

test('an API of the short form takes its backend from the environment', async t => {
  const files = {
    'gatehouse.yaml': 'apis:\n  colors: { openapi: colors.json, backend: "http://127.0.0.1:9000" }\n',
    'colors.json': openApi('GET /random'),
    'configuration.prod.yaml': 'apis:\n  - name: colors\n    properties: { serviceUrl: "https://colors.example", path: x }\n',
  }
  const { catalog, faults } = await loadFiles(t, files, { environment: 'prod' })
  assert.equal(catalog.apis[0]?.serviceUrl, 'https://colors.example')
  assert.deepEqual(faults, ['configuration.prod.yaml:3:57 error key.unknown'])
})

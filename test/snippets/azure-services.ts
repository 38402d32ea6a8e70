import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { Snippet } from './snippet.ts'

const factory = {
  'Subscription-Id': 'sub',
  'ResourceGroup-Name': 'rg',
  'DataFactory-Name': 'df',
  'Pipeline-Name': 'pipe',
}
const run =
  'https://management.azure.com/subscriptions/sub/resourceGroups/rg/providers/Microsoft.DataFactory/factories/df/pipelines/pipe/createRun'
const notAMethod = {
  why: 'it calls the property `MatchedParameters` as a method, which no C# compiler takes, and leaves placeholders in header names',
  codes: ['CS1955', 'policy.header-name'],
}
const reformatted = (codes: readonly string[]) => ({
  why: 'a formatter took its expressions for XML and broke them (`"latlong="""`)',
  codes,
})

/** Snippets that use services of Azure, and those whose documents have faults. */
export const azureSnippets: readonly Snippet[] = [
  {
    file: 'Authenticate using Managed Identity to access Service Bus.xml',
    fill: text => text.replace('{{queue|topic}}', '{{queue}}'),
    parts: { namedValues: { serviceBusNamespace: 'bus', queue: 'orders' } },
    promise: 'a message goes to the queue with the gateway’s token',
    async run(gateway) {
      await gateway.call({ method: 'POST' })
      const [sent] = gateway.forwarded
      assert.match(sent?.url ?? '', /^https:\/\/bus\.servicebus\.windows\.net\/orders\/messages\/?\?api-version=2015-01$/)
      assert.equal(sent?.headers.get('Authorization'), 'token-for https://servicebus.azure.net')
      assert.equal(JSON.parse(sent?.body ?? '{}').Body, 'APIM sending request using AAD Token')
    },
  },
  {
    file: 'Authenticate using Managed Identity to access Event Hub.xml',
    // it is the effective policy of a product; its quota may stand nowhere else
    fill: text => text.replace(/<quota [^>]*\/>/, ''),
    parts: { namedValues: { eventHubNamespace: 'hubs', eventhubname: 'clicks' } },
    promise: 'an event goes to the hub with the gateway’s token, five a minute for a subscription',
    async run(gateway) {
      const statuses = []
      for (let i = 0; i < 6; i++) statuses.push((await gateway.call({ method: 'POST', subscribed: true })).status)
      assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429])
      const [sent] = gateway.forwarded
      assert.match(sent?.url ?? '', /^https:\/\/hubs\.servicebus\.windows\.net\/clicks\/messages\/?\?api-version=2014-01$/)
      assert.equal(sent?.headers.get('Authorization'), 'Bearer token-for https://eventhubs.azure.net')
      assert.equal(JSON.parse(sent?.body ?? '{}').TrustedService, 'AAD')
    },
  },
  {
    file: 'Authenticate using Managed Identity to access Storage Account.xml',
    parts: { namedValues: { storageaccountname: 'account', blobtoread: 'a.json' } },
    promise: 'the blob’s content is the answer',
    async run(gateway) {
      gateway.services.push(['https://account.blob.core.windows.net/container/a.json', () => ({ body: { a: 1 } })])
      const { status, body } = await gateway.call()
      assert.deepEqual([status, JSON.parse(body)], [200, { a: 1 }])
      assert.equal(gateway.asked[0]?.headers.get('Authorization'), 'Bearer token-for https://storage.azure.com')
      assert.equal(gateway.asked[0]?.headers.get('x-ms-version'), '2019-07-07')
      assert.equal(gateway.forwarded.length, 0)
    },
  },
  {
    file: 'Extract value from XML.xml',
    promise: 'the value of a nested element is the answer',
    async run(gateway) {
      assert.deepEqual(await gateway.call().then(({ status, body }) => [status, body]), [200, 'ABCDEF123456789'])
    },
  },
  {
    file: 'Look up Key Vault certificate using Managed Service Identity and call backend.policy.xml',
    promise: 'a certificate of the vault is shown to the backend, fetched once an hour',
    async run(gateway) {
      const { pfx } = await import('./pfx.ts')
      gateway.services.push(['https://msikvtest.vault.azure.net/secrets/mycert/', () => ({ body: { value: pfx } })])
      for (let i = 0; i < 2; i++) assert.equal((await gateway.call()).status, 200)
      assert.deepEqual(
        gateway.forwarded.map(({ certificate }) => certificate),
        [true, true],
      )
      assert.equal(gateway.asked.length, 1)
      assert.equal(gateway.asked[0]?.headers.get('Authorization'), 'Bearer token-for https://vault.azure.net')
    },
  },
  {
    file: 'Look up Key Vault secret using Managed Service Identity.policy.xml',
    promise: 'a secret of the vault is the answer, fetched once an hour',
    async run(gateway) {
      gateway.services.push(['https://msikvtest.vault.azure.net/secrets/mysecret/', () => ({ body: { value: 's' } })])
      for (let i = 0; i < 2; i++) assert.deepEqual(JSON.parse((await gateway.call()).body), { value: 's' })
      assert.equal(gateway.asked.length, 1)
      gateway.later(3_601_000)
      await gateway.call()
      assert.equal(gateway.asked.length, 2)
    },
  },
  {
    file: 'Query CosmosDB.policy.xml',
    fill: text =>
      text
        .replace('{database-account}.documents.azure.com/dbs/{db}/colls/{coll}', 'db.documents.azure.com/dbs/d/colls/c')
        .replace('var resourceLink = ""', 'var resourceLink = "dbs/d/colls/c"')
        .replace('var key = ""', `var key = "${Buffer.alloc(64, 9).toString('base64')}"`),
    promise: 'the developer’s own document is asked for, signed by the account’s key',
    async run(gateway) {
      gateway.services.push(['https://db.documents.azure.com/dbs/d/colls/c/docs', () => ({ body: { Documents: [] } })])
      assert.equal((await gateway.call({ subscribed: true })).status, 200)
      const [asked] = gateway.asked
      assert.deepEqual(JSON.parse(asked?.body ?? '{}').parameters, [{ name: '@id', value: 'u-1' }])
      const date = asked?.headers.get('x-ms-date') ?? ''
      const said = `post\ndocs\ndbs/d/colls/c\n${date.toLowerCase()}\n\n`
      const signature = createHmac('sha256', Buffer.alloc(64, 9)).update(said).digest('base64')
      assert.equal(decodeURIComponent(asked?.headers.get('Authorization') ?? ''), `type=master&ver=1.0&sig=${signature}`)
    },
  },
  {
    file: 'Trigger Azure Data Factory Pipeline.policy.xml',
    parts: { namedValues: factory },
    promise: 'the pipeline is started with the gateway’s token',
    async run(gateway) {
      await gateway.call({ method: 'POST' })
      const [sent] = gateway.forwarded
      assert.equal(sent?.url, `${run}?api-version=2017-09-01-preview`)
      assert.equal(sent?.headers.get('Authorization'), 'Bearer token-for https://management.azure.com')
    },
  },
  {
    file: 'Trigger Azure Data Factory Pipeline With Parameters.policy.xml',
    parts: { namedValues: factory, template: '/run/{emailAddress}' },
    promise: 'the pipeline is started with the address of the call’s path',
    async run(gateway) {
      await gateway.call({ method: 'POST', path: '/run/ada@example.org' })
      const [sent] = gateway.forwarded
      assert.equal(sent?.url, `${run}?api-version=2017-09-01-preview`)
      assert.deepEqual(JSON.parse(sent?.body ?? '{}'), { UserEmailAddress: 'ada@example.org' })
    },
  },
  {
    file: 'Call out to an HTTP endpoint and cache the response.policy.xml',
    faulty: reformatted(['policy.expression-unclosed', 'policy.xml']),
  },
  {
    file: 'Loopback request for service at same API Management service.xml',
    faulty: reformatted(['CS1026']),
  },
  {
    file: 'Pre-authorize requests based on HTTP method with validate-jwt.policy.xml',
    parts: { namedValues: { 'signing-key': Buffer.alloc(32, 3).toString('base64') } },
    faulty: reformatted(['CS1026', 'CS1513']),
  },
  ...[
    'DELETE a from to blobStorage account.xml',
    'GET a file from blobStorage account.xml',
    'PUT a file to blobStorage account.xml',
  ].map(
    (file): Snippet => ({
      file,
      parts: { namedValues: { 'StorageAccount.Name': 'account', 'Gateway.Name': 'gateway' } },
      faulty: file.startsWith('DELETE') ? { ...notAMethod, codes: ['CS1955'] } : notAMethod,
    }),
  ),
  {
    file: 'Return a blob URL signed with a user delegation SAS token.xml',
    faulty: { why: 'it hands a text to `DateTime.AddSeconds`, which takes a number', codes: ['CS1503'] },
  },
  {
    file: 'Get OAuth2 access token from AAD using client id and certificate using key vault manage identity.xml',
    parts: {
      namedValues: {
        authorizationServer: 'https://login.example/token',
        clientId: 'app',
        KeyVaultName: 'vault',
        CertName: 'cert',
        scope: 'api',
        clientSecret: 's',
        cachetime: '60',
      },
    },
    faulty: { why: 'a named value lacks a brace: `{{cachetime}]`', codes: ['policy.bad-value'] },
  },
]

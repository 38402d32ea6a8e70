import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles } from '../testing/temporary-workspace.ts'

const provider = { properties: { identityProvider: 'aad', oauth2: { grantTypes: { clientCredentials: { tenantId: 't' } } } } }

test('gatehouse.yaml describes credential providers with their accounts', async t => {
  const { catalog, faults } = await loadFiles(t, {
    'gatehouse.yaml': `connections:
  github:
    identityProvider: GitHub
    grant: authorizationCode
    clientId: me
    clientSecret: '{{secret}}'
    scopes: read:org
    accounts:
      bot:
      orders: { scopes: repo, access: [{ objectId: AB, tenantId: CD, appIds: [EF] }] }
  bank: { displayName: The bank, identityProvider: oauth2, grant: clientCredentials, clientId: me, tokenUrl: https://bank.example/token }
`,
    'authorization providers/entra/authorizationProviderInformation.json': provider,
    'authorization providers/entra/authorizations/app/authorizationInformation.json': {
      properties: { oauth2grantType: 'ClientCredentials', parameters: { clientId: 'me', empty: '' } },
    },
  })
  assert.deepEqual(faults, [])
  const [entra, github, bank] = catalog.credentialProviders ?? []
  assert.deepEqual([entra?.name, entra?.connections[0]?.parameters], ['entra', new Map([['clientId', 'me']])])
  assert.deepEqual([github?.identityProvider, github?.displayName, bank?.displayName], ['github', 'github', 'The bank'])
  assert.deepEqual(
    github?.grants.authorizationCode,
    new Map([
      ['clientId', 'me'],
      ['clientSecret', '{{secret}}'],
      ['scopes', 'read:org'],
    ]),
  )
  assert.deepEqual(github?.connections, [
    { name: 'bot', grant: 'authorizationCode', parameters: new Map(), accessPolicies: [] },
    {
      name: 'orders',
      grant: 'authorizationCode',
      parameters: new Map([['scopes', 'repo']]),
      accessPolicies: [{ name: '1', objectId: 'ab', tenantId: 'cd', appIds: ['ef'] }],
    },
  ])
  assert.deepEqual(
    bank?.connections.map(({ name, grant }) => [name, grant]),
    [['default', 'clientCredentials']],
  )
})

test('faults of connections have their places', async t => {
  const { faults } = await loadFiles(t, {
    'gatehouse.yaml': `connections:
  entra: { identityProvider: aad, grant: implicit }
  bank: { identityProvider: oauth2 }
  shop: { identityProvider: oauth2, clientId: me, grant: clientCredentials, secret: x, accounts: { a: { access: [{ objectId: x }] } } }
`,
    'authorizationProviders/entra/authorizationProviderInformation.json': provider,
    'authorizationProviders/empty/authorizationProviderInformation.json': { properties: { identityProvider: 'x', oauth2: {} } },
    'authorizationProviders/entra/authorizations/person/authorizationInformation.json': {
      properties: { oauth2grantType: 'AuthorizationCode' },
    },
  })
  assert.deepEqual([...faults].sort(), [
    'authorizationProviders/empty/authorizationProviderInformation.json:1:1 error value.missing',
    'authorizationProviders/entra/authorizations/person/authorizationInformation.json:3:24 error value.choice',
    'gatehouse.yaml:2:10 error name.duplicate',
    'gatehouse.yaml:2:42 error value.choice',
    'gatehouse.yaml:3:9 error value.missing',
    'gatehouse.yaml:4:114 error value.missing',
    'gatehouse.yaml:4:77 error key.unknown',
    'gatehouse.yaml:4:9 warning connection.incomplete',
  ])
})

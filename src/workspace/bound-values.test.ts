import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadFiles } from './testing/temporary-workspace.ts'
import { parseSecretIdentifier } from './vault-secret.ts'

const artifact = (properties: object) => JSON.stringify({ properties })
const vault = 'https://contoso-vault.vault.azure.net/secrets/payments'

test('named values come from gatehouse.yaml, the environment, files and key vaults, over what the artifacts say', async t => {
  const { catalog, faults, folder } = await loadFiles(
    t,
    {
      'gatehouse.yaml': `namedValues:
  color: { value: blue }
  Payments-Key: { environment: PAYMENTS_KEY }
  from-file: { file: secrets/word }
  in-vault: { keyVault: ${vault} }
  by-identity: { keyVault: { secretIdentifier: ${vault}, identityClientId: 11111111-2222-4333-8444-555555555555 } }
  open: { environment: OPEN, secret: false }
`,
      'secrets/word': 'from the file\n',
      'named values/color/namedValueInformation.json': artifact({ displayName: 'color', value: 'red', secret: false }),
      'named values/pk/namedValueInformation.json': artifact({ displayName: 'Payments-Key', secret: true }),
      'named values/kv/namedValueInformation.json': artifact({
        displayName: 'kv',
        secret: true,
        keyVault: { secretIdentifier: vault },
      }),
    },
    { env: { PAYMENTS_KEY: 'k3y', OPEN: 'o' } },
  )
  assert.deepEqual(faults, [])
  const found = Object.fromEntries(catalog.namedValues.map(({ displayName, file: _, name: __, ...rest }) => [displayName, rest]))
  const secret = { kind: 'keyVault', vault: 'https://contoso-vault.vault.azure.net', secret: 'payments' }
  assert.deepEqual(found, {
    color: { value: 'blue', secret: false },
    kv: { secret: true, source: secret },
    'Payments-Key': { value: 'k3y', secret: true },
    'from-file': { value: 'from the file', secret: true, source: { kind: 'file', path: join(folder, 'secrets/word') } },
    'in-vault': { secret: true, source: secret },
    'by-identity': { secret: true, source: { ...secret, clientId: '11111111-2222-4333-8444-555555555555' } },
    open: { value: 'o', secret: false },
  })
})

test('an environment’s value stands over an artifact’s key vault, and gatehouse.yaml over both', async t => {
  const files = {
    'configuration.dev.yaml': 'namedValues: [{ name: kv, properties: { value: local } }]',
    'named values/kv/namedValueInformation.json': artifact({
      displayName: 'kv',
      secret: true,
      keyVault: { secretIdentifier: vault },
    }),
  }
  const environment = { environment: 'dev' }
  const { catalog } = await loadFiles(t, files, environment)
  assert.deepEqual([catalog.namedValues[0]?.value, catalog.namedValues[0]?.source], ['local', undefined])
  const bound = await loadFiles(t, { ...files, 'gatehouse.yaml': 'namedValues: { kv: { value: mine } }' }, environment)
  assert.deepEqual([bound.catalog.namedValues[0]?.value, bound.catalog.namedValues[0]?.secret], ['mine', true])
})

test('sources that lead nowhere are warnings, malformed ones are errors, each at its place', async t => {
  const yaml = `namedValues:
  none: {}
  both: { value: a, environment: B }
  unset: { environment: NONE }
  gone: { file: nowhere }
  elsewhere: { keyVault: https://vault.example/secrets/s }
  'a name': { value: x }
  misspelled: { enviroment: X }
`
  const { faults } = await loadFiles(t, { 'gatehouse.yaml': yaml, 'policy.xml': '<policies />' })
  assert.deepEqual(faults, [
    'gatehouse.yaml:2:9 error value.missing',
    'gatehouse.yaml:3:9 error value.missing',
    'gatehouse.yaml:4:25 warning namedValue.unresolved',
    'gatehouse.yaml:5:17 warning namedValue.unresolved',
    'gatehouse.yaml:6:26 error value.format',
    'gatehouse.yaml:7:13 error value.format',
    'gatehouse.yaml:8:17 error key.unknown',
    'gatehouse.yaml:8:15 error value.missing',
  ])
})

test('only secrets of Azure’s own vaults are followed: a token for one goes nowhere else', () => {
  assert.deepEqual(parseSecretIdentifier(`${vault}/0123456789abcdef0123456789abcdef`), {
    kind: 'keyVault',
    vault: 'https://contoso-vault.vault.azure.net',
    secret: 'payments',
    version: '0123456789abcdef0123456789abcdef',
  })
  for (const text of [
    'http://contoso-vault.vault.azure.net/secrets/s',
    'https://contoso-vault.vault.azure.net.example/secrets/s',
    'https://contoso-vault.vault.azure.net:444/secrets/s',
    'https://vault.azure.net/secrets/s',
    'https://a.b.vault.azure.net/secrets/s',
    'https://user@contoso-vault.vault.azure.net/secrets/s',
    'https://contoso-vault.vault.azure.net/keys/s',
    'https://contoso-vault.vault.azure.net/secrets/../keys',
  ])
    assert.equal(parseSecretIdentifier(text), undefined, text)
})

test('the stand-in for key vaults is reached by TLS or on this machine, since tokens go there', async t => {
  const load = (address: string) =>
    loadFiles(t, {
      'gatehouse.yaml': `secrets: { refreshInterval: 60, keyVaultAddress: "${address}" }`,
      'policy.xml': '<policies />',
    })
  const { catalog, faults } = await load('http://127.0.0.1:9700/')
  assert.deepEqual([faults, catalog.settings.secrets], [[], { refreshInterval: 60, keyVaultAddress: 'http://127.0.0.1:9700' }])
  for (const address of ['http://10.0.0.1:9700', 'ftp://127.0.0.1', 'nowhere'])
    assert.deepEqual((await load(address)).faults, ['gatehouse.yaml:1:50 error value.format'])
})

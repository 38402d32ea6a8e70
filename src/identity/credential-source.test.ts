import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentialSourceOf } from './credential-source.ts'

const entra = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client' }
const appService = { IDENTITY_ENDPOINT: 'http://127.0.0.1:41/msi/token', IDENTITY_HEADER: 'header' }

test('a secret comes before federation, federation before App Service, and the metadata service last', () => {
  const kind = (env: Record<string, string>) => credentialSourceOf({ env }).kind
  const federation = { AZURE_FEDERATED_TOKEN_FILE: '/var/token' }
  assert.equal(kind({ ...entra, ...federation, ...appService, AZURE_CLIENT_SECRET: 's' }), 'secret')
  assert.equal(kind({ ...entra, ...federation, ...appService }), 'workload')
  assert.equal(kind({ ...entra, ...appService }), 'app-service')
  assert.equal(kind({ AZURE_CLIENT_SECRET: 'a secret without its tenant' }), 'imds')
})

test('the authority host of a sovereign cloud is asked in place of the public one', () => {
  const env = { ...entra, AZURE_CLIENT_SECRET: 's', AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us/' }
  const source = credentialSourceOf({ env })
  assert.ok(source.kind === 'secret')
  assert.equal(source.tokenEndpoint, 'https://login.microsoftonline.us/tenant/oauth2/v2.0/token')
})

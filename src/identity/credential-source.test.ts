import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayCredential } from '../catalog/settings.ts'
import { issue } from '../expressions/runtime/data/testing/make-certificates.ts'
import { credentialSourceOf, ownCredential, workloadSourceOf } from './credential-source.ts'

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

test('a credential of the workspace comes before the environment, an application of the local directory before that', () => {
  const own = issue({ subject: 'gateway' })
  const settings = (credential: GatewayCredential) => ({
    settings: { identity: { tenant: 'bound', credential } },
    certificates: [{ id: 'gateway', thumbprint: '', subject: '', notBefore: 0, notAfter: 0, chain: [own.cert], key: own.key }],
  })
  const env = { AZURE_TENANT_ID: 'e', AZURE_CLIENT_ID: 'e', AZURE_CLIENT_SECRET: 'e' }
  const bySecret = ownCredential(settings({ clientId: 'app', secret: 'hush' }))
  assert.ok(bySecret !== undefined)
  assert.deepEqual(credentialSourceOf({ env, credential: bySecret }), {
    kind: 'secret',
    tokenEndpoint: 'https://login.microsoftonline.com/bound/oauth2/v2.0/token',
    clientId: 'app',
    secret: 'hush',
  })
  const byCertificate = ownCredential(settings({ clientId: 'app', tenant: 'other', certificateId: 'gateway' }))
  assert.ok(byCertificate !== undefined)
  const source = credentialSourceOf({ env, credential: byCertificate })
  assert.ok(source.kind === 'certificate')
  assert.deepEqual(
    [source.tokenEndpoint, source.certificate],
    ['https://login.microsoftonline.com/other/oauth2/v2.0/token', own.cert],
  )
})

test('the workload’s identity is that of federation alone', () => {
  const env = {
    AZURE_TENANT_ID: 't',
    AZURE_CLIENT_ID: 'c',
    AZURE_CLIENT_SECRET: 's',
    IDENTITY_ENDPOINT: 'i',
    IDENTITY_HEADER: 'h',
  }
  assert.equal(workloadSourceOf({ env }).kind, 'none')
  const federated = workloadSourceOf({ env: { ...env, AZURE_FEDERATED_TOKEN_FILE: '/token' } })
  assert.ok(federated.kind === 'workload' && federated.tokenFile === '/token')
})

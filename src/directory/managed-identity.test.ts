import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { credentialSourceOf } from '../identity/credential-source.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { ManagedIdentity } from '../identity/managed-identity.ts'
import { archive, colors, domain, gazette, tenantId } from './testing/gazette.ts'
import { runDirectory } from './testing/running.ts'

test('an application of the directory stands for the managed identity, and gets Entra’s tokens of its roles', async () => {
  await using running = await runDirectory()
  const { address, caPem } = running.directory
  const fetching = createIdentityFetch({ local: { tenant: { id: tenantId, domain }, directory: { ...address, caPem } } })
  const source = credentialSourceOf({
    env: { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 'of somebody else' },
    directory: gazette,
    application: archive.displayName,
  })
  const identity = new ManagedIdentity({ source, exchange: fetching.exchange, readText: async () => '', now: Date.now })
  const token = await identity.token('https://colors.example/')
  assert.ok(token.kind === 'token')
  const claims = decodeJwt(token.token)
  assert.deepEqual([claims.aud, claims.appid, claims.roles], ['https://colors.example/', archive.appId, ['Color.Members']])
  const byAppId = await identity.token(colors.appId, archive.appId.toUpperCase())
  assert.equal(byAppId.kind, 'token')
  const unknown = await identity.token('api://colors', '00000000-0000-0000-0000-000000000009')
  assert.ok(unknown.kind === 'failure')
  assert.match(unknown.message, /no application/)
  await fetching.close()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, catalog, operation, settings } from '../../gateway/testing/catalog.ts'
import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import { callerAccess } from './caller-access.ts'

const operations = [operation('list', 'GET', '/größe und mehr'), operation('odd', 'ODD', '/odd')]
const workspace = catalog('/nowhere', {
  settings: settings('/nowhere', { maxHeaderBytes: 1024 }),
  apis: [api('orders', 'orders', operations, { serviceUrl: 'http://backend.invalid' })],
})
const options = {
  catalog: workspace,
  tokens: createTokenVerifier({ fetch: () => Promise.reject(new Error('no network in this test')) }),
  identity: 'none',
} as const

const access = async (token: string) =>
  (await callerAccess(workspace, options, async () => ({ token }))).map(({ may, reason }) => `${may} ${reason}`)

test('a caller may call what the gateway reads of them: no head that is too large, no method that it does not know', async () => {
  assert.deepEqual(await access('short'), ['true allowed', 'false request.malformed'])
  assert.equal((await access('x'.repeat(1024)))[0], 'false request.headers-too-large')
})

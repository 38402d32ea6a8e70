import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issue } from '../../expressions/runtime/data/testing/make-certificates.ts'
import { loadFiles } from '../testing/temporary-workspace.ts'

const own = issue({ subject: 'gateway' })
const certificates = 'certificates:\n  gateway: { certificate: both.pem }\n  public: { certificate: own.pem }\n'
const files = { 'both.pem': own.cert + own.keyPem, 'own.pem': own.cert }
const tenant = '5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10'

test('the gateway’s own application is proven by a secret that stands elsewhere, or by a certificate of the workspace', async t => {
  const load = (credential: string) =>
    loadFiles(
      t,
      { 'gatehouse.yaml': `identity: { tenant: ${tenant}, credential: ${credential} }\n${certificates}`, ...files },
      { env: { HUSH: 'hush' } },
    )
  const byCertificate = await load('{ clientId: app, certificateId: gateway }')
  assert.deepEqual(
    [byCertificate.faults, byCertificate.catalog.settings.identity.credential],
    [[], { clientId: 'app', certificateId: 'gateway' }],
  )
  const bySecret = await load('{ clientId: app, tenant: contoso.com, secret: { environment: HUSH } }')
  assert.deepEqual(bySecret.catalog.settings.identity.credential, { clientId: 'app', tenant: 'contoso.com', secret: 'hush' })
  const faults = async (credential: string) => (await load(credential)).faults.map(fault => fault.replace(/^\S+:\d+:\d+ /, ''))
  assert.deepEqual(await faults('{ clientId: app }'), ['error value.missing'])
  assert.deepEqual(await faults('{ clientId: app, certificateId: gateway, secret: { environment: HUSH } }'), [
    'error value.missing',
  ])
  assert.deepEqual(await faults('{ certificateId: gateway }'), ['error value.missing'])
  assert.deepEqual(await faults('{ clientId: app, certificateId: public }'), ['error value.missing'])
  assert.deepEqual(await faults('{ clientId: app, certificateId: gateways }'), ['error reference.unknown'])
  assert.deepEqual(await faults('{ clientId: app, secret: plain }'), ['error secret.inSettings'])
})

test('without a tenant anywhere the credential is nobody’s', async t => {
  const { faults } = await loadFiles(t, {
    'gatehouse.yaml': `identity: { credential: { clientId: app, certificateId: gateway } }\n${certificates}`,
    ...files,
  })
  assert.deepEqual(faults, ['gatehouse.yaml:1:25 error value.missing'])
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { issue } from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { startBackend } from '../../src/gateway/testing/backends.ts'
import { startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, temporaryWorkspace } from '../harness/workspace.ts'

const tenant = '5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10'
const clientId = '11111111-2222-4333-8444-555555555555'

test('the gateway proves its application by a certificate of the workspace, and brings its token to the backend', async t => {
  const own = issue({ subject: 'gateway', keyType: 'rsa' })
  const seen: (string | undefined)[] = []
  const backend = await startBackend((request, response) => {
    seen.push(request.headers.authorization)
    response.end('done')
  })
  const workspace = await temporaryWorkspace({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }
identity:
  tenant: ${tenant}
  directory: ./directory.yaml
  listen: 127.0.0.1:0
  credential: { clientId: ${clientId}, certificateId: gateway }
certificates:
  gateway: { certificate: both.pem }
`,
    'both.pem': own.cert + own.keyPem,
    'directory.yaml': `tenant: { id: ${tenant}, domain: contoso.onmicrosoft.com, displayName: Contoso }
applications:
  - { displayName: Backend, identifierUris: [api://backend], api: { requestedAccessTokenVersion: 2 } }
  - displayName: Gateway
    appId: ${clientId}
    keyCredentials: [{ type: AsymmetricX509Cert, usage: Verify, key: ${own.certificate.raw.toString('base64')} }]
`,
    'policy.xml':
      '<policies><inbound><authentication-managed-identity resource="api://backend" /></inbound><backend><forward-request /></backend><outbound /><on-error /></policies>',
    ...artifactsOf('one', { x: '/x' }, { serviceUrl: backend.url }),
  })
  const running = await startGatehouse(workspace.folder)
  t.after(async () => {
    await running.stop()
    await Promise.all([backend.close(), workspace.remove()])
  })
  const answer = await fetch(`${running.gateway}/one/x`)
  assert.equal(`${answer.status} ${await answer.text()}`, '200 done', running.log())
  const [scheme, token = ''] = seen[0]?.split(' ') ?? []
  assert.equal(scheme, 'Bearer')
  const { azp, azpacr, iss } = decodeJwt(token)
  assert.deepEqual([azp, azpacr, iss], [clientId, '2', `https://login.microsoftonline.com/${tenant}/v2.0`])
})

test('a policy that names workload federation brings its token, whatever else the gateway could prove itself with', async t => {
  const seen: (string | undefined)[] = []
  const backend = await startBackend((request, response) => {
    seen.push(request.headers.authorization)
    response.end('done')
  })
  const forms: URLSearchParams[] = []
  const authority = await startBackend(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    forms.push(new URLSearchParams(text))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: 'of-the-workload', token_type: 'Bearer', expires_in: 3600 }))
  })
  const workspace = await temporaryWorkspace({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }
identity: { tenant: ${tenant}, credential: { clientId: ${clientId}, secret: { file: secret } } }
`,
    secret: 'of-the-settings',
    token: 'the-platform-vouches',
    'policy.xml':
      '<policies><inbound><authentication-managed-identity resource="api://backend" authentication-provider="WorkloadIdentity" /></inbound><backend><forward-request /></backend><outbound /><on-error /></policies>',
    ...artifactsOf('one', { x: '/x' }, { serviceUrl: backend.url }),
  })
  const running = await startGatehouse(workspace.folder, [], {
    AZURE_TENANT_ID: tenant,
    AZURE_CLIENT_ID: 'workload-client',
    AZURE_AUTHORITY_HOST: authority.url,
    AZURE_FEDERATED_TOKEN_FILE: join(workspace.folder, 'token'),
  })
  t.after(async () => {
    await running.stop()
    await Promise.all([backend.close(), authority.close(), workspace.remove()])
  })
  assert.equal((await fetch(`${running.gateway}/one/x`)).status, 200, running.log())
  assert.deepEqual(seen, ['Bearer of-the-workload'])
  assert.deepEqual([forms[0]?.get('client_id'), forms[0]?.get('client_assertion')], ['workload-client', 'the-platform-vouches'])
})

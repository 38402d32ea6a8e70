import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issue, makePfx } from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { startBackend } from '../../src/gateway/testing/backends.ts'
import { command } from '../harness/command.ts'
import { startGatehouse } from '../harness/gatehouse.ts'
import { tlsCall } from '../harness/tls-call.ts'
import { artifactsOf, temporaryWorkspace } from '../harness/workspace.ts'

const root = issue({ subject: 'Company', authority: true })
const server = issue({ subject: 'gateway', issuer: root, dnsNames: ['localhost'] })
const partner = issue({ subject: 'partner', issuer: root })
const stranger = issue({ subject: 'stranger', issuer: root })

const settings = (more = '') => `gateway:
  listen: 127.0.0.1:0
  workers: 1
  tls: { pfx: gateway.pfx, password: { environment: GATEWAY_PFX }, clientCertificate: request }
certificateAuthorities: [root.pem]
certificates:
  partner: { certificate: partner.pem }
${more}`

const files = (backend: string) => ({
  'gatehouse.yaml': settings(),
  'root.pem': root.cert,
  'partner.pem': partner.cert,
  'policy.xml': `<policies><inbound>
  <validate-client-certificate validate-revocation="false">
    <identities><identity thumbprint="${partner.certificate.fingerprint}" /></identities>
  </validate-client-certificate>
</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`,
  ...artifactsOf('one', { x: '/x' }, { serviceUrl: backend }),
})

test('a workspace is served over HTTPS to the caller whose certificate its policy names', async t => {
  const backend = await startBackend((_, response) => response.end('welcome'))
  const workspace = await temporaryWorkspace(files(backend.url))
  await workspace.writeBytes('gateway.pfx', makePfx([server.certificate], server.key, 'hush'))
  process.env.GATEWAY_PFX = 'hush'
  t.after(async () => {
    delete process.env.GATEWAY_PFX
    await Promise.all([backend.close(), workspace.remove()])
  })
  const running = await startGatehouse(workspace.folder)
  t.after(() => running.stop())
  assert.match(running.gateway, /^https:/)
  const call = (client: typeof partner | undefined) =>
    tlsCall({ port: Number(new URL(running.gateway).port), root, path: '/one/x', ...(client === undefined ? {} : { client }) })
  assert.deepEqual(
    [(await call(partner)).body, (await call(stranger)).status, (await call(undefined)).status],
    ['welcome', 401, 401],
  )
  assert.doesNotMatch(running.log(), /hush|PRIVATE KEY/)
  const explain = async (certificate: string) => {
    await workspace.write('shown.pem', certificate)
    const shown = `--certificate=${workspace.folder}/shown.pem`
    return command(['explain', workspace.folder, '--url', '/one/x', shown, '--json'])
  }
  assert.equal(JSON.parse((await explain(partner.cert)).stdout).verdict.reason, 'allowed')
  assert.equal(JSON.parse((await explain(stranger.cert)).stdout).verdict.reason, 'certificate.identity')
  assert.equal((await explain('none')).code, 2)
})

test('what never becomes a connection is none to explain: plain HTTP, and no certificate where one is required', async t => {
  process.env.GATEWAY_PFX = 'hush'
  const workspace = await temporaryWorkspace({
    ...files('http://127.0.0.1:9'),
    'gatehouse.yaml': settings().replace('clientCertificate: request', 'clientCertificate: require'),
    'stranger.pem': issue({ subject: 'stranger', issuer: issue({ subject: 'Another', authority: true }) }).cert,
  })
  t.after(async () => {
    delete process.env.GATEWAY_PFX
    await workspace.remove()
  })
  await workspace.writeBytes('gateway.pfx', makePfx([server.certificate], server.key, 'hush'))
  const explain = (url: string, file?: string) =>
    command([
      'explain',
      workspace.folder,
      '--url',
      url,
      ...(file === undefined ? [] : ['--certificate', `${workspace.folder}/${file}`]),
    ])
  assert.equal((await explain('/one/x', 'partner.pem')).code, 0)
  assert.match((await explain('http://localhost/one/x', 'partner.pem')).stderr, /the gateway speaks HTTPS alone/)
  assert.match((await explain('/one/x')).stderr, /breaks off a connection with no client certificate \(tls\.handshake\)/)
  assert.match((await explain('/one/x', 'stranger.pem')).stderr, /a client certificate of no authority that is named/)
})

test('check tells what is wrong with certificates, place by place, and shows no secret', async t => {
  const workspace = await temporaryWorkspace({
    ...files('http://127.0.0.1:9'),
    'gatehouse.yaml': settings('  absent: { pfx: nowhere.pfx }\n'),
  })
  t.after(() => workspace.remove())
  await workspace.writeBytes('gateway.pfx', makePfx([server.certificate], server.key, 'hush'))
  process.env.GATEWAY_PFX = 'guess'
  t.after(() => void delete process.env.GATEWAY_PFX)
  const { code, stdout } = await command(['check', workspace.folder, '--json'])
  const found: { line: number; column: number; severity: string; code: string }[] = JSON.parse(stdout)
  assert.equal(code, 1)
  assert.deepEqual(found.map(one => `${one.line}:${one.column} ${one.severity} ${one.code}`).sort(), [
    '4:38 error certificate.password',
    '8:18 error file.missing',
  ])
  assert.doesNotMatch(stdout, /guess|hush/)
})

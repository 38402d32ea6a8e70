import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issue } from '../../expressions/runtime/data/testing/make-certificates.ts'
import { loadFiles } from '../testing/temporary-workspace.ts'

const own = issue({ subject: 'own.example' })
const settings = 'certificates:\n  own: { certificate: both.pem }\n  public: { certificate: own.pem }\n'
const files = { 'gatehouse.yaml': settings, 'both.pem': own.cert + own.keyPem, 'own.pem': own.cert }
const thumbprint = own.certificate.fingerprint.replaceAll(':', '')
const id = (name: string) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/x/certificates/${name}`
const backend = (properties: object) => JSON.stringify({ properties: { url: 'https://a.example', ...properties } })
const at = (name: string) => `backends/${name}/backendInformation.json`

test('a backend names its certificate by resource id or thumbprint, and its managed identity', async t => {
  const { catalog, faults } = await loadFiles(t, {
    ...files,
    [at('by-id')]: backend({ credentials: { certificateIds: [id('OWN')] } }),
    [at('by-thumbprint')]: backend({ credentials: { certificate: [own.certificate.fingerprint.toLowerCase()] } }),
    [at('identity')]: backend({ credentials: { managedIdentity: { resource: 'https://a.example', clientId: 'abc' } } }),
    [at('system')]: backend({ credentials: { managedIdentity: { resource: 'https://a.example', clientId: null } } }),
  })
  assert.deepEqual(faults, [])
  assert.deepEqual(
    catalog.backends.map(({ name, credentials }) => [name, credentials?.certificateId ?? credentials?.managedIdentity]),
    [
      ['by-id', 'own'],
      ['by-thumbprint', 'own'],
      ['identity', { resource: 'https://a.example', clientId: 'abc' }],
      ['system', { resource: 'https://a.example' }],
    ],
  )
})

test('a certificate that is not there or has no key, and a second one, are told', async t => {
  const { faults, diagnostics } = await loadFiles(t, {
    ...files,
    [at('absent')]: backend({ credentials: { certificateIds: [id('ownn')] } }),
    [at('keyless')]: backend({ credentials: { certificateIds: [id('public')] } }),
    [at('two')]: backend({ credentials: { certificateIds: [id('own')], certificate: [thumbprint], x: 1 } }),
    [at('differ')]: backend({ credentials: { certificateIds: [id('own'), id('public')] } }),
  })
  assert.deepEqual(faults.map(fault => fault.replace(/:\d+:\d+/, '')).sort(), [
    `${at('absent')} error reference.unknown`,
    `${at('differ')} error value.missing`,
    `${at('differ')} warning backend.unsupported`,
    `${at('keyless')} error value.missing`,
  ])
  assert.match(diagnostics.find(({ code }) => code === 'reference.unknown')?.mend ?? '', /own/)
})

test('a proxy, named server certificates and named values are read; what cannot be is told', async t => {
  const tls = {
    serverCertificateThumbprints: [own.certificate.fingerprint],
    serverX509Names: [{ name: 'CN=a.example', issuerCertificateThumbprint: thumbprint }, { name: 'b.example' }],
  }
  const { catalog, faults } = await loadFiles(t, {
    ...files,
    'named values/key/namedValueInformation.json': JSON.stringify({ properties: { displayName: 'key', value: 'v' } }),
    [at('fine')]: backend({ proxy: { url: 'http://proxy.example:3128', username: 'ada', password: '{{key}}' } }),
    [at('pinned')]: backend({ tls }),
    [at('both')]: backend({ tls, proxy: { url: 'http://proxy.example:3128' } }),
    [at('secure')]: backend({ proxy: { url: 'https://proxy.example' } }),
    [at('short')]: backend({ tls: { serverCertificateThumbprints: ['abc'] } }),
    [at('unnamed')]: backend({ credentials: { header: { 'x-key': ['{{nobody}}', '{{ key }}'] } } }),
    [at('fabric')]: backend({ properties: { serviceFabricCluster: { managementEndpoints: ['https://sf'] } } }),
  })
  const find = (name: string) => catalog.backends.find(one => one.name === name)
  assert.deepEqual(find('fine')?.proxy, { url: 'http://proxy.example:3128', username: 'ada', password: '{{key}}' })
  assert.deepEqual(find('pinned')?.tls.pins, {
    thumbprints: [thumbprint],
    names: [{ name: 'a.example', issuerThumbprint: thumbprint }, { name: 'b.example' }],
  })
  assert.deepEqual(faults.map(fault => fault.replace(/:\d+:\d+/, '')).sort(), [
    `${at('both')} error backend.unsupported`,
    `${at('fabric')} error backend.unsupported`,
    `${at('secure')} error value.format`,
    `${at('short')} error value.format`,
    `${at('unnamed')} error reference.unknown`,
  ])
})

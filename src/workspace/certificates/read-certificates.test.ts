import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { issue, makePfx } from '../../expressions/runtime/data/testing/make-certificates.ts'
import type { LoadOptions } from '../load-workspace.ts'
import { loadFiles } from '../testing/temporary-workspace.ts'

const root = issue({ subject: 'Test root', authority: true })
const own = issue({
  subject: [
    ['2.5.4.6', 'DE'],
    ['2.5.4.10', 'Contoso, Ltd'],
    ['2.5.4.3', 'own.example'],
  ],
  issuer: root,
})
const encrypted = own.key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'open sesame' })

const load = (t: TestContext, yaml: string, files: Record<string, unknown>, env: LoadOptions['env'] = {}) =>
  loadFiles(t, { 'gatehouse.yaml': yaml, ...files }, { env })

test('a PKCS #12 file gives certificate, chain and key, its password from the environment or a file', async t => {
  const pfx = makePfx([root.certificate, own.certificate], own.key, 'hush')
  const yaml = `certificates:
  one: { pfx: one.pfx, password: { environment: SECRET } }
  two: { pfx: one.pfx, password: { file: secret.txt } }
`
  const { catalog, faults } = await load(t, yaml, { 'one.pfx': pfx, 'secret.txt': 'hush\n' }, { SECRET: 'hush' })
  assert.deepEqual(faults, [])
  assert.deepEqual(
    catalog.certificates.map(({ id, thumbprint, subject, notAfter }) => ({ id, thumbprint, subject, notAfter })),
    ['one', 'two'].map(id => ({
      id,
      thumbprint: own.certificate.fingerprint.replaceAll(':', ''),
      subject: 'CN=own.example, O="Contoso, Ltd", C=DE',
      notAfter: Date.parse(own.certificate.validTo),
    })),
  )
  const [one] = catalog.certificates
  assert.deepEqual(one?.chain, [own.cert, root.cert])
  assert.ok(one?.key !== undefined && own.certificate.checkPrivateKey(one.key))
})

test('PEM files give the same, with an encrypted key, with the key in one file, and without a key', async t => {
  const yaml = `certificates:
  encrypted: { certificate: own.pem, key: own.key, password: { environment: SECRET } }
  together: { certificate: both.pem }
  public: { certificate: own.der }
`
  const files = { 'own.pem': own.cert, 'own.key': encrypted, 'both.pem': own.keyPem + own.cert, 'own.der': own.certificate.raw }
  const { catalog, faults } = await load(t, yaml, files, { SECRET: 'open sesame' })
  assert.deepEqual(faults, [])
  assert.deepEqual(
    catalog.certificates.map(({ id, key }) => [id, key !== undefined && own.certificate.checkPrivateKey(key)]),
    [
      ['encrypted', true],
      ['together', true],
      ['public', false],
    ],
  )
})

test('each fault is told with its place, and none of them shows a secret', async t => {
  const yaml = `certificates:
  absent: { pfx: nowhere.pfx }
  wrong: { pfx: one.pfx, password: { environment: SECRET } }
  unset: { pfx: one.pfx, password: { environment: NOBODY } }
  plain: { pfx: one.pfx, password: sesame }
  damaged: { pfx: own.pem }
  closed: { certificate: own.pem, key: own.key }
  other: { certificate: own.pem, key: root.key }
  both: { pfx: one.pfx, certificate: own.pem }
  typo: { certificat: own.pem }
  "a b": { certificate: own.pem }
`
  const files = {
    'one.pfx': makePfx([own.certificate], own.key, 'hush'),
    'own.pem': own.cert,
    'own.key': encrypted,
    'root.key': root.keyPem,
  }
  const { faults, diagnostics } = await load(t, yaml, files, { SECRET: 'guess' })
  assert.deepEqual([...faults].sort(), [
    'gatehouse.yaml:10:11 error key.unknown',
    'gatehouse.yaml:10:9 error value.missing',
    'gatehouse.yaml:11:3 error value.format',
    'gatehouse.yaml:2:18 error file.missing',
    'gatehouse.yaml:3:36 error certificate.password',
    'gatehouse.yaml:4:51 error secret.missing',
    'gatehouse.yaml:5:36 error secret.inSettings',
    'gatehouse.yaml:6:19 error certificate.unreadable',
    'gatehouse.yaml:7:11 error certificate.password',
    'gatehouse.yaml:8:25 error certificate.keyMismatch',
    'gatehouse.yaml:9:9 error value.missing',
  ])
  assert.doesNotMatch(JSON.stringify(diagnostics), /guess|hush|sesame/)
})

test('a certificate that has ended or begins later is a warning', async t => {
  const past = issue({ subject: 'past', notAfter: new Date('2020-02-03T00:00:00Z'), notBefore: new Date('2019-01-01T00:00:00Z') })
  const future = issue({ subject: 'future', notBefore: new Date('2999-01-01'), notAfter: new Date('2999-02-01') })
  const yaml = 'certificates:\n  past: { certificate: past.pem }\n  future: { certificate: future.pem }\n'
  const { faults, diagnostics, catalog } = await load(t, yaml, { 'past.pem': past.cert, 'future.pem': future.cert })
  assert.deepEqual([...faults].sort(), [
    'gatehouse.yaml:2:24 warning certificate.expired',
    'gatehouse.yaml:3:26 warning certificate.notYetValid',
  ])
  assert.match(diagnostics.map(({ message }) => message).join(), /ended on 2020-02-03/)
  assert.equal(catalog.certificates.length, 2)
})

test('authorities are read one by one, and only certificates that may vouch for others are', async t => {
  const second = issue({ subject: 'Second root', authority: true })
  const files = { 'roots.pem': root.cert + second.cert, 'own.pem': own.cert }
  const good = await load(t, 'certificateAuthorities: [roots.pem]\n', files)
  assert.deepEqual(good.faults, [])
  assert.deepEqual(good.catalog.certificateAuthorities, [root.cert, second.cert])
  const bad = await load(t, 'certificateAuthorities: [own.pem, gone.pem]\n', files)
  assert.deepEqual([...bad.faults].sort(), [
    'gatehouse.yaml:1:26 error certificate.notAuthority',
    'gatehouse.yaml:1:35 error file.missing',
  ])
})

test('the listener’s TLS has a certificate with its key, and authorities when callers must show one', async t => {
  const files = { 'own.pem': own.cert + root.cert, 'own.key': own.keyPem, 'root.pem': root.cert }
  const yaml =
    'gateway:\n  tls: { certificate: own.pem, key: own.key, clientCertificate: require, clientAuthorities: [root.pem], minVersion: TLSv1.3 }\n'
  const { catalog, faults } = await load(t, yaml, files)
  assert.deepEqual(faults, [])
  const { key, ...rest } = catalog.settings.gateway.tls ?? assert.fail('no TLS was read')
  assert.ok(own.certificate.checkPrivateKey(key))
  assert.deepEqual(rest, {
    chain: [own.cert, root.cert],
    clientCertificate: 'require',
    clientAuthorities: [root.cert],
    minVersion: 'TLSv1.3',
  })
  const open = await load(t, 'gateway:\n  tls: { certificate: own.pem, key: own.key, clientCertificate: require }\n', files)
  assert.deepEqual(open.faults, ['gatehouse.yaml:2:65 error value.missing'])
  const keyless = await load(t, 'gateway:\n  tls: { certificate: root.pem }\n', files)
  assert.deepEqual(keyless.faults, ['gatehouse.yaml:2:8 error value.missing'])
})

test('a catalog that is printed shows no private key, and a worker gets it whole', async t => {
  const { catalog } = await load(t, 'certificates: { own: { certificate: both.pem } }\n', { 'both.pem': own.cert + own.keyPem })
  const secret = own.key.export({ format: 'jwk' }).d ?? ''
  const printed = inspect(catalog, { depth: 10, showHidden: true }) + JSON.stringify(catalog)
  assert.doesNotMatch(printed, /PRIVATE KEY/)
  assert.ok(!printed.includes(secret))
  const [copy] = structuredClone(catalog).certificates
  assert.ok(copy?.key !== undefined && new X509Certificate(own.cert).checkPrivateKey(copy.key))
  assert.ok(createPrivateKey(copy.key.export({ format: 'pem', type: 'pkcs8' })))
})

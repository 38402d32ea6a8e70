import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stateFolder } from '../testing/gazette.ts'
import { openSigningKeys, rollOver } from '../tokens/signing-keys.ts'
import { makeServerCertificate, openAuthority } from './authority.ts'

test('an authority is made once and kept, its key for the owner alone', () => {
  const state = stateFolder()
  const first = openAuthority(state, Date.now())
  assert.equal(openAuthority(state, Date.now()).caPem, first.caPem)
  assert.ok(!first.caPem.includes('PRIVATE'))
  assert.equal(statSync(join(state, 'ca-key.pem')).mode & 0o777, 0o600)
  const ca = new X509Certificate(first.caPem)
  assert.ok(ca.ca && ca.verify(ca.publicKey))
})

test('a server certificate is by that authority and for the names asked', () => {
  const state = stateFolder()
  const ca = new X509Certificate(openAuthority(state, Date.now()).caPem)
  const made = makeServerCertificate(state, { dnsNames: ['localhost'], addresses: ['127.0.0.1', '::1'] }, Date.now())
  const certificate = new X509Certificate(made.cert)
  assert.ok(certificate.checkIssued(ca) && certificate.verify(ca.publicKey) && !certificate.ca)
  assert.equal(certificate.checkHost('localhost'), 'localhost')
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1')
  assert.equal(certificate.checkHost('example.org'), undefined)
})

test('signing keys are kept, and at rollover the key published ahead takes over while the former stays', () => {
  const state = stateFolder()
  const before = openSigningKeys(state, 1000)
  assert.equal(openSigningKeys(state, 2000).signing.kid, before.signing.kid)
  assert.equal(statSync(join(state, 'directory-keys.json')).mode & 0o777, 0o600)
  const after = rollOver(state, 3000)
  assert.equal(after.signing.kid, before.all[1]?.kid)
  assert.ok(after.all.some(key => key.kid === before.signing.kid))
  assert.equal(openSigningKeys(state, 4000).signing.kid, after.signing.kid)
  assert.notEqual(openSigningKeys(state, 4000 + 91 * 86_400_000, 90 * 86_400).signing.kid, after.signing.kid)
})

import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { before, test } from 'node:test'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { clientAuth, type Issued, issue, serverAuth } from '../testing/make-certificates.ts'
import { mutated, randomNumbers } from '../testing/mutated.ts'
import { NetCertificate } from './certificate.ts'
import { findPath, type PathOptions } from './certificate-path.ts'
import { trustStore } from './trust-store.ts'

const now = Date.now()
const year = 366 * 86_400_000
const past = { notBefore: new Date(now - 2 * year), notAfter: new Date(now - year) }

const root = issue({ subject: 'Root', authority: true })
const middle = issue({ subject: 'Middle', issuer: root, authority: { pathLength: 0 } })
const leaf = issue({ subject: 'leaf', issuer: middle })
const trust = trustStore([root.cert])

const pathOf = (of: Issued, offered: readonly Issued[], more: Partial<PathOptions> = {}) =>
  findPath(of.certificate, { offered: offered.map(({ certificate }) => certificate), trust, now, ...more })?.map(each =>
    each.subject.replace('CN=', ''),
  )

before(() => startBudget(100_000_000))

test('a chain is found through what came along, or through what is at hand, and ends at the root', () => {
  assert.deepEqual(pathOf(leaf, [middle]), ['leaf', 'Middle', 'Root'])
  assert.deepEqual(pathOf(leaf, [], { trust: trustStore([root.cert, middle.cert]) }), ['leaf', 'Middle', 'Root'])
  assert.deepEqual(pathOf(root, []), ['Root'])
})

test('without the link, without the root, or with a namesake of the root there is no chain', () => {
  assert.equal(pathOf(leaf, []), undefined)
  assert.equal(pathOf(leaf, [middle, root], { trust: trustStore([]) }), undefined)
  assert.equal(pathOf(leaf, [middle], { trust: trustStore([issue({ subject: 'Root', authority: true }).cert]) }), undefined)
  // a link that is at hand is no root
  assert.equal(pathOf(leaf, [], { trust: trustStore([middle.cert]) }), undefined)
})

test('a certificate that is no authority vouches for nobody', () => {
  const forged = issue({ subject: 'forged', issuer: leaf })
  assert.equal(pathOf(forged, [leaf, middle]), undefined)
})

test('an authority vouches for no more authorities than it may', () => {
  const lower = issue({ subject: 'Lower', issuer: middle, authority: true })
  assert.deepEqual(pathOf(lower, [middle]), ['Lower', 'Middle', 'Root'])
  assert.equal(pathOf(issue({ subject: 'deep', issuer: lower }), [lower, middle]), undefined)
})

test('authorities on the way must be valid, the certificate’s own dates are looked at elsewhere', () => {
  const ended = issue({ subject: 'Ended', issuer: root, authority: true, ...past })
  assert.equal(pathOf(issue({ subject: 'a', issuer: ended }), [ended]), undefined)
  assert.deepEqual(pathOf(issue({ subject: 'b', issuer: root, ...past }), []), ['b', 'Root'])
  const old = issue({ subject: 'Old root', authority: true, ...past })
  assert.equal(pathOf(issue({ subject: 'c', issuer: old }), [], { trust: trustStore([old.cert]) }), undefined)
})

test('a critical extension that is not understood closes the way', () => {
  const nameConstraints = ['2.5.29.30', true, Buffer.from('3000', 'hex')] as const
  const narrow = issue({ subject: 'Narrow', issuer: root, authority: true, extensions: [nameConstraints] })
  assert.equal(pathOf(issue({ subject: 'a', issuer: narrow }), [narrow]), undefined)
  assert.equal(
    pathOf(issue({ subject: 'b', issuer: root, extensions: [['1.2.3.4', true, Buffer.from('0500', 'hex')]] }), []),
    undefined,
  )
  const noted = issue({ subject: 'c', issuer: root, extensions: [['1.2.3.4', false, Buffer.from('0500', 'hex')]] })
  assert.deepEqual(pathOf(noted, []), ['c', 'Root'])
})

test('a usage that is asked for must be allowed all the way', () => {
  const usage = clientAuth
  assert.deepEqual(pathOf(issue({ subject: 'any', issuer: root }), [], { usage }), ['any', 'Root'])
  assert.deepEqual(pathOf(issue({ subject: 'client', issuer: root, usages: [serverAuth, clientAuth] }), [], { usage }), [
    'client',
    'Root',
  ])
  const server = issue({ subject: 'server', issuer: root, usages: [serverAuth] })
  assert.equal(pathOf(server, [], { usage }), undefined)
  assert.deepEqual(pathOf(server, []), ['server', 'Root'])
  const servers = issue({ subject: 'Servers', issuer: root, authority: true, usages: [serverAuth] })
  assert.equal(pathOf(issue({ subject: 'a', issuer: servers }), [servers], { usage }), undefined)
})

test('weak signatures and weak keys lead nowhere', () => {
  assert.equal(pathOf(issue({ subject: 'a', issuer: root, hash: 'sha1' }), []), undefined)
  const weak = issue({ subject: 'Weak', authority: true, keyType: 'weak' })
  const options = { trust: trustStore([weak.cert]) }
  assert.equal(pathOf(issue({ subject: 'b', issuer: weak }), [], options), undefined)
})

test('a key of a kind that nobody knows vouches for nobody', () => {
  // SubjectPublicKeyInfo of the algorithm 1.2.3.4
  const publicKeyInfo = Buffer.from('300b300506032a03040302000f', 'hex')
  const odd = issue({ subject: 'Odd', issuer: root, authority: true, publicKeyInfo })
  assert.throws(() => odd.certificate.publicKey)
  assert.equal(pathOf(issue({ subject: 'a', issuer: odd }), [odd]), undefined)
})

test('certificates that all fit one another cost a bounded number of signatures', () => {
  const mesh: Issued[] = []
  for (let i = 0; i < 30; i++)
    mesh.push(issue({ subject: 'Same', ...(i === 0 ? {} : { issuer: mesh[i - 1]! }), authority: true }))
  const started = performance.now()
  assert.equal(pathOf(mesh.at(-1) ?? root, mesh), undefined)
  assert.ok(performance.now() - started < 2000)
})

test('Verify goes by the workspace’s authorities and by the certificate’s dates', () => {
  const verify = (of: Issued, companions: readonly Issued[], store = trust) =>
    new NetCertificate(
      of.certificate.raw,
      undefined,
      companions.map(each => each.certificate),
      store,
    ).isTrusted(now)
  assert.equal(verify(leaf, [middle]), true)
  assert.equal(verify(leaf, []), false)
  assert.equal(verify(issue({ subject: 'b', issuer: root, ...past }), []), false)
  assert.equal(verify(issue({ subject: 'forged', issuer: leaf }), [leaf, middle]), false)
  assert.equal(new NetCertificate(leaf.certificate.raw).isTrusted(now), false)
})

test('damaged certificates lead nowhere or are no certificates, and nothing else happens', () => {
  const random = randomNumbers(11)
  const text = leaf.certificate.raw.toString('latin1')
  for (let i = 0; i < 500; i++) {
    const bytes = Buffer.from(mutated(text, '\u0000\u0001\u0030\u0082\u00ff', random), 'latin1')
    try {
      const damaged = new X509Certificate(bytes)
      const found = findPath(damaged, { offered: [middle.certificate], trust, now })
      assert.ok(found === undefined || damaged.raw.equals(leaf.certificate.raw), 'a change stays unseen')
    } catch (error) {
      assert.ok(
        error instanceof NetException || (error instanceof Error && 'code' in error && error.code !== 'ERR_ASSERTION'),
        String(error),
      )
    }
  }
})

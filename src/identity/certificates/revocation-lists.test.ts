import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issue, revocationList } from '../../expressions/runtime/data/testing/make-certificates.ts'
import { mutated, randomNumbers } from '../../expressions/runtime/data/testing/mutated.ts'
import { RevocationLists } from './revocation-lists.ts'

const hour = 3_600_000
const root = issue({ subject: 'Root', authority: true })
const rootList = 'http://lists.example/root.crl'
const middleList = 'http://lists.example/middle.crl'
const middle = issue({ subject: 'Middle', issuer: root, authority: true, revocationList: rootList, serial: '4101' })
const leaf = issue({ subject: 'leaf', issuer: middle, revocationList: middleList, serial: '4202' })
const path = [leaf, middle, root].map(({ certificate }) => certificate)

/** Lists at addresses, as a test sets them, and what was asked for. */
function lists(at: Record<string, Uint8Array | undefined>) {
  const clock = { now: Date.now() }
  const asked: string[] = []
  const served = new Map(Object.entries(at))
  const revocations = new RevocationLists({
    now: () => clock.now,
    fetch: async url => {
      asked.push(url)
      return served.get(url)
    },
  })
  return { clock, asked, served, revocations }
}

test('each certificate but the root is looked up in its issuer’s list, once for many calls', async () => {
  const { revocations, asked } = lists({ [rootList]: revocationList(root, ['4100']), [middleList]: revocationList(middle, []) })
  const all = await Promise.all([revocations.statusOf(path), revocations.statusOf(path)])
  assert.deepEqual(all, ['good', 'good'])
  assert.equal(revocations.statusOf(path), 'good') // at once: they are at hand
  assert.deepEqual(asked, [middleList, rootList])
})

test('a certificate on the list, or an authority of it, is revoked', async () => {
  const of = (root_: string[], middle_: string[]) =>
    lists({ [rootList]: revocationList(root, root_), [middleList]: revocationList(middle, middle_) }).revocations.statusOf(path)
  assert.equal(await of([], ['4201', '4202']), 'revoked')
  assert.equal(await of(['4101'], []), 'revoked')
})

test('without a list, with another’s, a forged, an ended or a damaged one nobody can tell', async () => {
  const good = { [rootList]: revocationList(root, []) }
  const of = (list: Uint8Array | undefined) => lists({ ...good, [middleList]: list }).revocations.statusOf(path)
  assert.equal(await of(undefined), 'unknown')
  assert.equal(await of(revocationList(root, [])), 'unknown')
  const namesake = issue({ subject: 'Middle', authority: true })
  assert.equal(await of(revocationList(namesake, [])), 'unknown')
  const past = { thisUpdate: new Date(Date.now() - 3 * hour), nextUpdate: new Date(Date.now() - hour) }
  assert.equal(await of(revocationList(middle, [], past)), 'unknown')
  assert.equal(await of(revocationList(middle, [], { thisUpdate: new Date(Date.now() + hour) })), 'unknown')
  assert.equal(await of(Buffer.from('<html>not here</html>')), 'unknown')
  const damaged = Buffer.from(revocationList(middle, []))
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
  assert.equal(await of(damaged), 'unknown')
  assert.equal(await of(revocationList(middle, []).subarray(0, 40)), 'unknown')
})

test('a certificate that names no list, or none that can be asked for, is unknown, and nobody is asked', async () => {
  const bare = issue({ subject: 'bare', issuer: root })
  const ldap = issue({ subject: 'ldap', issuer: root, revocationList: 'ldap://lists.example/cn=x' })
  const { revocations, asked } = lists({})
  assert.equal(await revocations.statusOf([bare.certificate, root.certificate]), 'unknown')
  assert.equal(await revocations.statusOf([ldap.certificate, root.certificate]), 'unknown')
  assert.deepEqual(asked, [])
})

test('a list is renewed after half its life while it still serves, and a failure is not asked about again at once', async () => {
  const at = Date.now()
  const list = (serials: string[], until: number) =>
    revocationList(middle, serials, { nextUpdate: new Date(at + until), thisUpdate: new Date(at - hour) })
  const { revocations, asked, served, clock } = lists({ [middleList]: list([], 4 * hour) })
  const short = [leaf.certificate, middle.certificate]
  assert.equal(await revocations.statusOf(short), 'good')
  clock.now += 2.5 * hour
  served.set(middleList, list(['4202'], 8 * hour))
  assert.equal(revocations.statusOf(short), 'good') // the old one serves while the new one is on its way
  await new Promise(setImmediate)
  assert.equal(revocations.statusOf(short), 'revoked')
  served.delete(middleList)
  clock.now += 7 * hour
  assert.equal(await revocations.statusOf(short), 'unknown')
  assert.equal(revocations.statusOf(short), 'unknown')
  assert.equal(asked.length, 3)
  clock.now += 31_000
  await revocations.statusOf(short)
  assert.equal(asked.length, 4)
})

test('a list in PEM is read, and one that speaks of authorities alone tells nothing of others', async () => {
  const pem = `-----BEGIN X509 CRL-----\n${Buffer.from(revocationList(middle, ['4202'])).toString('base64')}\n-----END X509 CRL-----\n`
  const { revocations } = lists({ [middleList]: Buffer.from(pem) })
  assert.equal(await revocations.statusOf([leaf.certificate, middle.certificate]), 'revoked')
})

test('a list that names an algorithm which its issuer’s key cannot be used with is none', async () => {
  for (const algorithm of ['1.3.101.112', '1.2.840.113549.1.1.11', '1.2.3.4']) {
    const { revocations } = lists({ [middleList]: revocationList(middle, [], { algorithm }) })
    assert.equal(await revocations.statusOf([leaf.certificate, middle.certificate]), 'unknown', algorithm)
  }
})

test('damaged lists end in “unknown”, nothing else', async () => {
  const random = randomNumbers(7)
  const list = Buffer.from(revocationList(middle, ['4202', '4203'])).toString('latin1')
  for (let i = 0; i < 300; i++) {
    const bytes = Buffer.from(mutated(list, '\u0000\u0001\u0030\u0082\u00ff', random), 'latin1')
    const { revocations } = lists({ [middleList]: bytes })
    const status = await revocations.statusOf([leaf.certificate, middle.certificate])
    // a change that leaves the signed part as it is may be read
    assert.ok(status === 'unknown' || status === 'revoked', status)
  }
})

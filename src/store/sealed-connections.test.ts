import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { SealedConnections } from './sealed-connections.ts'
import { StoreUnusable } from './store-file.ts'

const kept = {
  token: { accessToken: 'very-secret', refreshToken: 'more-secret', claims: { scope: 'a' }, expiresAt: 5 },
  fingerprint: 'f',
  grantedAt: 1,
}

function stateFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-vault-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('what is kept is read again by others, and stands nowhere in the clear', t => {
  const state = stateFolder(t)
  const [one, other] = [new SealedConnections(state), new SealedConnections(state)]
  one.save('github/me', kept)
  assert.deepEqual(other.read('github/me'), kept)
  assert.equal(other.read('github/you'), undefined)
  for (const name of readdirSync(state)) {
    assert.doesNotMatch(readFileSync(join(state, name), 'latin1'), /very-secret|more-secret/)
    assert.equal(statSync(join(state, name)).mode & 0o77, 0, name)
  }
  other.remove('github/me')
  assert.equal(one.read('github/me'), undefined)
  one.close()
  other.close()
})

test('tokens of another key, and of another connection, are not opened', t => {
  const state = stateFolder(t)
  const vault = new SealedConnections(state)
  vault.save('a/b', kept)
  vault.close()
  writeFileSync(join(state, 'connections.key'), Buffer.alloc(32, 7).toString('base64'))
  const later = new SealedConnections(state)
  assert.equal(later.read('a/b'), undefined)
  later.close()
  writeFileSync(join(state, 'connections.key'), 'short')
  assert.throws(() => new SealedConnections(state), /holds no key of 32 bytes/)
})

test('a key that cannot be used is told with its file and the mend, as a database is', t => {
  const state = stateFolder(t)
  const file = join(state, 'connections.key')
  writeFileSync(file, 'short')
  assert.throws(() => new SealedConnections(state), StoreUnusable)
  rmSync(file)
  mkdirSync(file)
  assert.throws(() => new SealedConnections(state), {
    message: /connections\.key cannot be used \(.*\): something else lies there/,
  })
})

test('one renews at a time, until the time it asked for is over', t => {
  const state = stateFolder(t)
  const [one, other] = [new SealedConnections(state), new SealedConnections(state)]
  assert.equal(one.claim('a/b', 0, 10), true)
  assert.equal(other.claim('a/b', 5, 15), false)
  assert.equal(other.claim('a/c', 5, 15), true)
  assert.equal(other.claim('a/b', 10, 20), true)
  other.release('a/b')
  assert.equal(one.claim('a/b', 11, 21), true)
  one.close()
  other.close()
})

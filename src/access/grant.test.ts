import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActiveGrants, approve, deny, type Grant, requestLifetime, revoke, standingAt } from './grant.ts'

const rita = { objectId: 'o-rita', name: 'rita@example.org' }
const ada = { objectId: 'o-ada', name: 'ada@example.org' }

const settings = { maxDuration: 500 }

const asked: Grant = {
  id: 'g1',
  holder: rita,
  role: 'publishers',
  scope: { kind: 'api', name: 'articles' },
  reason: 'the night shift',
  requestedAt: 1000,
  duration: 500,
  state: 'requested',
}

function approved(): Grant {
  const grant = approve(asked, ada, 2000, settings)
  assert.ok(typeof grant !== 'string')
  return grant
}

test('an approved grant is in force from its approval for its duration, and ends by itself', () => {
  const grants = new ActiveGrants([approved()])
  const at = (now: number) => grants.rolesFor('o-rita', 'articles', null, now)
  assert.deepEqual([at(2000), at(2499), at(2500)], [['publishers'], ['publishers'], []])
  assert.equal(standingAt(approved(), 2500), 'ended')
})

test('nobody approves their own request', () => {
  assert.equal(approve(asked, rita, 2000, settings), 'own-request')
})

test('a grant is good for its API in every revision, or its product, and for nobody else', () => {
  const grants = new ActiveGrants([approved(), { ...approved(), scope: { kind: 'product', name: 'partners' }, role: 'admins' }])
  assert.deepEqual(grants.rolesFor('o-rita', 'articles;rev=2', null, 2100), ['publishers'])
  assert.deepEqual(grants.rolesFor('o-rita', 'articles', 'partners', 2100), ['publishers', 'admins'])
  assert.deepEqual(grants.rolesFor('o-rita', 'other', null, 2100), [])
  assert.deepEqual(grants.rolesFor('o-ada', 'articles', 'partners', 2100), [])
})

test('what was decided stays decided, and what was revoked is not in force', () => {
  const denied = deny(asked, ada, 2000)
  assert.ok(typeof denied !== 'string')
  assert.equal(approve(denied, ada, 2001, settings), 'not-requested')
  const revoked = revoke(approved(), ada, 2100)
  assert.ok(typeof revoked !== 'string')
  assert.deepEqual(new ActiveGrants([revoked]).rolesFor('o-rita', 'articles', null, 2200), [])
  assert.equal(revoke(revoked, ada, 2200), 'not-active')
  assert.equal(revoke(approved(), ada, 3000), 'not-active')
})

test('a request that nobody answers expires', () => {
  assert.equal(standingAt(asked, 1000 + requestLifetime), 'expired')
  assert.equal(approve(asked, ada, 1000 + requestLifetime, settings), 'not-requested')
})

test('a request that is for longer than grants may be by now is not approved', () => {
  assert.equal(approve(asked, ada, 2000, { maxDuration: 499 }), 'too-long')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GrantRequest, requestGrant } from './grant-request.ts'

const asked: GrantRequest = {
  id: 'g1',
  holder: { objectId: 'o-rita', name: 'rita@example.org' },
  role: 'publishers',
  scope: { kind: 'api', name: 'articles' },
  reason: 'the “night” shift, für 2 Stunden 🌙',
  duration: 500,
}
const ask = (more: Partial<GrantRequest>) =>
  requestGrant({ ...asked, ...more }, 1000, { approvers: ['admins'], maxDuration: 600 })

test('what is asked for waits from now on', () => {
  assert.deepEqual(ask({}), { ...asked, requestedAt: 1000, state: 'requested' })
})

test('a role and a reason are plain texts of bounded length', () => {
  const faulty = [
    '',
    '  ',
    'a\u001b[2K',
    'a\nb',
    'a\tb',
    'a\u0000',
    'a\u009b',
    'a\u202e',
    'a\u200b',
    'a\ufeffb',
    'a\u2028',
    'a\u2029',
    'a\ud800',
  ]
  for (const text of faulty) {
    assert.equal(ask({ role: text }), 'role-text', JSON.stringify(text))
    assert.equal(ask({ reason: text }), 'reason-text', JSON.stringify(text))
  }
  assert.deepEqual([ask({ role: 'x'.repeat(121) }), ask({ reason: 'x'.repeat(501) })], ['role-text', 'reason-text'])
  assert.ok(typeof ask({ role: 'x'.repeat(120), reason: 'x'.repeat(500) }) === 'object')
})

test('nobody asks for longer than the settings let, nor for no time', () => {
  assert.ok(typeof ask({ duration: 600 }) === 'object')
  for (const duration of [601, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(ask({ duration }), 'too-long')
})

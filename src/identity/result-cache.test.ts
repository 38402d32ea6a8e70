import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResultCache } from './result-cache.ts'
import { rulesFor } from './testing/test-issuer.ts'

const rules = rulesFor()
const result = { kind: 'verified', header: {}, claims: {}, token: '' } as const
const remembered = { result, until: 1000, stands: () => true }

test('a cache holds no more than its bounds, and keeps what is used', () => {
  const cache = new ResultCache(100, 1_000_000)
  cache.set('used', rules, remembered)
  for (let i = 0; i < 10_000; i++) {
    cache.set(`token-${i}`, rules, remembered)
    assert.equal(cache.get('used', rules, 0), result)
  }
  const kept = Array.from({ length: 10_000 }, (_, i) => cache.get(`token-${i}`, rules, 0)).filter(hit => hit !== undefined)
  assert.ok(kept.length <= 100)
})

test('a cache forgets by bytes too', () => {
  const cache = new ResultCache(1000, 10_000)
  cache.set('first', rules, remembered)
  for (let i = 0; i < 6; i++) cache.set(`${i}${'x'.repeat(2000)}`, rules, remembered)
  assert.equal(cache.get('first', rules, 0), undefined)
})

test('what is past its time or no longer stands is forgotten', () => {
  const cache = new ResultCache(2, 1_000_000)
  cache.set('a', rules, remembered)
  assert.equal(cache.get('a', rules, 1000), undefined)
  assert.equal(cache.get('a', rules, 0), undefined)
  cache.set('b', rules, { ...remembered, stands: () => false })
  assert.equal(cache.get('b', rules, 0), undefined)
  assert.equal(cache.get('a', rulesFor(), 0), undefined)
})

test('a token with the same end is another token', () => {
  const cache = new ResultCache(100, 1_000_000)
  const end = 'e'.repeat(100)
  cache.set(`a${end}`, rules, remembered)
  assert.equal(cache.get(`b${end}`, rules, 0), undefined)
  assert.equal(cache.get(`a${end}`, rules, 0), result)
})

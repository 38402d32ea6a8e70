import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenVerifier } from './create-token-verifier.ts'
import { frozen, jwkOf, rsaKey, rulesFor, sign, TestWeb } from './testing/test-issuer.ts'
import { noStatistics } from './token-verifier.ts'

test('a verifier keeps count of tokens it knew, tokens it judged, and fetches of keys', async () => {
  const key = rsaKey()
  const web = new TestWeb().publish([jwkOf(key)])
  const statistics = noStatistics()
  const verifier = createTokenVerifier({ fetch: web.fetch, statistics })
  const [rules, token] = [rulesFor(), await sign(key)]
  for (let i = 0; i < 3; i++) await verifier.verify(token, rules, frozen)
  assert.deepEqual(statistics, { hits: 2, misses: 1, keyFetches: 1, keyFailures: 0 })
  web.down = true
  const unknown = await sign(rsaKey('key-2'))
  await verifier.verify(unknown, rules, frozen + 60_000)
  assert.deepEqual(statistics, { hits: 2, misses: 2, keyFetches: 1, keyFailures: 1 })
})

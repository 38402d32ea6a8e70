import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenVerifier } from './create-token-verifier.ts'
import { frozen, goodClaims, jwkOf, rsaKey, rulesFor, sign, TestWeb } from './testing/test-issuer.ts'
import type { TokenVerifier } from './token-verifier.ts'

const [first, second] = [rsaKey('key-1'), rsaKey('key-2')]
const hour = 3_600_000
const rules = rulesFor()
const lasting = { ...goodClaims, exp: (frozen + 30 * 86_400_000) / 1000 }

async function reason(verifier: TokenVerifier, token: string, now: number): Promise<string> {
  const result = await verifier.verify(token, rules, now)
  return result.kind === 'verified' ? 'verified' : result.reason
}

/** Lets a refresh in the background come to its end. */
const settle = () => new Promise(resolve => setImmediate(resolve))

test('many tokens at once fetch the keys once, and a token seen before is answered at once', async () => {
  const web = new TestWeb().publish([jwkOf(first)])
  const verifier = createTokenVerifier({ fetch: web.fetch })
  const tokens = await Promise.all([1, 2, 3, 4].map(n => sign(first, { ...goodClaims, n })))
  const results = await Promise.all(tokens.map(token => verifier.verify(token, rules, frozen)))
  assert.ok(results.every(result => result.kind === 'verified'))
  assert.equal(web.asked.length, 2)
  const again = verifier.verify(tokens[0] ?? '', rules, frozen)
  assert.ok(!(again instanceof Promise))
  assert.equal(again, results[0])
})

test('a remembered result ends with the token, and other rules judge anew', async () => {
  const web = new TestWeb().publish([jwkOf(first)])
  const verifier = createTokenVerifier({ fetch: web.fetch })
  const token = await sign(first)
  assert.equal(await reason(verifier, token, frozen), 'verified')
  assert.equal(await reason(verifier, token, frozen + hour), 'token.expired')
  const other = await verifier.verify(token, rulesFor({ audiences: ['api://other'] }), frozen)
  assert.ok(other.kind === 'refused' && other.reason === 'token.audience')
})

test('keys that cannot be reached and were never there make a token unjudged, and that is not remembered', async () => {
  const web = new TestWeb().publish([jwkOf(first)])
  web.down = true
  const verifier = createTokenVerifier({ fetch: web.fetch })
  const token = await sign(first)
  assert.equal(await reason(verifier, token, frozen), 'keys.unreachable')
  web.down = false
  assert.equal(await reason(verifier, token, frozen + 999), 'keys.unreachable', 'not asked again within the floor')
  assert.equal(await reason(verifier, token, frozen + 1000), 'verified')
})

test('tries after failures come further and further apart', async () => {
  const web = new TestWeb()
  web.down = true
  const verifier = createTokenVerifier({ fetch: web.fetch })
  const token = await sign(first)
  for (let at = 0; at <= 60_000; at += 500) await verifier.verify(token, rules, frozen + at)
  assert.equal(web.asked.length, 6) // at 0, 1, 3, 7, 15 and 31 s; from then on each 30 s
})

test('known keys live through an outage, for a time', async () => {
  const web = new TestWeb().publish([jwkOf(first)])
  const verifier = createTokenVerifier({ fetch: web.fetch })
  assert.equal(await reason(verifier, await sign(first, lasting), frozen), 'verified')
  web.down = true
  const day = 24 * hour
  assert.equal(await reason(verifier, await sign(first, { ...lasting, n: 1 }), frozen + 2 * day), 'verified')
  await settle()
  const late = frozen + 3 * day
  assert.equal(await reason(verifier, await sign(first, { ...lasting, n: 2 }), late), 'keys.unreachable')
  assert.equal(await reason(verifier, await sign(first, lasting), late + 1), 'keys.unreachable', 'a remembered token neither')
})

test('an unknown key id fetches the keys anew, with a floor between two tries', async () => {
  const web = new TestWeb().publish([jwkOf(first)])
  const verifier = createTokenVerifier({ fetch: web.fetch })
  assert.equal(await reason(verifier, await sign(first), frozen), 'verified')
  const rolled = await sign(second)
  assert.equal(await reason(verifier, rolled, frozen + 5000), 'token.key-unknown')
  assert.equal(web.asked.length, 2)
  web.publish([jwkOf(first), jwkOf(second)])
  assert.equal(await reason(verifier, rolled, frozen + 10_000), 'verified')
  assert.equal(web.asked.length, 4)
})

test('an unknown key id during an outage is not judged, known ones still are', async () => {
  const web = new TestWeb().publish([jwkOf(first)])
  const verifier = createTokenVerifier({ fetch: web.fetch })
  assert.equal(await reason(verifier, await sign(first), frozen), 'verified')
  web.down = true
  assert.equal(await reason(verifier, await sign(second), frozen + 20_000), 'keys.unreachable')
  assert.equal(await reason(verifier, await sign(first, { ...goodClaims, n: 1 }), frozen + 20_000), 'verified')
})

test('a token whose key was withdrawn is refused after the next refresh, though it was seen before', async () => {
  const web = new TestWeb().publish([jwkOf(first), jwkOf(second)])
  const verifier = createTokenVerifier({ fetch: web.fetch })
  const [old, kept] = [await sign(first, lasting), await sign(second, lasting)]
  assert.equal(await reason(verifier, old, frozen), 'verified')
  const before = await verifier.verify(kept, rules, frozen)
  web.publish([jwkOf(second)])
  assert.equal(await reason(verifier, old, frozen + hour), 'verified', 'the refresh runs in the background')
  await settle()
  assert.equal(await reason(verifier, old, frozen + hour + 1), 'token.key-unknown')
  assert.equal(verifier.verify(kept, rules, frozen + hour + 1), before, 'the other key is the same: still remembered')
})

test('a slow refresh delays nobody who has keys', async () => {
  const web = new TestWeb().publish([jwkOf(first)])
  const verifier = createTokenVerifier({ fetch: web.fetch })
  assert.equal(await reason(verifier, await sign(first, lasting), frozen), 'verified')
  let open = () => {}
  web.gate = new Promise(resolve => {
    open = resolve
  })
  assert.equal(await reason(verifier, await sign(first, { ...lasting, n: 1 }), frozen + hour), 'verified')
  open()
  await settle()
})

test('documents that are no key sets count as no answer', async () => {
  const url = 'https://login.microsoftonline.com/keys'
  const byUrl = rulesFor({ keys: [{ kind: 'jwks', url }] })
  for (const document of [
    'text',
    [],
    {},
    { keys: 'x' },
    { keys: [] },
    { keys: [null, 1, { kty: 'RSA' }, { kty: 'RSA', n: 'AQAB', e: 'AQAB' }] },
  ]) {
    const web = new TestWeb()
    web.documents.set(url, document)
    const result = await createTokenVerifier({ fetch: web.fetch }).verify(await sign(first), byUrl, frozen)
    assert.ok(result.kind === 'refused' && result.reason === 'keys.unreachable')
  }
})

test('metadata from https is not followed to keys over http', async () => {
  const web = new TestWeb().publish([jwkOf(first)], undefined, undefined, 'http://login.microsoftonline.com/keys')
  assert.equal(await reason(createTokenVerifier({ fetch: web.fetch }), await sign(first), frozen), 'keys.unreachable')
  assert.equal(web.asked.length, 1)
})

import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { CompactEncrypt, SignJWT, UnsecuredJWT } from 'jose'
import { createTokenVerifier } from './create-token-verifier.ts'
import {
  configUrl,
  ecKey,
  forge,
  frozen,
  goodClaims,
  jwkOf,
  rsaKey,
  rulesFor,
  seconds,
  sign,
  TestWeb,
  tenant,
  v1Issuer,
  v2Issuer,
} from './testing/test-issuer.ts'
import type { TokenRules } from './token-verifier.ts'

const key = rsaKey()
const template = 'https://login.microsoftonline.com/{tenantid}/v2.0'

/** Judges one token by a fresh verifier: `verified`, or the reason and API Management's name for it. */
async function judge(token: string, rules: TokenRules = rulesFor(), web = new TestWeb().publish([jwkOf(key)])): Promise<string> {
  const result = await createTokenVerifier({ fetch: web.fetch }).verify(token, rules, frozen)
  return result.kind === 'verified' ? 'verified' : `${result.reason} ${result.errorReason}`
}

test('a token that fits every rule is verified, its claims frozen', async () => {
  const web = new TestWeb().publish([jwkOf(key)])
  const result = await createTokenVerifier({ fetch: web.fetch }).verify(await sign(key), rulesFor(), frozen)
  assert.equal(result.kind, 'verified')
  if (result.kind !== 'verified') return
  assert.deepEqual(result.claims.roles, ['readers'])
  assert.equal(result.header.kid, 'key-1')
  assert.ok(Object.isFrozen(result.claims) && Object.isFrozen(result.claims.roles))
})

test('every fault of a token has a reason of its own', async () => {
  const other = rsaKey()
  const faults: [string, string][] = [
    ['not-a-token', 'token.malformed JwtInvalid'],
    [forge('{"alg":"RS256"', goodClaims), 'token.malformed JwtInvalid'],
    [forge({ alg: 'RS256', kid: 7 }, goodClaims), 'token.malformed JwtInvalid'],
    [await sign(key, { ...goodClaims, exp: seconds }), 'token.expired TokenExpired'],
    [await sign(key, { ...goodClaims, nbf: seconds + 1 }), 'token.not-yet-valid JwtInvalid'],
    [await sign(key, { ...goodClaims, exp: undefined }), 'token.no-expiration JwtInvalid'],
    [await sign(key, { ...goodClaims, aud: 'api://other' }), 'token.audience TokenAudienceNotAllowed'],
    [await sign(key, { ...goodClaims, iss: 'https://evil.example/' }), 'token.issuer TokenIssuerNotAllowed'],
    [await sign(other), 'token.signature TokenSignatureInvalid'],
    [await sign(key, goodClaims, { kid: 'key-9' }), 'token.key-unknown TokenSignatureKeyNotFound'],
    [forge({ alg: 'none', kid: key.id }, goodClaims, ''), 'token.algorithm TokenSignatureInvalid'],
  ]
  for (const [token, expected] of faults) assert.equal(await judge(token), expected)
})

test('exp and nbf that are no numbers make a token malformed, whatever they look like', async () => {
  const payload = JSON.stringify({ ...goodClaims, exp: String(seconds + 3600) })
  const input = `${Buffer.from(JSON.stringify({ alg: 'RS256', kid: key.id })).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  const { sign: signBytes } = await import('node:crypto')
  const signature = signBytes('sha256', Buffer.from(input), key.privateKey).toString('base64url')
  assert.equal(await judge(`${input}.${signature}`), 'token.malformed JwtInvalid')
})

test('the clock skew moves both ends of a token', async () => {
  const skewed = rulesFor({ clockSkew: 30 })
  assert.equal(await judge(await sign(key, { ...goodClaims, exp: seconds - 29 }), skewed), 'verified')
  assert.equal(await judge(await sign(key, { ...goodClaims, exp: seconds - 30 }), skewed), 'token.expired TokenExpired')
  assert.equal(await judge(await sign(key, { ...goodClaims, nbf: seconds + 30 }), skewed), 'verified')
})

test('PS256, ES256 and ES384 keys verify; a key declared for one algorithm takes no other', async () => {
  for (const made of [rsaKey('k', 'PS256'), ecKey(), ecKey('e', 'P-384', 'ES384')])
    assert.equal(await judge(await sign(made), rulesFor(), new TestWeb().publish([jwkOf(made)])), 'verified')
  const web = new TestWeb().publish([jwkOf(key, { alg: 'RS512' })])
  assert.equal(await judge(await sign(key), rulesFor(), web), 'token.algorithm TokenSignatureInvalid')
})

test('an HMAC made with the public RSA key as its secret is refused', async () => {
  const pem = key.publicKey.export({ format: 'pem', type: 'spki' })
  const [head, body] = forge({ alg: 'HS256', kid: key.id }, goodClaims).split('.')
  const signature = createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url')
  assert.equal(await judge(`${head}.${body}.${signature}`), 'token.algorithm TokenSignatureInvalid')
})

test('alg none is refused in every spelling, and with a signature even where signatures are not required', async () => {
  for (const alg of ['None', 'NONE', 'nOnE'])
    assert.equal(await judge(forge({ alg }, goodClaims, '')), 'token.algorithm TokenSignatureInvalid')
  const lax = rulesFor({ requireSignedTokens: false, issuers: [v2Issuer] })
  assert.equal(await judge(forge({ alg: 'none' }, goodClaims, 'AAAA'), lax), 'token.algorithm TokenSignatureInvalid')
  assert.equal(await judge(forge({ alg: 'none' }, goodClaims, ''), lax), 'verified')
  assert.equal(
    await judge(forge({ alg: 'none' }, { ...goodClaims, aud: 'x' }, ''), lax),
    'token.audience TokenAudienceNotAllowed',
  )
  assert.equal(await judge(forge({ alg: 'RS256', kid: key.id }, goodClaims, ''), lax), 'token.signature TokenSignatureInvalid')
})

test('keys and addresses that a token brings along are not looked at', async () => {
  const own = rsaKey('key-1')
  const jwk = own.publicKey.export({ format: 'jwk' })
  const web = new TestWeb().publish([jwkOf(key)])
  const token = await sign(own, goodClaims, { jwk, jku: 'https://evil.example/keys', x5u: 'https://evil.example/cert' })
  assert.equal(await judge(token, rulesFor(), web), 'token.signature TokenSignatureInvalid')
  assert.ok(web.asked.every(url => url.startsWith('https://login.microsoftonline.com/')))
})

test('a header that demands an extension is refused', async () => {
  assert.equal(await judge(forge({ alg: 'RS256', crit: ['b64'], b64: false }, goodClaims)), 'token.malformed JwtInvalid')
})

test('a claim that stands twice is refused: readers would disagree', async () => {
  const twice = `{"aud":"api://other","aud":"api://articles","exp":${seconds + 60}}`
  assert.equal(await judge(forge({ alg: 'RS256', kid: key.id }, twice)), 'token.malformed JwtInvalid')
})

test('a claim named __proto__ is a claim like any other', async () => {
  const payload = `{"__proto__":{"admin":true},${JSON.stringify(goodClaims).slice(1)}`
  const token = await signText(payload)
  const web = new TestWeb().publish([jwkOf(key)])
  const result = await createTokenVerifier({ fetch: web.fetch }).verify(token, rulesFor(), frozen)
  assert.equal(result.kind, 'verified')
  if (result.kind !== 'verified') return
  assert.equal(result.claims.admin, undefined)
  assert.ok(Object.hasOwn(result.claims, '__proto__'))
  assert.equal(({} as Record<string, unknown>).admin, undefined)
})

async function signText(payload: string): Promise<string> {
  const { CompactSign } = await import('jose')
  return new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: 'RS256', kid: key.id }).sign(key.privateKey)
}

test('a token over the size limit is refused before anything is read', async () => {
  const web = new TestWeb().publish([jwkOf(key)])
  const result = createTokenVerifier({ fetch: web.fetch }).verify(`${'A'.repeat(40_000)}.e30.AA`, rulesFor(), frozen)
  assert.ok(!(result instanceof Promise) && result.kind === 'refused' && result.reason === 'token.malformed')
  assert.deepEqual(web.asked, [])
})

test('v1 tokens are judged by v2 metadata when the policy lists their issuer, v2 tokens too', async () => {
  const web = () => new TestWeb().publish([jwkOf(key, { issuer: v2Issuer })])
  const both = rulesFor({ issuers: [v1Issuer] })
  assert.equal(await judge(await sign(key, { ...goodClaims, iss: v1Issuer, ver: '1.0' }), both, web()), 'verified')
  assert.equal(await judge(await sign(key), both, web()), 'verified')
  assert.equal(
    await judge(await sign(key, { ...goodClaims, iss: v1Issuer }), rulesFor(), web()),
    'token.issuer TokenIssuerNotAllowed',
  )
})

test('a template takes the tenant of the token, and the key must be one of that tenant', async () => {
  const other = '7d9e1c22-0a4b-4f6d-b3c8-5e6f7a8b9c0d'
  const web = (issuer: string) => new TestWeb().publish([jwkOf(key, { issuer })], template)
  const foreign = { ...goodClaims, tid: other, iss: `https://login.microsoftonline.com/${other}/v2.0` }
  assert.equal(await judge(await sign(key), rulesFor(), web(template)), 'verified')
  assert.equal(await judge(await sign(key, foreign), rulesFor(), web(template)), 'verified')
  assert.equal(await judge(await sign(key, foreign), rulesFor(), web(v2Issuer)), 'token.issuer TokenIssuerNotAllowed')
  const forged = { ...goodClaims, tid: other }
  assert.equal(await judge(await sign(key, forged), rulesFor(), web(template)), 'token.issuer TokenIssuerNotAllowed')
  for (const tid of ['', 'x/../y', undefined, [tenant]])
    assert.equal(
      await judge(await sign(key, { ...goodClaims, tid }), rulesFor(), web(template)),
      'token.issuer TokenIssuerNotAllowed',
    )
})

test('a list of tenants in the policy is not widened by a template in the metadata', async () => {
  const other = '7d9e1c22-0a4b-4f6d-b3c8-5e6f7a8b9c0d'
  const web = new TestWeb().publish([jwkOf(key, { issuer: template })], template)
  const foreign = { ...goodClaims, tid: other, iss: `https://login.microsoftonline.com/${other}/v2.0` }
  assert.equal(
    await judge(await sign(key, foreign), rulesFor({ issuers: [v2Issuer] }), web),
    'token.tenant TokenIssuerNotAllowed',
  )
})

test('the keys of one provider do not vouch for the issuer of another', async () => {
  const partner = rsaKey('partner-1')
  const partnerUrl = 'https://partner.example/.well-known/openid-configuration'
  const web = new TestWeb()
    .publish([jwkOf(key)])
    .publish([jwkOf(partner)], 'https://partner.example/', partnerUrl, 'https://partner.example/keys')
  const rules = rulesFor({ keys: [...rulesFor().keys, { kind: 'openid-config', url: partnerUrl }] })
  assert.equal(await judge(await sign(partner, { ...goodClaims, iss: 'https://partner.example/' }), rules, web), 'verified')
  assert.equal(await judge(await sign(partner), rules, web), 'token.issuer TokenIssuerNotAllowed')
})

test('keys written in the policy: a secret, a modulus, and each tried until one fits', async () => {
  const secret = randomBytes(32)
  const jwk = key.publicKey.export({ format: 'jwk' })
  const rsa = { kind: 'rsa', n: String(jwk.n), e: String(jwk.e) } as const
  const rules = rulesFor({
    keys: [{ kind: 'symmetric', key: randomBytes(64) }, { kind: 'symmetric', key: secret }, rsa],
    issuers: [],
  })
  const hmac = await new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
  assert.equal(await judge(hmac, rules), 'verified')
  assert.equal(await judge(await sign(key), rules), 'verified')
  const strange = await new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256' }).sign(randomBytes(32))
  assert.equal(await judge(strange, rules), 'token.signature TokenSignatureInvalid')
})

test('a symmetric key in a published set is never used', async () => {
  const secret = randomBytes(32)
  const web = new TestWeb().publish([jwkOf(key), { kty: 'oct', kid: 's', k: secret.toString('base64url') }])
  const token = await new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256', kid: 's' }).sign(secret)
  assert.equal(await judge(token, rulesFor(), web), 'token.key-unknown TokenSignatureKeyNotFound')
})

test('an encrypted token is opened, and the signed one in it judged', async () => {
  const secret = randomBytes(64)
  const seal = (text: string) =>
    new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512', cty: 'JWT' }).encrypt(secret)
  const rules = rulesFor({ decryptionKeys: [{ kind: 'symmetric', key: secret }] })
  assert.equal(await judge(await seal(await sign(key)), rules), 'verified')
  assert.equal(await judge(await seal(JSON.stringify(goodClaims)), rules), 'token.signature TokenSignatureInvalid')
  const stranger = rulesFor({ decryptionKeys: [{ kind: 'symmetric', key: randomBytes(64) }] })
  assert.equal(await judge(await seal(await sign(key)), stranger), 'token.decryption JwtInvalid')
})

test('a token that is encrypted for a private key is opened, and needs a signature inside whatever the rules say', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const seal = (text: string, alg = 'RSA-OAEP') =>
    new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT' }).encrypt(publicKey)
  const rules = rulesFor({ decryptionKeys: [{ kind: 'private', key: privateKey }], requireSignedTokens: false })
  assert.equal(await judge(await seal(await sign(key)), rules), 'verified')
  assert.equal(await judge(await seal(await sign(key), 'RSA-OAEP-256'), rules), 'verified')
  // anybody can encrypt with the public key
  assert.equal(await judge(await seal(JSON.stringify(goodClaims)), rules), 'token.signature TokenSignatureInvalid')
  const unsigned = new UnsecuredJWT(goodClaims).encode()
  assert.match(String(await judge(await seal(unsigned), rules)), /^token\.(signature|algorithm)/)
  const stranger = rulesFor({
    decryptionKeys: [{ kind: 'private', key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }],
  })
  assert.equal(await judge(await seal(await sign(key)), stranger), 'token.decryption JwtInvalid')
})

test('a refusal says what was asked and what was there', async () => {
  const web = new TestWeb().publish([jwkOf(key)])
  const token = await sign(key, { ...goodClaims, aud: 'api://other' })
  const result = await createTokenVerifier({ fetch: web.fetch }).verify(token, rulesFor(), frozen)
  assert.ok(result.kind === 'refused')
  assert.deepEqual([result.expected, result.received], [['api://articles'], ['api://other']])
  assert.ok(!JSON.stringify(result).includes(token.split('.')[2] ?? 'x'))
})

test('with a local directory, real keys are no good for its tenant and its keys for no other', async () => {
  const verify = async (origin: 'network' | 'directory', claims: Record<string, unknown>, issuer: string) => {
    const web = new TestWeb().publish([jwkOf(key)], issuer)
    web.origin = origin
    const rules = rulesFor({ issuers: [v2Issuer, issuer] })
    const result = await createTokenVerifier({ fetch: web.fetch, localTenant: tenant }).verify(
      await sign(key, claims),
      rules,
      frozen,
    )
    return result.kind === 'verified' ? 'verified' : result.reason
  }
  const elsewhere = 'https://login.microsoftonline.com/7d9e1c22-0a4b-4f6d-b3c8-5e6f7a8b9c0d/v2.0'
  assert.equal(await verify('directory', goodClaims, v2Issuer), 'verified')
  assert.equal(await verify('network', goodClaims, v2Issuer), 'token.issuer')
  assert.equal(await verify('network', { ...goodClaims, iss: v1Issuer }, v1Issuer), 'token.issuer')
  assert.equal(await verify('network', { ...goodClaims, iss: elsewhere }, elsewhere), 'verified')
  assert.equal(await verify('directory', { ...goodClaims, iss: elsewhere }, elsewhere), 'token.issuer')
  assert.equal(configUrl.includes(tenant), true)
})

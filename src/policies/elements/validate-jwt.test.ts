import assert from 'node:assert/strict'
import { type KeyObject, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { CompactEncrypt, SignJWT } from 'jose'
import type { Certificate } from '../../catalog/catalog.ts'
import { issue } from '../../expressions/runtime/data/testing/make-certificates.ts'
import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import {
  configUrl,
  forge,
  frozen,
  goodClaims,
  jwkOf,
  rsaKey,
  seconds,
  sign,
  TestWeb,
} from '../../identity/testing/test-issuer.ts'
import { policyCompiler } from '../context/policy-compiler.ts'
import type { MadeCall } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const key = rsaKey()

/** Runs one validate-jwt over a call, its keys behind a real verifier. */
async function run(xml: string, call: MadeCall = {}, web = new TestWeb().publish([jwkOf(key)])) {
  const tokens = createTokenVerifier({ fetch: web.fetch })
  const ran = await runPolicies({ inbound: xml }, call, { tokens, now: () => frozen })
  return { ...ran, refusal: typeof ran.outcome === 'object' && ran.outcome.kind === 'refusal' ? ran.outcome : undefined }
}

const bearer = (token: string): MadeCall => ({ request: { headers: { Authorization: `Bearer ${token}` } } })

const policy = (inner = '', attributes = '') => `
  <validate-jwt header-name="Authorization" ${attributes}>
    <openid-config url="${configUrl}" />
    <audiences><audience>api://articles</audience></audiences>
    ${inner}
  </validate-jwt>`

const claim = (name: string, attributes: string, ...values: string[]) =>
  `<required-claims><claim name="${name}" ${attributes}>${values.map(value => `<value>${value}</value>`).join('')}</claim></required-claims>`

test('a good token lets the call on, names the caller and fills the output variable', async () => {
  const claims = { ...goodClaims, oid: 'rita', azp: 'cli', scp: 'access_as_user' }
  const { outcome, ctx } = await run(policy('', 'output-token-variable-name="jwt"'), bearer(await sign(key, claims)))
  assert.equal(outcome, 'next')
  assert.deepEqual(ctx.caller?.roles, ['readers'])
  assert.deepEqual([ctx.caller?.objectId, ctx.caller?.clientApplication], ['rita', 'cli'])
  const result = policyCompiler.compile(
    '@(string.Join(",", ((Jwt)context.Variables["jwt"]).Claims["roles"]) + " " + ((Jwt)context.Variables["jwt"]).Claims["exp"][0])',
  )
  assert.ok(result.ok)
  assert.equal(result.compiled.evaluate({ context: ctx }), `readers ${goodClaims.exp}`)
})

test('without a token the call is refused with the text of the reference', async () => {
  const { refusal, ctx } = await run(policy())
  assert.equal(refusal?.statusCode, 401)
  assert.equal(refusal?.message, 'JWT not present.')
  assert.deepEqual([refusal?.reason, refusal?.errorReason], ['token.missing', 'TokenNotPresent'])
  assert.equal(ctx.caller, null)
})

test('whatever is wrong with a token, its caller reads one message and the record has the difference', async () => {
  const faults: [string, string][] = [
    ['x.y.z', 'token.malformed'],
    [await sign(key, { ...goodClaims, exp: seconds - 1 }), 'token.expired'],
    [await sign(key, { ...goodClaims, aud: 'other' }), 'token.audience'],
    [await sign(key, { ...goodClaims, iss: 'other' }), 'token.issuer'],
    [await sign(rsaKey()), 'token.signature'],
    [forge({ alg: 'none' }, goodClaims, ''), 'token.algorithm'],
  ]
  for (const [token, reason] of faults) {
    const { refusal } = await run(policy(), bearer(token))
    assert.deepEqual([refusal?.reason, refusal?.message, refusal?.statusCode], [reason, 'Invalid JWT.', 401])
    assert.ok(!JSON.stringify(refusal).includes(token))
  }
})

test('who a refused token speaks of is known to the record, and authenticates nobody', async () => {
  const claims = { ...goodClaims, oid: 'rita' }
  const faults: [string, boolean][] = [
    [await sign(key, { ...claims, exp: seconds - 1 }), true],
    [await sign(key, { ...claims, aud: 'other' }), true],
    [await sign(rsaKey(), claims), false],
    [forge({ alg: 'none' }, claims, ''), false],
  ]
  for (const [token, isSigned] of faults) {
    const { ctx } = await run(policy(), bearer(token))
    assert.equal(ctx.caller, null)
    assert.deepEqual([ctx.claimedBy?.caller.objectId, ctx.claimedBy?.isSigned], ['rita', isSigned])
  }
  assert.equal((await run(policy(), bearer('x.y.z'))).ctx.claimedBy, undefined)
  assert.equal((await run(policy(), bearer(await sign(key, claims)))).ctx.claimedBy, undefined)
})

test('groups that Entra left out are on the record as too many, in both forms', async () => {
  for (const left of [{ _claim_names: { groups: 'src1' } }, { hasgroups: true }]) {
    const { refusal } = await run(policy(claim('groups', '', 'x')), bearer(await sign(key, { ...goodClaims, ...left })))
    assert.deepEqual([refusal?.reason, refusal?.received], ['token.group', ['groups: too many for the token']])
  }
})

test('status and message are the policy’s own when it has them', async () => {
  const own = policy('', 'failed-validation-httpcode="403" failed-validation-error-message="Who are you?"')
  for (const call of [{}, bearer('x.y.z')]) {
    const { refusal } = await run(own, call)
    assert.deepEqual([refusal?.statusCode, refusal?.message], [403, 'Who are you?'])
  }
})

test('a token that cannot be judged yet is answered 503, whatever the policy says of failures', async () => {
  const web = new TestWeb()
  web.down = true
  const { refusal } = await run(policy('', 'failed-validation-httpcode="403"'), bearer(await sign(key)), web)
  assert.deepEqual([refusal?.statusCode, refusal?.reason], [503, 'keys.unreachable'])
  assert.deepEqual(refusal?.headers, [['Retry-After', '5']])
})

test('a scheme is demanded of the Authorization header, and of no other', async () => {
  const token = await sign(key)
  const scheme = policy('', 'require-scheme="Bearer"')
  const withHeader = (name: string, value: string): MadeCall => ({ request: { headers: { [name]: value } } })
  assert.equal((await run(scheme, withHeader('Authorization', `bearer ${token}`))).outcome, 'next')
  assert.equal((await run(scheme, withHeader('Authorization', token))).refusal?.reason, 'token.missing')
  assert.equal((await run(scheme, withHeader('Authorization', `Basic ${token}`))).refusal?.reason, 'token.missing')
  assert.equal((await run(policy(), withHeader('Authorization', token))).outcome, 'next')
  const custom = scheme.replace('"Authorization"', '"X-Token"')
  assert.equal((await run(custom, withHeader('X-Token', token))).outcome, 'next')
})

test('what is no token is on the record with how its header was written, an unknown scheme unnamed', async () => {
  const received = async (value: string) => {
    const { refusal } = await run(policy(), { request: { headers: { Authorization: value } } })
    return refusal?.reason === 'token.malformed' ? refusal.received?.slice(1) : refusal?.reason
  }
  assert.deepEqual(await received('Basic cml0YTpzZWNyZXQ='), ['the scheme Basic'])
  assert.deepEqual(await received('0aef93c1 cml0YTpzZWNyZXQ='), ['another scheme'])
  assert.deepEqual(await received('Bearer Bearer x'), ['Bearer stands there twice'])
  assert.deepEqual(await received('Bearer "x"'), ['the token stands in quotes'])
  assert.deepEqual(await received('Bearer x'), [])
})

test('two Authorization headers are no token', async () => {
  const token = await sign(key)
  const { refusal } = await run(policy(), { request: { headers: { Authorization: [`Bearer ${token}`, `Bearer ${token}`] } } })
  assert.equal(refusal?.reason, 'token.malformed')
})

test('a token may come in a query parameter, once', async () => {
  const token = await sign(key)
  const xml = policy().replace('header-name="Authorization"', 'query-parameter-name="token"')
  assert.equal((await run(xml, { request: { url: `https://backend.example/?token=${token}` } })).outcome, 'next')
  assert.equal(
    (await run(xml, { request: { url: `https://backend.example/?token=${token}&token=x` } })).refusal?.reason,
    'token.malformed',
  )
  assert.equal((await run(xml)).refusal?.reason, 'token.missing')
})

test('required claims: a missing one, a wrong value, all and any, and a separator', async () => {
  const call = bearer(await sign(key, { ...goodClaims, roles: ['readers', 'editors'], scp: 'read write', edit: true, level: 3 }))
  const reason = async (xml: string) => {
    const { outcome, refusal } = await run(policy(xml), call)
    return refusal === undefined ? outcome : `${refusal.reason} ${refusal.errorReason}`
  }
  assert.equal(await reason(claim('roles', 'match="any"', 'admins', 'readers')), 'next')
  assert.equal(await reason(claim('roles', 'match="all"', 'editors', 'readers')), 'next')
  assert.equal(await reason(claim('roles', '', 'admins', 'readers')), 'token.role TokenClaimValueNotAllowed')
  assert.equal(await reason(claim('groups', '', 'x')), 'token.group TokenClaimNotFound')
  assert.equal(await reason(claim('scp', 'match="any"', 'read')), 'token.scope TokenClaimValueNotAllowed')
  assert.equal(await reason(claim('scp', 'match="any" separator=" "', 'read')), 'next')
  assert.equal(await reason(claim('edit', '', 'true')), 'next')
  assert.equal(await reason(claim('level', '', '3')), 'next')
  assert.equal(await reason(claim('roles', '')), 'next')
  assert.equal(await reason(claim('dept', 'match="any"', 'x')), 'token.claim TokenClaimNotFound')
  assert.equal(await reason(claim('constructor', '')), 'token.claim TokenClaimNotFound')
})

test('a refused claim says what was asked and what was there, and who it was', async () => {
  const call = bearer(await sign(key, { ...goodClaims, oid: 'rita' }))
  const { refusal, ctx } = await run(policy(claim('roles', 'match="any"', 'admins', 'editors')), call)
  assert.deepEqual([refusal?.expected, refusal?.received], [['roles: one of admins, editors'], ['roles: readers']])
  assert.equal(refusal?.errorMessage, 'Claim roles value of readers is not allowed. Access denied.')
  assert.equal(ctx.caller?.objectId, 'rita')
})

test('keys written in the policy: a shared secret, and a modulus with its exponent', async () => {
  const secret = randomBytes(32)
  const keys = (xml: string) =>
    `<validate-jwt header-name="Authorization"><issuer-signing-keys>${xml}</issuer-signing-keys></validate-jwt>`
  const hmac = await new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256' }).sign(secret)
  assert.equal((await run(keys(`<key>${secret.toString('base64')}</key>`), bearer(hmac))).outcome, 'next')
  const { n, e } = key.publicKey.export({ format: 'jwk' })
  assert.equal((await run(keys(`<key n="${n}" e="${e}" />`), bearer(await sign(key)))).outcome, 'next')
  const named = `<key id="other">${randomBytes(32).toString('base64')}</key>`
  const refused = await run(
    keys(named),
    bearer(await new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256', kid: 'x' }).sign(secret)),
  )
  assert.equal(refused.refusal?.reason, 'token.key-unknown')
})

test('clock skew, and tokens without expiry where the policy takes them', async () => {
  assert.equal(
    (await run(policy('', 'clock-skew="60"'), bearer(await sign(key, { ...goodClaims, exp: seconds - 30 })))).outcome,
    'next',
  )
  const endless = bearer(await sign(key, { ...goodClaims, exp: undefined }))
  assert.equal((await run(policy(), endless)).refusal?.reason, 'token.no-expiration')
  assert.equal((await run(policy('', 'require-expiration-time="false"'), endless)).outcome, 'next')
})

test('faults of the policy are found at load, each with its place', () => {
  const codes = (xml: string) => faultsOf({ inbound: xml }).map(({ code, line, severity }) => `${line} ${severity} ${code}`)
  assert.deepEqual(codes('<validate-jwt><openid-config url="https://a.example/c" /></validate-jwt>'), [
    '3 error policy.missing-attribute',
  ])
  const both = '<validate-jwt header-name="A" token-value="b"><openid-config url="https://a.example/c" /></validate-jwt>'
  assert.deepEqual(codes(both), ['3 error policy.exclusive-attributes'])
  assert.deepEqual(codes('<validate-jwt header-name="A" />'), ['3 error policy.missing-child'])
  const keys = (xml: string) =>
    `<validate-jwt header-name="A">\n<issuer-signing-keys>\n${xml}\n</issuer-signing-keys></validate-jwt>`
  assert.deepEqual(codes(keys('<key certificate-id="c" />')), ['5 error policy.certificate'])
  assert.deepEqual(codes(keys('<key>not base64!</key>')), ['5 error policy.bad-value'])
  assert.deepEqual(codes(keys('<key>c2hvcnQ=</key>')), ['5 error policy.bad-value'])
  assert.deepEqual(codes(keys('<key n="AQAB" />')), ['5 error policy.missing-attribute'])
  assert.ok(!JSON.stringify(faultsOf({ inbound: keys('<key>c2hvcnQ=</key>') })).includes('c2hvcnQ'))
  assert.deepEqual(codes('<validate-jwt header-name="A"><openid-config url="http://a.example/c" /></validate-jwt>'), [
    '3 warning policy.insecure-url',
  ])
  assert.deepEqual(codes('<validate-jwt header-name="A"><openid-config url="http://127.0.0.1:9/c" /></validate-jwt>'), [])
})

const issued = issue({ subject: 'signer', keyType: 'rsa' })
const held: Certificate = {
  id: 'partner',
  thumbprint: '',
  subject: 'CN=signer',
  notBefore: 0,
  notAfter: 0,
  chain: [issued.cert],
  key: issued.key,
}
const { key: _, ...withoutKey } = held

test('a key may be a certificate of the workspace: its public key verifies, its private key decrypts', async () => {
  const list = (name: string, id = '') => `<${name}><key certificate-id="partner" ${id}/></${name}>`
  const xml = `<validate-jwt header-name="Authorization">${list('issuer-signing-keys', 'id="one"')}${list('decryption-keys')}</validate-jwt>`
  const tokens = createTokenVerifier({ fetch: new TestWeb().fetch })
  const judge = async (token: string) =>
    (await runPolicies({ inbound: xml }, bearer(token), { tokens, now: () => frozen }, { certificates: [held] })).outcome
  const signed = (signer: KeyObject) => new SignJWT(goodClaims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(signer)
  const seal = (text: string) =>
    new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' })
      .encrypt(issued.certificate.publicKey)
  assert.equal(await judge(await signed(issued.key)), 'next')
  assert.equal(await judge(await seal(await signed(issued.key))), 'next')
  const forged = await judge(await signed(issue({ subject: 'signer', keyType: 'rsa' }).key))
  assert.ok(typeof forged === 'object' && forged.reason === 'token.signature')
})

test('a certificate that is not there, or has no private key to decrypt with, is told with what helps', () => {
  const key = '<key certificate-id="partner" />'
  const faults = (list: string, certificates: readonly Certificate[] = []) =>
    faultsOf({ inbound: `<validate-jwt header-name="A">${list}</validate-jwt>` }, { certificates })
  const signing = `<issuer-signing-keys>${key}</issuer-signing-keys>`
  const opening = `<openid-config url="https://a.example/c" /><decryption-keys>${key}</decryption-keys>`
  const [absent] = faults(signing)
  assert.deepEqual([absent?.code, absent?.message], ['policy.certificate', 'there is no certificate `partner`'])
  assert.match(absent?.mend ?? '', /`n` and `e`/)
  assert.deepEqual(faults(signing, [withoutKey]), [])
  assert.match(faults(opening, [withoutKey])[0]?.message ?? '', /private key of the certificate `partner`/)
})

test('a repeated token is answered without waiting', async () => {
  const web = new TestWeb().publish([jwkOf(key)])
  const tokens = createTokenVerifier({ fetch: web.fetch })
  const { planOf } = await import('../testing/run-policies.ts')
  const { makeCall } = await import('../testing/make-call.ts')
  const { memoryPorts } = await import('../testing/memory-ports.ts')
  const call = bearer(await sign(key))
  const plan = planOf({ inbound: policy() }, makeCall(call), memoryPorts({ tokens, now: () => frozen }))
  await plan.inbound(makeCall(call))
  const again = plan.inbound(makeCall(call))
  assert.ok(!(again instanceof Promise) && again.outcome === 'next')
})

test('the OpenID configuration may be named by an expression', async () => {
  const xml = policy().replace(configUrl, '@((string)context.Variables["config"])')
  const call = { ...bearer(await sign(key, goodClaims)), variables: { config: configUrl } }
  assert.equal((await run(xml, call)).outcome, 'next')
  const { refusal } = await run(xml, { ...call, variables: { config: 'file:///etc/passwd' } })
  assert.equal(refusal?.reason, 'policy.expression')
})

test('a refusal for a missing scope says which scopes it takes, when they are written out and no secret', async () => {
  const token = bearer(await sign(key, { ...goodClaims, scp: 'access_as_user' }))
  const scopes = async (claims: string) => (await run(policy(claims), token)).refusal?.scopes
  assert.deepEqual(await scopes(claim('scp', 'match="all" separator=" "', 'read', 'write')), ['read', 'write'])
  assert.deepEqual(await scopes(claim('scope', '', 'read write')), ['read', 'write'])
  // one is enough: who asks for both asks for too much
  assert.deepEqual(await scopes(claim('scp', 'match="any" separator=" "', 'read', 'write')), ['read'])
  assert.equal(await scopes(claim('scp', '', '@(context.Api.Name)')), undefined)
  assert.equal(await scopes(claim('scp', '', 'l\u00e4sen')), undefined)
  assert.equal(await scopes(claim('roles', '', 'admins')), undefined)
  const tokens = createTokenVerifier({ fetch: new TestWeb().publish([jwkOf(key)]).fetch })
  const named = { namedValues: { hidden: { value: 's3cr3t', secret: true }, plain: 'read' } }
  const ofNamed = async (name: string) => {
    const { outcome } = await runPolicies(
      { inbound: policy(claim('scp', '', `{{${name}}}`)) },
      token,
      { tokens, now: () => frozen },
      named,
    )
    return typeof outcome === 'object' && outcome.kind === 'refusal' ? [outcome.reason, outcome.scopes] : outcome
  }
  assert.deepEqual(await ofNamed('plain'), ['token.scope', ['read']])
  assert.deepEqual(await ofNamed('hidden'), ['token.scope', undefined])
})

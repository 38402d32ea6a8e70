import assert from 'node:assert/strict'
import crypto, { createHash, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, mock, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import type { ConditionalAccessPolicy } from '../catalog/directory.ts'
import { createTokenVerifier } from '../identity/create-token-verifier.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { Browser, hiddenFields, type Seen } from './testing/browser.ts'
import { certifiedApplication } from './testing/certified.ts'
import {
  application,
  archive,
  articles,
  cli,
  colors,
  domain,
  gazette,
  paul,
  rita,
  stateFolder,
  tenantId,
} from './testing/gazette.ts'
import { type Got, type Running, runDirectory } from './testing/running.ts'
import { openSigningKeys } from './tokens/signing-keys.ts'

const { publicKey, privateKey, certificate, keyCredentials, certified } = certifiedApplication()
const twin = application('Twin', { keyCredentials })
const state = stateFolder()
const document = { ...gazette, applications: [...gazette.applications, certified, twin] }
const running = await runDirectory(document, {}, state)
after(() => running[Symbol.asyncDispose]())

const verifier = 'v'.repeat(43)
const s256 = createHash('sha256').update(verifier).digest('base64url')
const local = 'http://localhost:4711/'
const address = (change: Record<string, string | undefined> = {}) => {
  const base = {
    client_id: cli.appId,
    response_type: 'code',
    redirect_uri: local,
    scope: 'openid offline_access api://articles/access_as_user',
    code_challenge: s256,
    code_challenge_method: 'S256',
  }
  const fields = Object.entries({ ...base, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams(fields)}`
}

function browserOf({ origin, directory }: Running): Browser {
  const made = new Browser(origin, directory.caPem)
  after(() => made.close())
  return made
}
const signIn = async (own = browserOf(running), change: Record<string, string | undefined> = {}, who = rita) =>
  own.signIn(await own.open(address(change)), who.userPrincipalName, who.password)
const answer = (seen: Seen) => Object.fromEntries(new URL(seen.url).searchParams)
const freshCode = async (change: Record<string, string | undefined> = {}) => answer(await signIn(undefined, change)).code ?? ''
const redeem = (code: string, change: Record<string, string> = {}) =>
  running.token({
    grant_type: 'authorization_code',
    client_id: cli.appId,
    code,
    redirect_uri: local,
    code_verifier: verifier,
    ...change,
  })
const numberOf = ({ json }: Got) => (json.error_codes as number[] | undefined)?.[0]

test('code reuse: the second redemption withdraws every token of the first, also by two at the same moment', async () => {
  const code = await freshCode()
  const [one, other] = await Promise.all([redeem(code), redeem(code)])
  assert.deepEqual([one.status, other.status].sort(), [200, 400])
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId }
  const first = one.status === 200 ? one : other
  assert.equal(numberOf(await running.token({ ...refresh, refresh_token: String(first.json.refresh_token) })), 9002313)
})

test('code reuse: a refresh token that was renewed meanwhile is withdrawn with the rest of its family', async () => {
  const code = await freshCode()
  const { json } = await redeem(code)
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId }
  const renewed = await running.token({ ...refresh, refresh_token: String(json.refresh_token) })
  await redeem(code)
  assert.equal(numberOf(await running.token({ ...refresh, refresh_token: String(renewed.json.refresh_token) })), 9002313)
})

test('PKCE downgrade: neither a verifier left out, nor one that was never promised, nor the challenge itself is taken', async () => {
  const without = { code_challenge: undefined, code_challenge_method: undefined }
  assert.equal(numberOf(await redeem(await freshCode(), { code_verifier: '' })), 501481)
  assert.equal(numberOf(await redeem(await freshCode(without))), 501481)
  assert.equal(numberOf(await redeem(await freshCode(), { code_verifier: s256 })), 501481)
  assert.equal(numberOf(await redeem(await freshCode({ code_challenge_method: 'plain' }))), 501481, 'plain is compared as it is')
  const own = browserOf(running)
  const noMethod = await own.open(address({ code_challenge_method: 'none' }))
  assert.match(answer(noMethod).error_description ?? '', /^AADSTS90023/)
  const spa = { redirect_uri: 'https://reader.example/spa', ...without }
  assert.match(answer(await own.open(address(spa))).error_description ?? '', /^AADSTS9002325/)
})

const tricks = [
  'https://archive.example/signin/',
  'https://archive.example/Signin',
  'https://ARCHIVE.example/signin',
  'https://archive.example/%73ignin',
  'https://archive.example/signin%2F..%2Fother',
  'https://archive.example/signin/../signin',
  'https://archive.example:443/signin',
  'https://archive.example:8443/signin',
  'https://archive.example./signin',
  'https://archive.example@evil.example/signin',
  'https://archive.example.evil.example/signin',
  'https://archive.example\\@evil.example/signin',
  'https://archive.example/signin?next=https://evil.example',
  'https://archive.example/signin#code',
  'https://archive.example/signin\r\nSet-Cookie: a=b',
  'https://archive.example/signin\t',
  ' https://archive.example/signin',
  'http://archive.example/signin',
  '//archive.example/signin',
  '/signin',
  'javascript:alert(1)//archive.example/signin',
  'data:text/html,hello',
]

test('redirect address: nothing but the registered text, at the sign-in, at admin consent and at the token endpoint', async () => {
  const own = browserOf(running)
  const client = { client_id: archive.appId, response_type: 'code' }
  for (const redirect_uri of tricks) {
    for (const change of [{ ...client }, { ...client, prompt: 'none' }]) {
      const seen = await own.open(address({ ...change, redirect_uri }))
      assert.deepEqual([seen.status, seen.headers.location], [400, undefined], redirect_uri)
      assert.match(seen.text, /AADSTS50011/)
      assert.ok(!String(seen.headers['set-cookie']).includes('a=b'))
    }
    const asked = new URLSearchParams({ client_id: archive.appId, redirect_uri })
    assert.match((await own.open(`/${tenantId}/v2.0/adminconsent?${asked}`)).text, /AADSTS50011/)
  }
  const code =
    answer(await signIn(own, { ...client, redirect_uri: 'https://archive.example/signin', scope: 'openid' })).code ?? ''
  const form = { client_id: archive.appId, client_secret: 'archive-secret' }
  assert.equal(numberOf(await redeem(code, { ...form, redirect_uri: 'https://archive.example/signin/' })), 500112)
})

test('redirect address: the port of localhost does not count, everything else of it does', async () => {
  const own = browserOf(running)
  const statusOf = async (redirect_uri: string) => (await own.open(address({ redirect_uri }))).status
  for (const good of ['http://localhost', 'http://localhost/', 'http://localhost:1/', 'http://localhost:65535'])
    assert.equal(await statusOf(good), 200, good)
  const bad = ['http://localhost:65536/', 'http://localhost:/x', 'http://localhost:80:80/', 'http://[::1]/', 'http://127.1/']
  for (const other of [...bad, 'http://localhost./', 'http://localhost:1/?x=1', 'https://localhost/', 'http://user@localhost/'])
    assert.equal(await statusOf(other), 400, other)
})

test('open redirect: signing out leads to registered addresses alone, and no page repeats another', async () => {
  const own = browserOf(running)
  for (const target of [...tricks, 'https://evil.example/']) {
    const parameters = new URLSearchParams({ post_logout_redirect_uri: target })
    const seen = await own.open(`/${tenantId}/oauth2/v2.0/logout?${parameters}`)
    assert.deepEqual([seen.status, seen.headers.location, seen.headers.refresh], [200, undefined, undefined], target)
    assert.ok(!seen.text.includes('evil.example'))
  }
})

test('mix-up: an answer names no issuer that it could be mistaken by, and a code is bound to all that the client knows', async () => {
  const parameters = answer(await signIn())
  assert.deepEqual(Object.keys(parameters).sort(), ['code', 'session_state'])
  const metadata = (await running.get(`/${tenantId}/v2.0/.well-known/openid-configuration`)).json
  assert.equal(metadata.authorization_response_iss_parameter_supported, undefined)
  const code = parameters.code ?? ''
  // whoever the code was sent to by mistake has neither the verifier nor the client's own address
  assert.equal(numberOf(await redeem(code, { redirect_uri: 'http://localhost:4712/' })), 500112)
  assert.equal(numberOf(await redeem(await freshCode(), { code_verifier: 'w'.repeat(43) })), 501481)
  const hybrid = { client_id: archive.appId, response_type: 'code id_token', redirect_uri: 'https://archive.example/signin' }
  const seen = await signIn(undefined, { ...hybrid, scope: 'openid profile', nonce: 'n' })
  const fragment = new URLSearchParams(new URL(seen.url).hash.slice(1))
  const id = decodeJwt(fragment.get('id_token') ?? '')
  assert.deepEqual([id.iss, id.aud, id.nonce], [`https://login.microsoftonline.com/${tenantId}/v2.0`, archive.appId, 'n'])
})

const issue = async (from: Running, client: string, scope: string, user?: string) => {
  const issued = await from.directory.issueToken({ client, scope, ...(user === undefined ? {} : { user }) })
  return issued.kind === 'token' ? issued.accessToken : assert.fail(issued.code)
}
const trade = (assertion: string) =>
  running.token({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    client_id: articles.appId,
    client_secret: 'articles-secret',
    scope: 'api://colors/user_impersonation',
    assertion,
  })

test('token substitution: a token for another application, an id token and one of another tenant are worth nothing', async () => {
  const mine = await issue(running, cli.appId, 'api://articles/.default', rita.userPrincipalName)
  assert.equal((await trade(mine)).status, 200)
  assert.equal(numberOf(await trade(await issue(running, cli.appId, 'api://colors/.default', rita.userPrincipalName))), 500131)
  const { json } = await redeem(await freshCode())
  assert.equal(numberOf(await trade(String(json.id_token))), 500131)
  const elsewhere = { ...document, tenant: { ...document.tenant, id: '0e6f3a7b-1111-4222-8333-444455556666' } }
  await using other = await runDirectory(elsewhere, {}, stateFolder())
  const foreign = await issue(other, cli.appId, 'api://articles/.default', rita.userPrincipalName)
  assert.equal(numberOf(await trade(foreign)), 50013)
  for (const path of ['/oidc/userinfo', '/v1.0/me']) {
    assert.equal((await running.get(path, { authorization: `Bearer ${foreign}` })).status, 401, path)
    assert.equal(
      (await running.get(path, { authorization: `Bearer ${mine}` })).status,
      401,
      `${path} with a token for another API`,
    )
  }
})

test('forged tid and forged keys: only this tenant’s own keys sign for it, whatever a token’s header says', async () => {
  const real = await issue(running, cli.appId, 'api://articles/.default', rita.userPrincipalName)
  const [header, claims] = [decodeProtectedHeader(real), decodeJwt(real)]
  const jwk = publicKey.export({ format: 'jwk' })
  const signed = (key: KeyObject | Uint8Array, more: Record<string, unknown>, payload = claims) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', ...header, ...more }).sign(key)
  const own = openSigningKeys(state, Date.now()).signing
  const spki = createPublicKey(own.privateKey).export({ format: 'pem', type: 'spki' })
  const none = `${Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url')}.${real.split('.')[1]}.`
  const forged = [
    await signed(privateKey, {}), // another key under the right kid
    await signed(privateKey, { kid: undefined, jwk }),
    await signed(privateKey, { kid: 'mine', jku: 'https://evil.example/keys' }),
    await signed(privateKey, { kid: 'mine', x5u: 'https://evil.example/cert', x5c: [certificate.toString('base64')] }),
    await signed(new TextEncoder().encode(String(spki)), { alg: 'HS256' }), // the public key as a shared secret
    none,
    `${real.split('.')[0]}.${Buffer.from(JSON.stringify({ ...claims, tid: 'other' })).toString('base64url')}.${real.split('.')[2]}`,
    await signed(own.privateKey, {}, { ...claims, tid: '0e6f3a7b-1111-4222-8333-444455556666' }), // our key, another tenant
  ]
  for (const token of forged) assert.equal(numberOf(await trade(token)), 50013, token.slice(0, 60))
})

test('JWKS confusion: at the gateway a key counts for the tenant that its set names, and none comes from a token', async () => {
  const { address: at, caPem } = running.directory
  const identity = createIdentityFetch({ local: { tenant: { id: tenantId, domain }, directory: { ...at, caPem } } })
  after(() => identity.close())
  const tokens = createTokenVerifier({ fetch: identity.fetch, localTenant: tenantId })
  const rules = {
    keys: [
      { kind: 'openid-config', url: 'https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration' },
    ] as const,
    issuers: [],
    audiences: [articles.appId],
    requireExpirationTime: true,
    requireSignedTokens: true,
    clockSkew: 0,
    decryptionKeys: [],
  }
  const real = await issue(running, cli.appId, 'api://articles/.default', rita.userPrincipalName)
  assert.equal((await tokens.verify(real, rules, Date.now())).kind, 'verified')
  const own = openSigningKeys(state, Date.now()).signing
  const claims = decodeJwt(real)
  const header = { alg: 'RS256', kid: own.kid }
  const elsewhere = '0e6f3a7b-1111-4222-8333-444455556666'
  const forgedTenant = { ...claims, tid: elsewhere }
  const forgedIssuer = { ...claims, iss: `https://login.microsoftonline.com/${elsewhere}/v2.0` }
  for (const payload of [forgedTenant, forgedIssuer]) {
    const token = await new SignJWT(payload).setProtectedHeader(header).sign(own.privateKey)
    assert.notEqual((await tokens.verify(token, rules, Date.now())).kind, 'verified')
  }
  const stranger = await new SignJWT(claims)
    .setProtectedHeader({ ...header, jwk: publicKey.export({ format: 'jwk' }) })
    .sign(privateKey)
  assert.notEqual((await tokens.verify(stranger, rules, Date.now())).kind, 'verified')
})

async function assertion(
  change: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key: KeyObject | Uint8Array = privateKey,
) {
  const now = Math.floor(Date.now() / 1000)
  const aud = `${running.origin}/${tenantId}/oauth2/v2.0/token`
  const claims = { iss: certified.appId, sub: certified.appId, aud, nbf: now, exp: now + 600, jti: 'once', ...change }
  const x5t = createHash('sha256').update(certificate).digest('base64url')
  return new SignJWT(claims).setProtectedHeader({ alg: 'PS256', 'x5t#S256': x5t, ...header }).sign(key)
}
const present = (client_assertion: string, change: Record<string, string> = {}) =>
  running.token({
    grant_type: 'client_credentials',
    client_id: certified.appId,
    client_assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    scope: 'api://articles/.default',
    ...change,
  })

test('assertion replay: good again until it ends, as Microsoft’s clients need it, but for nobody and nowhere else', async () => {
  const good = await assertion()
  assert.deepEqual([(await present(good)).status, (await present(good)).status], [200, 200])
  assert.equal(numberOf(await present(good, { client_id: twin.appId })), 700213, 'of another client with the same certificate')
  const elsewhere = await assertion({ aud: 'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token' })
  assert.equal(numberOf(await present(elsewhere)), 700027, 'made for another tenant')
  assert.equal(
    numberOf(
      await present(await assertion({ aud: ['https://evil.example/', `${running.origin}/${tenantId}/oauth2/v2.0/token`] })),
    ),
    700027,
  )
  running.clock.ahead = 901_000
  assert.equal(numberOf(await present(good)), 700024)
  running.clock.ahead = 0
  assert.equal(numberOf(await trade(good)), 50013, 'as a user’s token')
})

test('assertion forgery: no algorithm but the certificate’s, and no key from the assertion itself', async () => {
  const spki = new X509Certificate(certificate).publicKey.export({ format: 'pem', type: 'spki' })
  const asSecret = await assertion({}, { alg: 'HS256' }, new TextEncoder().encode(String(spki)))
  assert.equal(numberOf(await present(asSecret)), 700027)
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = stranger.publicKey.export({ format: 'jwk' })
  assert.equal(
    numberOf(await present(await assertion({}, { jwk, x5c: [certificate.toString('base64')] }, stranger.privateKey))),
    700027,
  )
  const [header, payload] = (await assertion()).split('.')
  const none = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header ?? '', 'base64url').toString()), alg: 'none' }))
  assert.equal(numberOf(await present(`${none.toString('base64url')}.${payload}.`)), 700027)
})

test('secrets are compared whole and all of them, wherever they differ', async () => {
  const spy = mock.method(crypto, 'timingSafeEqual')
  syncBuiltinESMExports()
  const comparisons = async (client_secret: string) => {
    const before = spy.mock.callCount()
    await running.token({
      grant_type: 'client_credentials',
      client_id: archive.appId,
      client_secret,
      scope: 'api://articles/.default',
    })
    return spy.mock.callCount() - before
  }
  try {
    const counts = []
    for (const secret of ['old-secret', 'archive-secret', 'second-secret', 'wrong', '', 'archive-secreT'])
      counts.push(await comparisons(secret))
    assert.deepEqual(counts, [3, 3, 3, 3, 0, 3])
    assert.ok(
      spy.mock.calls.every(({ arguments: [a, b] }) => a.byteLength === 32 && b.byteLength === 32),
      'digests, of one length',
    )
  } finally {
    spy.mock.restore()
    syncBuiltinESMExports()
  }
})

const factor: ConditionalAccessPolicy = {
  id: '10000000-0000-4000-8000-000000000001',
  displayName: 'Everything',
  state: 'enabled',
  conditions: {
    users: { includeUsers: [paul.id], excludeUsers: [], includeGroups: [], excludeGroups: [] },
    applications: { includeApplications: ['All'], excludeApplications: [], includeAuthenticationContextClassReferences: [] },
  },
  grantControls: { operator: 'AND', builtInControls: ['mfa'], customAuthenticationFactors: ['other'] },
}

test('CSRF: every form is taken from its own browser, with its own field, from this origin, and from nowhere else', async () => {
  await using guarded = await runDirectory({ ...document, conditionalAccessPolicies: [factor] })
  const own = browserOf(guarded)
  const first = await own.open(address())
  const verify = await own.signIn(first, paul.userPrincipalName, paul.password)
  const pages: [string, Seen, Record<string, string>, RegExp | undefined][] = [
    [
      'sign-in',
      await own.open(address({ prompt: 'login' })),
      { username: paul.userPrincipalName, password: paul.password },
      /Verify/,
    ],
    ['account', await own.open(address({ prompt: 'select_account' })), { account: paul.id }, /Verify/],
    ['factor', verify, { answer: 'verify' }, /Another provider/],
  ]
  const challenge = await own.submit(await own.open(address()), { answer: 'verify' })
  pages.push(['challenge', challenge, { answer: 'confirm' }, undefined])
  const asking = await own.submit(await own.submit(await own.open(address({ prompt: 'consent' })), { answer: 'verify' }), {
    answer: 'confirm',
  })
  pages.push(['consent', asking, { answer: 'accept' }, undefined])
  for (const [name, page, fields, next] of pages) {
    assert.ok(page.text.includes(`/${name}"`), `${name} is the page's form: ${page.text}`)
    const thief = browserOf(guarded)
    assert.equal((await thief.submit(page, fields)).status, 400, `${name} from another browser`)
    await thief.open(address())
    assert.equal((await thief.submit(page, fields)).status, 400, `${name} from another browser that has a mark of its own`)
    assert.equal((await own.submit(page, { ...fields, csrf: 'x'.repeat(43) })).status, 400, `${name} without its field`)
    assert.equal((await own.submit(page, fields, { origin: 'https://evil.example' })).status, 400, `${name} from another site`)
    const taken = await own.submit(page, fields)
    if (next === undefined) assert.ok(answer(taken).code !== undefined, `${name} is taken from its own`)
    else assert.match(taken.text, next)
  }
  const device = await own.open('/devicelogin')
  const { json } = await guarded.post(`/${tenantId}/oauth2/v2.0/devicecode`, { client_id: cli.appId, scope: 'openid' })
  const otc = { otc: String(json.user_code) }
  assert.match((await browserOf(guarded).submit(device, otc)).text, /Enter code/)
  assert.match((await own.submit(device, otc, { origin: 'https://evil.example' })).text, /Enter code/)
  assert.match((await own.submit(device, otc)).text, /Pick an account/)
})

test('no step can be skipped: consent, second factor and password each count before what comes after', async () => {
  const admins = [
    { displayName: 'Global Administrator', roleTemplateId: '62e90394-69f5-4237-9190-012177145e10', members: [paul.id] },
  ]
  await using guarded = await runDirectory({ ...document, directoryRoles: admins, conditionalAccessPolicies: [factor] })
  const own = browserOf(guarded)
  const at = (page: Seen, step: string): Seen => ({
    ...page,
    text: page.text.replace(/(\/interaction\/[\w-]+)\/[\w-]+"/, `$1/${step}"`),
  })
  const first = await own.open(address({ scope: 'api://articles/drafts' }))
  for (const step of ['consent', 'factor', 'challenge', 'account'])
    assert.match((await own.submit(at(first, step), { answer: 'accept', account: rita.id })).text, /Password/, step)
  const verify = await own.signIn(first, paul.userPrincipalName, paul.password)
  assert.match((await own.submit(at(verify, 'consent'), { answer: 'accept', forAll: 'yes' })).text, /Verify your identity/)
  assert.match((await own.submit(at(verify, 'challenge'), { answer: 'confirm' })).text, /Verify your identity/)
  const again = browserOf(guarded)
  const asking = await again.signIn(
    await again.open(address({ scope: 'api://articles/drafts' })),
    rita.userPrincipalName,
    rita.password,
  )
  assert.ok(answer(await again.submit(asking, { answer: 'accept', forAll: 'yes' })).code !== undefined)
  const form = { grant_type: 'password', client_id: cli.appId, scope: 'api://articles/drafts', username: paul.userPrincipalName }
  const others = await guarded.token({ ...form, password: paul.password })
  assert.ok([50076, 65001].includes(numberOf(others) ?? 0), 'nobody but an administrator agrees for others')
})

test('session fixation: whoever signs in gets a session of a new name, and a planted one stays empty', async () => {
  const own = browserOf(running)
  const name = '__Host-gatehouse-session'
  own.cookies.set(name, 'p'.repeat(43))
  await signIn(own)
  const after1 = own.cookies.get(name)
  assert.notEqual(after1, 'p'.repeat(43))
  await own.signIn(await own.open(address({ prompt: 'login' })), paul.userPrincipalName, paul.password)
  assert.notEqual(own.cookies.get(name), after1)
  for (const planted of ['p'.repeat(43), after1 ?? '']) {
    const thief = browserOf(running)
    thief.cookies.set(name, planted)
    assert.match((await thief.open(address())).text, /Password/)
  }
})

test('throttling: passwords lock by name whatever its spelling, device codes by address', async () => {
  await using own = await runDirectory(document)
  const guess = (username: string, password = 'wrong') =>
    own.token({ grant_type: 'password', client_id: cli.appId, scope: 'api://articles/access_as_user', username, password })
  for (let i = 0; i < 10; i++) await guess(i % 2 === 0 ? rita.userPrincipalName : ` ${rita.userPrincipalName.toUpperCase()} `)
  assert.equal(numberOf(await guess(rita.userPrincipalName, rita.password)), 50053)
  assert.equal((await guess(paul.userPrincipalName, paul.password)).status, 200)
  const browser = browserOf(own)
  const page = await browser.open('/devicelogin')
  for (let i = 0; i < 100; i++) await browser.submit(page, { otc: `GUESS${i}` })
  const { json } = await own.post(`/${tenantId}/oauth2/v2.0/devicecode`, { client_id: cli.appId, scope: 'openid' })
  assert.match((await browser.submit(page, { otc: String(json.user_code) })).text, /AADSTS50053/)
})

test('no answer, page or error holds a password, a secret or a token that it was sent', async () => {
  const own = browserOf(running)
  const page = await own.open(address({ prompt: 'login' }))
  const told = [
    (await own.signIn(page, rita.userPrincipalName, 'guess-5f1c')).text,
    (
      await running.token({
        grant_type: 'client_credentials',
        client_id: archive.appId,
        client_secret: 'guess-5f1c',
        scope: 'x/.default',
      })
    ).text,
    (await redeem('guess-5f1c', { code_verifier: 'guess-5f1c'.padEnd(43, 'x') })).text,
    (await trade('guess-5f1c')).text,
    (await present('guess-5f1c')).text,
    (await running.token({ grant_type: 'refresh_token', client_id: cli.appId, refresh_token: 'guess-5f1c' })).text,
  ]
  for (const text of told) assert.ok(!text.includes('guess-5f1c'), text)
  assert.ok(Object.keys(hiddenFields(page)).every(name => name === 'csrf'))
  assert.ok(colors.appId !== articles.appId)
})

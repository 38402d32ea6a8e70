import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { Browser, hiddenFields, type Seen } from '../testing/browser.ts'
import { archive, articles, cli, colors, paul, rita, tenantId } from '../testing/gazette.ts'
import { runDirectory } from '../testing/running.ts'

const running = await runDirectory()
after(() => running[Symbol.asyncDispose]())

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')
const local = 'http://localhost:4711/'

const asked = {
  client_id: cli.appId,
  response_type: 'code',
  redirect_uri: local,
  scope: 'openid profile offline_access api://articles/access_as_user',
  state: 'state & more',
  code_challenge: challenge,
  code_challenge_method: 'S256',
}

const address = (change: Record<string, string | undefined> = {}, version = 'v2.0/') => {
  const fields = Object.entries({ ...asked, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/${tenantId}/oauth2/${version}authorize?${new URLSearchParams(fields)}`
}

function browser(): Browser {
  const made = new Browser(running.origin, running.directory.caPem)
  after(() => made.close())
  return made
}

async function signedIn(change: Record<string, string | undefined> = {}, who = rita, own = browser()): Promise<Seen> {
  return own.signIn(await own.open(address(change)), who.userPrincipalName, who.password)
}

const answer = (seen: Seen) => Object.fromEntries(new URL(seen.url).searchParams)

const redeem = (code: string, change: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  running.token(
    {
      grant_type: 'authorization_code',
      client_id: cli.appId,
      code,
      redirect_uri: local,
      code_verifier: verifier,
      client_info: '1',
      ...change,
    },
    headers,
  )

const numberOf = ({ json }: { json: Record<string, unknown> }) => (json.error_codes as number[] | undefined)?.[0]

test('a person signs in, and the code gives access, refresh and id token', async () => {
  const seen = await signedIn()
  const { code, state } = answer(seen)
  assert.equal(new URL(seen.url).origin, 'http://localhost:4711')
  assert.equal(state, 'state & more')
  const { json, status } = await redeem(code ?? '')
  assert.equal(status, 200)
  const access = decodeJwt(String(json.access_token))
  assert.deepEqual([access.aud, access.scp, access.azpacr], [articles.appId, 'access_as_user', '0'])
  const id = decodeJwt(String(json.id_token))
  assert.deepEqual([id.aud, id.oid, id.preferred_username, id.ver], [cli.appId, rita.id, rita.userPrincipalName, '2.0'])
  assert.ok(!('nonce' in id))
  assert.equal(json.scope, 'api://articles/access_as_user api://articles/.default')
  assert.deepEqual(JSON.parse(Buffer.from(String(json.client_info), 'base64url').toString()), { uid: rita.id, utid: tenantId })
  assert.equal(typeof json.refresh_token, 'string')
})

test('a code redeemed twice is refused, and what came of it is withdrawn', async () => {
  const { code = '' } = answer(await signedIn())
  const { json } = await redeem(code)
  assert.equal(numberOf(await redeem(code)), 54005)
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(json.refresh_token) }
  assert.equal(numberOf(await running.token(refresh)), 9002313)
})

test('a code is good for its client, address, verifier and time alone', async () => {
  const fresh = async (change: Record<string, string | undefined> = {}) => answer(await signedIn(change)).code ?? ''
  assert.equal(numberOf(await redeem(await fresh(), { code_verifier: 'x'.repeat(43) })), 501481)
  assert.equal(numberOf(await redeem(await fresh(), { code_verifier: '' })), 501481)
  assert.equal(numberOf(await redeem(await fresh(), { redirect_uri: 'http://localhost:4712/' })), 500112)
  assert.equal(numberOf(await redeem(await fresh(), { client_id: archive.appId, client_secret: 'archive-secret' })), 70000)
  assert.equal(numberOf(await redeem(await fresh({ code_challenge: undefined, code_challenge_method: undefined }))), 501481)
  assert.equal(numberOf(await redeem('nonsense')), 9002313)
  assert.equal(numberOf(await redeem(await fresh(), {}, { origin: 'https://evil.example' })), 9002326)
  const late = await fresh()
  running.clock.ahead += 601_000
  assert.equal(numberOf(await redeem(late)), 70008)
  running.clock.ahead = 0
})

test('one refresh token serves every API that the client may have, for its own client only', async () => {
  const { json } = await redeem(answer(await signedIn()).code ?? '')
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(json.refresh_token) }
  const other = await running.token({ ...refresh, scope: 'api://colors/user_impersonation openid' })
  assert.equal(decodeJwt(String(other.json.access_token)).aud, 'api://colors')
  assert.equal((await running.token({ ...refresh, refresh_token: String(other.json.refresh_token) })).status, 200)
  assert.equal(numberOf(await running.token({ ...refresh, client_id: archive.appId, client_secret: 'archive-secret' })), 70000)
  assert.equal(numberOf(await running.token({ ...refresh, scope: 'api://articles/drafts' })), 65001)
  const lacking = await running.token({ ...refresh, scope: 'api://articles/drafts' })
  assert.deepEqual([lacking.json.error, lacking.json.suberror], ['invalid_grant', 'consent_required'])
  running.clock.ahead += 91 * 86_400_000
  assert.equal(numberOf(await running.token(refresh)), 700082)
  running.clock.ahead = 0
})

test('what was not agreed to is asked for once, and may be declined', async () => {
  const own = browser()
  const scope = { scope: 'api://articles/drafts' }
  const asking = await signedIn(scope, rita, own)
  assert.match(asking.text, /Permissions requested/)
  assert.match(asking.text, /<code>drafts<\/code>/)
  const declined = await own.submit(asking, { answer: 'cancel' })
  assert.equal(answer(declined).error, 'access_denied')
  assert.match(answer(declined).error_description ?? '', /^AADSTS65004: /)
  const accepted = await own.submit(await own.open(address(scope)), { answer: 'accept' })
  assert.equal(decodeJwt(String((await redeem(answer(accepted).code ?? '')).json.access_token)).scp, 'drafts')
  assert.ok(answer(await own.open(address(scope))).code !== undefined, 'not asked again')
})

test('a sign-in may ask for the consent to several APIs: each on a page of its own, the token is for the first', async () => {
  await using fresh = await runDirectory()
  const own = new Browser(fresh.origin, fresh.directory.caPem)
  const scope = { scope: 'openid offline_access api://articles/drafts User.Read' }
  const first = await own.signIn(await own.open(address(scope)), paul.userPrincipalName, paul.password)
  assert.match(first.text, /<strong>Articles API<\/strong>/)
  const second = await own.submit(first, { answer: 'accept' })
  assert.match(second.text, /<strong>Microsoft Graph<\/strong>/)
  const again = await own.submit(first, { answer: 'accept' })
  assert.match(again.text, /<strong>Microsoft Graph<\/strong>/, 'the same answer twice agrees to nothing that it did not show')
  const { code = '' } = answer(await own.submit(second, { answer: 'accept' }))
  await own.close()
  const grant = { grant_type: 'authorization_code', client_id: cli.appId, code, redirect_uri: local, code_verifier: verifier }
  const { json } = await fresh.token(grant)
  assert.equal(decodeJwt(String(json.access_token)).scp, 'drafts')
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(json.refresh_token) }
  const graph = await fresh.token({ ...refresh, scope: 'User.Read' })
  assert.equal(decodeJwt(String(graph.json.access_token)).scp, 'User.Read')
})

test('whoever is signed in is not asked again, unless the client says so', async () => {
  const own = browser()
  await signedIn({}, rita, own)
  assert.ok(answer(await own.open(address())).code !== undefined)
  assert.match((await own.open(address({ prompt: 'login' }))).text, /Password/)
  assert.match((await own.open(address({ prompt: 'select_account' }))).text, /Pick an account/)
  assert.match((await own.open(address({ login_hint: paul.userPrincipalName }))).text, /value="paul@gazette.onmicrosoft.com"/)
  const consent = await own.open(address({ prompt: 'consent' }))
  assert.match(consent.text, /Permissions requested/)
  const picked = await own.submit(await own.open(address({ prompt: 'select_account' })), { account: rita.id })
  assert.ok(answer(picked).code !== undefined)
})

test('prompt=none answers by redirect what would have to be asked', async () => {
  const own = browser()
  const none = async (change: Record<string, string | undefined> = {}) =>
    answer(await own.open(address({ prompt: 'none', ...change })))
  assert.match((await none()).error_description ?? '', /^AADSTS50058/)
  assert.equal((await none()).error, 'login_required')
  await signedIn({}, rita, own)
  assert.ok((await none()).code !== undefined)
  assert.equal((await none({ login_hint: paul.userPrincipalName })).error, 'login_required')
  assert.equal((await none({ scope: 'User.Read' })).error, 'consent_required')
  await own.signIn(await own.open(address({ prompt: 'login' })), paul.userPrincipalName, paul.password)
  assert.equal((await none()).error, 'interaction_required')
  assert.ok((await none({ login_hint: rita.userPrincipalName })).code !== undefined)
})

test('a wrong password, an unknown and a disabled account stay on the page with their number', async () => {
  const own = browser()
  const page = await own.open(address())
  assert.match((await own.signIn(page, rita.userPrincipalName, 'wrong')).text, /AADSTS50126/)
  assert.match((await own.signIn(page, 'eve@gazette.onmicrosoft.com', 'x')).text, /AADSTS50034/)
  assert.match((await own.signIn(page, 'dora@gazette.onmicrosoft.com', 'dora-secret')).text, /AADSTS50057/)
  const strange = await own.signIn(page, '"><script>alert(1)</script>', 'x')
  assert.ok(!strange.text.includes('<script>'))
})

test('ten wrong passwords lock the name for ten minutes', async () => {
  const own = await runDirectory()
  const ask = (password: string) =>
    own.token({
      grant_type: 'password',
      client_id: cli.appId,
      scope: 'api://articles/access_as_user',
      username: paul.userPrincipalName,
      password,
    })
  for (let i = 0; i < 10; i++) assert.equal(numberOf(await ask('wrong')), 50126)
  assert.equal(numberOf(await ask(paul.password)), 50053)
  own.clock.ahead += 600_001
  assert.equal((await ask(paul.password)).status, 200)
  await own[Symbol.asyncDispose]()
})

test('a redirect address that is not registered is refused on a page, whatever it looks like', async () => {
  const own = browser()
  for (const redirect of [
    'https://evil.example/',
    'http://localhost:4711/callback',
    'https://localhost:4711/',
    'http://localhost.evil.example/',
    'http://LOCALHOST/',
    'http://localhost:99999/',
    'http://localhost@evil.example/',
    'http://127.0.0.1:4711/',
    'http://localhost/#fragment',
    'https://reader.example/spa/',
    'https://reader.example/SPA',
    'https://reader.example/spa?x=1',
    'https://reader.example/spa%2f..',
    'https://reader.example:444/spa',
    'javascript:alert(1)',
  ]) {
    const seen = await own.open(address({ redirect_uri: redirect }))
    assert.equal(seen.status, 400, redirect)
    assert.match(seen.text, /AADSTS50011/)
    assert.equal(seen.headers.location, undefined)
  }
  assert.equal((await own.open(address({ redirect_uri: 'http://localhost' }))).status, 200)
  assert.equal((await own.open(address({ client_id: 'ffffffff-0000-0000-0000-000000000000' }))).status, 400)
})

test('faults of the request go back to the client', async () => {
  const own = browser()
  const error = async (change: Record<string, string | undefined>) => {
    const { error_description: text = '', error = '' } = answer(await own.open(address(change)))
    return `${error} ${/^AADSTS\d+/.exec(text)?.[0]}`
  }
  assert.equal(await error({ response_type: undefined }), 'invalid_request AADSTS900144')
  assert.equal(
    await error({ response_type: 'token' }).catch(() => 'fragment'),
    ' undefined',
    'tokens never come through the browser',
  )
  assert.equal(await error({ response_mode: 'smoke' }), 'unsupported_response_mode AADSTS70007')
  assert.equal(await error({ scope: 'api://nothing/.default' }), 'invalid_resource AADSTS500011')
  assert.equal(await error({ scope: 'api://articles/x' }), 'invalid_scope AADSTS650053')
  assert.equal(await error({ code_challenge: 'short' }), 'invalid_request AADSTS90023')
  assert.equal(
    await error({ redirect_uri: 'https://reader.example/spa', code_challenge: undefined, code_challenge_method: undefined }),
    'invalid_request AADSTS9002325',
  )
})

test('the answer comes in a form or a fragment when the client wants it so', async () => {
  const form = await signedIn({ response_mode: 'form_post', client_info: '1' })
  assert.match(form.text, /action="http:\/\/localhost:4711\/"/)
  const fields = hiddenFields(form)
  assert.deepEqual(Object.keys(fields).sort(), ['client_info', 'code', 'session_state', 'state'])
  assert.match(String(form.headers['content-security-policy']), /script-src 'sha256-/)
  const fragment = await signedIn({ response_mode: 'fragment' })
  assert.match(new URL(fragment.url).hash, /^#code=/)
})

test('hybrid: an id token comes with the code, bound to it and to the nonce', async () => {
  const web = {
    client_id: archive.appId,
    redirect_uri: 'https://archive.example/signin',
    scope: 'openid api://archive/x',
    response_type: 'code id_token',
  }
  const own = browser()
  const page = await own.open(address({ ...web, scope: 'openid', nonce: 'n-1' }))
  const seen = await own.signIn(page, rita.userPrincipalName, rita.password)
  const fields = new URLSearchParams(new URL(seen.url).hash.slice(1))
  const id = decodeJwt(fields.get('id_token') ?? '')
  assert.deepEqual([id.nonce, id.aud], ['n-1', archive.appId])
  const expected = createHash('sha256')
    .update(fields.get('code') ?? '')
    .digest()
    .subarray(0, 16)
    .toString('base64url')
  assert.equal(id.c_hash, expected)
  const without = await own.open(address({ ...web, scope: 'openid' }))
  assert.match(decodeURIComponent(without.url), /AADSTS900144/)
})

test('a page redeems its code across origins, a native or web client does not', async () => {
  const spa = { redirect_uri: 'https://reader.example/spa' }
  const code = async () => answer(await signedIn(spa)).code ?? ''
  assert.equal(numberOf(await redeem(await code(), spa)), 9002327)
  const page = await redeem(await code(), spa, { origin: 'https://reader.example' })
  assert.equal(page.status, 200)
  assert.equal(page.headers['access-control-allow-origin'], 'https://reader.example')
  const stranger = await redeem(await code(), spa, { origin: 'https://evil.example' })
  assert.equal(stranger.headers['access-control-allow-origin'], undefined)
})

test('a form from another browser, without its field, or from another site is not taken', async () => {
  const [own, thief] = [browser(), browser()]
  const page = await own.open(address())
  const stolen = await thief.submit(page, { username: rita.userPrincipalName, password: rita.password, answer: 'sign-in' })
  assert.equal(stolen.status, 400)
  const bare = { ...page, text: page.text.replace(/<input type="hidden"[^>]*>/, '') }
  assert.equal((await own.signIn(bare, rita.userPrincipalName, rita.password)).status, 400)
  const fields = { username: rita.userPrincipalName, password: rita.password, answer: 'sign-in' }
  assert.equal((await own.submit(page, fields, { origin: 'https://evil.example' })).status, 400)
  assert.ok(answer(await own.submit(page, fields)).code !== undefined)
  assert.equal((await own.submit(page, fields)).status, 400, 'it has ended')
})

test('pages load nothing, stand in no frame, and their cookies are hardened', async () => {
  const seen = await browser().open(address())
  assert.match(String(seen.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/)
  assert.equal(seen.headers['cache-control'], 'no-store')
  assert.match(
    String(seen.headers['set-cookie']),
    /^__Host-gatehouse-browser=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  )
})

test('a user who is not assigned reads so on the page', async () => {
  const seen = await signedIn({ scope: 'api://colors/user_impersonation' }, paul)
  assert.match(seen.text, /AADSTS50105/)
  assert.match(seen.text, /appRoleAssignments/)
})

test('whoever may not go on can do so as somebody else, or go back to the application', async () => {
  const own = browser()
  const refused = await signedIn({ scope: 'api://colors/user_impersonation' }, paul, own)
  const asking = await own.submit(refused, { account: 'other' })
  assert.ok(answer(await own.signIn(asking, rita.userPrincipalName, rita.password)).code !== undefined)
  const other = browser()
  const again = await signedIn({ scope: 'api://colors/user_impersonation' }, paul, other)
  assert.equal(answer(await other.submit(again, { answer: 'cancel' })).error, 'access_denied')
})

test('device code: pending until somebody enters the code and signs in, good once', async () => {
  const { json, status } = await running.post(`/${tenantId}/oauth2/v2.0/devicecode`, {
    client_id: cli.appId,
    scope: 'api://articles/access_as_user offline_access',
  })
  assert.equal(status, 200)
  assert.deepEqual([json.expires_in, json.interval, json.verification_uri], [900, 5, `${running.origin}/devicelogin`])
  assert.match(String(json.message), new RegExp(String(json.user_code)))
  const poll = (grant_type = 'device_code', client_id = cli.appId) =>
    running.token({ grant_type, client_id, device_code: String(json.device_code) })
  assert.equal((await poll()).json.error, 'authorization_pending')
  assert.equal((await poll('urn:ietf:params:oauth:grant-type:device_code')).json.error, 'authorization_pending')
  const own = browser()
  const wrong = await own.submit(await own.open('/devicelogin'), { otc: 'WRONG' })
  assert.match(wrong.text, /did not work/)
  const page = await own.submit(wrong, { otc: String(json.user_code).toLowerCase() })
  assert.match((await own.signIn(page, rita.userPrincipalName, rita.password)).text, /You are signed in/)
  assert.equal(numberOf(await poll('device_code', colors.appId)), 70018)
  const token = await poll()
  assert.equal(decodeJwt(String(token.json.access_token)).scp, 'access_as_user')
  assert.equal(numberOf(await poll()), 70018)
})

test('device code: declined, expired, and not for clients that must show a secret', async () => {
  const begin = async (client_id = cli.appId) => {
    const { json } = await running.post(`/${tenantId}/oauth2/v2.0/devicecode`, {
      client_id,
      scope: 'api://articles/access_as_user',
    })
    return {
      user: String(json.user_code),
      poll: () => running.token({ grant_type: 'device_code', client_id, device_code: String(json.device_code) }),
    }
  }
  const declined = await begin()
  const own = browser()
  const page = await own.submit(await own.open('/devicelogin'), { otc: declined.user })
  assert.match((await own.submit(page, { answer: 'cancel' })).text, /Cancelled/)
  assert.equal((await declined.poll()).json.error, 'authorization_declined')
  const late = await begin()
  running.clock.ahead += 901_000
  assert.equal((await late.poll()).json.error, 'expired_token')
  running.clock.ahead = 0
  assert.equal(numberOf(await (await begin(archive.appId)).poll()), 7000218)
})

test('on behalf of: an API trades the token that it was called with, and only that', async () => {
  const issue = async (scope: string, user?: string, client = cli.appId) => {
    const issued = await running.directory.issueToken({ client, scope, ...(user === undefined ? {} : { user }) })
    return issued.kind === 'token' ? issued.accessToken : assert.fail(issued.code)
  }
  const trade = (assertion: string, change: Record<string, string> = {}) =>
    running.token({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: articles.appId,
      client_secret: 'articles-secret',
      scope: 'api://colors/user_impersonation',
      assertion,
      ...change,
    })
  const mine = await issue('api://articles/.default', rita.userPrincipalName)
  const { json } = await trade(mine)
  const claims = decodeJwt(String(json.access_token))
  assert.deepEqual(
    [claims.oid, claims.aud, claims.appid, claims.scp],
    [rita.id, 'api://colors', articles.appId, 'user_impersonation'],
  )
  assert.equal(numberOf(await trade(await issue('api://colors/.default', rita.userPrincipalName))), 500131)
  assert.equal(numberOf(await trade(`${mine.slice(0, -4)}AAAA`)), 50013)
  assert.equal(numberOf(await trade(await issue('api://articles/.default', undefined, archive.appId))), 7000114)
  assert.equal(numberOf(await trade(mine, { client_secret: '' })), 7000218)
  assert.equal(numberOf(await trade(mine, { scope: 'User.Read' })), 65001)
  assert.equal(numberOf(await trade(mine, { requested_token_use: '' })), 900144)
  running.clock.ahead += 3_601_000
  assert.equal(numberOf(await trade(mine)), 500133)
  running.clock.ahead = 0
})

test('a password at the token endpoint gives a token, unless that is switched off', async () => {
  const ask = {
    grant_type: 'password',
    client_id: cli.appId,
    scope: 'api://articles/access_as_user',
    username: rita.userPrincipalName,
    password: rita.password,
  }
  assert.equal((await running.token(ask)).status, 200)
  assert.equal(
    numberOf(
      await running.token({ ...ask, scope: 'api://articles/drafts', username: paul.userPrincipalName, password: paul.password }),
    ),
    65001,
  )
  await using strict = await runDirectory(undefined, { passwordGrant: false })
  assert.equal(numberOf(await strict.token(ask)), 70003)
})

test('logout ends the session, and goes on to registered addresses only', async () => {
  const own = browser()
  await signedIn({}, rita, own)
  const elsewhere = await own.open(
    `/${tenantId}/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent('https://evil.example/')}`,
  )
  assert.match(elsewhere.text, /You signed out/)
  assert.match((await own.open(address())).text, /Password/)
  const home = await own.open(
    `/${tenantId}/oauth2/v2.0/logout?state=s&post_logout_redirect_uri=${encodeURIComponent('https://reader.example/spa')}`,
  )
  assert.equal(home.url, 'https://reader.example/spa?state=s')
})

test('userinfo has the subject of the id token', async () => {
  const own = browser()
  const page = await signedIn({ scope: 'openid profile User.Read' }, rita, own)
  const { json } = await redeem(answer(await own.submit(page, { answer: 'accept' })).code ?? '')
  const info = await running.get('/oidc/userinfo', { authorization: `Bearer ${json.access_token}` })
  assert.equal(info.json.sub, decodeJwt(String(json.id_token)).sub)
  assert.equal((await running.get('/oidc/userinfo', { authorization: `Bearer ${json.id_token}` })).status, 401)
  assert.equal((await running.get('/oidc/userinfo')).status, 401)
})

test('v1: resource names the API, id token and answer are v1’s', async () => {
  const own = browser()
  const fields = {
    client_id: cli.appId,
    response_type: 'code',
    redirect_uri: local,
    resource: 'api://colors',
    state: 's',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  const page = await own.open(`/${tenantId}/oauth2/authorize?${new URLSearchParams(fields)}`)
  const seen = await own.signIn(page, rita.userPrincipalName, rita.password)
  const form = {
    grant_type: 'authorization_code',
    client_id: cli.appId,
    code: answer(seen).code ?? '',
    redirect_uri: local,
    code_verifier: verifier,
    resource: 'api://colors',
  }
  const { json } = await running.post(`/${tenantId}/oauth2/token`, form)
  assert.deepEqual([json.resource, json.scope, json.expires_in], ['api://colors', 'user_impersonation', '3600'])
  assert.equal(decodeJwt(String(json.id_token)).iss, `https://sts.windows.net/${tenantId}/`)
})

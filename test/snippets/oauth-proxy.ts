import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { configUrl, jwkOf, rsaKey, sign, tenant, v2Issuer } from '../../src/identity/testing/test-issuer.ts'
import type { Headers } from '../../src/policies/context/headers.ts'
import type { Snippet } from './snippet.ts'
import type { Asked, SnippetGateway } from './snippet-gateway.ts'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const client = '11111111-2222-4333-8444-555555555555'
const tokenUrl = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`

const namedValues = {
  TenantId: tenant,
  ClientId: client,
  ClientSecret: 's3cret/',
  AdditionalScopes: 'api://x/read',
  CookiePrefix: 'oidcsession',
  CookieEncryptionKey: '1',
  CookieEncryptionKey1: key(1),
  CookieEncryptionKey2: key(2),
  TokenEncryptionKey: '2',
  TokenEncryptionKey1: key(3),
  TokenEncryptionKey2: key(4),
  RefreshTokenExpirationInSeconds: '86400',
  SessionCookieExpirationInSeconds: '7200',
}

const fragments = ['construct-authorization-redirect', 'session', 'slide-session', 'token-endpoint', 'validate-token']
const fileOf = (name: string) => `oauth-proxy/oauth-proxy-${name}.xml`

const include = (...names: readonly string[]) =>
  names.map(name => `<include-fragment fragment-id="oauth-proxy-${name}-fragment" />`).join('')

/** An application behind the proxy, as the fragments are meant to be put together. */
const application = `<policies><inbound><base />${include('token-endpoint', 'session', 'validate-token')}</inbound>
  <backend><base /></backend><outbound><base />${include('slide-session')}</outbound><on-error><base /></on-error></policies>`

const cookieIn = (headers: Headers, start: string) =>
  headers
    .getAll('Set-Cookie')
    .find(one => one.startsWith(start))
    ?.split(';')[0] ?? ''

/** The identity provider's token endpoint: a code for who can prove that he began, and new tokens for a refresh token. */
function tokenEndpoint(nonce: () => string, challenge: () => string) {
  const rsa = rsaKey()
  let issued = 0
  const answer = async (asked: Asked) => {
    const form = new URLSearchParams(asked.body)
    const proven =
      form.get('grant_type') === 'refresh_token' ||
      createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url') === challenge()
    if (!proven || form.get('client_secret') !== 's3cret/') return { status: 400 }
    issued++
    const now = Math.floor(Date.now() / 1000)
    const all = { iss: v2Issuer, tid: tenant, nbf: now - 10, exp: now + 20_000 }
    return {
      body: {
        expires_in: 3600,
        access_token: await sign(rsa, { ...all, aud: 'api://x', azp: client, n: issued }),
        id_token: await sign(rsa, { ...all, aud: client, nonce: nonce(), name: 'Ada', preferred_username: 'ada@x' }),
        refresh_token: `refresh-${issued}`,
      },
    }
  }
  return { answer, keys: [jwkOf(rsa)] }
}

/** Signs in as a browser would; gives the session's cookie. */
async function signIn(gateway: SnippetGateway, state: { nonce: string; challenge: string }): Promise<string> {
  const begun = await gateway.call({ path: '/oauth/signin?redirect=%2Fsnippet%2Fapp%3Fa%3D1' })
  const asked = new URL(begun.headers.get('Location') ?? '')
  assert.equal(asked.origin + asked.pathname, `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/authorize`)
  assert.equal(asked.searchParams.get('redirect_uri'), 'https://gateway.example/oauth/callback')
  assert.equal(asked.searchParams.get('scope'), 'openid profile offline_access api://x/read')
  state.nonce = asked.searchParams.get('nonce') ?? ''
  state.challenge = asked.searchParams.get('code_challenge') ?? ''
  const parameter = asked.searchParams.get('state') ?? ''
  const done = await gateway.call({
    method: 'POST',
    path: '/oauth/callback',
    headers: { Cookie: cookieIn(begun.headers, `oidcsession-${parameter}`), 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `code=c-1&state=${parameter}`,
  })
  assert.deepEqual([done.status, done.headers.get('Location')], [302, '/snippet/app?a=1'])
  return cookieIn(done.headers, 'oidcsession=')
}

const flow: Snippet = {
  file: fileOf('callback'),
  arrange: read => ({
    policy: '<policies><inbound><base /></inbound></policies>',
    namedValues,
    operations: {
      'GET /oauth/signin': read(fileOf('sign-in')),
      'POST /oauth/callback': read(fileOf('callback')),
      'GET /oauth/signout': read(fileOf('sign-out')),
      'GET /app': application,
    },
    fragments: Object.fromEntries(fragments.map(name => [`oauth-proxy-${name}-fragment`, read(fileOf(`${name}-fragment`))])),
  }),
  promise: 'a browser signs in, its session brings tokens to the backend, slides and renews them, and signs out',
  async run(gateway) {
    const state = { nonce: '', challenge: '' }
    const idp = tokenEndpoint(
      () => state.nonce,
      () => state.challenge,
    )
    gateway.web.publish(idp.keys).publish(idp.keys, v2Issuer, configUrl.replace('/v2.0', ''))
    gateway.services.push([tokenUrl, idp.answer])

    const sent = await gateway.call({ path: '/app?a=1' })
    assert.deepEqual([sent.status, sent.headers.get('Location')], [302, '/oauth/signin?redirect=%2Fsnippet%2Fapp%3Fa%3D1'])
    assert.equal((await gateway.call({ path: '/oauth/signin?redirect=%2Foauth%2Fsignin' })).status, 400)
    const session = await signIn(gateway, state)

    const served = await gateway.call({ path: '/app', headers: { Cookie: session } })
    assert.equal(served.status, 200)
    const [first] = gateway.forwarded
    assert.match(first?.headers.get('Authorization') ?? '', /^Bearer ey/)
    assert.deepEqual(
      [first?.headers.get('x-proxy-id-token-name'), first?.headers.get('x-proxy-id-token-preferred-username')],
      ['Ada', 'ada@x'],
    )
    const slid = cookieIn(served.headers, 'oidcsession=')
    assert.notEqual(slid, '')

    gateway.later(40 * 60_000)
    assert.equal((await gateway.call({ path: '/app', headers: { Cookie: slid } })).status, 200)
    assert.notEqual(
      gateway.forwarded[1]?.headers.get('Authorization'),
      first?.headers.get('Authorization'),
      'the tokens were renewed',
    )
    gateway.later(4 * 3_600_000)
    assert.equal((await gateway.call({ path: '/app', headers: { Cookie: slid } })).status, 302, 'the session is over')

    const out = await gateway.call({ path: '/oauth/signout', headers: { Cookie: slid } })
    assert.deepEqual([out.status, cookieIn(out.headers, 'oidcsession=')], [200, 'oidcsession='])
  },
}

const stolen: Snippet = {
  ...flow,
  file: fileOf('sign-in'),
  promise: 'a callback that nobody began, and one whose nonce is another’s, get no session',
  async run(gateway) {
    const state = { nonce: '', challenge: '' }
    const idp = tokenEndpoint(
      () => 'of another',
      () => state.challenge,
    )
    gateway.services.push([tokenUrl, idp.answer])
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const made = { ...form, Cookie: 'oidcsession-made=up' }
    assert.equal(
      (await gateway.call({ method: 'POST', path: '/oauth/callback', headers: made, body: 'code=c&state=made' })).status,
      401,
    )
    await assert.rejects(signIn(gateway, state), /401/)
  },
}

export const oauthProxySnippets: readonly Snippet[] = [
  flow,
  stolen,
  ...[fileOf('sign-out'), ...fragments.map(name => fileOf(`${name}-fragment`))].map(
    (file): Snippet => ({ file, partOf: flow.file }),
  ),
]

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { NamedValue } from '../../catalog/catalog.ts'
import type { Connection, ConnectionAccess, CredentialProvider } from '../../catalog/credential-provider.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { createIdentityFetch } from '../http-fetch.ts'
import type { ManagedToken } from '../managed-identity.ts'
import { forge, frozen, goodClaims, jwkOf, rsaKey, sign, TestWeb, tenant } from '../testing/test-issuer.ts'
import { type ConnectionAnswer, type ConnectionCaller, ConnectionManager } from './connection-manager.ts'
import { ConnectionTokens } from './connection-tokens.ts'
import type { ConnectionVault, KeptConnection } from './connection-vault.ts'

/** Who asked the token endpoint, and what it answers: a real server on a free port. */
async function provider(t: TestContext) {
  const asked: { form: URLSearchParams; authorization: string | undefined }[] = []
  const state = { answer: {} as object, status: 200, basicOnly: false }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const form = new URLSearchParams(text)
    const { authorization } = request.headers
    asked.push({ form, authorization })
    const refused = state.basicOnly && authorization === undefined
    response.writeHead(refused ? 401 : state.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(refused ? { error: 'invalid_client' } : state.answer))
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, asked, state }
}

function memoryVault(): ConnectionVault & { readonly all: Map<string, KeptConnection>; readonly claims: Map<string, number> } {
  const all = new Map<string, KeptConnection>()
  const claims = new Map<string, number>()
  return {
    all,
    claims,
    read: key => all.get(key),
    save: (key, kept) => void all.set(key, kept),
    remove: key => void all.delete(key),
    claim: (key, now, until) => (claims.get(key) ?? 0) <= now && claims.set(key, until) !== undefined,
    release: key => void claims.delete(key),
  }
}

interface Made {
  readonly url: string
  readonly grant?: Connection['grant']
  readonly identityProvider?: string
  readonly access?: readonly ConnectionAccess[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly namedValues?: readonly NamedValue[]
  readonly managed?: ManagedToken
  readonly vault?: ConnectionVault
}

function managerOf(t: TestContext, made: Made) {
  const { url, grant = 'clientCredentials', identityProvider = 'oauth2', access = [], parameters = {} } = made
  const connection: Connection = { name: 'main', grant, parameters: new Map(Object.entries(parameters)), accessPolicies: access }
  const described: CredentialProvider = {
    name: 'bank',
    displayName: 'Bank',
    identityProvider,
    grants: {
      [grant]: new Map([
        ['tokenUrl', url],
        ['clientId', 'me'],
        ['clientSecret', '{{bank secret}}'],
        ['scopes', 'read write'],
      ]),
    },
    connections: [connection],
    file: 'x',
  }
  const clock = { now: frozen }
  const vault = made.vault ?? memoryVault()
  const fetching = createIdentityFetch()
  t.after(() => fetching.close())
  const key = rsaKey()
  const web = new TestWeb().publish([jwkOf(key)])
  const secret = { name: 's', displayName: 'bank secret', value: 's3 cret', secret: true, file: 'x' }
  const tokens = new ConnectionTokens({
    vault,
    exchange: fetching.exchange,
    namedValues: made.namedValues ?? [secret],
    now: () => clock.now,
    delay: async milliseconds => {
      clock.now += milliseconds
    },
  })
  const manager = new ConnectionManager({
    providers: [described],
    tokens,
    verifier: createTokenVerifier({ fetch: web.fetch }),
    managedToken: () => made.managed ?? { kind: 'failure', message: 'no identity' },
    now: () => clock.now,
  })
  const ask = (caller: ConnectionCaller = { kind: 'managed' }) => manager.token('Bank', 'MAIN', caller)
  return { ask, manager, clock, vault, key, connection, described }
}

const failureOf = (answer: ConnectionAnswer) => (answer.kind === 'failure' ? [answer.reason, answer.message] : 'a token')
const tokenIn = (answer: ConnectionAnswer) => (answer.kind === 'token' ? answer.accessToken : failureOf(answer))

test('client credentials: a token is asked for once, kept, and renewed ahead of its end while the old one serves', async t => {
  const { url, asked, state } = await provider(t)
  const { ask, clock } = managerOf(t, { url })
  state.answer = { access_token: 'one', expires_in: 3600, token_type: 'Bearer' }
  assert.deepEqual(await ask(), { kind: 'token', accessToken: 'one', claims: { expires_in: 3600, token_type: 'Bearer' } })
  assert.equal(tokenIn(await ask()), 'one')
  assert.equal(asked.length, 1)
  assert.deepEqual(Object.fromEntries(asked[0]?.form ?? []), {
    grant_type: 'client_credentials',
    scope: 'read write',
    client_id: 'me',
    client_secret: 's3 cret',
  })
  clock.now += 3_400_000
  state.answer = { access_token: 'two', expires_in: 3600 }
  assert.equal(tokenIn(await ask()), 'one')
  clock.now += 250_000 // past its end: whoever asks now waits for the renewal
  assert.equal(tokenIn(await ask()), 'two')
  assert.equal(asked.length, 2)
})

test('a server that wants the secret in the header gets it there', async t => {
  const { url, asked, state } = await provider(t)
  Object.assign(state, { basicOnly: true, answer: { access_token: 'one' } })
  assert.equal(tokenIn(await managerOf(t, { url }).ask()), 'one')
  assert.equal(asked[1]?.authorization, `Basic ${Buffer.from('me:s3+cret').toString('base64')}`)
  assert.equal(asked[1]?.form.has('client_secret'), false)
})

test('what the provider refuses is told without secrets, and not asked for again at once', async t => {
  const { url, asked, state } = await provider(t)
  const { ask, clock } = managerOf(t, { url })
  Object.assign(state, { status: 400, answer: { error: 'invalid_scope', error_description: 'no such scope\nmore' } })
  const [reason, message] = failureOf(await ask())
  assert.equal(reason, 'connection.failed')
  assert.match(message ?? '', /^127\.0\.0\.1:\d+ answered 400: no such scope$/)
  assert.deepEqual(failureOf(await ask()), [reason, message])
  assert.equal(asked.length, 1)
  clock.now += 1000
  Object.assign(state, { status: 200, answer: { access_token: 'one' } })
  assert.equal(tokenIn(await ask()), 'one')
})

test('authorization code: connected by what the login kept, refreshed with the newest refresh token, disconnected when that is no longer good', async t => {
  const { url, asked, state } = await provider(t)
  const vault = memoryVault()
  const { ask, clock } = managerOf(t, { url, grant: 'authorizationCode', vault })
  assert.deepEqual(failureOf(await ask()), ['connection.not-connected', 'nobody has consented to it yet'])
  // what a login with the same settings keeps
  const other = managerOf(t, { url, grant: 'clientCredentials', vault: memoryVault() })
  state.answer = { access_token: 'probe' }
  await other.ask()
  const fingerprint = await fingerprintFor(t, url)
  vault.save('bank/main', {
    token: { accessToken: 'first', refreshToken: 'r1', expiresAt: frozen + 1000, claims: {} },
    fingerprint,
    grantedAt: frozen - 1000,
  })
  asked.length = 0
  clock.now += 2000
  state.answer = { access_token: 'second', expires_in: 600, refresh_token: 'r2' }
  assert.equal(tokenIn(await ask()), 'second')
  assert.deepEqual([asked[0]?.form.get('grant_type'), asked[0]?.form.get('refresh_token')], ['refresh_token', 'r1'])
  assert.equal(vault.all.get('bank/main')?.token.refreshToken, 'r2')
  clock.now += 700_000
  state.answer = { access_token: 'third', expires_in: 600 }
  assert.equal(tokenIn(await ask()), 'third')
  assert.equal(vault.all.get('bank/main')?.token.refreshToken, 'r2')
  clock.now += 700_000
  Object.assign(state, { status: 400, answer: { error: 'invalid_grant' } })
  assert.equal(failureOf(await ask())[0], 'connection.not-connected')
  assert.equal(vault.all.size, 0)
})

async function fingerprintFor(t: TestContext, url: string): Promise<string> {
  const { fingerprintOf } = await import('./connection-tokens.ts')
  const { oauthSettings } = await import('./oauth-settings.ts')
  const { described, connection } = managerOf(t, { url, grant: 'authorizationCode' })
  const settings = oauthSettings(described, connection, [
    { name: 's', displayName: 'bank secret', value: 'x', secret: true, file: 'x' },
  ])
  assert.ok('tokenUrl' in settings)
  return fingerprintOf(settings)
}

test('while another one renews, whoever has no token waits for theirs', async t => {
  const { url, asked } = await provider(t)
  const vault = memoryVault()
  const { ask, clock } = managerOf(t, { url, vault })
  vault.claims.set('bank/main', frozen + 60_000)
  const { fingerprint } = { fingerprint: await clientFingerprint(t, url) }
  const read = vault.read
  let looks = 0
  Object.assign(vault, {
    read: (key: string) => {
      if (++looks === 3)
        vault.save(key, {
          token: { accessToken: 'theirs', expiresAt: clock.now + 3_600_000, claims: {} },
          fingerprint,
          grantedAt: clock.now,
        })
      return read(key)
    },
  })
  assert.equal(tokenIn(await ask()), 'theirs')
  assert.equal(asked.length, 0)
})

async function clientFingerprint(t: TestContext, url: string): Promise<string> {
  const { fingerprintOf } = await import('./connection-tokens.ts')
  const { oauthSettings } = await import('./oauth-settings.ts')
  const { described, connection } = managerOf(t, { url })
  const settings = oauthSettings(described, connection, [
    { name: 's', displayName: 'bank secret', value: 'x', secret: true, file: 'x' },
  ])
  assert.ok('tokenUrl' in settings)
  return fingerprintOf(settings)
}

test('a vault that fails is a failure of the connection, and no defect of the gateway', async t => {
  const { url, state } = await provider(t)
  state.answer = { access_token: 'one' }
  const broken = (name: keyof ConnectionVault) => {
    const vault = memoryVault()
    Object.assign(vault, {
      [name]: () => {
        throw new Error('disk I/O error')
      },
    })
    return managerOf(t, { url, vault }).ask()
  }
  for (const name of ['read', 'claim', 'save', 'release'] as const)
    assert.deepEqual(failureOf(await broken(name)), ['connection.failed', 'the kept tokens cannot be reached: disk I/O error'])
})

test('a connection is only for whom its access policies name', async t => {
  const { url, state } = await provider(t)
  state.answer = { access_token: 'one' }
  const objectId = '11111111-2222-3333-4444-555555555555'
  const access: ConnectionAccess = { name: 'a', objectId, tenantId: tenant }
  const own = (claims: object): ManagedToken => ({ kind: 'token', token: forge({}, claims) })
  const managed = (one: ManagedToken, policies = [access]) => managerOf(t, { url, access: policies, managed: one }).ask()
  assert.equal(tokenIn(await managed(own({ oid: objectId.toUpperCase(), tid: tenant }))), 'one')
  assert.equal(failureOf(await managed(own({ oid: objectId, tid: objectId })))[0], 'connection.denied')
  assert.match(
    failureOf(await managed({ kind: 'failure', message: 'none here' }))[1] ?? '',
    /own identity is not known: none here/,
  )

  const { ask, key } = managerOf(t, { url, access: [{ ...access, appIds: ['app-1'] }] })
  const claims = { ...goodClaims, aud: 'https://azure-api.net/authorization-manager', oid: objectId, azp: 'APP-1' }
  const bearer = async (more: object) => ask({ kind: 'jwt', token: await sign(key, { ...claims, ...more }) })
  assert.equal(tokenIn(await bearer({})), 'one')
  assert.equal(tokenIn(await bearer({ oid: 'x', groups: [objectId] })), 'one')
  assert.match(failureOf(await bearer({ azp: 'app-2' }))[1] ?? '', /no access policy names the identity/)
  assert.match(failureOf(await bearer({ oid: 'x' }))[1] ?? '', /no access policy names the identity x/)
  assert.equal(failureOf(await bearer({ aud: 'api://articles' }))[0], 'connection.denied')
  assert.match(failureOf(await bearer({ tid: objectId }))[1] ?? '', /of no tenant that an access policy names/)
  assert.equal(failureOf(await ask({ kind: 'jwt', token: forge({ alg: 'none' }, claims, '') }))[0], 'connection.denied')
  assert.equal(failureOf(await ask({ kind: 'jwt', token: 'nonsense' }))[0], 'connection.denied')
  const open = managerOf(t, { url })
  assert.match(failureOf(await open.ask({ kind: 'jwt', token: await sign(open.key, claims) }))[1] ?? '', /no access policy/)
})

test('what is not there, or not described well enough, is told', async t => {
  const { url } = await provider(t)
  const { manager } = managerOf(t, { url })
  assert.deepEqual(failureOf(await manager.token('no<ne', 'x', { kind: 'managed' })), [
    'connection.missing',
    'there is no credential provider no?ne',
  ])
  assert.match(failureOf(await manager.token('bank', 'x', { kind: 'managed' }))[1] ?? '', /bank has no connection x/)
  const told = async (made: Partial<Made>) => failureOf(await managerOf(t, { url, ...made }).ask())[1]
  assert.equal(await told({ namedValues: [] }), 'the named value bank secret has no value here')
  assert.equal(await told({ url: '' }), 'no tokenUrl is given')
  assert.equal(await told({ url: 'http://bank.example/token' }), 'no tokenUrl is given')
})

test('Entra is asked at its version 2.0 endpoints, the resource as part of the scope', async () => {
  const { oauthSettings } = await import('./oauth-settings.ts')
  const settings = (grant: Connection['grant'], parameters: Record<string, string>) => {
    const connection: Connection = {
      name: 'c',
      grant,
      parameters: new Map(Object.entries({ clientId: 'me', ...parameters })),
      accessPolicies: [],
    }
    const aad: CredentialProvider = {
      name: 'p',
      displayName: 'p',
      identityProvider: 'aad',
      grants: {},
      connections: [connection],
      file: 'x',
    }
    const found = oauthSettings(aad, connection, [])
    assert.ok('tokenUrl' in found)
    return found
  }
  const graph = { resourceUri: 'https://graph.microsoft.com/', tenantId: 'contoso.com', loginUri: 'https://login.windows.net' }
  const app = settings('clientCredentials', graph)
  assert.equal(app.tokenUrl, 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token')
  assert.equal(app.scope, 'https://graph.microsoft.com/.default')
  const person = settings('authorizationCode', { ...graph, scopes: 'User.Read openid api://x/y' })
  assert.equal(person.scope, 'https://graph.microsoft.com/User.Read openid api://x/y offline_access')
  assert.equal(settings('authorizationCode', graph).scope, 'https://graph.microsoft.com/.default offline_access')
  assert.equal(
    settings('authorizationCode', {}).authorizationUrl,
    'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
  )
})

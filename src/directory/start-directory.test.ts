import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { connect } from 'node:tls'
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { createTokenVerifier } from '../identity/create-token-verifier.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { makeCertificate } from './certificates/make-certificate.ts'
import { NotLoopback, startDirectory } from './start-directory.ts'
import { application, archive, articles, cli, domain, gazette, rita, stateFolder, tenantId } from './testing/gazette.ts'
import { lifetimes, runDirectory } from './testing/running.ts'
import { rollOver } from './tokens/signing-keys.ts'

const running = await runDirectory()
after(() => running[Symbol.asyncDispose]())
const { origin } = running

const credentials = {
  grant_type: 'client_credentials',
  client_id: archive.appId,
  client_secret: 'archive-secret',
  scope: 'api://articles/.default',
}

test('v2 metadata has every endpoint at the address that was asked, by tenant id, and the issuer of Entra', async () => {
  for (const name of [tenantId, domain, tenantId.toUpperCase()]) {
    const { status, json, headers } = await running.get(`/${name}/v2.0/.well-known/openid-configuration?x-client-SKU=x`)
    assert.equal(status, 200)
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(json.issuer, `https://login.microsoftonline.com/${tenantId}/v2.0`)
    assert.equal(json.token_endpoint, `${origin}/${tenantId}/oauth2/v2.0/token`)
    assert.equal(json.jwks_uri, `${origin}/${tenantId}/discovery/v2.0/keys`)
    assert.ok(!('code_challenge_methods_supported' in json) && !('grant_types_supported' in json))
  }
})

test('common and organizations have template issuers, and v1 metadata those of v1 tokens', async () => {
  const common = await running.get('/common/v2.0/.well-known/openid-configuration')
  assert.equal(common.json.issuer, 'https://login.microsoftonline.com/{tenantid}/v2.0')
  assert.equal(common.json.token_endpoint, `${origin}/common/oauth2/v2.0/token`)
  const v1 = await running.get(`/${domain}/.well-known/openid-configuration`)
  assert.equal(v1.json.issuer, `https://sts.windows.net/${tenantId}/`)
  assert.equal(v1.json.token_endpoint, `${origin}/${tenantId}/oauth2/token`)
})

test('metadata names the host that was asked when it is one of ours, else the address itself', async () => {
  const path = `/${tenantId}/v2.0/.well-known/openid-configuration`
  const known = await running.get(path, { host: 'login.microsoftonline.com' })
  assert.equal(known.json.token_endpoint, `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`)
  const strange = await running.get(path, { host: 'evil.example' })
  assert.equal(new URL(String(strange.json.token_endpoint)).hostname, '127.0.0.1')
})

test('an unknown tenant is refused as Entra does', async () => {
  const { status, json } = await running.get('/contoso.example/v2.0/.well-known/openid-configuration')
  assert.equal(status, 400)
  assert.deepEqual([json.error, json.error_codes], ['invalid_tenant', [90002]])
  assert.match(
    String(json.error_description),
    /^AADSTS90002: Tenant 'contoso.example' not found.* Trace ID: .* Correlation ID: .* Timestamp: /,
  )
})

test('instance discovery names this host as a cloud of its own', async () => {
  const { json } = await running.get('/common/discovery/instance?api-version=1.1&authorization_endpoint=x')
  assert.equal(json.tenant_discovery_endpoint, `${origin}/${tenantId}/v2.0/.well-known/openid-configuration`)
  assert.match(JSON.stringify(json.metadata), /localhost:/)
})

test('both key sets hold the same keys with their certificates; those of v2 say whose tokens they may sign', async () => {
  const [v1, v2] = [await running.get('/common/discovery/keys'), await running.get(`/${tenantId}/discovery/v2.0/keys`)]
  const keys = (set: Record<string, unknown>) => set.keys as Record<string, unknown>[]
  assert.deepEqual(
    keys(v1.json).map(key => key.kid),
    keys(v2.json).map(key => key.kid),
  )
  for (const key of keys(v2.json)) {
    assert.equal(key.kid, key.x5t)
    assert.equal(key.issuer, `https://login.microsoftonline.com/${tenantId}/v2.0`)
    assert.equal((key.x5c as string[]).length, 1)
    assert.ok(!('d' in key))
  }
  const common = await running.get('/common/discovery/v2.0/keys')
  assert.equal(keys(common.json)[0]?.issuer, 'https://login.microsoftonline.com/{tenantid}/v2.0')
})

test('client credentials with a secret give a token that the key set verifies, and nothing else', async () => {
  const { status, json, headers } = await running.token(credentials)
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(json).sort(), ['access_token', 'expires_in', 'ext_expires_in', 'token_type'])
  assert.equal(headers['cache-control'], 'no-store')
  const keys = (await running.get(`/${tenantId}/discovery/v2.0/keys`)).json as unknown as JSONWebKeySet
  const { payload } = await jwtVerify(String(json.access_token), createLocalJWKSet(keys))
  assert.deepEqual(payload.roles, ['admins'])
})

test('HTTP Basic credentials do as well, and a query on the address does not matter', async () => {
  const basic = `Basic ${Buffer.from(`${archive.appId}:archive-secret`).toString('base64')}`
  const form = { grant_type: 'client_credentials', scope: 'api://articles/.default' }
  const { status } = await running.post(`/${domain}/oauth2/v2.0/token?client-request-id=x`, form, { authorization: basic })
  assert.equal(status, 200)
})

test('the v1 endpoint takes resource and answers with strings', async () => {
  const { scope: _, ...rest } = credentials
  const { json } = await running.post(`/${tenantId}/oauth2/token`, { ...rest, resource: 'api://colors' })
  assert.deepEqual([json.expires_in, json.resource], ['3600', 'api://colors'])
  assert.deepEqual(decodeJwt(String(json.access_token)).aud, 'api://colors')
})

test('every faulty credential has its number', async () => {
  const cases: [Record<string, string>, number, number][] = [
    [{ client_secret: 'wrong' }, 7000215, 401],
    [{ client_secret: 'old-secret' }, 7000222, 401],
    [{ client_secret: '' }, 7000216, 401],
    [{ client_id: 'ffffffff-0000-0000-0000-000000000000' }, 700016, 400],
    [{ client_id: '' }, 900144, 400],
    [{ client_id: cli.appId }, 700025, 401],
    [{ grant_type: 'magic' }, 70003, 400],
    [{ scope: 'api://articles/access_as_user' }, 1002012, 400],
    [{ scope: 'api://unknown/.default' }, 500011, 400],
    [{ scope: '' }, 900144, 400],
  ]
  for (const [change, number, status] of cases) {
    const answer = await running.token({ ...credentials, ...change })
    assert.deepEqual([answer.json.error_codes, answer.status], [[number], status])
    assert.ok(!answer.text.includes('old-secret'))
  }
})

test("an error echoes the caller's correlation id when it is one", async () => {
  const id = '0b5a1f7e-6a0e-4b4d-9d38-1e9f1a2b3c4d'
  const answer = await running.token({ ...credentials, client_secret: 'x', 'client-request-id': id })
  assert.equal(answer.json.correlation_id, id)
  const other = await running.token({ ...credentials, client_secret: 'x', 'client-request-id': '<script>' })
  assert.match(String(other.json.correlation_id), /^[0-9a-f-]{36}$/)
})

test('a parameter that stands twice is refused', async () => {
  const answer = await running.token(`${new URLSearchParams(credentials)}&client_id=${cli.appId}`)
  assert.deepEqual(answer.json.error_codes, [9002313])
  assert.equal(answer.status, 400)
})

test('a certificate assertion is taken by either thumbprint, again and again, and only for this endpoint', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [from, to] = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 86_400_000)]
  const names = { subject: 'client', issuer: 'client', publicKey, issuerKey: privateKey, notBefore: from, notAfter: to }
  const der = makeCertificate({ ...names, use: { kind: 'signer' } })
  const { createHash } = await import('node:crypto')
  const print = (hash: string) => createHash(hash).update(der).digest('base64url')
  const client = application('Certified', {
    keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') }],
  })
  await using own = await runDirectory({ ...gazette, applications: [...gazette.applications, client] })
  const endpoint = `${own.origin}/${tenantId}/oauth2/v2.0/token`
  const assertion = (
    header: { alg: string } & Record<string, string>,
    claims: Record<string, unknown> = {},
    key = privateKey,
  ) => {
    const base = {
      iss: client.appId,
      sub: client.appId,
      aud: endpoint,
      jti: 'one',
      exp: Date.now() / 1000 + 600,
      nbf: Date.now() / 1000 + 1,
    }
    return new SignJWT({ ...base, ...claims }).setProtectedHeader(header).sign(key)
  }
  const ask = async (client_assertion: string) => {
    const form = { grant_type: 'client_credentials', client_id: client.appId, scope: 'api://articles/.default', client_assertion }
    const answer = await own.token({ ...form, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' })
    return answer.status === 200 ? decodeJwt(String(answer.json.access_token)).azpacr : (answer.json.error_codes as number[])[0]
  }
  const sha256 = { alg: 'PS256', 'x5t#S256': print('sha256') }
  const good = await assertion(sha256)
  assert.deepEqual([await ask(good), await ask(good)], ['2', '2'])
  assert.equal(await ask(await assertion({ alg: 'RS256', x5t: print('sha1') })), '2')
  assert.equal(await ask(await assertion({ alg: 'RS256' })), 700027)
  assert.equal(await ask(await assertion(sha256, { aud: 'https://login.example/token' })), 700027)
  assert.equal(await ask(await assertion(sha256, { exp: Date.now() / 1000 - 301 })), 700024)
  assert.equal(await ask(await assertion(sha256, { nbf: Date.now() / 1000 + 400 })), 700024)
  assert.equal(await ask(await assertion(sha256, { exp: undefined })), 700024)
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  assert.equal(await ask(await assertion(sha256, {}, stranger)), 700027)
  assert.equal(await ask(await assertion(sha256, { sub: archive.appId })), 700213)
  assert.equal(await ask('rubbish'), 700027)
})

test('the gateway finds the directory under the names of Entra, and judges its tokens by its keys', async () => {
  const { address, caPem } = running.directory
  const local = { tenant: { id: tenantId, domain }, directory: { ...address, caPem } }
  const identity = createIdentityFetch({ local, timeout: 2000 })
  after(() => identity.close())
  const verifier = createTokenVerifier({ fetch: identity.fetch, localTenant: tenantId })
  const issued = await running.directory.issueToken({
    client: 'Gazette CLI',
    user: rita.userPrincipalName,
    scope: 'api://articles/.default',
  })
  assert.ok(issued.kind === 'token')
  for (const path of [`${tenantId}/v2.0`, 'organizations/v2.0', `${domain}/v2.0`]) {
    const rules = {
      keys: [
        { kind: 'openid-config', url: `https://login.microsoftonline.com/${path}/.well-known/openid-configuration` },
      ] as const,
      issuers: [],
      audiences: [articles.appId],
      requireExpirationTime: true,
      requireSignedTokens: true,
      clockSkew: 0,
      decryptionKeys: [],
    }
    const result = await verifier.verify(issued.accessToken, rules, Date.now())
    assert.equal(result.kind, 'verified', JSON.stringify(result))
  }
})

test('after a rollover new tokens carry the next key and old ones still verify', async () => {
  const state = stateFolder()
  const now = () => Date.now()
  const own = await startDirectory({
    document: gazette,
    listen: { host: '127.0.0.1', port: 0 },
    state,
    expose: false,
    settings: lifetimes,
    now,
  })
  const identity = createIdentityFetch({
    local: { tenant: { id: tenantId, domain }, directory: { ...own.address, caPem: own.caPem } },
  })
  const keys = async () =>
    createLocalJWKSet(
      JSON.parse(
        (await identity.fetch(`https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`)).body,
      ) as JSONWebKeySet,
    )
  const ask = { client: 'Archive Service', scope: 'api://articles/.default' }
  const before = await own.issueToken(ask)
  const publishedBefore = await keys()
  rollOver(state, Date.now())
  const rolled = await own.issueToken(ask)
  assert.ok(before.kind === 'token' && rolled.kind === 'token')
  assert.notEqual(before.accessToken.split('.')[0], rolled.accessToken.split('.')[0])
  await jwtVerify(rolled.accessToken, publishedBefore)
  await jwtVerify(before.accessToken, await keys())
  await Promise.all([identity.close(), own.close()])
})

test('it does not listen beyond loopback unless told so', async () => {
  const options = {
    document: gazette,
    listen: { host: '0.0.0.0', port: 0 },
    state: stateFolder(),
    settings: lifetimes,
    now: Date.now,
  }
  await assert.rejects(startDirectory({ ...options, expose: false }), NotLoopback)
})

test('a body over the cap is answered 413, a strange path 404', async () => {
  const big = await running.token({ ...credentials, filler: 'x'.repeat(70_000) })
  assert.equal(big.status, 413)
  assert.equal((await running.get('/')).status, 404)
  assert.equal((await running.get(`/${tenantId}/%E0%A4%A`)).status, 400)
})

test('an application needs a tenant, and personal accounts are none of this one', async () => {
  const at = (name: string, form: Record<string, string>) => running.post(`/${name}/oauth2/v2.0/token`, form)
  assert.deepEqual((await at('common', credentials)).json.error_codes, [90019])
  const password = { grant_type: 'password', client_id: cli.appId, username: rita.userPrincipalName, password: rita.password }
  assert.deepEqual((await at('consumers', { ...password, scope: 'openid' })).json.error_codes, [50020])
  assert.equal((await at('organizations', { ...password, scope: 'api://articles/access_as_user' })).status, 200)
  const device = await running.post('/consumers/oauth2/v2.0/devicecode', { client_id: cli.appId, scope: 'openid' })
  assert.deepEqual(device.json.error_codes, [50020])
  assert.match((await running.get(`/consumers/oauth2/v2.0/authorize?client_id=${cli.appId}`)).text, /AADSTS50020/)
})

test('a workload shows the token of its own issuer, which must fit the registration in every part', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'cluster', use: 'sig' }] }
    response.end(JSON.stringify(request.url === '/keys' ? jwks : { issuer, jwks_uri: `${issuer}/keys` }))
  })
  after(() => server.close())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const [subject, audience] = ['system:serviceaccount:press:printer', 'api://AzureADTokenExchange']
  const client = application('Workload', {
    federatedIdentityCredentials: [{ name: 'cluster', issuer, subject, audiences: [audience] }],
  })
  await using own = await runDirectory({ ...gazette, applications: [...gazette.applications, client] })
  const ask = async (claims: Record<string, unknown> = {}, key = privateKey) => {
    const all = { iss: issuer, sub: subject, aud: audience, exp: Date.now() / 1000 + 600, ...claims }
    const client_assertion = await new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: 'cluster' }).sign(key)
    const form = { grant_type: 'client_credentials', client_id: client.appId, scope: 'api://articles/.default', client_assertion }
    const answer = await own.token({ ...form, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' })
    return answer.status === 200 ? decodeJwt(String(answer.json.access_token)).azpacr : (answer.json.error_codes as number[])[0]
  }
  assert.equal(await ask(), '2')
  assert.equal(await ask({ sub: 'system:serviceaccount:press:thief' }), 700213)
  assert.equal(await ask({ aud: 'api://other' }), 700213)
  assert.equal(await ask({ iss: 'http://127.0.0.1:1' }), 700213)
  assert.equal(await ask({ exp: Date.now() / 1000 - 400 }), 700223)
  assert.equal(await ask({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey), 700223)
})

test('names of the settings stand in the certificate, and metadata answers by them', async () => {
  await using own = await runDirectory(gazette, { directoryNames: ['directory.dev.example', '192.0.2.7'] })
  const socket = connect({
    host: '127.0.0.1',
    port: own.directory.address.port,
    ca: own.directory.caPem,
    servername: 'localhost',
  })
  await once(socket, 'secureConnect')
  const names = socket.getPeerX509Certificate()?.subjectAltName ?? ''
  socket.destroy()
  assert.match(names, /DNS:directory\.dev\.example/)
  assert.match(names, /IP Address:192\.0\.2\.7/)
  const metadata = await own.get(`/${tenantId}/v2.0/.well-known/openid-configuration`, { host: 'directory.dev.example:8443' })
  assert.equal(metadata.json.token_endpoint, `https://directory.dev.example:8443/${tenantId}/oauth2/v2.0/token`)
})

test('a refresh token ends when the settings say so', async () => {
  await using own = await runDirectory(gazette, { refreshTokenLifetime: 60 })
  const scope = 'api://articles/access_as_user offline_access'
  const form = { grant_type: 'password', client_id: cli.appId, scope, username: rita.userPrincipalName, password: rita.password }
  const { json } = await own.token(form)
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(json.refresh_token) }
  own.clock.ahead = 59_000
  assert.equal((await own.token(refresh)).status, 200)
  own.clock.ahead = 61_000
  assert.deepEqual((await own.token(refresh)).json.error_codes, [700082])
})

test('a password’s realm is this tenant for its users and domain, and nobody’s else', async () => {
  const realm = async (name: string) => (await running.get(`/common/userrealm/${name}?api-version=1.0`)).json.account_type
  assert.deepEqual(
    [await realm(rita.userPrincipalName), await realm(`eve@${domain}`), await realm('eve@contoso.example')],
    ['Managed', 'Managed', 'Unknown'],
  )
})

test('the Azure CLI finds its tenant and no subscription, with a token for the resource manager and no other', async () => {
  const form = { grant_type: 'password', client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', username: rita.userPrincipalName }
  const tokenFor = async (scope: string) =>
    String((await running.token({ ...form, password: rita.password, scope })).json.access_token)
  const authorization = `Bearer ${await tokenFor('https://management.core.windows.net//.default')}`
  const { json } = await running.get('/tenants?api-version=2019-11-01', { authorization })
  assert.deepEqual(
    (json.value as { tenantId: string }[]).map(one => one.tenantId),
    [tenantId],
  )
  assert.deepEqual((await running.get('/subscriptions?api-version=2019-11-01', { authorization })).json, { value: [] })
  assert.equal((await running.get('/tenants')).status, 401)
  const issued = await running.directory.issueToken({
    client: cli.appId,
    user: rita.userPrincipalName,
    scope: 'api://articles/.default',
  })
  assert.ok(issued.kind === 'token')
  assert.equal((await running.get('/tenants', { authorization: `Bearer ${issued.accessToken}` })).status, 401)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { jwtVerify } from 'jose'
import { issue } from '../expressions/runtime/data/testing/make-certificates.ts'
import type { AskOptions } from './ask-managed-token.ts'
import type { CredentialSource } from './credential-source.ts'
import { createIdentityFetch } from './http-fetch.ts'
import { ManagedIdentity } from './managed-identity.ts'

interface Asked {
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly form: URLSearchParams
}

/** A real endpoint that answers each request as the test says, and an identity that asks it. */
async function endpoint(source: (origin: string) => CredentialSource, answer: (n: number) => { status?: number; body: unknown }) {
  const asked: Asked[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      asked.push({ url: new URL(request.url ?? '/', 'http://endpoint'), headers: request.headers, form })
      const { status = 200, body } = answer(asked.length)
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server's address is one
  const fetching = createIdentityFetch()
  const clock = { now: 1_000_000_000_000 }
  const options: AskOptions = {
    source: source(origin),
    exchange: fetching.exchange,
    readText: async path => `the text of ${path}\n`,
    now: () => clock.now,
  }
  return {
    asked,
    clock,
    identity: new ManagedIdentity(options),
    async [Symbol.asyncDispose]() {
      await fetching.close()
      server.close()
    },
  }
}

const appService = (origin: string): CredentialSource => ({
  kind: 'app-service',
  endpoint: `${origin}/msi/token`,
  header: 'code',
})
const hour = (n: number) => ({ body: { access_token: `token-${n}`, expires_in: 3600 } })

test('App Service is asked as its page says, and gives its end in seconds since 1970', async () => {
  await using it = await endpoint(appService, n => ({ body: { access_token: `t${n}`, expires_on: '1000003600' } }))
  assert.deepEqual(await it.identity.token('https://vault.azure.net', 'mine'), {
    kind: 'token',
    token: 't1',
    expiresAt: 1_000_003_600_000,
  })
  const [request] = it.asked
  assert.equal(request?.headers['x-identity-header'], 'code')
  assert.equal(request?.url.pathname, '/msi/token')
  assert.deepEqual(Object.fromEntries(request?.url.searchParams ?? []), {
    'api-version': '2019-08-01',
    resource: 'https://vault.azure.net',
    client_id: 'mine',
  })
})

test('the metadata service is asked with the header Metadata', async () => {
  await using it = await endpoint(origin => ({ kind: 'imds', endpoint: `${origin}/metadata/identity/oauth2/token` }), hour)
  await it.identity.token('https://a.example/.default')
  assert.equal(it.asked[0]?.headers.metadata, 'true')
  assert.equal(it.asked[0]?.url.searchParams.get('resource'), 'https://a.example')
  assert.equal(it.asked[0]?.url.searchParams.get('api-version'), '2018-02-01')
})

test('federation sends the file’s token as the assertion of the client that is asked for', async () => {
  const workload = (origin: string): CredentialSource => ({
    kind: 'workload',
    tokenEndpoint: `${origin}/t/oauth2/v2.0/token`,
    clientId: 'own',
    tokenFile: '/var/token',
  })
  await using it = await endpoint(workload, hour)
  await it.identity.token('https://management.azure.com/', 'other')
  assert.deepEqual(Object.fromEntries(it.asked[0]?.form ?? []), {
    grant_type: 'client_credentials',
    client_id: 'other',
    scope: 'https://management.azure.com//.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'the text of /var/token',
  })
})

test('a secret proves its own client only, and no failure shows it', async () => {
  const secret = (origin: string): CredentialSource => ({
    kind: 'secret',
    tokenEndpoint: `${origin}/t`,
    clientId: 'own',
    secret: 'hush',
  })
  await using it = await endpoint(secret, () => ({
    status: 401,
    body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1' },
  }))
  const other = await it.identity.token('r', 'another')
  assert.ok(other.kind === 'failure')
  assert.match(other.message, /of own, not of another/)
  const refused = await it.identity.token('r')
  assert.ok(refused.kind === 'failure')
  assert.match(refused.message, /answered 401: AADSTS7000215: Invalid client secret provided\.$/)
  assert.equal(it.asked[0]?.form.get('client_secret'), 'hush')
  assert.doesNotMatch(refused.message, /hush/)
})

test('many callers at once make one request, and the token is kept until shortly before its end', async () => {
  await using it = await endpoint(appService, hour)
  const all = await Promise.all(Array.from({ length: 20 }, () => it.identity.token('r')))
  assert.deepEqual([...new Set(all.map(one => (one.kind === 'token' ? one.token : '')))], ['token-1'])
  it.clock.now += 3_000_000
  assert.equal((it.identity.token('r') as { token?: string }).token, 'token-1') // at once: it is at hand
  assert.equal(it.asked.length, 1)
})

test('ahead of its end the old token still serves while a new one is asked for', async () => {
  await using it = await endpoint(appService, hour)
  await it.identity.token('r')
  it.clock.now += 3_400_000
  assert.equal((it.identity.token('r') as { token?: string }).token, 'token-1')
  it.clock.now += 300_000
  assert.equal(((await it.identity.token('r')) as { token?: string }).token, 'token-2')
  assert.equal(it.asked.length, 2)
})

test('after a failure the endpoint is left in peace for a while, then asked again', async () => {
  await using it = await endpoint(appService, n => (n === 1 ? { status: 500, body: {} } : hour(n)))
  assert.equal((await it.identity.token('r')).kind, 'failure')
  assert.equal((await it.identity.token('r')).kind, 'failure')
  assert.equal(it.asked.length, 1)
  it.clock.now += 1000
  assert.equal((await it.identity.token('r')).kind, 'token')
})

test('tokens are kept by resource and by client', async () => {
  await using it = await endpoint(appService, hour)
  const tokens = [
    await it.identity.token('a'),
    await it.identity.token('b'),
    await it.identity.token('a', 'c'),
    await it.identity.token('a'),
  ]
  assert.deepEqual(
    tokens.map(one => (one.kind === 'token' ? one.token : '')),
    ['token-1', 'token-2', 'token-3', 'token-1'],
  )
})

test('an answer without a token, or with one that could end a header’s line, is a failure', async () => {
  await using it = await endpoint(appService, n => ({ body: n === 1 ? {} : { access_token: 'a\r\nX: 1', expires_in: 1 } }))
  assert.equal((await it.identity.token('a')).kind, 'failure')
  assert.equal((await it.identity.token('b')).kind, 'failure')
})

test('a certificate proves its application by an assertion that it signs anew for each request', async () => {
  const own = issue({ subject: 'gateway', keyType: 'rsa' })
  const certificate = (origin: string): CredentialSource => ({
    kind: 'certificate',
    tokenEndpoint: `${origin}/t/oauth2/v2.0/token`,
    clientId: 'own',
    certificate: own.cert,
    key: own.key,
  })
  await using it = await endpoint(certificate, hour)
  await it.identity.token('https://a.example', 'OWN')
  await it.identity.token('https://b.example')
  const [first, second] = it.asked.map(({ form }) => form.get('client_assertion') ?? '')
  assert.notEqual(first, second)
  assert.equal(it.asked[0]?.form.get('scope'), 'https://a.example/.default')
  const { protectedHeader, payload } = await jwtVerify(first ?? '', own.certificate.publicKey, {
    currentDate: new Date(it.clock.now),
  })
  assert.equal(protectedHeader.alg, 'PS256')
  assert.equal(
    protectedHeader['x5t#S256'],
    Buffer.from(own.certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
  )
  assert.match(String(payload.aud), /\/t\/oauth2\/v2\.0\/token$/)
  assert.deepEqual([payload.iss, payload.sub], ['own', 'own'])
  const other = await it.identity.token('https://a.example', 'another')
  assert.ok(other.kind === 'failure')
  assert.match(other.message, /of own, not of another/)
})

test('without a source the failure says what is missing', async () => {
  await using it = await endpoint(() => ({ kind: 'none', message: 'no workload identity' }), hour)
  assert.deepEqual(await it.identity.token('a'), { kind: 'failure', message: 'no workload identity' })
  assert.equal(it.asked.length, 0)
})

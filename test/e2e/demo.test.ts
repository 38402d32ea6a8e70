import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK, SignJWT } from 'jose'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { until } from '../harness/until.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

let backend: EchoBackend
let demo: TemporaryWorkspace
let running: Running

before(async () => {
  backend = await startEchoBackend()
  demo = await copyOfDemo(backend.address)
  running = await startGatehouse(demo.folder)
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await demo?.remove()
})

const rita = 'rita@gazette.onmicrosoft.com'
const paul = 'paul@gazette.onmicrosoft.com'

const tokens = new Map<string, Promise<string>>()

/** One token for each user: they are good for an hour. */
function tokenFor(user: string): Promise<string> {
  const token = tokens.get(user) ?? issue(user)
  tokens.set(user, token)
  return token
}

async function issue(user: string): Promise<string> {
  const { code, stdout, stderr } = await gatehouse([
    'token',
    demo.folder,
    '--client',
    'Gazette CLI',
    '--user',
    user,
    '--scope',
    'api://articles/.default',
  ])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

function call(token: string | undefined, init: RequestInit = {}, path = '/articles/'): Promise<Response> {
  return fetch(running.gateway + path, {
    ...init,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...init.headers },
  })
}

/** The record of the call that this answer came from. */
async function recordOf(response: Response): Promise<Record<string, unknown>> {
  const id = response.headers.get('x-request-id')
  assert.ok(id, 'the answer names its request id')
  return until(async () => {
    const { stdout } = await command(['audit', 'query', demo.folder, '--request-id', id, '--json'])
    return stdout !== '' && JSON.parse(stdout)
  })
}

async function refusedWith(token: string | undefined, reason: string): Promise<void> {
  const response = await call(token)
  assert.equal(response.status, 401)
  assert.equal(((await response.json()) as { statusCode: number }).statusCode, 401)
  assert.equal((await recordOf(response)).reason, reason)
}

/** A token like the given one but for its claims or header, signed again with the directory's own key: only what changed is wrong with it. */
async function resigned(token: string, claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
  const keys = JSON.parse(readFileSync(join(demo.folder, '.gatehouse/directory-keys.json'), 'utf8'))
  const key = await importJWK(privateJwkIn(keys), 'RS256')
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'RS256', ...header })
    .sign(key)
}

/** The first RSA private key in the directory's key file, wherever it stands in it. */
function privateJwkIn(value: unknown): Record<string, string> {
  if (value !== null && typeof value === 'object') {
    if ('kty' in value && 'd' in value) return value as Record<string, string> // a JWK's members are texts
    for (const inner of Object.values(value)) {
      const found = privateJwkIn(inner)
      if ('d' in found) return found
    }
  }
  return {}
}

test('a call without a token is refused with the policy text and recorded as such', () => refusedWith(undefined, 'token.missing'))

test('a reader reads: the backend answers and learns who is calling, and never sees the token', async () => {
  const response = await call(await tokenFor(rita))
  assert.equal(response.status, 200)
  const echo = (await response.json()) as { headers: Record<string, string> }
  assert.equal(echo.headers['x-caller'], rita)
  assert.equal(echo.headers.authorization, undefined)
  const record = await recordOf(response)
  assert.equal(record.reason, 'allowed')
})

test('a reader who publishes is refused with 403 by the operation, the publisher gets through', async () => {
  const publish = { method: 'POST', body: '{"title":"t"}', headers: { 'content-type': 'application/json' } }
  const refused = await call(await tokenFor(rita), publish)
  assert.equal(refused.status, 403)
  assert.match(await refused.text(), /needs the app role publishers or admins/)
  assert.equal((await recordOf(refused)).reason, 'token.role')
  const served = await call(await tokenFor(paul), publish)
  assert.equal(served.status, 200)
  assert.equal(((await served.json()) as { body: string }).body, '{"title":"t"}')
})

test('the service may withdraw with its own secret and app role', async () => {
  const { stdout } = await command(['token', demo.folder, '--client', 'Archive Service', '--scope', 'api://articles/.default'])
  const response = await call(stdout.trim(), { method: 'DELETE' }, '/articles/1')
  assert.equal(response.status, 200)
})

test('a token for another API is refused for its audience', async () => {
  const token = await resigned(await tokenFor(rita), { aud: '00000003-0000-0000-c000-000000000000' })
  await refusedWith(token, 'token.audience')
})

test('a token of another issuer is refused for it', async () => {
  const iss = 'https://login.microsoftonline.com/00000000-1111-2222-3333-444444444444/v2.0'
  await refusedWith(await resigned(await tokenFor(rita), { iss }), 'token.issuer')
})

test('an expired token is refused as expired', async () => {
  const exp = Math.floor(Date.now() / 1000) - 3600
  await refusedWith(await resigned(await tokenFor(rita), { exp, nbf: exp - 60, iat: exp - 60 }), 'token.expired')
})

test('a token whose claims were changed after signing is refused for its signature', async () => {
  const [header, , signature] = (await tokenFor(rita)).split('.')
  const claims = Buffer.from(JSON.stringify({ ...decodeJwt(await tokenFor(rita)), roles: ['admins'] })).toString('base64url')
  await refusedWith(`${header}.${claims}.${signature}`, 'token.signature')
})

test('a token that claims to need no signature is refused for its algorithm', async () => {
  const [, claims] = (await tokenFor(rita)).split('.')
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  await refusedWith(`${header}.${claims}.`, 'token.algorithm')
})

test('a token signed by a shared secret in place of the issuer key is refused for its algorithm', async () => {
  const token = await tokenFor(rita)
  const { kid } = decodeProtectedHeader(token)
  const forged = await new SignJWT(decodeJwt(token))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
    .sign(new TextEncoder().encode('guessed'.repeat(8)))
  await refusedWith(forged, 'token.algorithm')
})

test('a token signed with a key that nobody published is refused for that', async () => {
  const { privateKey } = await generateKeyPair('RS256')
  const forged = await new SignJWT(decodeJwt(await tokenFor(rita)))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'mine' })
    .sign(privateKey)
  await refusedWith(forged, 'token.key-unknown')
})

test('what is no token at all is refused as malformed', () => refusedWith('rubbish', 'token.malformed'))

test('no token reaches the audit trail', async () => {
  const token = await tokenFor(rita)
  await recordOf(await call(token))
  const { stdout } = await gatehouse(['audit', 'query', demo.folder, '--json'])
  assert.ok(stdout.length > 0)
  assert.ok(!stdout.includes(token.split('.')[2] ?? ''), 'a signature was recorded')
  assert.ok(!stdout.includes('eyJ'), 'something that looks like a token was recorded')
})

test('a broken edit changes nothing and says where it is broken; a sound one takes effect', async () => {
  const policy = 'apis/articles/policy.xml'
  const sound = await demo.read(policy)
  await demo.edit(policy, text => text.replace('<rate-limit-by-key', '<rate-limit-by-kee'))
  await running.logged(/policy\.xml:\d+:\d+: error policy\.unknown/)
  assert.equal((await call(await tokenFor(paul))).status, 200)
  await demo.write(policy, sound.replace('calls="60"', 'calls="3"'))
  await running.logged('generation 2')
  const token = await tokenFor(paul)
  const statuses = []
  for (let i = 0; i < 5; i++) statuses.push((await call(token)).status)
  assert.ok(statuses.includes(429), `no call was limited: ${statuses}`)
})

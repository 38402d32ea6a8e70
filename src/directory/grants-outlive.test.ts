import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DirectoryEntries } from '../store/directory-entries.ts'
import { ExpiringMap } from './expiring-map.ts'
import { Browser } from './testing/browser.ts'
import { cli, gazette, paul, rita, stateFolder, tenantId } from './testing/gazette.ts'
import { type Running, runDirectory } from './testing/running.ts'

const scope = 'openid profile offline_access api://articles/drafts'
const redirectUri = 'http://localhost:4711/'
const verifier = 'v'.repeat(43)
const authorize = (change: Record<string, string> = {}) =>
  `/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: cli.appId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    code_challenge: verifier,
    ...change,
  })}`
const codeOf = (url: string) => new URL(url).searchParams.get('code') ?? assert.fail(url)
const redeem = (running: Running, code: string) =>
  running.token({
    grant_type: 'authorization_code',
    client_id: cli.appId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
const refresh = (running: Running, token: unknown) =>
  running.token({ grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(token) })
const numberOf = ({ json }: { json: Record<string, unknown> }) => (json.error_codes as number[] | undefined)?.[0]

test('refresh tokens, consents, sessions, codes and device codes outlive a restart, and only by their digests', async () => {
  const state = stateFolder()
  const first = await runDirectory(undefined, {}, state)
  const before = new Browser(first.origin, first.directory.caPem)
  const asking = await before.signIn(await before.open(authorize()), rita.userPrincipalName, rita.password)
  const spent = codeOf((await before.submit(asking, { answer: 'accept' })).url)
  const tokens = await redeem(first, spent)
  const unspent = codeOf((await before.open(authorize())).url)
  const device = await first.post(`/${tenantId}/oauth2/v2.0/devicecode`, { client_id: cli.appId, scope })
  const cookies = new Map(before.cookies)
  await before.close()
  await first[Symbol.asyncDispose]()

  await using again = await runDirectory(undefined, {}, state)
  const after = new Browser(again.origin, again.directory.caPem)
  for (const [name, value] of cookies) after.cookies.set(name, value)
  assert.equal((await refresh(again, tokens.json.refresh_token)).status, 200)
  assert.ok(codeOf((await after.open(authorize({ prompt: 'none' }))).url), 'the session and the consent are known')
  assert.equal((await redeem(again, unspent)).status, 200)
  const poll = { grant_type: 'device_code', client_id: cli.appId, device_code: String(device.json.device_code) }
  assert.equal((await again.token(poll)).json.error, 'authorization_pending')
  assert.equal(numberOf(await redeem(again, spent)), 54005, 'a code is good once, restart or not')
  assert.equal(numberOf(await refresh(again, tokens.json.refresh_token)), 9002313, 'and what came of it is withdrawn')
  await after.close()

  const file = join(state, 'directory.sqlite')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(`${file}-wal`).mode & 0o777, 0o600)
  const kept = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)]).toString('latin1')
  const secrets = [tokens.json.refresh_token, unspent, spent, device.json.device_code, device.json.user_code, ...cookies.values()]
  for (const secret of secrets) assert.ok(!kept.includes(String(secret)))
})

test('another password in directory.yaml ends sessions, codes and refresh tokens of the one before', async () => {
  await using running = await runDirectory()
  const own = new Browser(running.origin, running.directory.caPem)
  const asking = await own.signIn(await own.open(authorize()), rita.userPrincipalName, rita.password)
  const { json } = await redeem(running, codeOf((await own.submit(asking, { answer: 'accept' })).url))
  const unspent = codeOf((await own.open(authorize())).url)
  running.directory.replaceDocument({ ...gazette, users: [{ ...rita, password: 'another one' }, paul] })
  assert.equal(numberOf(await refresh(running, json.refresh_token)), 50173)
  assert.equal(numberOf(await redeem(running, unspent)), 50173)
  assert.match((await own.open(authorize())).text, /Password/)
  running.directory.replaceDocument(gazette)
  assert.equal((await refresh(running, json.refresh_token)).status, 200)
  await own.close()
})

test('what has ended is not read again, and the oldest make room', () => {
  const folder = stateFolder()
  const open = () => new DirectoryEntries(join(folder, 'kept.sqlite'))
  const [store, now] = [open(), 1000]
  const map = new ExpiringMap<number>(2, { keeping: store.entries('n'), now })
  map.set('ended', 0, 1500)
  map.set('first', 1, 9000)
  map.set('second', 2, 9000)
  store.close()
  const again = open()
  const reread = new ExpiringMap<number>(2, { keeping: again.entries('n'), now: 2000 })
  assert.deepEqual(
    [...reread.entries()],
    [
      ['first', 1],
      ['second', 2],
    ],
  )
  reread.set('third', 3, 9000)
  assert.equal(reread.get('first', 2000), undefined)
  assert.deepEqual(
    again
      .entries('n')
      .load(2000)
      .map(({ key }) => key),
    ['second', 'third'],
  )
  again.close()
})

test('a file that is no database is said to be none, and how to begin anew', () => {
  const file = join(stateFolder(), 'kept.sqlite')
  writeFileSync(file, 'not a database at all, but long enough to be looked at as one'.repeat(20))
  assert.throws(
    () => new DirectoryEntries(file),
    /kept\.sqlite cannot be used \(file is not a database\): bring it back from a backup, or move it away/,
  )
})

test('a page’s refresh token keeps its first day, however often it is renewed', async () => {
  await using running = await runDirectory()
  const browser = new Browser(running.origin, running.directory.caPem)
  const spa = { redirect_uri: 'https://reader.example/spa' }
  const origin = { origin: 'https://reader.example' }
  const asking = await browser.signIn(await browser.open(authorize(spa)), paul.userPrincipalName, paul.password)
  const code = codeOf((await browser.submit(asking, { answer: 'accept' })).url)
  const form = { grant_type: 'authorization_code', client_id: cli.appId, code, code_verifier: verifier, ...spa }
  const first = await running.token(form, origin)
  assert.equal(first.json.refresh_token_expires_in, 86_400)
  const renew = (token: unknown) =>
    running.token({ grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(token) }, origin)
  running.clock.ahead = 23 * 3_600_000
  const second = await renew(first.json.refresh_token)
  assert.equal(second.status, 200)
  running.clock.ahead = 25 * 3_600_000
  assert.equal(numberOf(await renew(second.json.refresh_token)), 700084)
  await browser.close()
})

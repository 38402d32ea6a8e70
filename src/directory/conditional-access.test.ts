import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ConditionalAccessPolicy } from '../catalog/directory.ts'
import { codeNow } from './interaction/one-time-code.ts'
import { Browser, type Seen } from './testing/browser.ts'
import { articles, cli, colors, gazette, newsroom, paul, rita, tenantId } from './testing/gazette.ts'
import { type Running, runDirectory } from './testing/running.ts'

const verifier = 'v'.repeat(43)
const local = 'http://localhost:4711/'
const secretKey = 'JBSWY3DPEHPK3PXP'

type Policy = Partial<Omit<ConditionalAccessPolicy, 'conditions'>> & {
  readonly users?: Partial<ConditionalAccessPolicy['conditions']['users']>
  readonly applications?: Partial<ConditionalAccessPolicy['conditions']['applications']>
}

const policy = ({ users = { includeUsers: ['All'] }, applications = { includeApplications: ['All'] }, ...more }: Policy) => ({
  id: '10000000-0000-4000-8000-000000000001',
  displayName: 'A policy',
  state: 'enabled' as const,
  conditions: {
    users: { includeUsers: [], excludeUsers: [], includeGroups: [], excludeGroups: [], ...users },
    applications: {
      includeApplications: [],
      excludeApplications: [],
      includeAuthenticationContextClassReferences: [],
      ...applications,
    },
  },
  ...more,
})
const mfa = { grantControls: { operator: 'OR' as const, builtInControls: ['mfa' as const], customAuthenticationFactors: [] } }

const run = (...policies: ConditionalAccessPolicy[]) =>
  runDirectory({
    ...gazette,
    users: [rita, { ...paul, softwareOathMethods: [{ secretKey }] }],
    conditionalAccessPolicies: policies,
  })

function browserOf(running: Running): Browser {
  const made = new Browser(running.origin, running.directory.caPem)
  after(() => made.close())
  return made
}

const address = (change: Record<string, string> = {}) =>
  `/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: cli.appId,
    response_type: 'code',
    redirect_uri: local,
    scope: 'openid offline_access api://articles/access_as_user',
    code_challenge: verifier,
    ...change,
  })}`
const answer = (seen: Seen) => Object.fromEntries(new URL(seen.url).searchParams)
const stepUp = (context: string, essential = true) => JSON.stringify({ access_token: { acrs: { essential, value: context } } })

const redeem = async (running: Running, seen: Seen, change: Record<string, string> = {}) => {
  const { code = '' } = answer(seen)
  assert.notEqual(code, '', seen.text)
  const form = { grant_type: 'authorization_code', client_id: cli.appId, code, redirect_uri: local, code_verifier: verifier }
  return (await running.token({ ...form, ...change })).json
}
const claimsOf = (json: Record<string, unknown>) => decodeJwt(String(json.access_token)) as Record<string, unknown>
const numberOf = ({ json }: { json: Record<string, unknown> }) => (json.error_codes as number[] | undefined)?.[0]
const byPassword = (running: Running, user = rita, scope = 'api://articles/access_as_user') =>
  running.token({
    grant_type: 'password',
    client_id: cli.appId,
    scope,
    username: user.userPrincipalName,
    password: user.password,
  })

test('a second factor is asked for after the password, once for a session, and its tokens refresh', async () => {
  await using running = await run(policy(mfa))
  const own = browserOf(running)
  const page = await own.signIn(await own.open(address()), rita.userPrincipalName, rita.password)
  assert.match(page.text, /Verify your identity/)
  const json = await redeem(running, await own.submit(page, { answer: 'verify' }))
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(json.refresh_token) }
  assert.equal((await running.token(refresh)).status, 200)
  const v1 = await running.token({ ...refresh, scope: 'api://colors/user_impersonation' })
  assert.deepEqual(claimsOf(v1.json).amr, ['pwd', 'mfa'])
  assert.ok(answer(await own.open(address())).code !== undefined, 'not asked again')
})

test('an authenticator app’s code is the second factor of whoever has one: right, and good once', async () => {
  await using running = await run(policy(mfa))
  const own = browserOf(running)
  const page = await own.signIn(await own.open(address()), paul.userPrincipalName, paul.password)
  assert.match(page.text, /autocomplete="one-time-code"/)
  const wrong = await own.submit(page, { otc: '000000', answer: 'verify' })
  assert.match(wrong.text, /AADSTS500121/)
  const code = codeNow(secretKey, Date.now())
  assert.ok(answer(await own.submit(wrong, { otc: code, answer: 'verify' })).code !== undefined)
  const other = browserOf(running)
  const again = await other.signIn(await other.open(address()), paul.userPrincipalName, paul.password)
  assert.match((await other.submit(again, { otc: code, answer: 'verify' })).text, /AADSTS500121/, 'a code is good once')
  for (let i = 0; i < 9; i++) await other.submit(again, { otc: '000000', answer: 'verify' })
  assert.match((await other.submit(again, { otc: '000000', answer: 'verify' })).text, /AADSTS50053/, 'guessing is locked out')
})

test('no page, no second factor: password, silent and on-behalf-of are told to ask, with the claims to ask with', async () => {
  await using running = await run(policy({ ...mfa, applications: { includeApplications: [colors.appId] } }))
  const refused = await byPassword(running, rita, 'api://colors/user_impersonation')
  assert.deepEqual(
    [numberOf(refused), refused.json.error, refused.json.suberror],
    [50076, 'interaction_required', 'basic_action'],
  )
  const mine = (await byPassword(running)).json.access_token
  const trade = await running.token({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    client_id: articles.appId,
    client_secret: 'articles-secret',
    scope: 'api://colors/user_impersonation',
    assertion: String(mine),
  })
  assert.equal(numberOf(trade), 50076)
  const own = browserOf(running)
  await own.signIn(await own.open(address()), rita.userPrincipalName, rita.password)
  const silent = answer(await own.open(address({ scope: 'api://colors/user_impersonation', prompt: 'none' })))
  assert.equal(silent.error, 'interaction_required')
  assert.match(silent.claims ?? '', /polids/)
  assert.equal(silent.suberror, 'basic_action')
})

test('an authentication context is stepped up to: refused, asked for, and then told in acrs', async () => {
  const context = { applications: { includeAuthenticationContextClassReferences: ['c1'] } }
  await using running = await run(policy({ ...mfa, ...context }))
  const own = browserOf(running)
  const first = await redeem(running, await own.signIn(await own.open(address()), rita.userPrincipalName, rita.password))
  assert.ok(!('acrs' in claimsOf(first)))
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(first.refresh_token) }
  const refused = await running.token({ ...refresh, claims: stepUp('c1') })
  assert.equal(numberOf(refused), 50076)
  assert.deepEqual(JSON.parse(String(refused.json.claims)), { access_token: { acrs: { essential: true, values: ['c1'] } } })
  assert.ok(
    !('acrs' in claimsOf((await running.token({ ...refresh, claims: stepUp('c1', false) })).json)),
    'not essential: left out',
  )
  const page = await own.open(address({ claims: String(refused.json.claims) }))
  assert.match(page.text, /Verify your identity/)
  const stepped = await redeem(running, await own.submit(page, { answer: 'verify' }))
  assert.deepEqual(claimsOf(stepped).acrs, ['c1'])
  const again = { ...refresh, refresh_token: String(stepped.refresh_token) }
  assert.deepEqual(claimsOf((await running.token({ ...again, claims: stepUp('c1') })).json).acrs, ['c1'])
  assert.deepEqual(claimsOf((await running.token({ ...again, claims: stepUp('c2') })).json).acrs, ['c2'], 'no policy: met by all')
})

test('another provider’s challenge has a page of its own; a block and a managed device have none', async () => {
  const controls = (builtInControls: ('block' | 'compliantDevice' | 'mfa')[], customAuthenticationFactors: string[] = []) => ({
    grantControls: { operator: 'AND' as const, builtInControls, customAuthenticationFactors },
  })
  await using other = await run(policy(controls(['mfa'], ['partner'])))
  const own = browserOf(other)
  const page = await own.signIn(await own.open(address()), rita.userPrincipalName, rita.password)
  const challenge = await own.submit(page, { answer: 'verify' })
  assert.match(challenge.text, /Another provider has to confirm/)
  assert.ok(answer(await own.submit(challenge, { answer: 'confirm' })).code !== undefined)
  await using blocked = await run(policy(controls(['block'])))
  assert.equal(numberOf(await byPassword(blocked)), 53003)
  await using device = await run(policy(controls(['compliantDevice'])))
  assert.equal(numberOf(await byPassword(device)), 53000)
})

test('a sign-in that is older than the policy bears is made anew', async () => {
  await using running = await run(policy({ sessionControls: { signInFrequency: 3600 } }))
  const own = browserOf(running)
  const json = await redeem(running, await own.signIn(await own.open(address()), rita.userPrincipalName, rita.password))
  running.clock.ahead = 3_601_000
  assert.match((await own.open(address())).text, /value="rita@gazette.onmicrosoft.com"/)
  assert.match(answer(await own.open(address({ prompt: 'none' }))).error_description ?? '', /^AADSTS70044/)
  const refresh = { grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(json.refresh_token) }
  assert.equal(numberOf(await running.token(refresh)), 70043)
  const anew = await own.signIn(await own.open(address()), rita.userPrincipalName, rita.password)
  assert.ok(answer(anew).code !== undefined)
})

test('a policy counts for whom and what it names, and only when it is enabled', async () => {
  const outcome = async (change: Policy, user = paul) => {
    await using running = await run(policy({ ...mfa, ...change }))
    return (await byPassword(running, user)).status
  }
  assert.equal(await outcome({}), 400)
  assert.equal(await outcome({ state: 'disabled' }), 200)
  assert.equal(await outcome({ state: 'enabledForReportingButNotEnforced' }), 200)
  assert.equal(await outcome({ users: { includeUsers: [rita.id] } }), 200)
  assert.equal(await outcome({ users: { includeGroups: [newsroom.id] } }), 400)
  assert.equal(await outcome({ users: { includeUsers: ['All'], excludeGroups: [newsroom.id] } }), 200)
  assert.equal(await outcome({ users: { includeUsers: ['GuestsOrExternalUsers'] } }), 200)
  assert.equal(await outcome({ applications: { includeApplications: [colors.appId] } }), 200)
  assert.equal(await outcome({ applications: { includeApplications: ['All'], excludeApplications: [articles.appId] } }), 200)
})

test('a device shows its second factor on the page where its code is entered', async () => {
  await using running = await run(policy(mfa))
  const form = { client_id: cli.appId, scope: 'api://articles/access_as_user' }
  const { json } = await running.post(`/${tenantId}/oauth2/v2.0/devicecode`, form)
  const own = browserOf(running)
  const entered = await own.submit(await own.open('/devicelogin'), { otc: String(json.user_code) })
  const page = await own.signIn(entered, rita.userPrincipalName, rita.password)
  const poll = { grant_type: 'device_code', client_id: cli.appId, device_code: String(json.device_code) }
  assert.equal((await running.token(poll)).json.error, 'authorization_pending')
  assert.match((await own.submit(page, { answer: 'verify' })).text, /You are signed in/)
  assert.equal((await running.token(poll)).status, 200)
})

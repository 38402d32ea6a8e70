import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { after, test } from 'node:test'
import { SignJWT } from 'jose'
import type { ConditionalAccessPolicy, DirectoryUser } from '../catalog/directory.ts'
import { makeCertificate } from './certificates/make-certificate.ts'
import { Browser, type Seen } from './testing/browser.ts'
import { application, archive, articles, cli, colors, domain, gazette, paul, rita, tenantId } from './testing/gazette.ts'
import { runDirectory } from './testing/running.ts'

/** What somebody was told: at the token endpoint, in a redirect to the client, or on a page. */
interface Told {
  readonly where: 'token' | 'redirect' | 'page'
  readonly number: number
  readonly error?: unknown
  readonly suberror?: unknown
  readonly claims?: unknown
  readonly status?: number
}

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const day = 86_400_000
const certificate = makeCertificate({
  subject: 'certified',
  issuer: 'certified',
  publicKey,
  issuerKey: privateKey,
  notBefore: new Date(Date.now() - day),
  notAfter: new Date(Date.now() + 365 * day),
  use: { kind: 'signer' },
})
const certified = application('Certified', {
  keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: certificate.toString('base64') }],
})
const guarded = (name: string) =>
  application(name, {
    identifierUris: [`api://${name}`],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ id: `00000000-0000-4000-8000-${name.length.toString().padStart(12, '0')}`, value: 'use' }],
      preAuthorizedApplications: [
        { appId: cli.appId, delegatedPermissionIds: [`00000000-0000-4000-8000-${name.length.toString().padStart(12, '0')}`] },
      ],
    },
  })
const [vault, partner, fresh, closed] = ['vault', 'partners', 'shortlived', 'closed'].map(guarded)
assert.ok(vault !== undefined && partner !== undefined && fresh !== undefined && closed !== undefined)

const policy = (displayName: string, appId: string, more: Partial<ConditionalAccessPolicy>): ConditionalAccessPolicy => ({
  id: `10000000-0000-4000-8000-${displayName.length.toString().padStart(12, '0')}`,
  displayName,
  state: 'enabled',
  conditions: {
    users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [] },
    applications: { includeApplications: [appId], excludeApplications: [], includeAuthenticationContextClassReferences: [] },
  },
  ...more,
})
const grant = (builtInControls: ('mfa' | 'block')[], customAuthenticationFactors: string[] = []) => ({
  grantControls: { operator: 'OR' as const, builtInControls, customAuthenticationFactors },
})

const stale: DirectoryUser = {
  ...paul,
  id: '20000000-0000-4000-8000-000000000001',
  userPrincipalName: `stale@${domain}`,
  passwordProfile: { forceChangePasswordNextSignIn: true },
}

const running = await runDirectory({
  ...gazette,
  users: [...gazette.users, stale],
  applications: [...gazette.applications, certified, vault, partner, fresh, closed],
  conditionalAccessPolicies: [
    policy('Second factor', vault.appId, grant(['mfa'])),
    policy('Partner', partner.appId, grant([], ['other-provider'])),
    policy('Two hours', fresh.appId, { sessionControls: { signInFrequency: 7200 } }),
    policy('Nobody at all', closed.appId, grant(['block'])),
  ],
})
after(() => running[Symbol.asyncDispose]())

const verifier = 'v'.repeat(43)
const local = 'http://localhost:4711/'

async function token(form: Record<string, string>, at = tenantId, headers: Record<string, string> = {}): Promise<Told> {
  const sent = { 'client-request-id': '0a0b0c0d-1111-4222-8333-0e0f0a0b0c0d', ...headers }
  const { json, status, headers: got } = await running.post(`/${at}/oauth2/v2.0/token`, form, sent)
  const { error, error_description: text, error_codes: codes, timestamp, trace_id, correlation_id } = json
  const number = Number((codes as number[] | undefined)?.[0])
  assert.ok(status === 400 || status === 401, JSON.stringify(json))
  assert.equal(got['content-type'], 'application/json; charset=utf-8')
  assert.equal(got['cache-control'], 'no-store')
  assert.match(String(timestamp), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/)
  assert.match(String(trace_id), /^[0-9a-f-]{36}$/)
  assert.equal(correlation_id, '0a0b0c0d-1111-4222-8333-0e0f0a0b0c0d')
  assert.ok(String(text).startsWith(`AADSTS${number}: `), String(text))
  assert.ok(String(text).endsWith(`Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`))
  assert.equal(json.error_uri, `https://login.microsoftonline.com/error?code=${number}`)
  return { where: 'token', number, error, suberror: json.suberror, claims: json.claims, status }
}

const secret = (change: Record<string, string> = {}) =>
  token({
    grant_type: 'client_credentials',
    client_id: archive.appId,
    client_secret: 'archive-secret',
    scope: 'api://articles/.default',
    ...change,
  })

const passwordForm = (change: Record<string, string> = {}) => ({
  grant_type: 'password',
  client_id: cli.appId,
  scope: 'api://articles/access_as_user',
  username: rita.userPrincipalName,
  password: rita.password,
  ...change,
})
const password = (change: Record<string, string> = {}, at = tenantId) => token(passwordForm(change), at)

async function assertion(key: KeyObject, claims: Record<string, unknown>, x5t = thumbprint): Promise<Told> {
  const now = Math.floor(Date.now() / 1000)
  const aud = `${running.origin}/${tenantId}/oauth2/v2.0/token`
  const own = { iss: certified.appId, sub: certified.appId, aud, nbf: now, exp: now + 600, jti: 'j', ...claims }
  return token({
    grant_type: 'client_credentials',
    client_id: certified.appId,
    client_assertion: await new SignJWT(own).setProtectedHeader({ alg: 'PS256', 'x5t#S256': x5t }).sign(key),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    scope: 'api://articles/.default',
  })
}
const thumbprint = Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(certificate))).toString('base64url')

const address = (change: Record<string, string> = {}) =>
  `/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: cli.appId,
    response_type: 'code',
    redirect_uri: local,
    scope: 'openid offline_access api://articles/access_as_user',
    code_challenge: verifier,
    state: 's',
    ...change,
  })}`

function browser(): Browser {
  const made = new Browser(running.origin, running.directory.caPem)
  after(() => made.close())
  return made
}

function told(seen: Seen): Told {
  const parameters = new URL(seen.url).searchParams
  const text = parameters.get('error_description')
  if (text === null) {
    assert.match(seen.text, /What to change|role="alert"/)
    return { where: 'page', number: Number(/AADSTS(\d+)/.exec(seen.text)?.[1]) }
  }
  assert.equal(parameters.get('state'), 's')
  const number = Number(/^AADSTS(\d+): /.exec(text)?.[1])
  return { where: 'redirect', number, error: parameters.get('error') }
}

async function page(change: Record<string, string> = {}): Promise<Told> {
  return told(await browser().open(address(change)))
}

/** Signs in and gives what comes then. */
async function signedIn(change: Record<string, string> = {}, who = rita, own = browser()): Promise<Seen> {
  return own.signIn(await own.open(address(change)), who.userPrincipalName, who.password)
}

const codeForm = (code: string, change: Record<string, string> = {}) => ({
  grant_type: 'authorization_code',
  client_id: cli.appId,
  code,
  redirect_uri: local,
  code_verifier: verifier,
  ...change,
})
const freshCode = async (change: Record<string, string> = {}) =>
  new URL((await signedIn(change)).url).searchParams.get('code') ?? assert.fail('no code')

/** With the clock ahead for the while. */
async function later(seconds: number, what: () => Promise<Told>): Promise<Told> {
  running.clock.ahead = seconds * 1000
  try {
    return await what()
  } finally {
    running.clock.ahead = 0
  }
}

async function deviceCode(): Promise<Record<string, unknown>> {
  const form = { client_id: cli.appId, scope: 'api://articles/access_as_user' }
  return (await running.post(`/${tenantId}/oauth2/v2.0/devicecode`, form)).json
}
const poll = (code: unknown) => token({ grant_type: 'device_code', client_id: cli.appId, device_code: String(code) })

interface Case {
  readonly number: number
  readonly where: Told['where']
  readonly error?: string
  readonly suberror?: string
  readonly status?: number
  /** The refusal carries a claims request. */
  readonly claims?: true
  readonly provoke: () => Promise<Told>
}

/** How each of the refusals that are met most comes about. */
const cases: readonly Case[] = [
  { number: 50011, where: 'page', provoke: () => page({ redirect_uri: 'https://evil.example/' }) },
  { number: 50020, where: 'token', error: 'invalid_grant', provoke: () => password({ username: 'somebody@outlook.com' }) },
  { number: 50020, where: 'token', error: 'invalid_grant', provoke: () => password({}, 'consumers') },
  { number: 50034, where: 'token', error: 'invalid_grant', provoke: () => password({ username: `eve@${domain}` }) },
  {
    number: 50055,
    where: 'token',
    error: 'invalid_grant',
    suberror: 'user_password_expired',
    provoke: () => password({ username: stale.userPrincipalName, password: stale.password }),
  },
  { number: 50055, where: 'page', provoke: async () => told(await signedIn({}, stale)) },
  {
    number: 50057,
    where: 'token',
    error: 'invalid_grant',
    provoke: () => password({ username: `dora@${domain}`, password: 'dora-secret' }),
  },
  { number: 50058, where: 'redirect', error: 'login_required', provoke: () => page({ prompt: 'none' }) },
  {
    number: 50076,
    where: 'token',
    error: 'interaction_required',
    suberror: 'basic_action',
    claims: true,
    provoke: () => password({ scope: 'api://vault/use' }),
  },
  {
    number: 50105,
    where: 'token',
    error: 'invalid_grant',
    provoke: () =>
      password({ username: paul.userPrincipalName, password: paul.password, scope: 'api://colors/user_impersonation' }),
  },
  {
    number: 50105,
    where: 'page',
    provoke: async () => told(await signedIn({ scope: 'api://colors/user_impersonation' }, paul)),
  },
  { number: 50126, where: 'token', error: 'invalid_grant', provoke: () => password({ password: 'wrong' }) },
  {
    number: 50158,
    where: 'token',
    error: 'interaction_required',
    suberror: 'additional_action',
    claims: true,
    provoke: () => password({ scope: 'api://partners/use' }),
  },
  { number: 53003, where: 'page', provoke: async () => told(await signedIn({ scope: 'api://closed/use' })) },
  {
    number: 54005,
    where: 'token',
    error: 'invalid_grant',
    provoke: async () => {
      const code = await freshCode()
      assert.equal((await running.token(codeForm(code))).status, 200)
      return token(codeForm(code))
    },
  },
  {
    number: 65001,
    where: 'token',
    error: 'invalid_grant',
    suberror: 'consent_required',
    provoke: () => password({ scope: 'api://articles/drafts' }),
  },
  {
    number: 65004,
    where: 'redirect',
    error: 'access_denied',
    provoke: async () => {
      const own = browser()
      return told(await own.submit(await own.open(address()), { answer: 'cancel' }))
    },
  },
  {
    number: 70000,
    where: 'token',
    error: 'invalid_grant',
    provoke: async () => token(codeForm(await freshCode(), { client_id: archive.appId, client_secret: 'archive-secret' })),
  },
  {
    number: 70002,
    where: 'token',
    error: 'invalid_client',
    status: 401,
    provoke: () =>
      token({ grant_type: 'client_credentials', client_id: archive.appId, scope: 'api://articles/.default' }, tenantId, {
        authorization: `Basic ${Buffer.from(`${articles.appId}:articles-secret`).toString('base64')}`,
      }),
  },
  {
    number: 70008,
    where: 'token',
    error: 'invalid_grant',
    provoke: async () => {
      const code = await freshCode()
      return later(601, () => token(codeForm(code)))
    },
  },
  {
    number: 70011,
    where: 'token',
    error: 'invalid_scope',
    provoke: () => password({ scope: 'api://articles/.default api://articles/drafts' }),
  },
  {
    number: 70016,
    where: 'token',
    error: 'authorization_pending',
    provoke: async () => poll((await deviceCode()).device_code),
  },
  { number: 70018, where: 'token', error: 'bad_verification_code', provoke: () => poll('never-given') },
  {
    number: 70020,
    where: 'token',
    error: 'expired_token',
    provoke: async () => {
      const { device_code: code } = await deviceCode()
      return later(901, () => poll(code))
    },
  },
  {
    number: 70043,
    where: 'token',
    error: 'invalid_grant',
    suberror: 'bad_token',
    provoke: async () => {
      const form = passwordForm({ scope: 'api://shortlived/use offline_access' })
      const { refresh_token: refresh } = (await running.token(form)).json
      return later(7201, () => token({ grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(refresh) }))
    },
  },
  { number: 700016, where: 'token', error: 'unauthorized_client', provoke: () => secret({ client_id: tenantId }) },
  {
    number: 700024,
    where: 'token',
    error: 'invalid_client',
    status: 401,
    provoke: () => assertion(privateKey, { nbf: 1, exp: 2 }),
  },
  {
    number: 700027,
    where: 'token',
    error: 'invalid_client',
    status: 401,
    provoke: () => assertion(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, {}),
  },
  { number: 700027, where: 'token', error: 'invalid_client', status: 401, provoke: () => assertion(privateKey, {}, 'other') },
  { number: 700082, where: 'token', error: 'invalid_grant', suberror: 'bad_token', provoke: staleRefresh },
  { number: 90002, where: 'token', error: 'invalid_tenant', provoke: () => password({}, 'contoso.example') },
  { number: 90014, where: 'token', error: 'invalid_request', provoke: () => password({ password: '' }) },
  {
    number: 90019,
    where: 'token',
    error: 'invalid_request',
    provoke: () =>
      token(
        { grant_type: 'client_credentials', client_id: archive.appId, client_secret: 'archive-secret', scope: 'x/.default' },
        'common',
      ),
  },
  { number: 500011, where: 'token', error: 'invalid_resource', provoke: () => secret({ scope: 'api://nothing/.default' }) },
  { number: 500011, where: 'redirect', error: 'invalid_resource', provoke: () => page({ scope: 'api://nothing/use' }) },
  {
    number: 501051,
    where: 'token',
    error: 'invalid_grant',
    provoke: () => token({ ...articlesForm, scope: `${colors.appId}/.default` }),
  },
  { number: 650053, where: 'token', error: 'invalid_scope', provoke: () => password({ scope: 'api://articles/nothing' }) },
  { number: 7000215, where: 'token', error: 'invalid_client', status: 401, provoke: () => secret({ client_secret: 'wrong' }) },
  {
    number: 7000222,
    where: 'token',
    error: 'invalid_client',
    status: 401,
    provoke: () => secret({ client_secret: 'old-secret' }),
  },
  { number: 9002313, where: 'token', error: 'invalid_request', provoke: () => token(codeForm('never-given')) },
]

const articlesForm = { grant_type: 'client_credentials', client_id: articles.appId, client_secret: 'articles-secret' }

async function staleRefresh(): Promise<Told> {
  const { refresh_token: refresh } = (
    await running.token(passwordForm({ scope: 'api://articles/access_as_user offline_access' }))
  ).json
  return later(91 * 86_400, () => token({ grant_type: 'refresh_token', client_id: cli.appId, refresh_token: String(refresh) }))
}

for (const { number, where, error, suberror, status, claims, provoke } of cases)
  test(`AADSTS${number} is told by ${where === 'token' ? 'the token endpoint' : `a ${where}`}`, async () => {
    const seen = await provoke()
    assert.deepEqual([seen.number, seen.where], [number, where])
    if (error !== undefined) assert.equal(seen.error, error)
    assert.equal(seen.suberror, suberror)
    if (where === 'token') assert.equal(seen.status, status ?? 400)
    assert.equal(typeof seen.claims, claims === true ? 'string' : 'undefined')
    if (claims === true) assert.ok(JSON.parse(String(seen.claims)).access_token.polids.essential)
  })

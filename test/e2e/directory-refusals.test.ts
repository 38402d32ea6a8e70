import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { SignJWT } from 'jose'
import type { ConditionalAccessPolicy, DirectoryUser } from '../../src/catalog/directory.ts'
import { Browser } from '../../src/directory/testing/browser.ts'
import { certifiedApplication } from '../../src/directory/testing/certified.ts'
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
  tenantId,
} from '../../src/directory/testing/gazette.ts'
import { runDirectory } from '../../src/directory/testing/running.ts'
import type { Attempt } from './directory/refusals-client.ts'
import { type Line, runClient } from './directory/run-client.ts'

const { privateKey, certificate: der, certified } = certifiedApplication()
const guarded = (name: string, id: string) =>
  application(name, {
    identifierUris: [`api://${name}`],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ id, value: 'use' }],
      preAuthorizedApplications: [{ appId: cli.appId, delegatedPermissionIds: [id] }],
    },
  })
const vault = guarded('vault', '00000000-0000-4000-8000-000000000001')
const partner = guarded('partner', '00000000-0000-4000-8000-000000000002')
const brief = guarded('brief', '00000000-0000-4000-8000-000000000003')

const policy = (id: number, appId: string, more: Partial<ConditionalAccessPolicy>): ConditionalAccessPolicy => ({
  id: `10000000-0000-4000-8000-00000000000${id}`,
  displayName: `Policy ${id}`,
  state: 'enabled',
  conditions: {
    users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [] },
    applications: { includeApplications: [appId], excludeApplications: [], includeAuthenticationContextClassReferences: [] },
  },
  ...more,
})
const controls = (builtInControls: 'mfa'[], customAuthenticationFactors: string[] = []) => ({
  grantControls: { operator: 'OR' as const, builtInControls, customAuthenticationFactors },
})
const stale: DirectoryUser = {
  ...paul,
  id: '20000000-0000-4000-8000-000000000001',
  userPrincipalName: `stale@${domain}`,
  passwordProfile: { forceChangePasswordNextSignIn: true },
}

const running = await runDirectory(
  {
    ...gazette,
    users: [...gazette.users, stale],
    applications: [...gazette.applications, certified, vault, partner, brief],
    conditionalAccessPolicies: [
      policy(1, vault.appId, controls(['mfa'])),
      policy(2, partner.appId, controls([], ['other'])),
      policy(3, brief.appId, { sessionControls: { signInFrequency: 3600 } }),
    ],
  },
  { devicePollInterval: 1 },
)
after(() => running[Symbol.asyncDispose]())

const verifier = 'v'.repeat(43)
const local = 'http://localhost:4711/'

async function code(): Promise<string> {
  const browser = new Browser(running.origin, running.directory.caPem)
  const scope = 'openid profile offline_access api://articles/access_as_user'
  const asked = { client_id: cli.appId, response_type: 'code', redirect_uri: local, scope, code_challenge: verifier }
  const page = await browser.open(`/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams(asked)}`)
  const { url } = await browser.signIn(page, rita.userPrincipalName, rita.password)
  await browser.close()
  return new URL(url).searchParams.get('code') ?? assert.fail(url)
}

const redeem = (one: string, change: Record<string, string> = {}) =>
  running.token({
    grant_type: 'authorization_code',
    client_id: cli.appId,
    code: one,
    redirect_uri: local,
    code_verifier: verifier,
    ...change,
  })

async function spentCode(): Promise<string> {
  const one = await code()
  assert.equal((await redeem(one)).status, 200)
  return one
}

async function refreshFor(scope: string): Promise<string> {
  const form = { grant_type: 'password', client_id: cli.appId, scope: `${scope} offline_access` }
  const { json } = await running.token({ ...form, username: rita.userPrincipalName, password: rita.password })
  return String(json.refresh_token)
}

async function tokenFor(scope: string): Promise<string> {
  const issued = await running.directory.issueToken({ client: cli.appId, user: rita.userPrincipalName, scope })
  return issued.kind === 'token' ? issued.accessToken : assert.fail(issued.code)
}

const federated = () =>
  new SignJWT({ iss: 'https://cluster.example', sub: 'job', aud: 'api://AzureADTokenExchange' })
    .setProtectedHeader({ alg: 'RS256' })
    .setExpirationTime('1h')
    .sign(privateKey)

const late = async () => {
  const now = Math.floor(Date.now() / 1000)
  const aud = `${running.origin}/${tenantId}/oauth2/v2.0/token`
  return new SignJWT({ iss: certified.appId, sub: certified.appId, aud, jti: 'j', nbf: now - 7200, exp: now - 3600 })
    .setProtectedHeader({ alg: 'PS256', 'x5t#S256': createHash('sha256').update(der).digest('base64url') })
    .sign(privateKey)
}

interface Case {
  readonly number: number
  readonly error: string
  readonly try: Partial<Attempt> & Pick<Attempt, 'flow'>
  /** MSAL throws InteractionRequiredAuthError: the developer knows that a page is needed. */
  readonly isAsked?: true
  readonly claims?: true
  /** Seconds that the directory's clock is ahead. */
  readonly later?: number
  /** What only comes about when its turn has come. */
  readonly fill?: () => Promise<Partial<Attempt>>
}

const secret: Case['try'] = {
  flow: 'secret',
  clientId: archive.appId,
  clientSecret: 'archive-secret',
  scopes: ['api://articles/.default'],
}
const user = { flow: 'password', username: rita.userPrincipalName, password: rita.password } as const
const redemption = { flow: 'code', redirectUri: local, codeVerifier: verifier } as const
const api = { clientId: articles.appId, clientSecret: 'articles-secret' }

const cases: readonly Case[] = [
  { number: 7000215, error: 'invalid_client', try: { ...secret, clientSecret: 'wrong' } },
  { number: 7000222, error: 'invalid_client', try: { ...secret, clientSecret: 'old-secret' } },
  { number: 700016, error: 'unauthorized_client', try: { ...secret, clientId: tenantId } },
  { number: 500011, error: 'invalid_resource', try: { ...secret, scopes: ['api://nothing/.default'] } },
  { number: 501051, error: 'invalid_grant', try: { ...secret, ...api, scopes: ['api://colors/.default'] } },
  { number: 1002012, error: 'invalid_scope', try: { ...secret, scopes: ['api://articles/access_as_user'] } },
  { number: 700025, error: 'invalid_client', try: { ...secret, clientId: cli.appId } },
  {
    number: 700027,
    error: 'invalid_client',
    try: { flow: 'secret', clientId: certified.appId, scopes: ['api://articles/.default'] },
    fill: async () => ({
      clientCertificate: {
        thumbprintSha256: '0'.repeat(64),
        privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      },
    }),
  },
  {
    number: 700024,
    error: 'invalid_client',
    try: { flow: 'secret', clientId: certified.appId, scopes: ['api://articles/.default'] },
    fill: async () => ({ clientAssertion: await late() }),
  },
  {
    number: 700213,
    error: 'invalid_client',
    try: { flow: 'secret', clientId: certified.appId, scopes: ['api://articles/.default'] },
    fill: async () => ({ clientAssertion: await federated() }),
  },
  { number: 50126, error: 'invalid_grant', try: { ...user, password: 'wrong' } },
  { number: 50034, error: 'invalid_grant', try: { ...user, username: `eve@${domain}` } },
  { number: 50020, error: 'invalid_grant', try: { ...user, username: 'eve@hotmail.com' } },
  { number: 50057, error: 'invalid_grant', try: { ...user, username: `dora@${domain}`, password: 'dora-secret' } },
  {
    number: 50055,
    error: 'invalid_grant',
    try: { ...user, username: stale.userPrincipalName, password: stale.password },
    isAsked: true,
  },
  { number: 50076, error: 'interaction_required', try: { ...user, scopes: ['api://vault/use'] }, isAsked: true, claims: true },
  { number: 50158, error: 'interaction_required', try: { ...user, scopes: ['api://partner/use'] }, isAsked: true, claims: true },
  {
    number: 50105,
    error: 'invalid_grant',
    try: { ...user, username: paul.userPrincipalName, password: paul.password, scopes: ['api://colors/user_impersonation'] },
  },
  { number: 65001, error: 'invalid_grant', try: { ...user, scopes: ['api://articles/drafts'] }, isAsked: true },
  { number: 650053, error: 'invalid_scope', try: { ...user, scopes: ['api://articles/nothing'] } },
  {
    number: 28000,
    error: 'invalid_scope',
    try: { ...user, scopes: ['api://articles/access_as_user', 'api://colors/user_impersonation'] },
  },
  {
    number: 70011,
    error: 'invalid_scope',
    try: { ...user, scopes: ['api://articles/access_as_user', 'api://articles/.default'] },
  },
  { number: 54005, error: 'invalid_grant', try: redemption, fill: async () => ({ code: await spentCode() }) },
  { number: 70008, error: 'invalid_grant', try: redemption, fill: async () => ({ code: await code() }), later: 601 },
  {
    number: 501481,
    error: 'invalid_grant',
    try: { ...redemption, codeVerifier: 'w'.repeat(43) },
    fill: async () => ({ code: await code() }),
  },
  {
    number: 500112,
    error: 'invalid_grant',
    try: { ...redemption, redirectUri: `${local}x` },
    fill: async () => ({ code: await code() }),
  },
  {
    number: 70000,
    error: 'invalid_grant',
    try: { ...redemption, clientId: archive.appId, clientSecret: 'archive-secret' },
    fill: async () => ({ code: await code() }),
  },
  { number: 9002313, error: 'invalid_request', try: { flow: 'refresh', refreshToken: 'made-up' } },
  {
    number: 700082,
    error: 'invalid_grant',
    try: { flow: 'refresh' },
    fill: async () => ({ refreshToken: await refreshFor('api://articles/access_as_user') }),
    later: 91 * 86_400,
    isAsked: true,
  },
  {
    number: 70043,
    error: 'invalid_grant',
    try: { flow: 'refresh', scopes: ['api://brief/use'] },
    fill: async () => ({ refreshToken: await refreshFor('api://brief/use') }),
    later: 3601,
    isAsked: true,
  },
  {
    number: 500131,
    error: 'invalid_grant',
    try: { flow: 'on-behalf-of', ...api, scopes: ['api://colors/user_impersonation'] },
    fill: async () => ({ oboAssertion: await tokenFor('api://colors/.default') }),
  },
  {
    number: 500133,
    error: 'invalid_grant',
    try: { flow: 'on-behalf-of', ...api, scopes: ['api://colors/user_impersonation'] },
    fill: async () => ({ oboAssertion: await tokenFor('api://articles/.default') }),
    later: 3601,
  },
  {
    number: 50013,
    error: 'invalid_grant',
    try: { flow: 'on-behalf-of', ...api, scopes: ['api://colors/user_impersonation'], oboAssertion: 'e30.e30.x' },
  },
]

/** All of them in one process: what MSAL told its developer, in their order. */
async function tellAll(): Promise<Line[]> {
  const told: Line[] = []
  let next = 0
  await runClient('refusals-client.ts', {}, running.directory.caFile, async (line, tell) => {
    running.clock.ahead = 0
    if (line.ready !== true) told.push(line)
    const one = cases[next++]
    if (one === undefined) return tell('end')
    const filled = (await one.fill?.()) ?? {}
    running.clock.ahead = (one.later ?? 0) * 1000
    const authority = `${running.origin}/${tenantId}/`
    tell(JSON.stringify({ authority, clientId: cli.appId, scopes: ['api://articles/access_as_user'], ...one.try, ...filled }))
  })
  return told
}

test('MSAL tells its developer every refusal by number, and throws what asks for a page where a page helps', async () => {
  const told = await tellAll()
  assert.equal(told.length, cases.length)
  for (const [i, { number, error, isAsked, claims }] of cases.entries()) {
    const line = told[i] ?? {}
    const text = JSON.stringify(line)
    assert.match(String(line.errorMessage), new RegExp(`AADSTS${number}: `), text)
    assert.deepEqual([line.told, String(line.errorNo), line.isAsked], [error, String(number), isAsked ?? false], text)
    assert.equal(line.claims !== undefined && line.claims !== '', claims ?? false, text)
    assert.match(String(line.correlationId), /^[0-9a-f-]{36}$/, text)
  }
  assert.ok(colors.appRoleAssignmentRequired)
})

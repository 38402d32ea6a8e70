import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { readAll } from '../../../src/gateway/testing/backends.ts'
import {
  application,
  bearing,
  by,
  cli,
  directoryToken,
  entra,
  jwt,
  ledger,
  newsroom,
  orders,
  requires,
  rita,
  tenant,
  v2Issuer,
} from './directory.ts'
import type { ReasonCase } from './reason-case.ts'
import type { Stage } from './stage.ts'

const mia = { ...rita, user: 'mia@gazette.onmicrosoft.com' }
const ofLedger = { ...rita, scope: 'api://ledger/.default' }
const minute = 60_000
const invalid = { status: 401, message: /^Invalid JWT\.$/ } as const
const atEntra = { decidedBy: 'validate-azure-ad-token' } as const
const atJwt = { decidedBy: 'validate-jwt' } as const

/** One request to the local directory, trusted by its own authority. */
export async function atDirectory(
  { gatehouse, folder }: Stage,
  path: string,
  form?: Record<string, string>,
): Promise<{ readonly status: number; readonly text: string }> {
  const sent = request(`${gatehouse.identity}/${tenant}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    ca: readFileSync(join(folder, '.gatehouse/ca.pem')),
    headers: form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
    agent: false,
  })
  sent.end(form === undefined ? undefined : new URLSearchParams(form).toString())
  const [answer] = await once(sent, 'response')
  return { status: answer.statusCode, text: await readAll(answer) }
}

async function idToken(stage: Stage): Promise<string> {
  const form = {
    grant_type: 'password',
    client_id: cli,
    username: 'rita@gazette.onmicrosoft.com',
    password: 'rita-secret',
    scope: 'openid profile',
  }
  const { text } = await atDirectory(stage, '/oauth2/v2.0/token', form)
  const { id_token: token }: { readonly id_token: string } = JSON.parse(text)
  return token
}

/** Version 1.0 of the tenant’s metadata: it names the issuer of version 1.0 alone. */
const version1 = (policy: string) => policy.replace('/v2.0/.well-known', '/.well-known').replace('<issuers></issuers>', '')

/** The mistakes that many have made before, each with a token that the local directory signed. */
export const mixUpCases: readonly ReasonCase[] = [
  {
    code: 'token.audience',
    shows: 'a token for Microsoft Graph',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra() },
    send: by({ ...rita, scope: 'https://graph.microsoft.com/User.Read' }),
    mend: /Ask for a token for api:\/\/orders\/\.default/,
    mixUps: ['graph-token'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.audience',
    shows: 'an ID token',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra() },
    send: async stage => bearing(await idToken(stage)),
    mend: /Ask for a token for api:\/\/orders\/\.default/,
    mixUps: ['id-token'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.issuer',
    shows: 'a v1 token against a v2 policy',
    ...invalid,
    ...atJwt,
    policy: { inbound: jwt([v2Issuer()], ['api://ledger', ledger]) },
    send: by(ofLedger),
    received: /sts\.windows\.net/,
    mend: /The owner of the application Ledger API sets requestedAccessTokenVersion to 2 and the client gets a new token; or the API’s publisher adds the issuer https:\/\/sts\.windows\.net\//,
    mixUps: ['v1-token'],
    mended: { send: by(ofLedger) },
  },
  {
    code: 'token.issuer',
    shows: 'a v2 token against a v1 policy',
    ...invalid,
    ...atJwt,
    policy: { inbound: version1(jwt([], [orders])) },
    send: by(rita),
    received: /v2\.0$/,
    mend: /The owner of the application Orders API sets requestedAccessTokenVersion to 1 .*or the API’s publisher adds the issuer https:\/\/login\.microsoftonline\.com\//,
    mixUps: ['v2-token'],
    mended: { policy: { inbound: jwt([v2Issuer()], [orders]) } },
  },
  {
    code: 'token.audience',
    shows: 'api://… against the client id',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra('', { audience: ledger }) },
    send: by(ofLedger),
    received: /^api:\/\/ledger$/,
    mend: /publisher lists the audience api:\/\/ledger too at validate-azure-ad-token at .*:4, or the owner of the application Ledger API sets requestedAccessTokenVersion to 2/,
    mixUps: ['v1-token'],
    mended: { send: by(ofLedger) },
  },
  {
    code: 'token.audience',
    shows: 'the client id against api://…',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra('', { audience: 'api://orders' }) },
    send: by(rita),
    received: new RegExp(`^${orders}$`),
    mend: new RegExp(`publisher lists the audience ${orders} too at validate-azure-ad-token at .*:4`),
    mixUps: ['v2-token'],
    mended: { policy: { inbound: entra() } },
  },
  {
    code: 'token.scope',
    shows: 'an application where a user is needed',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra(requires('scp', 'Orders.Read').replace('match="any"', 'match="any" separator=" "')) },
    send: by(application),
    received: /^no claim scp$/,
    mend: /Application Archive Service \(.*\) signs a user in and asks for the scope api:\/\/orders\/Orders\.Read: a token of its own has no scopes/,
    mixUps: ['app-token'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.role',
    shows: 'a user where an application with a role is needed',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra(requires('roles', 'readers')) },
    send: by(rita),
    mend: /assigns the app role readers of the application Orders API to user rita/,
    mixUps: ['scopes-not-roles'],
    mended: { send: by(application) },
  },
  {
    code: 'token.role',
    shows: 'a role granted after the token was issued',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra(requires('roles', 'publishers')) },
    send: by(rita),
    mend: /assigns the app role publishers .* to user rita.*then get a new token/,
    mixUps: ['scopes-not-roles'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.group',
    shows: 'more groups than a token holds',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra(requires('groups', newsroom)) },
    send: by(mia),
    received: /^groups: too many for the token\nMicrosoft Graph: .*set identity\.managedIdentity$/,
    mend: /the token names none of more than 200 groups: have the gateway ask Microsoft Graph .*, or ask for an app role in place of the group/,
    mixUps: ['groups-overage'],
    mended: { policy: { inbound: entra(requires('roles', 'publishers')) } },
  },
  {
    code: 'token.expired',
    shows: 'clocks that differ',
    ...invalid,
    ...atJwt,
    policy: { inbound: jwt([v2Issuer()], [orders]) },
    send: by({ ...rita, ahead: -61 * minute }),
    mend: /this one ended at/,
    mixUps: ['clock'],
    mended: { policy: { inbound: jwt([v2Issuer()], [orders], 'clock-skew="300"') } },
  },
  {
    code: 'token.not-yet-valid',
    shows: 'clocks that differ',
    ...invalid,
    ...atJwt,
    policy: { inbound: jwt([v2Issuer()], [orders]) },
    send: by({ ...rita, ahead: 2 * minute }),
    mend: /sets the clocks right \(NTP\)/,
    mixUps: ['clock'],
    mended: { policy: { inbound: jwt([v2Issuer()], [orders], 'clock-skew="300"') } },
  },
  {
    code: 'token.missing',
    shows: 'a token without its scheme',
    status: 401,
    message: /^JWT not present\.$/,
    ...atJwt,
    policy: { inbound: jwt([v2Issuer()], [orders], 'require-scheme="Bearer"') },
    send: async stage => ({ headers: { authorization: await directoryToken(stage, rita) } }),
    mend: /The client writes `Authorization: Bearer …`: what came has no scheme/,
    mixUps: ['no-scheme'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.malformed',
    shows: 'the scheme twice',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra() },
    send: async stage => bearing(`Bearer ${await directoryToken(stage, rita)}`),
    mend: /The client sends the access token itself, whole, without quotes/,
    mixUps: ['scheme-twice'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.malformed',
    shows: 'another scheme',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra() },
    send: { headers: { authorization: 'Basic cml0YTpzZWNyZXQ=' } },
    received: /\nthe scheme Basic$/,
    mend: /^The client sends an access token for api:\/\/orders\/\.default as `Authorization: Bearer …`, not under the scheme Basic\.$/,
    mixUps: ['wrong-scheme'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.claim',
    shows: 'a user where an application’s own token is needed',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra(requires('idtyp', 'app')) },
    send: by(rita),
    mend: /^The client calls with a token of its own \(client credentials\) in place of a user’s, or the API’s publisher changes/,
    mixUps: ['user-token'],
    mended: { policy: { inbound: entra(requires('preferred_username', 'rita@gazette.onmicrosoft.com')) } },
  },
  {
    code: 'token.claim',
    shows: 'an application where a name is needed',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra(requires('preferred_username', 'rita@gazette.onmicrosoft.com')) },
    send: by(application),
    mend: /^The client signs a user in: a token of its own has none of preferred_username: one of rita@/,
    mixUps: ['app-token'],
    mended: { send: by(rita) },
  },
  {
    code: 'token.audience',
    shows: 'an ID token where the audience is api://…',
    ...invalid,
    ...atEntra,
    policy: { inbound: entra('', { audience: 'api://orders' }) },
    send: async stage => bearing(await idToken(stage)),
    mend: /^Ask for a token for api:\/\/orders\/\.default/,
    mixUps: ['id-token'],
    mended: { policy: { inbound: entra() }, send: by(rita) },
  },
]

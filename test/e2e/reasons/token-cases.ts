import { generateKeyPairSync } from 'node:crypto'
import { CompactEncrypt, decodeProtectedHeader, SignJWT } from 'jose'
import {
  application,
  bearing,
  by,
  cli,
  daemon,
  directoryToken,
  entra,
  entraFor,
  jwt,
  newsroom,
  ofCommon,
  orders,
  requires,
  rita,
  tenant,
  v2Issuer,
} from './directory.ts'
import type { ReasonCase } from './reason-case.ts'

const key = Buffer.alloc(32, 7)
const sealing = Buffer.alloc(64, 9)
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const minutes = 60_000

/** `validate-jwt` by a key that stands in the policy. */
const ownKey = (more = '', attributes = '') => `<validate-jwt header-name="Authorization" ${attributes}>
      <issuer-signing-keys><key id="k">${key.toString('base64')}</key></issuer-signing-keys>${more}
    </validate-jwt>`

const signed = (claims: Record<string, unknown>) =>
  new SignJWT({ iss: 'https://issuer.example', ...claims }).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(key)
const soon = () => Math.floor(Date.now() / 1000) + 600
const invalid = { status: 401, message: /^Invalid JWT\.$/ } as const
const atEntra = { decidedBy: 'validate-azure-ad-token', policy: { inbound: entra() }, mended: { send: by(rita) } } as const
const other = '99999999-2222-4333-8444-555555555555'

async function seal(text: string, secret: Buffer): Promise<string> {
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512', cty: 'JWT' })
    .encrypt(secret)
}

/** What is wrong with tokens: those of the local directory where it can sign them, else of an issuer whose key stands in the policy. */
export const tokenCases: readonly ReasonCase[] = [
  {
    code: 'token.missing',
    ...atEntra,
    status: 401,
    message: /^JWT not present\.$/,
    received: /^no header Authorization$/,
    mend: /^The client sends an access token for api:\/\/orders\/\.default in the header `Authorization: Bearer …`\.$/,
  },
  {
    code: 'token.malformed',
    ...atEntra,
    ...invalid,
    send: bearing('"abc"'),
    mend: /The client sends the access token itself, whole, without quotes: what came is malformed/,
  },
  {
    code: 'token.algorithm',
    ...atEntra,
    ...invalid,
    send: async stage => {
      const { kid = '' } = decodeProtectedHeader(await directoryToken(stage, rita))
      return bearing(await signedBy('HS256', kid))
    },
    received: /^HS256$/,
    expected: /RS256/,
    mend: /signed with .*RS256.* and not HS256/,
  },
  {
    code: 'token.signature',
    ...atEntra,
    ...invalid,
    send: async stage => {
      const [head, claims = ''] = (await directoryToken(stage, rita)).split('.')
      const better = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), roles: ['publishers'] }
      const [, , signature] = (await directoryToken(stage, rita)).split('.')
      return bearing(`${head}.${Buffer.from(JSON.stringify(better)).toString('base64url')}.${signature}`)
    },
    mend: new RegExp(`The client asks ${v2Issuer()} for a new token and sends it unchanged`),
  },
  {
    code: 'token.key-unknown',
    ...atEntra,
    ...invalid,
    send: async () => bearing(await signedBy('RS256')),
    received: /^mine$/,
    mixUps: ['not-local'],
    mend: /The issuer that validate-azure-ad-token at .*:4 trusts has no key mine.*asks the trusted one for a new token/,
  },
  {
    code: 'token.key-unknown',
    shows: 'another tenant',
    ...atEntra,
    ...invalid,
    send: async () => bearing(await signedBy('RS256', 'mine', other)),
    mixUps: ['other-tenant'],
    mend: new RegExp(`^The caller signs in to tenant ${tenant}: the token says that it is of tenant ${other}, whose keys`),
  },
  {
    code: 'token.decryption',
    ...invalid,
    policy: { inbound: ownKey(`<decryption-keys><key>${sealing.toString('base64')}</key></decryption-keys>`) },
    decidedBy: 'validate-jwt',
    send: async () => bearing(await seal(await signed({ exp: soon() }), Buffer.alloc(64, 1))),
    mend: /encrypted for one of the decryption-keys of validate-jwt at .*:4, or the API’s publisher adds the key/,
    mended: { send: async () => bearing(await seal(await signed({ exp: soon() }), sealing)) },
  },
  {
    code: 'token.issuer',
    ...invalid,
    policy: { inbound: ownKey('<issuers><issuer>https://issuer.example</issuer></issuers>') },
    decidedBy: 'validate-jwt',
    send: async () => bearing(await signed({ iss: 'https://other.example', exp: soon() })),
    expected: /^https:\/\/issuer\.example$/,
    received: /^https:\/\/other\.example$/,
    mend: /The client asks https:\/\/issuer\.example for a token, or the API’s publisher adds the issuer https:\/\/other\.example to validate-jwt at .*:4/,
    mended: {
      policy: {
        inbound: ownKey('<issuers><issuer>https://issuer.example</issuer><issuer>https://other.example</issuer></issuers>'),
      },
    },
  },
  {
    code: 'token.audience',
    ...atEntra,
    ...invalid,
    send: by({ ...rita, scope: 'api://ledger/.default' }),
    expected: new RegExp(`^${orders}$`),
    received: /^api:\/\/ledger$/,
    mend: new RegExp(`^Ask for a token for api://orders/\\.default, by application ${cli}\\.$`),
  },
  {
    code: 'token.expired',
    ...atEntra,
    ...invalid,
    send: by({ ...rita, ahead: -120 * minutes }),
    received: /^2\d{3}-/,
    mend: /The client asks for a new token: this one ended at 2\d{3}-/,
    mixUps: [],
  },
  {
    code: 'token.not-yet-valid',
    ...atEntra,
    ...invalid,
    send: by({ ...rita, ahead: 30 * minutes }),
    received: /^2\d{3}-/,
    mend: /sets the clocks right \(NTP\): the token begins at 2\d{3}-/,
  },
  {
    code: 'token.no-expiration',
    ...invalid,
    policy: { inbound: ownKey() },
    decidedBy: 'validate-jwt',
    send: async () => bearing(await signed({})),
    mend: /The issuer gives its tokens an exp claim, or the API’s publisher sets require-expiration-time="false" for validate-jwt at .*:4/,
    mended: { policy: { inbound: ownKey('', 'require-expiration-time="false"') } },
  },
  {
    code: 'token.tenant',
    ...invalid,
    policy: { inbound: ofCommon(jwt([v2Issuer(other)], [orders])) },
    decidedBy: 'validate-jwt',
    send: by(rita),
    expected: new RegExp(other),
    received: new RegExp(tenant),
    mend: new RegExp(
      `signs in to tenant ${other}, not ${tenant}; or the API’s publisher lets that tenant in at validate-jwt at .*:4`,
    ),
    mixUps: ['other-tenant'],
    mended: { policy: { inbound: ofCommon(jwt([v2Issuer(other), v2Issuer()], [orders])) } },
  },
  {
    code: 'token.client',
    ...invalid,
    policy: { inbound: entraFor(daemon) },
    decidedBy: 'validate-azure-ad-token',
    send: by(rita),
    expected: new RegExp(daemon),
    received: new RegExp(cli),
    mend: new RegExp(
      `adds Gazette CLI \\(${cli}\\) to client-application-ids of validate-azure-ad-token at .*:4, or the caller uses Archive Service \\(${daemon}\\)`,
    ),
    mended: { policy: { inbound: entraFor(cli) } },
  },
  {
    code: 'token.role',
    shows: 'a user without the app role',
    policy: { inbound: entra(requires('roles', 'publishers'), { status: 403 }) },
    ...invalid,
    status: 403,
    decidedBy: 'validate-azure-ad-token',
    send: by(rita),
    expected: /^roles: one of publishers$/,
    received: /^no claim roles$/,
    mended: { send: by(rita) },
    mend: /assigns the app role publishers of the application Orders API to user rita@gazette\.onmicrosoft\.com, or to a group of theirs; then get a new token/,
  },
  {
    code: 'token.role',
    shows: 'an application without the app role',
    policy: { inbound: entra(requires('roles', 'publishers'), { status: 403 }) },
    ...invalid,
    status: 403,
    decidedBy: 'validate-azure-ad-token',
    send: by(application),
    received: /^roles: readers$/,
    mend: new RegExp(
      `assigns the app role publishers of the application Orders API to application Archive Service \\(${daemon}\\)`,
    ),
    mended: { policy: { inbound: entra(requires('roles', 'readers', 'publishers')) } },
  },
  {
    code: 'token.scope',
    policy: { inbound: entra(requires('scp', 'Orders.Write')).replace('match="any"', 'match="any" separator=" "') },
    ...invalid,
    decidedBy: 'validate-azure-ad-token',
    send: by({ ...rita, scope: 'api://orders/Orders.Read' }),
    expected: /^scp: one of Orders\.Write$/,
    received: /^scp: Orders\.Read$/,
    mend: new RegExp(
      `Application Gazette CLI \\(${cli}\\) asks for the scope api://orders/Orders\\.Write, and user rita@gazette\\.onmicrosoft\\.com or an administrator consents`,
    ),
    mended: { send: by({ ...rita, scope: 'api://orders/Orders.Write' }) },
  },
  {
    code: 'token.group',
    policy: { inbound: entra(requires('groups', newsroom)) },
    ...invalid,
    decidedBy: 'validate-azure-ad-token',
    send: by(rita),
    mend: new RegExp(
      `An owner of the group adds user rita@gazette\\.onmicrosoft\\.com to the group Newsroom \\(${newsroom}\\); then get a new token`,
    ),
    mended: { send: by(rita) },
  },
  {
    code: 'token.claim',
    ...invalid,
    policy: { inbound: ownKey(requires('team', 'red')) },
    decidedBy: 'validate-jwt',
    send: async () => bearing(await signed({ exp: soon(), team: 'blue' })),
    expected: /^team: one of red$/,
    received: /^team: blue$/,
    mend: /The issuer’s administrator gives the token team: one of red \(it has team: blue\), or the API’s publisher changes validate-jwt at .*:4/,
    mended: { send: async () => bearing(await signed({ exp: soon(), team: 'red' })) },
  },
  {
    code: 'keys.unreachable',
    policy: {
      inbound: jwt([], [orders])
        .replace(/url="[^"]+"/, 'url="http://127.0.0.1:1/openid-configuration"')
        .replace('<issuers></issuers>', ''),
    },
    status: 503,
    message: /^The token cannot be validated at the moment\.$/,
    answers: { 'retry-after': /^\d+$/ },
    decidedBy: 'validate-jwt',
    send: by(rita),
    expected: /^http:\/\/127\.0\.0\.1:1\//,
    mend: /lets it reach http:\/\/127\.0\.0\.1:1\/openid-configuration; calls succeed again by themselves/,
    mended: { policy: { inbound: jwt([v2Issuer()], [orders]) } },
  },
]

async function signedBy(alg: 'HS256' | 'RS256', kid = 'mine', of = tenant): Promise<string> {
  const claims = { iss: v2Issuer(of), aud: orders, tid: of, exp: soon() }
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(alg === 'HS256' ? key : stranger.privateKey)
}

import assert from 'node:assert/strict'
import { createCipheriv, createHmac } from 'node:crypto'
import { decodeJwt, SignJWT } from 'jose'
import { jwkOf, rsaKey, sign, v1Issuer, v2Issuer } from '../../src/identity/testing/test-issuer.ts'
import type { Snippet } from './snippet.ts'
import type { SnippetGateway } from './snippet-gateway.ts'

const tenant = '0f4c2a5e-93d1-4c6b-8a7e-1b2c3d4e5f60'
const key = Buffer.alloc(32, 3)
const iv = Buffer.alloc(16, 5)
const aes = { 'AES-Key': key.toString('base64'), 'AES-IV': iv.toString('base64') }
const signingKey = { 'signing-key': key.toString('base64') }
const tokenServer = {
  authorizationServer: 'https://login.example/token',
  clientId: 'app',
  scope: 'api%3A%2F%2Fb%2F.default',
  clientSecret: 's3cret',
}
const now = () => Math.floor(Date.now() / 1000)

/** A token by the shared key of `signing-key`. */
const shared = (claims: Record<string, unknown>) =>
  new SignJWT({ exp: now() + 600, ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key)

/** Publishes a tenant's keys at the v1 address and gives a signer of tokens. */
function entra(gateway: SnippetGateway, issuer: string) {
  const rsa = rsaKey()
  const at = `https://login.microsoftonline.com/${tenant}`
  gateway.web.publish([jwkOf(rsa)], issuer, `${at}/.well-known/openid-configuration`, `${at}/discovery/keys`)
  return (claims: Record<string, unknown>) =>
    sign(rsa, {
      iss: issuer,
      tid: tenant,
      sub: 'the-user',
      scp: 'user_impersonation',
      exp: now() + 600,
      nbf: now() - 10,
      ...claims,
    })
}

const form = (body: string | undefined) => Object.fromEntries(new URLSearchParams(body))

/** What both exchanges of an Entra token for one of SAP promise; they differ in the names and the address. */
function sapExchange(at: string, grant: Record<string, string>): NonNullable<Snippet['run']> {
  return async gateway => {
    const issue = entra(gateway, v2Issuer)
    const token = await issue({ aud: 'api://apim-app' })
    let issued = 0
    gateway.services.push(
      [`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, () => ({ body: { access_token: 'saml-1' } })],
      [at, () => ({ body: { access_token: `sap-${++issued}`, refresh_token: 'refresh-1', expires_in: 900 } })],
      [
        'https://backend.example/base/',
        () => ({ headers: { 'x-csrf-token': 'csrf', 'Set-Cookie': ['a=b; path=/', 'sap-XSRF_1=c; path=/'] } }),
      ],
    )
    gateway.backend = () => ({ body: { next: 'https://backend.example:443/base/x https://backend.example/base/y' } })
    const headers = { Authorization: `Bearer ${token}` }
    const read = await gateway.call({ path: '/users', headers })
    assert.equal(read.status, 200)
    const [exchange, bearer] = gateway.asked
    assert.equal(form(exchange?.body).assertion, token)
    assert.equal(form(exchange?.body).client_assertion, 'token-for api://azureadtokenexchange')
    assert.deepEqual(gateway.identityAsked, ['api://azureadtokenexchange as identity-1'])
    assert.deepEqual(
      { ...form(bearer?.body) },
      { grant_type: 'urn:ietf:params:oauth:grant-type:saml2-bearer', assertion: 'saml-1', ...grant },
    )
    const [sent] = gateway.forwarded
    assert.equal(sent?.headers.get('Authorization'), 'Bearer sap-1')
    assert.equal(new URL(sent?.url ?? '').searchParams.get('$format'), 'json')
    assert.match(read.body, /gateway\.example/)
    await gateway.call({ method: 'POST', path: '/users', headers, body: '{}' })
    assert.equal(issued, 1, 'the token of SAP is kept')
    assert.equal(gateway.forwarded.at(-1)?.headers.get('X-CSRF-Token'), 'csrf')
    const stranger = await gateway.call({ headers: { Authorization: `Bearer ${await issue({ aud: 'other' })}` } })
    assert.deepEqual([stranger.status, stranger.headers.get('ErrorReason')], [401, 'TokenAudienceNotAllowed'])
  }
}

/** Snippets about who calls, and what is shown to backends. */
export const credentialSnippets: readonly Snippet[] = [
  {
    file: 'Authorize requests using external authorizer.policy.xml',
    parts: { namedValues: { 'authorizer-url': 'https://authorizer.example/?code=k' } },
    promise: 'an authorizer decides by the Authorization header, and its answer is kept for five seconds',
    async run(gateway) {
      gateway.services.push([
        'https://authorizer.example/',
        ({ headers }) => ({ body: { status: headers.get('Authorization') === 'good' ? 200 : 403 } }),
      ])
      const without = await gateway.call()
      assert.deepEqual([without.status, without.headers.get('WWW-Authenticate')], [401, 'Bearer realm=gateway.example'])
      const status = async (Authorization: string) => (await gateway.call({ headers: { Authorization } })).status
      assert.deepEqual([await status('good'), await status('good'), await status('bad')], [200, 200, 403])
      assert.equal(gateway.asked.length, 2)
      gateway.later(6000)
      await status('good')
      assert.equal(gateway.asked.length, 3)
    },
  },
  {
    file: 'Backend OAuth2 Authentication With Cache.policy.xml',
    parts: { namedValues: tokenServer },
    promise: 'a token is fetched once, brought to the backend, and forgotten when the backend refuses it',
    async run(gateway) {
      let issued = 0
      gateway.services.push(['https://login.example/token', () => ({ body: { access_token: `t${++issued}`, expires_in: 600 } })])
      let status = 200
      gateway.backend = () => ({ status })
      for (const next of [200, 401, 200]) {
        status = next
        await gateway.call({ subscribed: true })
      }
      assert.deepEqual(
        gateway.forwarded.map(({ headers }) => headers.get('Authorization')),
        ['Bearer t1', 'Bearer t1', 'Bearer t2'],
      )
      assert.equal(gateway.forwarded[0]?.headers.has('Ocp-Apim-Subscription-Key'), false)
      assert.equal(
        gateway.asked[0]?.body,
        'client_id=app&scope=api%3A%2F%2Fb%2F.default&client_secret=s3cret&grant_type=client_credentials',
      )
    },
  },
  {
    file: 'Create HMAC SHA256-Signed JWT.policy.xml',
    parts: { namedValues: { 'hashing-secret': 'the secret of both sides' } },
    promise: 'the backend gets a token that the shared secret verifies',
    async run(gateway) {
      await gateway.call()
      const token = gateway.forwarded[0]?.headers.get('Authorization')?.replace('Bearer ', '') ?? ''
      const [header, payload, signature] = token.split('.')
      assert.equal(signature, createHmac('sha256', 'the secret of both sides').update(`${header}.${payload}`).digest('base64url'))
      const { username, exp = 0 } = decodeJwt(token)
      assert.equal(username, 'john_doe')
      assert.ok(Math.abs(exp - now() - 600) < 5)
    },
  },
  {
    file: 'Decrypt AES Data using policy expressions.xml',
    parts: { namedValues: aes },
    promise: 'encrypted text is answered in the clear',
    async run(gateway) {
      const cipher = createCipheriv('aes-256-cbc', key, iv)
      const encrpText = Buffer.concat([cipher.update('the text'), cipher.final()]).toString('base64')
      assert.equal((await gateway.call({ method: 'POST', body: JSON.stringify({ encrpText }) })).body, 'the text')
    },
  },
  {
    file: 'Encrypt data using expressions.policy.xml',
    parts: { namedValues: aes, template: '/{Goober}' },
    fill: text =>
      text.replace(
        '</inbound>',
        '<set-header name="X-Seen"><value>@((string)context.Variables["encryptedParameter"])</value></set-header></inbound>',
      ),
    promise: 'a parameter is encrypted by AES',
    async run(gateway) {
      await gateway.call({ path: '/secret' })
      const cipher = createCipheriv('aes-256-cbc', key, iv)
      const wanted = Buffer.concat([cipher.update('secret'), cipher.final()]).toString('base64')
      assert.equal(gateway.forwarded[0]?.headers.get('X-Seen'), wanted)
    },
  },
  {
    file: 'Filter on IP Address when using Application Gateway.policy.xml',
    parts: { namedValues: { ipValidated: 'validated' } },
    promise: 'addresses of the ranges and of the list come in, others do not; the header stays as it was',
    async run(gateway) {
      const status = async (from: string) => (await gateway.call({ headers: { 'X-Forwarded-For': from } })).status
      assert.deepEqual([await status('10.1.2.3:1234'), await status('192.168.9.9'), await status('203.0.113.1')], [200, 200, 403])
      assert.equal(gateway.forwarded[0]?.headers.get('X-Forwarded-For'), '10.1.2.3:1234')
    },
  },
  {
    file: 'Get OAuth2 access token from AAD and forward it to the backend.policy.xml',
    parts: { namedValues: tokenServer },
    promise: 'a token of the authorization server goes to the backend in place of the subscription key',
    async run(gateway) {
      gateway.services.push(['https://login.example/token', () => ({ body: { access_token: 'a-token' } })])
      await gateway.call({ subscribed: true })
      const [sent] = gateway.forwarded
      assert.deepEqual(
        [sent?.headers.get('Authorization'), sent?.headers.has('Ocp-Apim-Subscription-Key')],
        ['Bearer a-token', false],
      )
    },
  },
  {
    file: 'Handle Power Query access request to custom API.policy.xml',
    parts: { namedValues: { AADTenantId: tenant } },
    promise: 'an empty bearer is told where to sign in, a token is judged, and the answer names the gateway',
    async run(gateway) {
      const issue = entra(gateway, v1Issuer)
      const asks = await gateway.call({ headers: { Authorization: 'Bearer' } })
      assert.equal(asks.status, 401)
      assert.match(
        asks.headers.get('WWW-Authenticate') ?? '',
        new RegExp(`authorization_uri=https://login.microsoftonline.com/${tenant}/`),
      )
      gateway.backend = () => ({ body: 'see backend.example:443/base/things' })
      const bring = async (aud: string) => gateway.call({ headers: { Authorization: `Bearer ${await issue({ aud })}` } })
      const good = await bring('https://your-custom-apim-domain')
      assert.deepEqual([good.status, good.body], [200, 'see gateway.example:443/snippet/things'])
      assert.equal((await bring('https://other')).status, 401)
    },
  },
  {
    file: 'Parse a JWT token using expressions.xml',
    parts: { namedValues: signingKey },
    fill: text =>
      text.replace(
        '<!-- Do something here -->',
        '<set-header name="X-May" exists-action="override"><value>send</value></set-header>',
      ),
    promise: 'a claim of the validated token decides',
    async run(gateway) {
      for (const permissions of [
        ['sendEmail', 'sendText'],
        ['sendText', 'x'],
      ])
        await gateway.call({ headers: { Authorization: `Bearer ${await shared({ permissions })}` } })
      assert.deepEqual(
        gateway.forwarded.map(({ headers }) => headers.get('X-May')),
        ['send', null],
      )
      assert.equal((await gateway.call({ headers: { Authorization: 'Bearer x.y.z' } })).status, 401)
    },
  },
  {
    file: 'Perform basic authentication.policy.xml',
    parts: { namedValues: { UserId: 'ada', Password: 'l0velace' } },
    promise: 'the right name and password come in, without being told to the backend',
    async run(gateway) {
      const status = async (pair: string) =>
        (await gateway.call({ headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } })).status
      assert.deepEqual([await status('ada:l0velace'), await status('ada:other'), await status('bob:l0velace')], [200, 401, 401])
      assert.equal((await gateway.call()).status, 401)
      assert.equal(gateway.forwarded[0]?.headers.has('Authorization'), false)
    },
  },
  {
    file: 'Use custom error messages for jwt-validate policy with on-error handler.policy.xml',
    parts: { namedValues: { 'base64-encoded-hashing-secret': key.toString('base64') } },
    promise: 'on-error gives the message of its own',
    async run(gateway) {
      assert.deepEqual(await gateway.call().then(({ status, body }) => [status, body]), [
        401,
        'Unauthorized. Access token is missing or invalid.',
      ])
      assert.equal((await gateway.call({ headers: { Authorization: `Bearer ${await shared({})}` } })).status, 200)
    },
  },
  {
    file: 'Request OAuth2 access token from SAP using AAD JWT token.xml',
    parts: {
      namedValues: {
        AADTenantId: tenant,
        APIMAADRegisteredAppClientId: 'apim-app',
        APIMUserAssignedManagedIdentityId: 'identity-1',
        AADSAPResource: 'FS1',
        SAPOAuthClientID: 'sap-client',
        SAPOAuthClientSecret: 'sap-secret',
        SAPOAuthScope: 'ZEPM',
        SAPOAuthServerAdressForTokenEndpoint: 'sap.example',
        SAPOAuthRefreshExpiry: '36000',
      },
    },
    promise: 'an Entra token becomes one of SAP, kept per user; writing calls bring a CSRF token',
    run: sapExchange('https://sap.example/sap/bc/sec/oauth2/token', { client_id: 'sap-client', scope: 'ZEPM' }),
  },
  {
    file: 'Request OAuth2 access token from SuccessFactors using AAD JWT token.xml',
    parts: {
      namedValues: {
        AADTenantId: tenant,
        APIMAADRegisteredAppClientId: 'apim-app',
        APIMUserAssignedManagedIdentityId: 'identity-1',
        EntraIDSAPSFResource: 'my.successfactors.eu',
        SAPSFApiKey: 'sf-key',
        SAPSFCompanyId: 'company',
        SAPSFOAuthServerAdressForTokenEndpoint: 'sf.example',
      },
    },
    promise: 'an Entra token becomes one of SuccessFactors, kept per user; writing calls bring a CSRF token',
    run: sapExchange('https://sf.example/oauth/token', { client_id: 'sf-key', company_id: 'company' }),
  },
]

/** openid-client, unmodified, in a process of its own: the other way that people talk to Entra. */
import type { JsonWebKey } from 'node:crypto'
import * as client from 'openid-client'

interface Settings {
  readonly flow: string
  readonly metadata: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly scope: string
  readonly redirectUri: string
  /** Private JWK and thumbprint of a certificate, for private_key_jwt. */
  readonly key?: JsonWebKey
  readonly thumbprint?: string
}

const settings: Settings = JSON.parse(process.argv[2] ?? '')
const say = (line: Record<string, unknown>) => void process.stdout.write(`${JSON.stringify(line)}\n`)
const { clientId, clientSecret, scope, redirectUri } = settings

async function authenticate(): Promise<client.ClientAuth> {
  if (settings.key !== undefined) {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('jwk', settings.key, algorithm, false, ['sign'])
    return client.PrivateKeyJwt(key, {
      [client.modifyAssertion]: header => {
        Object.assign(header, { 'x5t#S256': settings.thumbprint })
      },
    })
  }
  return clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret)
}

const answerOf = () => new Promise<string>(resolve => process.stdin.once('data', data => resolve(String(data).trim())))

const flows: Record<string, (config: client.Configuration) => Promise<void>> = {
  async 'client-credentials'(config) {
    const { access_token } = await client.clientCredentialsGrant(config, { scope })
    say({ token: access_token })
  },
  async code(config) {
    const verifier = client.randomPKCECodeVerifier()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const code_challenge = await client.calculatePKCECodeChallenge(verifier)
    const parameters = { redirect_uri: redirectUri, scope, code_challenge, code_challenge_method: 'S256', state, nonce }
    say({ url: client.buildAuthorizationUrl(config, parameters).href })
    const answer = await answerOf()
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(config, new URL(answer), checks)
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    say({ claims: tokens.claims(), info, refreshed: refreshed.access_token })
  },
  /** OpenID Connect's hybrid flow: the id token that comes with the code is checked against both, then the code is redeemed. */
  async hybrid(config) {
    client.useCodeIdTokenResponseType(config)
    const verifier = client.randomPKCECodeVerifier()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const code_challenge = await client.calculatePKCECodeChallenge(verifier)
    const parameters = { redirect_uri: redirectUri, scope, code_challenge, code_challenge_method: 'S256', state, nonce }
    say({ url: client.buildAuthorizationUrl(config, parameters).href })
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }
    const tokens = await client.authorizationCodeGrant(config, new URL(await answerOf()), checks)
    say({ claims: tokens.claims(), token: tokens.access_token })
  },
  async implicit(config) {
    client.useIdTokenResponseType(config)
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    say({ url: client.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, state, nonce }).href })
    const claims = await client.implicitAuthentication(config, new URL(await answerOf()), nonce, { expectedState: state })
    say({ claims })
  },
  async device(config) {
    const device = await client.initiateDeviceAuthorization(config, { scope })
    say({ device })
    const tokens = await client.pollDeviceAuthorizationGrant(config, device)
    say({ token: tokens.access_token })
  },
}

try {
  const config = await client.discovery(new URL(settings.metadata), clientId, undefined, await authenticate())
  await flows[settings.flow]?.(config)
} catch (error) {
  const { message, code, cause } = error as Error & { code?: string }
  say({ failed: message, code, cause: String(cause) })
}
process.exit()

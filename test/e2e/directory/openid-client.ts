/** openid-client, unmodified, in a process of its own: the other way that people talk to Entra. */
import * as client from 'openid-client'

interface Settings {
  readonly flow: string
  readonly metadata: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly scope: string
  readonly redirectUri: string
}

const settings: Settings = JSON.parse(process.argv[2] ?? '')
const say = (line: Record<string, unknown>) => void process.stdout.write(`${JSON.stringify(line)}\n`)
const { clientId, clientSecret, scope, redirectUri } = settings
const authentication = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret)

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
    const answer = await new Promise<string>(resolve => process.stdin.once('data', data => resolve(String(data).trim())))
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(config, new URL(answer), checks)
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    say({ claims: tokens.claims(), info, refreshed: refreshed.access_token })
  },
  async device(config) {
    const device = await client.initiateDeviceAuthorization(config, { scope })
    say({ device })
    const tokens = await client.pollDeviceAuthorizationGrant(config, device)
    say({ token: tokens.access_token })
  },
}

try {
  const config = await client.discovery(new URL(settings.metadata), clientId, undefined, authentication)
  await flows[settings.flow]?.(config)
} catch (error) {
  const { message, code, cause } = error as Error & { code?: string }
  say({ failed: message, code, cause: String(cause) })
}
process.exit()

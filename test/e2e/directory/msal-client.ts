/**
 * Microsoft's own client, unmodified, in a process of its own that trusts the directory's authority by NODE_EXTRA_CA_CERTS. Takes a flow and its
 * settings as JSON in its one argument; writes what happens as lines of JSON.
 */
import { ConfidentialClientApplication, InteractionRequiredAuthError, PublicClientApplication } from '@azure/msal-node'

interface Settings {
  readonly flow: string
  readonly authority: string
  readonly clientId: string
  readonly scopes: string[]
  readonly clientSecret?: string
  readonly certificate?: { readonly thumbprintSha256: string; readonly privateKey: string }
  readonly otherScopes?: string[]
  readonly assertion?: string
  readonly username?: string
  readonly password?: string
}

const settings: Settings = JSON.parse(process.argv[2] ?? '')
const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`)

const auth = {
  authority: settings.authority,
  clientId: settings.clientId,
  knownAuthorities: [new URL(settings.authority).host],
  ...(settings.clientSecret === undefined ? {} : { clientSecret: settings.clientSecret }),
  ...(settings.certificate === undefined ? {} : { clientCertificate: settings.certificate }),
}
const { scopes } = settings

const flows: Record<string, () => Promise<void>> = {
  async 'client-credentials'() {
    const client = new ConfidentialClientApplication({ auth })
    const first = await client.acquireTokenByClientCredential({ scopes })
    const again = await client.acquireTokenByClientCredential({ scopes })
    const anew = await client.acquireTokenByClientCredential({ scopes, skipCache: true })
    say({ token: first?.accessToken, cached: again?.fromCache, anew: anew?.accessToken })
  },
  async 'device-code'() {
    const client = new PublicClientApplication({ auth })
    const result = await client.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: code => say({ code }) })
    const silent = await client.acquireTokenSilent({ scopes, account: result!.account! })
    const other = await client.acquireTokenSilent({ scopes: settings.otherScopes ?? scopes, account: result!.account! })
    say({ token: result?.accessToken, account: result?.account, cached: silent.fromCache, other: other.accessToken })
  },
  async interactive() {
    const client = new PublicClientApplication({ auth })
    const result = await client.acquireTokenInteractive({ scopes, openBrowser: async url => void say({ url }) })
    const silent = await client.acquireTokenSilent({ scopes, account: result.account! })
    say({ token: result.accessToken, account: result.account, cached: silent.fromCache })
  },
  async 'on-behalf-of'() {
    const client = new ConfidentialClientApplication({ auth })
    const result = await client.acquireTokenOnBehalfOf({ scopes, oboAssertion: settings.assertion ?? '' })
    say({ token: result?.accessToken })
  },
  async password() {
    const client = new PublicClientApplication({ auth })
    const { username = '', password = '' } = settings
    const result = await client.acquireTokenByUsernamePassword({ scopes, username, password })
    say({ token: result?.accessToken, account: result?.account })
  },
}

try {
  await flows[settings.flow]?.()
} catch (error) {
  const { errorCode, errorMessage, errorNo, subError } = error as Record<string, unknown>
  say({ failed: errorCode, errorMessage, errorNo, subError, interaction: error instanceof InteractionRequiredAuthError })
}

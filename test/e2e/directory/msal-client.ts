/**
 * Microsoft's own client, unmodified, in a process of its own that trusts the directory's authority by NODE_EXTRA_CA_CERTS. Takes a flow and its
 * settings as JSON in its one argument; writes what happens as lines of JSON.
 */
import {
  ConfidentialClientApplication,
  CryptoProvider,
  InteractionRequiredAuthError,
  ManagedIdentityApplication,
  PublicClientApplication,
} from '@azure/msal-node'

interface Settings {
  readonly flow: string
  readonly authority: string
  readonly clientId: string
  readonly scopes: string[]
  readonly clientSecret?: string
  readonly certificate?: { readonly thumbprintSha256?: string; readonly thumbprint?: string; readonly privateKey: string }
  /** What a federated issuer made for the client. */
  readonly federated?: string
  readonly redirectUri?: string
  readonly claims?: string
  readonly resource?: string
  readonly api?: string
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
  ...(settings.federated === undefined ? {} : { clientAssertion: async () => settings.federated ?? '' }),
  clientCapabilities: ['cp1'],
}
const { scopes } = settings

/** A parameter of the redirect that the test's browser came to, handed over as a line on standard input. */
async function answerOf(name: string): Promise<string> {
  const address = await new Promise<string>(resolve => process.stdin.once('data', data => resolve(String(data).trim())))
  process.stdin.pause()
  return new URL(address).searchParams.get(name) ?? ''
}

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
    const { otherScopes: extraScopesToConsent = [] } = settings
    const result = await client.acquireTokenInteractive({
      scopes,
      extraScopesToConsent,
      openBrowser: async url => void say({ url }),
    })
    const account = result.account!
    const silent = await client.acquireTokenSilent({ scopes, account })
    const other =
      extraScopesToConsent.length === 0 ? undefined : await client.acquireTokenSilent({ scopes: extraScopesToConsent, account })
    say({ token: result.accessToken, account, cached: silent.fromCache, other: other?.accessToken })
  },
  /** A web application: it gets its code at its own address, redeems it with its secret, and renews in silence. */
  async code() {
    const client = new ConfidentialClientApplication({ auth })
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes()
    const asked = { scopes, redirectUri: settings.redirectUri ?? '', state: 'a state' }
    say({ url: await client.getAuthCodeUrl({ ...asked, codeChallenge: challenge, codeChallengeMethod: 'S256' }) })
    const result = await client.acquireTokenByCode({ ...asked, code: await answerOf('code'), codeVerifier: verifier })
    const silent = await client.acquireTokenSilent({ scopes, account: result.account!, forceRefresh: true })
    say({ token: result.accessToken, renewed: silent.accessToken, idTokenClaims: result.idTokenClaims })
  },
  /** An API's claims challenge: silence is refused, and the page then asks for what is missing. */
  async 'step-up'() {
    const client = new PublicClientApplication({ auth })
    const { claims = '' } = settings
    const first = await client.acquireTokenInteractive({ scopes, openBrowser: async url => void say({ url }) })
    const account = first.account!
    const refused = await client.acquireTokenSilent({ scopes, account, claims }).then(
      () => undefined,
      (error: unknown) => error,
    )
    const isAsked = refused instanceof InteractionRequiredAuthError
    const challenge = isAsked ? refused.claims : ''
    const stepped = await client.acquireTokenInteractive({
      scopes,
      claims: challenge,
      openBrowser: async url => void say({ url }),
    })
    say({ first: first.accessToken, refused: isAsked, challenge, token: stepped.accessToken })
  },
  /** What the documentation tells a client of an API with authentication contexts: it reads the challenge out of the 401 and asks again with it. */
  async 'step-up-api'() {
    const client = new PublicClientApplication({ auth })
    const openBrowser = async (url: string) => void say({ url })
    const call = (token: string) => fetch(settings.api ?? '', { headers: { authorization: `Bearer ${token}` } })
    const first = await client.acquireTokenInteractive({ scopes, openBrowser })
    const challenge = (await call(first.accessToken)).headers.get('www-authenticate') ?? ''
    const claims = Buffer.from(/claims="([^"]*)"/.exec(challenge)?.[1] ?? '', 'base64').toString()
    const account = first.account!
    const token = await client
      .acquireTokenSilent({ scopes, account, claims })
      .catch(() => client.acquireTokenInteractive({ scopes, account, claims, openBrowser }))
    const again = await call(token.accessToken)
    say({ challenge, claims, token: token.accessToken, status: again.status })
  },
  async 'managed-identity'() {
    const result = await new ManagedIdentityApplication({}).acquireToken({ resource: settings.resource ?? '' })
    say({ token: result.accessToken })
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

/**
 * Microsoft's client, unmodified, made to fail: takes one case a line on standard input, answers with what it told its developer, and ends with the
 * last line.
 */
import { createInterface } from 'node:readline'
import { ConfidentialClientApplication, InteractionRequiredAuthError, PublicClientApplication } from '@azure/msal-node'

export interface Attempt {
  readonly flow: 'secret' | 'password' | 'code' | 'refresh' | 'on-behalf-of' | 'device'
  readonly authority: string
  readonly clientId: string
  readonly scopes: string[]
  readonly clientSecret?: string
  readonly clientAssertion?: string
  readonly clientCertificate?: { readonly thumbprintSha256: string; readonly privateKey: string }
  readonly username?: string
  readonly password?: string
  readonly code?: string
  readonly codeVerifier?: string
  readonly redirectUri?: string
  readonly refreshToken?: string
  readonly oboAssertion?: string
}

const say = (line: Record<string, unknown>) => void process.stdout.write(`${JSON.stringify(line)}\n`)

async function attempt(one: Attempt): Promise<unknown> {
  const { flow, authority, clientId, scopes, clientSecret, clientAssertion, clientCertificate } = one
  const { username = '', password = '', code = '', redirectUri = '', refreshToken = '', oboAssertion = '' } = one
  const credentials = {
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(clientAssertion === undefined ? {} : { clientAssertion }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  }
  const auth = { authority, clientId, knownAuthorities: [new URL(authority).host] }
  const owner = () => new ConfidentialClientApplication({ auth: { ...auth, ...credentials } })
  const open = new PublicClientApplication({ auth })
  const verifier = one.codeVerifier === undefined ? {} : { codeVerifier: one.codeVerifier }
  switch (flow) {
    case 'secret':
      return owner().acquireTokenByClientCredential({ scopes })
    case 'on-behalf-of':
      return owner().acquireTokenOnBehalfOf({ scopes, oboAssertion })
    case 'password':
      return open.acquireTokenByUsernamePassword({ scopes, username, password })
    case 'code':
      return (clientSecret === undefined ? open : owner()).acquireTokenByCode({ scopes, code, redirectUri, ...verifier })
    case 'refresh':
      return open.acquireTokenByRefreshToken({ scopes, refreshToken })
    case 'device':
      return open.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: device => say({ device }) })
  }
}

say({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break
  try {
    await attempt(JSON.parse(line) as Attempt)
    say({ told: 'nothing' })
  } catch (error) {
    const { errorCode, errorMessage, errorNo, subError, claims, correlationId } = error as Record<string, unknown>
    const isAsked = error instanceof InteractionRequiredAuthError
    say({ told: errorCode, errorMessage, errorNo, subError, claims, correlationId, isAsked })
  }
}
process.exit()

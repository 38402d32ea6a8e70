import type { CredentialSource } from './credential-source.ts'
import type { TokenExchange, TokenRequest } from './http-fetch.ts'
import { signAssertion } from './sign-assertion.ts'

/** A token with its end in milliseconds since 1970, or why there is none: a text without secrets. */
export type AskedToken =
  | { readonly kind: 'token'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'failure'; readonly message: string }

export interface AskOptions {
  readonly source: CredentialSource
  readonly exchange: TokenExchange
  /** The text of a file; rejects when it cannot be read. */
  readonly readText: (path: string) => Promise<string>
  now(): number
}

const failure = (message: string): AskedToken => ({ kind: 'failure', message })

/** Asks the source for a token, once. Never rejects. */
export async function askManagedToken(resource: string, clientId: string | undefined, options: AskOptions): Promise<AskedToken> {
  const asked = await requestFor(options, resource, clientId)
  if ('message' in asked) return failure(asked.message)
  try {
    const { status, body } = await options.exchange(asked.url, asked.request)
    return readAnswer(status, body, new URL(asked.url).host, options.now())
  } catch (error) {
    // the network's own words name hosts and ports, never what was sent
    return failure(`${new URL(asked.url).host} gave no token: ${error instanceof Error ? error.message : 'no answer'}`)
  }
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A secret or a certificate proves one application: another identity's token cannot be had with it. */
function isAnother(clientId: string | undefined, own: string): boolean {
  return clientId !== undefined && clientId.toLowerCase() !== own.toLowerCase()
}

type Asked = { readonly url: string; readonly request: TokenRequest } | { readonly message: string }

async function requestFor({ source, readText, now }: AskOptions, resource: string, clientId: string | undefined): Promise<Asked> {
  switch (source.kind) {
    case 'app-service':
      return metadata(source.endpoint, '2019-08-01', resource, clientId, { 'x-identity-header': source.header })
    case 'imds':
      return metadata(source.endpoint, '2018-02-01', resource, clientId, { metadata: 'true' })
    case 'workload': {
      const assertion = await readText(source.tokenFile).catch(() => undefined)
      if (assertion === undefined) return { message: `the federated token file ${source.tokenFile} cannot be read` }
      return grant(source.tokenEndpoint, resource, clientId ?? source.clientId, {
        client_assertion_type: assertionType,
        client_assertion: assertion.trim(),
      })
    }
    case 'secret':
      if (isAnother(clientId, source.clientId))
        return { message: `the client secret at hand is of ${source.clientId}, not of ${clientId}` }
      return grant(source.tokenEndpoint, resource, source.clientId, { client_secret: source.secret })
    case 'certificate':
      if (isAnother(clientId, source.clientId))
        return { message: `the certificate at hand is of ${source.clientId}, not of ${clientId}` }
      return grant(source.tokenEndpoint, resource, source.clientId, {
        client_assertion_type: assertionType,
        client_assertion: await signAssertion(source, now()),
      })
    case 'none':
      return { message: source.message }
    case 'directory':
      return directoryGrant(source, resource, clientId?.toLowerCase() ?? source.systemAssigned)
  }
}

function directoryGrant(
  { tokenEndpoint, secrets }: Extract<CredentialSource, { kind: 'directory' }>,
  resource: string,
  clientId: string | undefined,
): Asked {
  if (clientId === undefined)
    return { message: 'no application of the local directory stands for the managed identity: set identity.managedIdentity' }
  const secret = secrets.get(clientId)
  if (secret === undefined) return { message: `the local directory has no application ${clientId} with a password credential` }
  return grant(tokenEndpoint, resource, clientId, { client_secret: secret })
}

function metadata(
  endpoint: string,
  version: string,
  resource: string,
  clientId: string | undefined,
  headers: Record<string, string>,
): Asked {
  if (!URL.canParse(endpoint)) return { message: 'the identity endpoint of this environment is no URL' }
  const url = new URL(endpoint)
  url.searchParams.set('api-version', version)
  url.searchParams.set('resource', resource.replace(/\/\.default$/, ''))
  if (clientId !== undefined) url.searchParams.set('client_id', clientId)
  return { url: url.href, request: { method: 'GET', headers: { accept: 'application/json', ...headers } } }
}

/** The client credentials grant of the v2.0 endpoint, whose scope for a resource is the resource with `/.default` behind it. */
function grant(url: string, resource: string, clientId: string, proof: Record<string, string>): Asked {
  if (!URL.canParse(url)) return { message: 'the authority host of this environment is no URL' }
  const scope = resource.endsWith('/.default') ? resource : `${resource}/.default`
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, scope, ...proof })
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  return { url, request: { method: 'POST', headers, body: body.toString() } }
}

/** App Service and IMDS give numbers as texts; `expires_on` is in seconds since 1970, `expires_in` in seconds from now. */
function readAnswer(status: number, body: string, host: string, now: number): AskedToken {
  const members = membersOf(body)
  if (status !== 200) return failure(`${host} answered ${status}${errorOf(members)}`)
  const token = members.get('access_token')
  // it goes into a header: what could end the line is no token
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) return failure(`the answer of ${host} holds no access token`)
  const on = Number(members.get('expires_on') ?? Number.NaN) * 1000
  const within = Number(members.get('expires_in') ?? Number.NaN) * 1000
  const expiresAt = Number.isFinite(within) ? now + within : on
  return { kind: 'token', token, expiresAt: Number.isFinite(expiresAt) ? expiresAt : now }
}

function membersOf(body: string): ReadonlyMap<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body)
    return new Map(typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [])
  } catch {
    return new Map()
  }
}

/** The endpoint's own words, which Entra writes for whoever configures the client: the first line, shortened. */
function errorOf(members: ReadonlyMap<string, unknown>): string {
  const description = members.get('error_description') ?? members.get('Message') ?? members.get('error')
  return typeof description === 'string' ? `: ${(description.split(/[\r\n]/)[0] ?? '').slice(0, 200)}` : ''
}

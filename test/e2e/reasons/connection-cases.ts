import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bearing, directoryToken, tenant } from './directory.ts'
import type { ReasonCase } from './reason-case.ts'

/** An authorization server: consents at once, and gives tokens for codes and for a client's secret. */
export async function openProvider(): Promise<{ readonly address: string; close(): void }> {
  let challenge = ''
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname === '/authorize') {
      challenge = url.searchParams.get('code_challenge') ?? ''
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', 'once')
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return void response.writeHead(302, { location: back.href }).end()
    }
    let text = ''
    for await (const chunk of request) text += chunk
    const form = new URLSearchParams(text)
    const proven = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isGood =
      form.get('client_secret') === 'right' && (form.get('grant_type') === 'client_credentials' || proven === challenge)
    const body = isGood ? { access_token: 'given', token_type: 'Bearer', expires_in: 3600 } : { error: 'invalid_client' }
    response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address, not a pipe's
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const json = (properties: object) => JSON.stringify({ properties })

function provider(name: string, address: string, grant: 'clientCredentials' | 'authorizationCode', clientSecret = 'right') {
  const settings = {
    authorizationUrl: `${address}/authorize`,
    tokenUrl: `${address}/token`,
    clientId: 'me',
    clientSecret,
    scopes: 'read',
  }
  return {
    [`authorization providers/${name}/authorizationProviderInformation.json`]: json({
      displayName: name,
      identityProvider: 'oauth2',
      oauth2: { grantTypes: { [grant]: settings } },
    }),
    [`authorization providers/${name}/authorizations/main/authorizationInformation.json`]: json({
      oauth2grantType: grant === 'clientCredentials' ? 'ClientCredentials' : 'AuthorizationCode',
    }),
  }
}

const ask = (name: string, more = '') =>
  `<get-authorization-context provider-id="${name}" authorization-id="main" context-variable-name="auth" ${more} />`
const answered = {
  status: 500,
  message: /^Internal server error$/,
  decidedBy: 'get-authorization-context',
  notAsked: 'tokens of connections count as given in an explanation',
} as const
const objectId = '00000000-1111-4222-8333-444444444444'
const asCaller = `identity-type="jwt" identity="@(context.Request.Headers.GetValueOrDefault(&quot;Authorization&quot;, &quot;&quot;))"`
const managerScope = 'https://azure-api.net/authorization-manager/.default'

/** What keeps a policy from the token of a connection. `login` is what a person does at the provider. */
export const connectionCases = (
  address: string,
  objectIdOf: () => string,
  login: (folder: string, name: string) => Promise<void>,
): readonly ReasonCase[] => [
  {
    ...answered,
    code: 'connection.missing',
    policy: { inbound: ask('nowhere') },
    received: /nowhere/,
    mend: /publisher adds the connection or mends its name at get-authorization-context at .*:4: .*nowhere/,
    mended: { files: () => provider('nowhere', address, 'clientCredentials') },
  },
  {
    ...answered,
    code: 'connection.not-connected',
    files: () => provider('person', address, 'authorizationCode'),
    policy: { inbound: ask('person') },
    received: /./,
    mend: /runs gatehouse connection login for the connection of get-authorization-context at .*:4/,
    mended: { until: stage => login(stage.folder, 'person/main') },
  },
  {
    ...answered,
    code: 'connection.denied',
    files: () => ({
      ...provider('guarded', address, 'clientCredentials'),
      'authorization providers/guarded/authorizations/main/accessPolicies/other/accessPolicyInformation.json': json({
        objectId,
        tenantId: tenant,
      }),
    }),
    policy: { inbound: ask('guarded', asCaller) },
    send: async stage => bearing(await directoryToken(stage, { client: 'Archive Service', scope: managerScope })),
    received: /./,
    mend: /publisher adds an access policy for that identity to the connection, or another identity to get-authorization-context at .*:4/,
    mended: {
      files: () => ({
        'authorization providers/guarded/authorizations/main/accessPolicies/archive/accessPolicyInformation.json': json({
          objectId: objectIdOf(),
          tenantId: tenant,
        }),
      }),
    },
  },
  {
    ...answered,
    code: 'connection.failed',
    files: () => provider('failing', address, 'clientCredentials', 'wrong'),
    policy: { inbound: ask('failing') },
    received: /401|invalid_client/,
    mend: /look at the credentials of the connection of get-authorization-context at .*:4: .*(401|invalid_client)/,
    mended: { files: () => provider('failing', address, 'clientCredentials') },
  },
]

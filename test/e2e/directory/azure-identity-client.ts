/** @azure/identity and the Microsoft Graph client, unmodified, in a process of their own. One line of JSON for the one flow that is asked for. */
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  ManagedIdentityCredential,
  OnBehalfOfCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity'
import { Client } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'

interface Settings {
  readonly flow: string
  readonly origin: string
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly certificate: string
  readonly tokenFile: string
  readonly assertion: string
  readonly scope: string
}

const settings: Settings = JSON.parse(process.argv[2] ?? '')
const { flow, origin, tenantId, clientId, clientSecret, scope } = settings
const options = { authorityHost: origin, disableInstanceDiscovery: true }
const say = (line: Record<string, unknown>) => void process.stdout.write(`${JSON.stringify(line)}\n`)

const credentials: Record<string, () => TokenCredential> = {
  secret: () => new ClientSecretCredential(tenantId, clientId, clientSecret, options),
  certificate: () => new ClientCertificateCredential(tenantId, clientId, { certificate: settings.certificate }, options),
  'on-behalf-of': () =>
    new OnBehalfOfCredential({ ...options, tenantId, clientId, clientSecret, userAssertionToken: settings.assertion }),
  device: () => new DeviceCodeCredential({ ...options, tenantId, clientId, userPromptCallback: device => say({ device }) }),
  workload: () => new WorkloadIdentityCredential({ ...options, tenantId, clientId, tokenFilePath: settings.tokenFile }),
  managed: () => new ManagedIdentityCredential(),
}

async function graph(): Promise<void> {
  const authProvider = new TokenCredentialAuthenticationProvider(
    new ClientSecretCredential(tenantId, clientId, clientSecret, options),
    {
      scopes: [scope],
    },
  )
  const client = Client.initWithMiddleware({ baseUrl: origin, authProvider, customHosts: new Set(['localhost']) })
  const page = await client.api('/users').filter("startswith(displayName,'The r')").select('displayName').get()
  const missing = await client
    .api('/users/nobody')
    .get()
    .catch((error: { code?: string; statusCode?: number }) => `${error.statusCode} ${error.code}`)
  say({ users: page.value, missing })
}

try {
  if (flow === 'graph') await graph()
  else say({ token: (await credentials[flow]?.().getToken(scope, { enableCae: flow === 'secret' }))?.token })
} catch (error) {
  say({ failed: (error as Error).name, message: (error as Error).message })
}

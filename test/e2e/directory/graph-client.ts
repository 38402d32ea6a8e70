/** The Microsoft Graph client, unmodified, fed by @azure/identity, in a process of its own. One line of JSON for the one flow that is asked for. */
import { ClientSecretCredential, ManagedIdentityCredential, OnBehalfOfCredential, type TokenCredential } from '@azure/identity'
import { BatchRequestContent, BatchResponseContent, Client, GraphError, PageIterator } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'

interface Settings {
  readonly flow: string
  readonly origin: string
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly assertion: string
  readonly api: string
  readonly group: string
  readonly user: string
}

const settings: Settings = JSON.parse(process.argv[2] ?? '')
const { flow, origin, tenantId, clientId, clientSecret } = settings
const options = { authorityHost: origin, disableInstanceDiscovery: true }
const say = (line: Record<string, unknown>) => void process.stdout.write(`${JSON.stringify(line)}\n`)

function clientOf(credential: TokenCredential, scopes: string[] = ['https://graph.microsoft.com/.default']): Client {
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes })
  return Client.initWithMiddleware({ baseUrl: origin, authProvider, customHosts: new Set(['localhost']) })
}

const graph = clientOf(new ClientSecretCredential(tenantId, clientId, clientSecret, options))

const flows: Record<string, () => Promise<void>> = {
  /** An API from nothing to a user who may call it. */
  async manage() {
    const role = {
      id: '0d0f1f7e-0000-4000-8000-000000000001',
      value: 'print',
      displayName: 'Print',
      description: 'Print',
      allowedMemberTypes: ['User'],
      isEnabled: true,
    }
    const app = await graph
      .api('/applications')
      .post({ displayName: 'Printer', signInAudience: 'AzureADMyOrg', appRoles: [role] })
    await graph
      .api(`/applications/${app.id}`)
      .patch({ identifierUris: [`api://${app.appId}`], api: { requestedAccessTokenVersion: 2 } })
    const principal = await graph.api(`/servicePrincipals(appId='${app.appId}')`).get()
    const secret = await graph.api(`/applications/${app.id}/addPassword`).post({ passwordCredential: { displayName: 'ci' } })
    const assignment = { principalId: settings.group, resourceId: principal.id, appRoleId: role.id }
    await graph.api(`/servicePrincipals/${principal.id}/appRoleAssignedTo`).post(assignment)
    await graph
      .api(`/groups/${settings.group}/members/$ref`)
      .post({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${settings.user}` })
    const assigned = await graph.api(`/servicePrincipals/${principal.id}/appRoleAssignedTo`).get()
    const again = await graph.api(`/applications/${app.id}`).select('id,passwordCredentials').get()
    say({ appId: app.appId, secret: secret.secretText, assigned: assigned.value, again: again.passwordCredentials })
  },
  /** Page by page, with what Graph answers only as an advanced query. */
  async pages() {
    const first = await graph
      .api('/users')
      .header('ConsistencyLevel', 'eventual')
      .count(true)
      .filter("displayName ne 'nobody'")
      .orderby('displayName')
      .select(['id', 'displayName'])
      .top(1)
      .get()
    const names: string[] = []
    const iterator = new PageIterator(graph, first, (user: { displayName: string }) => names.push(user.displayName) > 0, {
      headers: { ConsistencyLevel: 'eventual' },
    })
    await iterator.iterate()
    const found = await graph.api('/users').header('ConsistencyLevel', 'eventual').search('"displayName:rita"').get()
    const count = await graph.api('/users/$count').header('ConsistencyLevel', 'eventual').get()
    say({ names, total: first['@odata.count'], found: found.value.length, count })
  },
  async batch() {
    const request = (path: string) => new Request(`${origin}/v1.0${path}`, { method: 'GET' })
    const content = new BatchRequestContent([
      { id: '1', request: request(`/users/${settings.user}`) },
      { id: '2', request: request('/groups/nobody') },
    ])
    const response = new BatchResponseContent(await graph.api('/$batch').post(await content.getContent()))
    const [one, two] = [response.getResponseById('1'), response.getResponseById('2')]
    // as Graph answers a user and an error; the test looks at what is in them
    const [user, refusal] = [(await one.json()) as { id: string }, (await two.json()) as { error: { code: string } }]
    say({ statuses: [one.status, two.status], user: user.id, error: refusal.error.code })
  },
  /** As a person, through an API that acts for them. */
  async me() {
    const credential = new OnBehalfOfCredential({
      ...options,
      tenantId,
      clientId,
      clientSecret,
      userAssertionToken: settings.assertion,
    })
    const client = clientOf(credential, ['https://graph.microsoft.com/User.Read'])
    const me = await client.api('/me').get()
    const groups = await client.api('/me/memberOf/microsoft.graph.group').select('id').get()
    const denied = await client
      .api('/users')
      .get()
      .catch((error: unknown) => error)
    const isGraphs = denied instanceof GraphError
    say({ me: me.id, groups: groups.value, denied: isGraphs ? [denied.statusCode, denied.code, denied.requestId !== null] : [] })
  },
  async managed() {
    const client = clientOf(new ManagedIdentityCredential())
    const ids = await client.api(`/users/${settings.user}/getMemberObjects`).post({ securityEnabledOnly: false })
    say({ ids: ids.value })
  },
}

try {
  await flows[flow]?.()
} catch (error) {
  say({ failed: (error as Error).name, message: (error as Error).message })
}

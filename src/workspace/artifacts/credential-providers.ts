import { dirname, join } from 'node:path'
import type { Connection, ConnectionAccess, CredentialProvider, OAuthGrant } from '../../catalog/credential-provider.ts'
import { checkProvider } from '../short-form/check-provider.ts'
import { readShortConnections } from '../short-form/connections.ts'
import { type Fields, fieldsOf } from '../text/fields.ts'
import { memberOf, textOf } from '../text/text-node.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'

const folders = ['authorization providers', 'authorizationProviders']
const grants = ['authorizationCode', 'clientCredentials'] as const

/** Providers and connections of the credential manager, in Azure Resource Manager's words; `listed`: those of gatehouse.yaml. */
export async function readCredentialProviders(
  source: ArtifactSource,
  listed: Fields | undefined,
): Promise<readonly CredentialProvider[]> {
  const providers: CredentialProvider[] = []
  for (const folder of folders) {
    const kind = { folder, file: 'authorizationProviderInformation.json', section: 'authorizationProviders' }
    for (const artifact of await readArtifacts(source, kind)) {
      const provider = await providerOf(source, artifact)
      if (provider === undefined) continue
      checkProvider(provider, artifact.at, source.report)
      providers.push(provider)
    }
  }
  return [...providers, ...readShortConnections(listed, providers, source.report)]
}

async function providerOf(source: ArtifactSource, artifact: Artifact): Promise<CredentialProvider | undefined> {
  const { name, file, at, properties } = artifact
  const identityProvider = properties.requiredText('identityProvider')?.toLowerCase()
  const written = properties.fields('oauth2')?.fields('grantTypes')
  const found = grants.flatMap((grant): [OAuthGrant, ReadonlyMap<string, string>][] => {
    const parameters = written?.fields(grant)
    return parameters === undefined ? [] : [[grant, textsOf(parameters)]]
  })
  if (found.length === 0) {
    const mend = 'add properties.oauth2.grantTypes.authorizationCode or .clientCredentials'
    source.report.error(at, 'value.missing', `the credential provider '${name}' says no grant`, mend)
  }
  if (identityProvider === undefined || found.length === 0) return undefined
  const connections: Connection[] = []
  for (const id of await source.files.folders(join(dirname(file), 'authorizations'))) {
    const connection = await connectionOf(source, join(dirname(file), 'authorizations', id), id, found)
    if (connection !== undefined) connections.push(connection)
  }
  return {
    name,
    displayName: properties.text('displayName') ?? name,
    identityProvider,
    grants: Object.fromEntries(found),
    connections,
    file,
  }
}

async function connectionOf(
  source: ArtifactSource,
  folder: string,
  name: string,
  known: readonly (readonly [OAuthGrant, unknown])[],
): Promise<Connection | undefined> {
  const properties = await propertiesIn(source, join(folder, 'authorizationInformation.json'))
  if (properties === undefined) return undefined
  const said = properties.choice('oauth2grantType', ['AuthorizationCode', 'ClientCredentials'])
  const grant = said === undefined ? known[0]?.[0] : said === 'AuthorizationCode' ? 'authorizationCode' : 'clientCredentials'
  if (grant === undefined || !known.some(([one]) => one === grant)) {
    source.report.error(
      properties.at('oauth2grantType'),
      'value.choice',
      `the provider of the connection '${name}' has no grant '${said}'`,
    )
    return undefined
  }
  const parameters = properties.fields('parameters')
  const accessPolicies: ConnectionAccess[] = []
  for (const id of await source.files.folders(join(folder, 'accessPolicies'))) {
    const access = await propertiesIn(source, join(folder, 'accessPolicies', id, 'accessPolicyInformation.json'))
    const [objectId, tenantId] = [access?.requiredText('objectId'), access?.requiredText('tenantId')]
    if (access === undefined || objectId === undefined || tenantId === undefined) continue
    const appIds = access.texts('appIds').map(({ text }) => text.toLowerCase())
    accessPolicies.push({
      name: id,
      objectId: objectId.toLowerCase(),
      tenantId: tenantId.toLowerCase(),
      ...(appIds.length === 0 ? {} : { appIds }),
    })
  }
  return { name, grant, parameters: parameters === undefined ? new Map() : textsOf(parameters), accessPolicies }
}

async function propertiesIn(source: ArtifactSource, file: string): Promise<Fields | undefined> {
  const root = await source.files.object(file)
  const properties = memberOf(root, 'properties')
  if (root === undefined) return undefined
  if (properties?.kind === 'object') return fieldsOf(properties, source.report)
  source.report.error(
    root.at,
    'value.missing',
    "'properties' is missing",
    'export the file again: all that it says stands in properties',
  )
  return undefined
}

/** Its members that are texts; an empty one says nothing. */
function textsOf({ node }: Fields): ReadonlyMap<string, string> {
  return new Map(
    [...node.members].flatMap(([key, { value }]): [string, string][] => {
      const text = textOf(value)
      return text === undefined || text.trim() === '' ? [] : [[key, text]]
    }),
  )
}

import type { Connection, CredentialProvider, OAuthGrant } from '../../catalog/credential-provider.ts'
import { gatehouseKeys, oauthParameters } from '../known-keys.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import { checkProvider } from './check-provider.ts'

const grants = ['authorizationCode', 'clientCredentials'] as const satisfies readonly OAuthGrant[]

/** `connections:` of gatehouse.yaml: credential providers by name, each with its accounts; without any, one account `default`. */
export function readShortConnections(
  listed: Fields | undefined,
  known: readonly CredentialProvider[],
  report: Report,
): readonly CredentialProvider[] {
  return [...(listed?.node.members.keys() ?? [])].flatMap(name => {
    const fields = listed?.fields(name)
    if (fields === undefined) return []
    fields.refuseOthers(gatehouseKeys.connection)
    if (known.some(one => one.name.toLowerCase() === name.toLowerCase()))
      report.error(fields.node.at, 'name.duplicate', `the credential provider '${name}' is described in the artifacts too`)
    const identityProvider = fields.requiredText('identityProvider')?.toLowerCase()
    const grant = fields.choice('grant', grants)
    if (grant === undefined && !fields.node.members.has('grant'))
      report.error(fields.node.at, 'value.missing', "'grant' is missing", 'it is authorizationCode or clientCredentials')
    if (identityProvider === undefined || grant === undefined) return []
    const provider: CredentialProvider = {
      name,
      displayName: fields.text('displayName') ?? name,
      identityProvider,
      grants: { [grant]: textsOf(fields, oauthParameters) },
      connections: accountsOf(fields, grant),
      file: fields.node.at.file,
    }
    checkProvider(provider, fields.node.at, report)
    return [provider]
  })
}

function accountsOf(provider: Fields, grant: OAuthGrant): readonly Connection[] {
  const accounts = provider.fields('accounts')
  if (accounts === undefined) return [{ name: 'default', grant, parameters: new Map(), accessPolicies: [] }]
  return [...accounts.node.members.keys()].flatMap(name => {
    const account = accounts.fields(name)
    account?.refuseOthers(gatehouseKeys.connectionAccount)
    return [
      {
        name,
        grant,
        parameters: account === undefined ? new Map<string, string>() : textsOf(account, ['clientId', 'clientSecret', 'scopes']),
        accessPolicies: account?.list('access').flatMap((one, i) => accessOf(one, String(i + 1))) ?? [],
      },
    ]
  })
}

function accessOf(fields: Fields, name: string): Connection['accessPolicies'] {
  fields.refuseOthers(gatehouseKeys.connectionAccess)
  const [objectId, tenantId] = [fields.requiredText('objectId'), fields.requiredText('tenantId')]
  if (objectId === undefined || tenantId === undefined) return []
  const appIds = fields.texts('appIds').map(({ text }) => text.toLowerCase())
  return [
    { name, objectId: objectId.toLowerCase(), tenantId: tenantId.toLowerCase(), ...(appIds.length === 0 ? {} : { appIds }) },
  ]
}

function textsOf(fields: Fields, keys: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    keys.flatMap((key): [string, string][] => {
      const text = fields.text(key)
      return text === undefined || text.trim() === '' ? [] : [[key, text]]
    }),
  )
}

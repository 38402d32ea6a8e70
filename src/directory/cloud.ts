import type { DirectoryDocument } from '../catalog/directory.ts'
import { type Authority, consumersTenant } from './oidc/authority.ts'

/** One of Microsoft's clouds: a tenant lives in one, and its tokens are issued under that one's names. */
export interface Cloud {
  /** Host of v2 issuers. */
  readonly login: string
  /** Host of v1 issuers. */
  readonly tokens: string
  readonly instanceName: string
  readonly graph: string
  readonly legacyGraph: string
}

const clouds = {
  AzureCloud: {
    login: 'login.microsoftonline.com',
    tokens: 'sts.windows.net',
    instanceName: 'microsoftonline.com',
    graph: 'graph.microsoft.com',
    legacyGraph: 'graph.windows.net',
  },
  AzureUSGovernment: {
    login: 'login.microsoftonline.us',
    tokens: 'sts.windows.net',
    instanceName: 'microsoftonline.us',
    graph: 'graph.microsoft.us',
    legacyGraph: 'graph.windows.net',
  },
  AzureChinaCloud: {
    login: 'login.partner.microsoftonline.cn',
    tokens: 'sts.chinacloudapi.cn',
    instanceName: 'partner.microsoftonline.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
    legacyGraph: 'graph.chinacloudapi.cn',
  },
} as const satisfies Record<string, Cloud>

export function cloudOf({ cloud = 'AzureCloud' }: DirectoryDocument['tenant']): Cloud {
  return clouds[cloud]
}

/** Every name that a directory may be asked by: of any cloud, since clients of all of them know only theirs. */
export const cloudNames: readonly string[] = [
  ...new Set([
    ...Object.values(clouds).flatMap(({ login, tokens, graph }) => [login, tokens, graph]),
    'login.windows.net',
    'login.microsoft.com',
    'login.chinacloudapi.cn',
    'dod-graph.microsoft.us',
  ]),
]

/** The issuer of a tenant's tokens, by their version. */
export function issuerOf(
  { id, cloud }: Pick<DirectoryDocument['tenant'], 'id'> & { readonly cloud: Cloud },
  version: 1 | 2,
): string {
  return issuerFor(cloud, id, version)
}

/** The issuer as metadata has it: for an authority without a tenant, with a place for one. */
export function issuerTemplate(cloud: Cloud, { kind, segment }: Authority, version: 1 | 2): string {
  return issuerFor(cloud, { tenant: segment, any: '{tenantid}', consumers: consumersTenant }[kind], version)
}

function issuerFor({ login, tokens }: Cloud, tenant: string, version: 1 | 2): string {
  return version === 1 ? `https://${tokens}/${tenant}/` : `https://${login}/${tenant}/v2.0`
}

/** The clouds in which Microsoft serves Entra and Graph ("National clouds"), each with tenants of its own. */
export type CloudName = 'public' | 'us-government' | 'us-government-dod' | 'china'

export interface Cloud {
  readonly name: CloudName
  /** Where tokens are asked for, and what version 2.0 tokens name as their issuer. */
  readonly login: string
  /** What version 1.0 tokens name as their issuer. */
  readonly sts: string
  /** Microsoft Graph. */
  readonly graph: string
}

const all: readonly Cloud[] = [
  { name: 'public', login: 'login.microsoftonline.com', sts: 'sts.windows.net', graph: 'graph.microsoft.com' },
  { name: 'us-government', login: 'login.microsoftonline.us', sts: 'sts.windows.net', graph: 'graph.microsoft.us' },
  { name: 'us-government-dod', login: 'login.microsoftonline.us', sts: 'sts.windows.net', graph: 'dod-graph.microsoft.us' },
  {
    name: 'china',
    login: 'login.partner.microsoftonline.cn',
    sts: 'sts.chinacloudapi.cn',
    graph: 'microsoftgraph.chinacloudapi.cn',
  },
]

export const cloudNames: readonly CloudName[] = all.map(({ name }) => name)

export function cloudNamed(name: CloudName): Cloud {
  const found = all.find(cloud => cloud.name === name)
  if (found === undefined) throw new Error(`there is no cloud ${name}`) // the type leaves none out
  return found
}

/** Other names that the same authorities go by. */
const aliases = new Map<string, CloudName>([
  ['login.microsoft.com', 'public'],
  ['login.windows.net', 'public'],
  ['sts.windows.net', 'public'],
  ['login.chinacloudapi.cn', 'china'],
  ['sts.chinacloudapi.cn', 'china'],
])

/** The cloud of an authority's host name; undefined for a host that is not Entra's. */
export function cloudOfLogin(host: string): Cloud | undefined {
  const name = host.toLowerCase()
  const alias = aliases.get(name)
  return alias === undefined ? all.find(cloud => cloud.login === name) : cloudNamed(alias)
}

/** The tenant, cloud and version behind the address of an OpenID configuration. */
export interface Authority {
  readonly cloud: Cloud
  /** As it is written: id, domain, `common`, `organizations`; lower case. */
  readonly tenant: string
  readonly version: 1 | 2
}

/** Reads `https://{login host}/{tenant}[/v2.0]/.well-known/openid-configuration`; undefined for a provider that is not Entra. */
export function authorityOfConfiguration(address: string): Authority | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, pathname } = new URL(address)
  const cloud = cloudOfLogin(hostname)
  const [, tenant, v2] = /^\/([^/]+)(\/v2\.0)?\/\.well-known\/openid-configuration\/?$/i.exec(pathname) ?? []
  if (protocol !== 'https:' || cloud === undefined || tenant === undefined) return undefined
  return { cloud, tenant: decodeURIComponent(tenant).toLowerCase(), version: v2 === undefined ? 1 : 2 }
}

/** What a token of that tenant and version names as its issuer. */
export function issuerOf({ login, sts }: Cloud, tenantId: string, version: 1 | 2): string {
  return version === 2 ? `https://${login}/${tenantId}/v2.0` : `https://${sts}/${tenantId}/`
}

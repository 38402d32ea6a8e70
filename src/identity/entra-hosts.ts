/** Names under which Microsoft serves Entra and Graph: public, US government, China. */
const entraHosts = new Set([
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
  'graph.microsoft.com',
  'login.microsoftonline.us',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'sts.chinacloudapi.cn',
  'microsoftgraph.chinacloudapi.cn',
])

const graphHosts = new Set([
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
])

/** Words in place of a tenant that stand for any tenant: the bound one among them. */
const anyTenant = new Set(['common', 'organizations', 'discovery'])

/** The tenant that a local directory stands in for. */
export interface BoundTenant {
  readonly id: string
  /** Its domain, which may stand in a path for the id. */
  readonly domain: string
}

/**
 * Whether a local directory bound to this tenant answers for this address: an Entra host, with the tenant's id or domain, or a word for
 * any tenant, as the first part of the path. Graph has no tenant in its path: its tokens say whose it is.
 */
export function isServedLocally(url: URL, tenant: BoundTenant): boolean {
  if (url.protocol !== 'https:' || url.port !== '' || !entraHosts.has(url.hostname)) return false
  if (graphHosts.has(url.hostname)) return true
  const first = (url.pathname.split('/')[1] ?? '').toLowerCase()
  return first === tenant.id.toLowerCase() || first === tenant.domain.toLowerCase() || anyTenant.has(first)
}

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

export const publicCloud: Cloud = {
  name: 'public',
  login: 'login.microsoftonline.com',
  sts: 'sts.windows.net',
  graph: 'graph.microsoft.com',
}

const china: Cloud = {
  name: 'china',
  login: 'login.partner.microsoftonline.cn',
  sts: 'sts.chinacloudapi.cn',
  graph: 'microsoftgraph.chinacloudapi.cn',
}

export const clouds: readonly Cloud[] = [
  publicCloud,
  { name: 'us-government', login: 'login.microsoftonline.us', sts: 'sts.windows.net', graph: 'graph.microsoft.us' },
  { name: 'us-government-dod', login: 'login.microsoftonline.us', sts: 'sts.windows.net', graph: 'dod-graph.microsoft.us' },
  china,
]

/** Other names that the same authorities go by. */
const aliases = new Map<string, Cloud>([
  ['login.microsoft.com', publicCloud],
  ['login.windows.net', publicCloud],
  ['sts.windows.net', publicCloud],
  ['login.chinacloudapi.cn', china],
  ['sts.chinacloudapi.cn', china],
])

/** The cloud of an authority's host name; undefined for a host that is not Entra's. */
export function cloudOfLogin(host: string): Cloud | undefined {
  const name = host.toLowerCase()
  return aliases.get(name) ?? clouds.find(cloud => cloud.login === name)
}

/** A cloud by its name, or by the host where it signs people in or serves Graph. */
export function findCloud(text: string): Cloud | undefined {
  const word = text.toLowerCase()
  return clouds.find(({ name, graph }) => name === word || graph === word) ?? cloudOfLogin(word)
}

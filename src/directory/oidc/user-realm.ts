import type { Tenant } from '../tenant.ts'
import { instanceName } from './discovery.ts'

/** `common/userrealm/{name}`: what MSAL of Python, .NET and Java ask before they send a password: whether the tenant itself checks it. It does. */
export function userRealm({ domain, cloud, usersByName }: Tenant, name: string): Readonly<Record<string, string>> {
  const lower = name.toLowerCase()
  const isKnown = usersByName.has(lower) || lower.endsWith(`@${domain.toLowerCase()}`)
  if (!isKnown) return { ver: '1.0', account_type: 'Unknown', cloud_instance_name: instanceName(cloud) }
  return {
    ver: '1.0',
    account_type: 'Managed',
    domain_name: lower.slice(lower.indexOf('@') + 1),
    cloud_instance_name: instanceName(cloud),
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  }
}

import { type Cloud, cloudOfLogin } from '../catalog/clouds.ts'

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

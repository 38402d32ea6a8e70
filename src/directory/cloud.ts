import { type Cloud, clouds, publicCloud } from '../catalog/clouds.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import { type Authority, consumersTenant } from './oidc/authority.ts'

/** The cloud that a tenant lives in: its tokens are issued under that one's names. */
export function cloudOf({ cloud }: DirectoryDocument['tenant']): Cloud {
  return clouds.find(({ name }) => name === cloud) ?? publicCloud
}

/** Every name that a directory may be asked by: of any cloud, since clients of all of them know only theirs. */
export const cloudNames: readonly string[] = [
  ...new Set([
    ...clouds.flatMap(({ login, sts, graph }) => [login, sts, graph]),
    'login.windows.net',
    'login.microsoft.com',
    'login.chinacloudapi.cn',
    'management.azure.com',
  ]),
]

/** The issuer of a tenant's tokens, by their version. */
export function issuerOf({ id, cloud }: { readonly id: string; readonly cloud: Cloud }, version: 1 | 2): string {
  return issuerFor(cloud, id, version)
}

/** The issuer as metadata has it: for an authority without a tenant, with a place for one. */
export function issuerTemplate(cloud: Cloud, { kind, segment }: Authority, version: 1 | 2): string {
  return issuerFor(cloud, { tenant: segment, any: '{tenantid}', consumers: consumersTenant }[kind], version)
}

function issuerFor({ login, sts }: Cloud, tenant: string, version: 1 | 2): string {
  return version === 1 ? `https://${sts}/${tenant}/` : `https://${login}/${tenant}/v2.0`
}

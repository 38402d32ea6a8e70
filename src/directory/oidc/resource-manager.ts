import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import { findResource } from '../tenant.ts'
import { readOwnToken } from './own-token.ts'

/** Azure's resource manager as far as `az login` asks it: the caller's tenants, and no subscription at all. */
export async function answerResourceManager(
  services: Services,
  request: DirectoryRequest,
  what: 'tenants' | 'subscriptions',
): Promise<DirectoryResponse> {
  const { tenant } = services
  if (!(await isForManager(services, request))) {
    const error = { code: 'AuthenticationFailed', message: 'A token for https://management.azure.com/ is needed.' }
    return json(401, { error }, [['WWW-Authenticate', 'Bearer error="invalid_token"'], ...noStore])
  }
  const { displayName } = tenant.document.tenant
  const own = {
    id: `/tenants/${tenant.id}`,
    tenantId: tenant.id,
    displayName,
    defaultDomain: tenant.domain,
    domains: [tenant.domain],
    tenantCategory: 'Home',
  }
  return json(200, { value: what === 'tenants' ? [own] : [] }, noStore)
}

async function isForManager(services: Services, { headers }: DirectoryRequest): Promise<boolean> {
  const token = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  const claims = token === undefined ? 'invalid' : await readOwnToken(services, token)
  if (typeof claims === 'string' || typeof claims.aud !== 'string') return false
  const manager = findResource(services.tenant, 'https://management.azure.com/')
  return manager !== undefined && findResource(services.tenant, claims.aud)?.appId === manager.appId
}

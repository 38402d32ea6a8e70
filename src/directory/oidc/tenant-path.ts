import { type EntraRefusal, entraRefusal } from '../entra-errors.ts'
import type { Tenant } from '../tenant.ts'
import { type Authority, consumersTenant } from './authority.ts'

export function readAuthority(tenant: Tenant, segment: string): Authority | EntraRefusal {
  const lower = segment.toLowerCase()
  if (lower === tenant.id.toLowerCase() || lower === tenant.domain.toLowerCase()) return { kind: 'tenant', segment: tenant.id }
  if (lower === 'common' || lower === 'organizations') return { kind: 'any', segment: lower }
  if (lower === 'consumers' || lower === consumersTenant) return { kind: 'consumers', segment: lower }
  return entraRefusal(90002, segment)
}

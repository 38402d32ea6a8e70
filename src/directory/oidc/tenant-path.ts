import { type EntraRefusal, entraRefusal } from '../entra-errors.ts'
import type { Tenant } from '../tenant.ts'

/** What stands for the tenant in a path. `common` and its like stay as they are in documents; a domain becomes the id. */
export type Authority =
  | { readonly kind: 'tenant'; readonly segment: string }
  | { readonly kind: 'any' | 'consumers'; readonly segment: string }

/** The tenant of personal Microsoft accounts. */
export const consumersTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'

export function readAuthority(tenant: Tenant, segment: string): Authority | EntraRefusal {
  const lower = segment.toLowerCase()
  if (lower === tenant.id.toLowerCase() || lower === tenant.domain.toLowerCase()) return { kind: 'tenant', segment: tenant.id }
  if (lower === 'common' || lower === 'organizations') return { kind: 'any', segment: lower }
  if (lower === 'consumers' || lower === consumersTenant) return { kind: 'consumers', segment: lower }
  return entraRefusal(90002, segment)
}

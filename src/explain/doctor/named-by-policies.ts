import type { Catalog } from '../../catalog/catalog.ts'
import type { NamedByPolicies } from '../../identity/graph/read-registrations.ts'
import { isKnown } from '../policy-texts.ts'
import { operationAsks } from './token-asks.ts'

/** What the policies of a workspace name of a tenant: what has to be known of it to hold them against it. */
export function namedByPolicies(catalog: Catalog): NamedByPolicies {
  const asks = operationAsks(catalog)
  const tokens = asks.flatMap(one => one.tokens)
  const claims = tokens.flatMap(one => one.claims)
  const valuesOf = (...names: readonly string[]) =>
    claims.filter(({ claim }) => names.includes(claim)).flatMap(({ values }) => values.filter(isKnown))
  return {
    audiences: tokens.flatMap(({ audiences }) => audiences),
    appIds: [...tokens.flatMap(({ backends, clients }) => [...backends, ...clients]), ...valuesOf('azp', 'appid')],
    groups: [
      ...valuesOf('groups'),
      ...asks.flatMap(({ uses }) => uses.filter(({ claim }) => claim === 'groups').map(({ value }) => value)),
    ],
    tenantByDomain: tokens.some(({ tenants }) => tenants.some(tenant => tenant.includes('.'))),
  }
}

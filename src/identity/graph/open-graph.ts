import type { Catalog } from '../../catalog/catalog.ts'
import { type Cloud, findCloud, publicCloud } from '../../catalog/clouds.ts'
import type { TokenExchange } from '../http-fetch.ts'
import type { ManagedIdentity } from '../managed-identity.ts'
import { GraphClient } from './graph-client.ts'
import { GraphGroups, type GroupResolver } from './group-overage.ts'

export interface GraphOptions {
  readonly catalog: Catalog
  /** directory: the local directory is served, and its Graph asked; entra: the real one. */
  readonly identity: 'directory' | 'entra' | 'none'
  readonly managedIdentity: ManagedIdentity
  readonly exchange: TokenExchange
  now(): number
  delay(milliseconds: number): Promise<void>
  /** Milliseconds for one question. */
  readonly patience: number
}

/** The cloud that the settings name, else that of the local directory's tenant. */
export function cloudOf({ settings, directory }: Catalog): Cloud {
  return findCloud(settings.identity.cloud ?? directory?.tenant.cloud ?? '') ?? publicCloud
}

/** Microsoft Graph of the bound tenant, asked by the gateway's own identity: the local directory goes by the public cloud's names. */
export function openGraph(options: GraphOptions): GraphClient {
  const { catalog, identity, managedIdentity, exchange, now, delay, patience } = options
  const { graph } = identity === 'directory' ? publicCloud : cloudOf(catalog)
  const origin = (identity === 'directory' ? undefined : catalog.settings.identity.graph) ?? `https://${graph}`
  return new GraphClient({ origin, exchange, token: () => managedIdentity.token(`https://${graph}`), now, delay, patience })
}

/** Tells the groups that Entra left out of a token; undefined when no tenant is bound. */
export function openGroups(options: GraphOptions): GroupResolver | undefined {
  const { catalog, identity, now } = options
  const tenant = identity === 'directory' ? catalog.directory?.tenant.id : catalog.settings.identity.tenant
  if (tenant === undefined) return undefined
  return new GraphGroups({ client: openGraph(options), tenant, forExpressions: expressionsLookAtGroups(catalog), now })
}

/** `Claims["groups"]`, `Claims.GetValueOrDefault("groups", "")` and the like, however the quotes are written. */
const groupsInExpression = /\bclaims\b[^<>]{0,60}?(?:"|&quot;)groups(?:"|&quot;)/i

/** Whether an expression of some policy looks at a token's groups, as far as the text shows. */
export function expressionsLookAtGroups({ policy, apis, products, fragments }: Catalog): boolean {
  const documents = [
    policy,
    ...apis.flatMap(api => [api.policy, ...api.operations.map(operation => operation.policy)]),
    ...products.map(product => product.policy),
    ...fragments.map(fragment => fragment.policy),
  ]
  return documents.some(document => document !== undefined && groupsInExpression.test(document.text))
}

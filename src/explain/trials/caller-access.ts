import type { Api, Catalog } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import { waysInto } from '../access-rows.ts'
import { dryRun } from '../dry-run.ts'
import type { StandOptions } from '../stand.ts'
import { sampleCall } from './sample-call.ts'
import { withTrialKeys } from './trial-keys.ts'

/** Whether one caller may call an operation, by one way in. */
export interface CallerAccess {
  readonly api: string
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly product: string | null
  readonly may: boolean
  readonly reason: ReasonCode | 'no-token'
  /** Why there is no token, or what the policy that refused wanted. */
  readonly detail: string
}

/** A token of the caller for an API, or why there is none. */
export type TokenForApi = (api: Api) => Promise<{ readonly token: string } | { readonly refused: string }>

/** Refusals that are no matter of who calls: a call of another form may pass. */
const beside =
  /^(allowed|cache|backend|rate|quota|concurrency|counters|request|response|content|header|ip|policy\.(mocked|expression|budget|failed)$)/

/** What one caller may do: each operation called with their real token, and with a subscription key where one is asked for. Nothing is sent. */
export async function callerAccess(
  given: Catalog,
  options: StandOptions,
  tokenFor: TokenForApi,
): Promise<readonly CallerAccess[]> {
  const { catalog, keyOf } = withTrialKeys(given)
  const table: CallerAccess[] = []
  for (const api of catalog.apis.filter(({ notServed, fault }) => notServed === undefined && fault === undefined)) {
    const issued = await tokenFor(api)
    for (const { product, subscriptionKey } of waysInto(api, given))
      for (const operation of api.operations) {
        const path = `${api.path === '' ? '' : `/${api.path}`}${operation.urlTemplate}`
        const row = { api: api.name, operation: operation.name, method: operation.method, path, product: product?.name ?? null }
        const incoming = sampleCall(api, operation, catalog)
        if (subscriptionKey) incoming.headers.append(api.subscriptionKeyNames.header, keyOf(product))
        if ('token' in issued) incoming.headers.append('Authorization', `Bearer ${issued.token}`)
        const { record } = await dryRun(incoming, { ...options, catalog })
        const isNamed = record.reason === 'token.missing' && 'refused' in issued
        const detail = isNamed ? issued.refused : (record.expected ?? []).join(', ')
        const reason = isNamed ? 'no-token' : record.reason
        const turnedAway = record.reason === 'policy.returned-response' && record.status >= 400
        table.push({
          ...row,
          may: !isNamed && !turnedAway && (beside.test(record.reason) || record.decision === 'allowed'),
          reason,
          detail,
        })
      }
  }
  return table
}

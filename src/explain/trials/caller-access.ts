import type { Api, Catalog } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import { waysInto } from '../access-rows.ts'
import { callAddress } from '../call-address.ts'
import { type DryRun, DryRunner } from '../dry-run.ts'
import type { StandOptions } from '../stand.ts'
import { sampleCall } from './sample-call.ts'
import { answeredAt, isAboutWho } from './trial.ts'
import { withTrialKeys } from './trial-keys.ts'
import { type DirectoryCaller, type OperationAccess, whoMay } from './who-may.ts'

/** Whether one caller may call an operation, by one way in. */
export interface CallerAccess {
  readonly api: string
  readonly operation: string
  readonly method: string
  /** As in the matrix: by which it is called. */
  readonly path: string
  readonly versionHeader?: string
  readonly product: string | null
  readonly may: boolean
  readonly reason: ReasonCode | 'no-token'
  /** Why there is no token, or what the policy that refused wanted. */
  readonly detail: string
}

/** A token of the caller for an API, or why there is none. */
export type TokenForApi = (api: Api) => Promise<{ readonly token: string } | { readonly refused: string }>

/** What one caller may do: each operation called with their real token, and with a subscription key where one is asked for. Nothing is sent. */
export async function callerAccess(
  given: Catalog,
  options: StandOptions,
  tokenFor: TokenForApi,
  others: readonly DirectoryCaller[] = [],
): Promise<readonly CallerAccess[]> {
  const { catalog, keyOf } = withTrialKeys(given)
  const runner = new DryRunner({ ...options, catalog })
  const called: Called[] = []
  for (const api of catalog.apis.filter(({ notServed, fault }) => notServed === undefined && fault === undefined)) {
    const issued = await tokenFor(api)
    for (const { product, subscriptionKey } of waysInto(api, given))
      for (const operation of api.operations) {
        const { name, method, urlTemplate } = operation
        const address = callAddress(api, urlTemplate, catalog)
        const row = { api: api.name, operation: name, method, ...address, product: product?.name ?? null }
        const incoming = sampleCall(api, operation, catalog)
        if (subscriptionKey) incoming.headers.append(api.subscriptionKeyNames.header, keyOf(product))
        if ('token' in issued) incoming.headers.append('Authorization', `Bearer ${issued.token}`)
        const run = await runner.run(incoming)
        const answered = answeredAt(run.record, run.behind?.refusals ?? [])
        called.push({ ...row, ...standing(run, 'refused' in issued ? issued.refused : undefined), answered })
      }
  }
  const turnsAway = await answersThatTurnAway(given, called, others)
  return called.map(({ answered, ...row }) => (row.may && turnsAway(row, answered) ? { ...row, may: false } : row))
}

interface Called extends CallerAccess {
  readonly answered: ReadonlySet<string>
}

/** Whether an error that a policy answered is about who calls shows beside others; they are tried only when there is one. */
async function answersThatTurnAway(given: Catalog, called: readonly Called[], others: readonly DirectoryCaller[]) {
  const inDoubt = new Set(called.filter(({ may, answered }) => may && answered.size > 0).map(({ api }) => api))
  const apis = given.apis.filter(({ name }) => inDoubt.has(name))
  const tried = apis.length === 0 ? [] : await whoMay({ ...given, apis }, others).catch(tooLarge)
  const keyOf = ({ api, operation, product }: Pick<CallerAccess, 'api' | 'operation' | 'product'>) =>
    JSON.stringify([api, operation, product])
  const byWay = new Map(tried.map(row => [keyOf(row), row.turnsAwayAt]))
  return (row: CallerAccess, answered: ReadonlySet<string>) => byWay.get(keyOf(row))?.isDisjointFrom(answered) === false
}

/** A workspace too large to be tried tells no more than the call itself. */
function tooLarge(error: unknown): readonly OperationAccess[] {
  if (error instanceof RangeError) return []
  throw error
}

/** By the first refusal that is about who calls, also behind those that are not: an address, a header, a limit. */
function standing({ record, behind }: DryRun, noToken: string | undefined): Pick<CallerAccess, 'may' | 'reason' | 'detail'> {
  if (/^(subscription|route|config)\.|^request\.(malformed|headers-too-large)$/.test(record.reason))
    return { may: false, reason: record.reason, detail: (record.received ?? []).join(', ') }
  const inbound = (behind?.refusals ?? []).filter(({ place }) => place.section === 'inbound')
  const refusal = inbound.map(one => one.refusal).find(isAboutWho)
  if (refusal === undefined) return { may: true, reason: record.reason, detail: '' }
  if (refusal.reason === 'token.missing' && noToken !== undefined) return { may: false, reason: 'no-token', detail: noToken }
  return { may: false, reason: refusal.reason, detail: (refusal.expected ?? []).join(', ') }
}

import type { DecisionRecord } from '../../audit/record.ts'
import type { Api, Catalog, Operation, Product } from '../../catalog/catalog.ts'
import type { TokenVerifier } from '../../identity/token-verifier.ts'
import { emptyResponse } from '../../policies/context/empty-response.ts'
import { CallTrace } from '../../policies/trace/call-trace.ts'
import { type Redactor, redactorFor } from '../../policies/trace/redact.ts'
import { waysInto } from '../access-rows.ts'
import { ClaimTokens } from '../policy-tests/claim-tokens.ts'
import { Stand, type Stubs } from '../stand.ts'
import type { AskedOnWay } from './asked-on-way.ts'
import type { Claims } from './made-up-claims.ts'
import { sampleCall } from './sample-call.ts'
import { withTrialKeys } from './trial-keys.ts'

/** One operation by one way into its API. */
export interface Way {
  readonly api: Api
  readonly operation: Operation
  readonly product: Product | null
  readonly subscriptionKey: boolean
}

export function waysOf(catalog: Catalog): readonly Way[] {
  const served = catalog.apis.filter(({ notServed, fault }) => notServed === undefined && fault === undefined)
  return served.flatMap(api => {
    const ways = waysInto(api, catalog)
    return api.operations.flatMap(operation => ways.map(way => ({ api, operation, ...way })))
  })
}

/** What came of a trial call. */
export interface TrialResult {
  /** Turned away for who calls, or never got to the operation. */
  readonly isAway: boolean
  /** Places of answers other than a success: whether that is about who calls shows beside other callers. */
  readonly answeredAt: ReadonlySet<string>
}

const noKeysHere: TokenVerifier = {
  verify: () => ({
    kind: 'refused',
    reason: 'token.signature',
    errorReason: 'TokenSignatureInvalid',
    message: 'not judged here',
  }),
}

const stubs: Stubs = {
  backend: emptyResponse,
  other: () => ({ kind: 'failure', reason: 'backend.unreachable', message: 'a trial sends nothing' }),
  managedIdentity() {},
}

/** Makes trial calls through the workspace's own plans, with made-up tokens and a subscription of our own for every way in. */
export class Trial {
  readonly #catalog: Catalog
  readonly #stand: Stand
  readonly #tokens = new ClaimTokens(noKeysHere)
  readonly #redact: Redactor
  readonly #keyOf: (product: Product | null) => string

  constructor(given: Catalog) {
    const { catalog, keyOf } = withTrialKeys(given)
    this.#catalog = catalog
    this.#keyOf = keyOf
    this.#stand = new Stand({ catalog, tokens: this.#tokens, identity: 'none' })
    this.#redact = redactorFor(given.namedValues)
  }

  /** Calls with a token of these claims, wherever the policies look for one; without claims with no token. */
  async call(way: Way, asked: AskedOnWay, claims?: Claims): Promise<TrialResult> {
    const { api, operation, product, subscriptionKey } = way
    const sample = sampleCall(api, operation, this.#catalog)
    if (subscriptionKey) sample.headers.append(api.subscriptionKeyNames.header, this.#keyOf(product))
    const token = claims === undefined ? undefined : this.#tokens.issue(claims, sample.startedAt)
    if (token !== undefined)
      for (const name of new Set(['authorization', ...asked.headers.map(one => one.toLowerCase())]))
        sample.headers.append(name, `Bearer ${token}`)
    const inQuery = token === undefined ? [] : asked.queryParameters.map(name => `${encodeURIComponent(name)}=${token}`)
    const query = [sample.query.slice(1), ...inQuery].filter(one => one !== '').join('&')
    const traces: CallTrace[] = []
    let isElsewhere = false
    const { record } = await this.#stand.run({ ...sample, query: query === '' ? '' : `?${query}` }, stubs, call => {
      isElsewhere = call.api.name !== api.name || call.operation.name !== operation.name
      const trace = new CallTrace(call, { clock: () => 0, redact: this.#redact, goesOn: true })
      traces.push(trace)
      return trace
    })
    const isTurnedBack = record.reason.startsWith('subscription.') || record.reason.startsWith('route.')
    const refusals = traces.flatMap(trace => trace.refusals).filter(({ place }) => place.section === 'inbound')
    return {
      isAway: isTurnedBack || isElsewhere || refusals.some(({ refusal }) => isAboutWho(refusal)),
      answeredAt: answeredAt(record, refusals),
    }
  }
}

/** Where return-response answered an error on the way in, or a redirection in the end, or an expression failed: as file and line. */
export function answeredAt(
  { reason, status, policy }: Pick<DecisionRecord, 'reason' | 'status' | 'policy'>,
  refusals: CallTrace['refusals'],
): ReadonlySet<string> {
  const errors = refusals.filter(({ place, refusal }) => place.section === 'inbound' && mayDependOnWho.has(refusal.reason))
  const last = reason === returned && status >= 300 && policy?.section === 'inbound' ? [policy] : []
  return new Set([...errors.map(({ place }) => place), ...last].map(({ file, line }) => `${file}:${line}`))
}

const returned = 'policy.returned-response'
const mayDependOnWho: ReadonlySet<string> = new Set([returned, 'policy.expression'])

/** Whether it turns away a caller for who that is. */
export function isAboutWho({ reason, statusCode }: { readonly reason: string; readonly statusCode: number }): boolean {
  if (reason.startsWith('token.') || reason === 'keys.unreachable') return true
  return reason === returned && (statusCode === 401 || statusCode === 403)
}

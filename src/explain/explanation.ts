import type { Demand } from '../access/demand.ts'
import type { DecisionRecord } from '../audit/record.ts'
import type { Api, Catalog, Operation } from '../catalog/catalog.ts'
import { pageOf } from '../catalog/reason.ts'
import type { CallTrace } from '../policies/trace/call-trace.ts'
import { demandReader } from './demands-of.ts'
import { type AppliedDocument, documentReader, heldReader, sectionReader } from './effective-section.ts'
import { isGrantedSince } from './held-now.ts'
import { mendFor } from './mend-for.ts'
import type { Evidence, MixUp } from './mix-up.ts'
import { mixUpsIn } from './mix-ups.ts'
import { claimsWanted, type Refused } from './refused.ts'
import { tokenRuleAt } from './token-rule.ts'
import { type FurtherRefusal, furtherRefusals, type TracedPolicy, tracedPolicies } from './traced-policy.ts'

/** A demand of the policies, and whether this call meets it; undefined where that cannot be told. */
export interface JudgedDemand extends Demand {
  readonly met?: boolean
}

/** Why a call was decided as it was, or would be. Never a token, a key or a query. */
export interface Explanation {
  readonly request: { readonly method: string; readonly path: string; readonly time: string; readonly requestId?: string }
  readonly route: {
    readonly api?: string
    readonly revision?: string
    readonly version?: string
    readonly operation?: string
    readonly template?: string
    readonly product?: string
    readonly subscription?: string
  }
  readonly caller?: NonNullable<DecisionRecord['caller']>
  /** The documents on the call's way as the workspace is now, the widest scope first. */
  readonly policies: readonly AppliedDocument[]
  /** All that their inbound sections ask, in order: what stands behind the first refusal, too. */
  readonly demands: readonly JudgedDemand[]
  /** Every policy that ran, in order, with what it compared; empty for a call of the past, of which only the record is left. */
  readonly steps: readonly TracedPolicy[]
  /** What would refuse the call next. */
  readonly further: readonly FurtherRefusal[]
  readonly verdict: {
    readonly decision: DecisionRecord['decision']
    /** Whether the caller got what it asked for; false also where return-response answers an error, which a record counts as allowed. */
    readonly passes: boolean
    readonly reason: DecisionRecord['reason']
    readonly status: number
    readonly rule?: NonNullable<DecisionRecord['policy']>
    readonly expected: readonly string[]
    readonly received: readonly string[]
  }
  /** What would change the answer; empty when nothing needs to. */
  readonly mend: string
  /** Where the docs tell of the verdict's reason, within Gatehouse's own folder; absent when the call passes. */
  readonly page?: string
  readonly mixUps: readonly MixUp[]
  /** Where the request would have gone, without its query. */
  readonly backend?: string
  /** What an explanation cannot know, and what it left out. */
  readonly notes: readonly string[]
}

/** What is known of a call besides its record. */
export interface CallFacts {
  /** Claims as the token states them. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly backend?: string
  readonly trace?: CallTrace
  /** The call once more, on behind each refusal. */
  readonly behind?: CallTrace
  readonly notes?: readonly string[]
  /** The call was really made: its record has an id to find it by. */
  readonly isPast: boolean
}

/** Makes a record understandable: which policies it met, what they ask, and what mends a refusal. */
export function explainRecord(record: DecisionRecord, catalog: Catalog, facts: CallFacts): Explanation {
  const api = catalog.apis.find(({ name }) => name === record.api)
  const operation = api?.operations.find(({ name }) => name === record.operation)
  const { policies, demands, elements } = policiesOf(record, catalog, api, operation)
  const { claims } = facts
  const { decision, reason, status, policy, expected = [], received = [] } = record
  const passes = decision === 'allowed'
  const refusedBy = (one: DecisionRecord): Refused => {
    const { audiences, tenants } = tokenRuleAt(one.policy, elements, catalog.namedValues, catalog.directory)
    return { record: one, demands, audiences, tenants, claims, catalog }
  }
  const mendOf = (one: DecisionRecord) => mendFor(refusedBy(one))
  return {
    request: {
      method: record.method,
      path: record.path,
      time: record.time,
      ...(facts.isPast ? { requestId: record.requestId } : {}),
    },
    route: routeOf(record, api, operation),
    ...(record.caller === undefined ? {} : { caller: record.caller }),
    policies,
    demands: judgeAll(demands, facts),
    steps: tracedPolicies(facts.trace),
    further: furtherRefusals(facts.behind, elements, refused => mendOf({ ...record, ...refused })),
    verdict: {
      decision,
      passes,
      reason,
      status,
      ...(policy === undefined ? {} : { rule: policy }),
      expected,
      received,
    },
    mend: passes ? '' : mendOf(record),
    ...(passes ? {} : { page: pageOf(reason) }),
    mixUps: passes ? [] : mixUpsIn(evidenceOf(refusedBy(record))),
    ...(facts.backend === undefined ? {} : { backend: facts.backend }),
    notes: facts.notes ?? [],
  }
}

function evidenceOf(refused: Refused): Evidence {
  const { record, claims, catalog, tenants } = refused
  return {
    reason: record.reason,
    expected: record.expected ?? [],
    received: record.received ?? [],
    wants: claimsWanted(refused),
    tenants,
    claims,
    now: Date.parse(record.time),
    localTenant: catalog.directory?.tenant.id,
    isGrantedSince: isGrantedSince(refused),
  }
}

function policiesOf(record: DecisionRecord, catalog: Catalog, api: Api | undefined, operation: Operation | undefined) {
  if (api === undefined) {
    // on-error of the widest scope has its say in what has no API, and in nothing that was decided before
    const documents = record.reason === 'route.no-api' && catalog.policy !== undefined ? [documentOf(catalog.policy.file)] : []
    return { policies: documents, demands: [], elements: [] }
  }
  const product = catalog.products.find(({ name }) => name === record.product) ?? null
  const none: Operation = { name: '', displayName: '', method: '*', urlTemplate: '/*', responses: [] }
  const read = documentReader()
  const { documents, elements } = sectionReader(catalog, read)('inbound')(api, operation ?? none, product)
  // what a fragment under a condition says stands in its own document
  return { policies: documents, demands: demandReader(catalog)(elements), elements: elements.flatMap(heldReader(catalog, read)) }
}

const documentOf = (file: string): AppliedDocument => ({ scope: 'global', file })

/** As the policies themselves found it; what did not run (another branch of a `choose`) is not judged. */
function judgeAll(demands: readonly Demand[], { trace, behind }: CallFacts): readonly JudgedDemand[] {
  const passed = (behind ?? trace)?.entries ?? []
  const refused = new Set((behind?.refusals ?? []).map(({ place }) => placeKey(place)))
  const ran = new Set(passed.map(({ place }) => placeKey(place)))
  return demands.map(demand => {
    const key = placeKey(demand)
    const isJudged = demand.kind !== 'condition' && ran.has(key)
    return isJudged ? { ...demand, met: !refused.has(key) } : demand
  })
}

const placeKey = ({ policy, file, line }: { readonly policy: string; readonly file: string; readonly line: number }) =>
  `${policy} ${file}:${line}`

function routeOf(record: DecisionRecord, api: Api | undefined, operation: Operation | undefined): Explanation['route'] {
  return {
    ...(record.api === undefined ? {} : { api: record.api }),
    ...(api === undefined ? {} : { revision: api.revision }),
    ...(api?.version === undefined ? {} : { version: api.version }),
    ...(record.operation === undefined ? {} : { operation: record.operation }),
    ...(api === undefined || operation === undefined ? {} : { template: templateOf(api, operation) }),
    ...(record.product === undefined ? {} : { product: record.product }),
    ...(record.subscription === undefined ? {} : { subscription: record.subscription }),
  }
}

function templateOf(api: Api, { method, urlTemplate }: Operation): string {
  return `${method} ${api.path === '' ? '' : `/${api.path}`}${urlTemplate}`
}

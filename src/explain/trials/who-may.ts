import { type ClaimDemand, clientApplication, type Demand } from '../../access/demand.ts'
import type { Api, Catalog, Operation, Product } from '../../catalog/catalog.ts'
import type { TokenVerifier } from '../../identity/token-verifier.ts'
import { emptyResponse } from '../../policies/context/empty-response.ts'
import { CallTrace } from '../../policies/trace/call-trace.ts'
import { type Redactor, redactorFor } from '../../policies/trace/redact.ts'
import { accessRows, waysInto } from '../access-rows.ts'
import { callAddress } from '../call-address.ts'
import { operationAsks } from '../doctor/token-asks.ts'
import { ClaimTokens } from '../policy-tests/claim-tokens.ts'
import type { Json } from '../policy-tests/policy-test.ts'
import { unknownValue } from '../policy-texts.ts'
import { Stand, type Stubs } from '../stand.ts'
import { sampleCall } from './sample-call.ts'
import { withTrialKeys } from './trial-keys.ts'

/** Whoever calls: nobody named, anyone with a token that has all that is asked but roles and groups, or that and one role or group. */
export type Principal =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'token' }
  | { readonly kind: 'role' | 'group'; readonly value: string }

/** Who gets past all policies of an operation by one way in. Limits, addresses, headers and content do not count: they are no matter of who calls. */
export interface OperationAccess {
  readonly api: string
  readonly operation: string
  readonly method: string
  /** By which it is called, with version and revision. */
  readonly path: string
  readonly versionHeader?: string
  /** The product whose key the call has; null: without a product. */
  readonly product: string | null
  /** A key is needed, whoever calls. */
  readonly subscriptionKey: boolean
  readonly may: readonly Principal[]
}

/** Tries of one workspace at most: a table of thousands of operations and hundreds of roles would take minutes. */
export const maxTrials = 200_000

export function principalText(principal: Principal): string {
  if (principal.kind === 'nobody') return 'anybody'
  return principal.kind === 'token' ? 'any valid token' : `${principal.kind} ${principal.value}`
}

/**
 * Who may call each operation, found out by calling: the workspace's own plans run for each role and group that its policies or its directory name,
 * with a token that has all else that is asked. So it holds however the policies were written. Throws RangeError past `maxTrials`.
 */
export async function whoMay(given: Catalog): Promise<readonly OperationAccess[]> {
  const trial = new Trial(given)
  const table: OperationAccess[] = []
  for (const way of trial.ways) {
    const { api, operation, product, subscriptionKey } = way
    const may: Principal[] = []
    for (const principal of trial.principals) if (await trial.passes(way, principal)) may.push(principal)
    table.push({
      api: api.name,
      operation: operation.name,
      method: operation.method,
      ...callAddress(api, operation.urlTemplate, given),
      product: product?.name ?? null,
      subscriptionKey,
      may: widest(may),
    })
  }
  return table
}

/** Who passes without a token passes with any; who passes with any token needs no role. */
function widest(may: readonly Principal[]): readonly Principal[] {
  const all = may.find(({ kind }) => kind === 'nobody') ?? may.find(({ kind }) => kind === 'token')
  return all === undefined ? may : [all]
}

/** One operation by one way into its API. */
interface Way {
  readonly api: Api
  readonly operation: Operation
  readonly product: Product | null
  readonly subscriptionKey: boolean
}

function waysOf(catalog: Catalog): readonly Way[] {
  const served = catalog.apis.filter(({ notServed, fault }) => notServed === undefined && fault === undefined)
  return served.flatMap(api => {
    const ways = waysInto(api, catalog)
    return api.operations.flatMap(operation => ways.map(way => ({ api, operation, ...way })))
  })
}

const noKeysHere: TokenVerifier = {
  verify: () => ({
    kind: 'refused',
    reason: 'token.signature',
    errorReason: 'TokenSignatureInvalid',
    message: 'not judged here',
  }),
}

/** A workspace with a subscription of our own for every way in, and who will try. */
class Trial {
  readonly #catalog: Catalog
  readonly #stand: Stand
  readonly #tokens = new ClaimTokens(noKeysHere)
  readonly #redact: Redactor
  readonly #keyOf: (product: Product | null) => string
  readonly #ways: readonly Way[]
  readonly #demands: ReadonlyMap<string, readonly Demand[]>
  readonly principals: readonly Principal[]

  constructor(given: Catalog) {
    const { catalog, keyOf } = withTrialKeys(given)
    this.#catalog = catalog
    this.#keyOf = keyOf
    this.#ways = waysOf(given)
    this.#stand = new Stand({ catalog: this.#catalog, tokens: this.#tokens, identity: 'none' })
    this.#redact = redactorFor(given.namedValues)
    this.#demands = demandsByOperation(given)
    this.principals = principalsOf(given)
    const trials = this.principals.length * this.#ways.length
    if (trials > maxTrials) throw new RangeError(`it would take ${trials} trial calls, more than ${maxTrials}`)
  }

  get ways(): readonly Way[] {
    return this.#ways
  }

  async passes({ api, operation, product, subscriptionKey }: Way, principal: Principal): Promise<boolean> {
    const incoming = sampleCall(api, operation, this.#catalog)
    if (subscriptionKey) incoming.headers.append(api.subscriptionKeyNames.header, this.#keyOf(product))
    if (principal.kind !== 'nobody') {
      const claims = claimsFor(principal, this.#demands.get(`${api.name} ${operation.name}`) ?? [])
      incoming.headers.append('Authorization', `Bearer ${this.#tokens.issue(claims, incoming.startedAt)}`)
    }
    const traces: CallTrace[] = []
    const { record } = await this.#stand.run(incoming, stubs, call => {
      const trace = new CallTrace(call, { clock: () => 0, redact: this.#redact, goesOn: true })
      traces.push(trace)
      return trace
    })
    if (record.reason.startsWith('subscription.') || record.reason.startsWith('route.')) return false
    const refusals = traces.flatMap(trace => trace.refusals)
    return !refusals.some(({ place, refusal }) => place.section === 'inbound' && isAboutWho(refusal))
  }
}

/** Whether it turns away a caller for who that is. */
export function isAboutWho({ reason, statusCode }: { readonly reason: string; readonly statusCode: number }): boolean {
  if (reason.startsWith('token.') || reason === 'keys.unreachable') return true
  return reason === 'policy.returned-response' && (statusCode === 401 || statusCode === 403)
}

const stubs: Stubs = {
  backend: emptyResponse,
  other: () => ({ kind: 'failure', reason: 'backend.unreachable', message: 'a trial sends nothing' }),
  managedIdentity() {},
}

/** By API and operation; several ways into one may ask differently: then all of it is brought along. */
function demandsByOperation(catalog: Catalog): ReadonlyMap<string, readonly Demand[]> {
  const found = new Map<string, readonly Demand[]>()
  for (const { api, operation, demands } of accessRows(catalog)) {
    const key = `${api} ${operation}`
    found.set(key, [...(found.get(key) ?? []), ...demands])
  }
  return found
}

/** Every role and group that a policy asks for, in a token policy or an expression, and every app role of the directory. */
function principalsOf(catalog: Catalog): readonly Principal[] {
  const asked = operationAsks(catalog)
  const named = (claim: string) =>
    asked.flatMap(({ tokens, uses }) => [
      ...tokens.flatMap(({ claims }) => claims.filter(one => one.claim === claim).flatMap(({ values }) => values)),
      ...uses.filter(use => use.claim === claim).map(({ value }) => value),
    ])
  const inDemands = (claim: string) =>
    accessRows(catalog).flatMap(({ demands }) =>
      demands.flatMap(({ claims }) => claims.filter(one => one.claim === claim).flatMap(({ values }) => values)),
    )
  const declared = (catalog.directory?.applications ?? []).flatMap(({ appRoles }) => appRoles.flatMap(({ value }) => value ?? []))
  const unique = (values: readonly string[]) => [...new Set(values)].filter(value => value !== unknownValue).sort()
  const roles = unique([...named('roles'), ...inDemands('roles'), ...declared])
  const groups = unique([...named('groups'), ...inDemands('groups')])
  return [
    { kind: 'nobody' },
    { kind: 'token' },
    ...roles.map((value): Principal => ({ kind: 'role', value })),
    ...groups.map((value): Principal => ({ kind: 'group', value })),
  ]
}

const anyId = '00000000-0000-4000-8000-000000000001'

/** A token with all that the operation's policies ask of claims, but roles and groups: of those only what the principal has. */
function claimsFor(principal: Principal, demands: readonly Demand[]): { readonly [name: string]: Json } {
  const claims = new Map<string, Json>([
    ['oid', anyId],
    ['sub', anyId],
    ['tid', anyId],
    ['ver', '2.0'],
    ['preferred_username', 'trial@example.org'],
  ])
  for (const demand of demands.flatMap(one => one.claims)) bring(claims, demand)
  claims.delete('roles')
  claims.delete('groups')
  if (principal.kind === 'role') claims.set('roles', [principal.value])
  if (principal.kind === 'group') claims.set('groups', [principal.value])
  return Object.fromEntries(claims)
}

function bring(claims: Map<string, Json>, { claim, match, values }: ClaimDemand): void {
  const known = values.filter(value => value !== unknownValue)
  const wanted = match === 'all' ? known : known.slice(0, 1)
  if (claim === clientApplication) {
    for (const name of ['azp', 'appid']) claims.set(name, wanted[0] ?? anyId)
    return
  }
  const before = claims.get(claim)
  const all = [...new Set([...(before === undefined ? [] : String(before).split(' ')), ...wanted])]
  claims.set(claim, claim === 'scp' || all.length === 1 ? all.join(' ') : all)
}

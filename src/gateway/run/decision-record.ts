import { randomUUID } from 'node:crypto'
import type { DecisionRecord } from '../../audit/record.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import type { Caller } from '../../policies/context/call-context.ts'
import { type Redactor, redactorFor } from '../../policies/trace/redact.ts'
import type { Call } from './call.ts'
import type { Verdict } from './run-plan.ts'
import type { Runtime } from './runtime.ts'
import type { Incoming } from './serve-call.ts'

/** A path longer than this is cut in the record. */
const maxPath = 1024

/** The record of a call that has ended. */
export function recordOf(call: Call, verdict: Verdict, bytes: DecisionRecord['bytes'], runtime: Runtime): DecisionRecord {
  const total = Math.max(0, Date.now() - call.startedAt)
  const backend = Math.min(total, Math.round(call.backendTime))
  const { decidedBy, expected, received } = verdict
  return {
    time: new Date(call.startedAt).toISOString(),
    requestId: call.requestId,
    method: call.request.method,
    path: call.request.originalUrl.path.slice(0, maxPath),
    ipAddress: call.request.ipAddress,
    ...(call.api.name === '' ? {} : { api: call.api.name }),
    ...(call.operation.name === '' ? {} : { operation: call.operation.name }),
    ...(call.product === null ? {} : { product: call.product.name }),
    ...(call.subscription === null ? {} : { subscription: call.subscription.name }),
    ...(call.caller === null ? {} : { caller: callerOf(call.caller) }),
    decision: verdict.decision,
    reason: verdict.reason,
    ...(decidedBy === undefined ? {} : { policy: policyOf(decidedBy) }),
    ...(expected === undefined ? {} : { expected: shown(expected, runtime) }),
    ...(received === undefined ? {} : { received: shown(received, runtime) }),
    status: call.response?.statusCode ?? 0,
    duration: { total, gateway: total - backend, backend },
    bytes,
    identity: runtime.identity,
    generation: runtime.generation,
    worker: runtime.worker,
  }
}

const redactors = new WeakMap<Catalog, Redactor>()

/** What was compared may hold a secret named value: an audience, a role, a client's id. */
function shown(texts: readonly string[], runtime: Runtime): readonly string[] {
  return texts.map(redactorOf(runtime).text)
}

/** What may be shown of calls under this configuration. */
export function redactorOf({ catalog }: Runtime): Redactor {
  const redactor = redactors.get(catalog) ?? redactorFor(catalog.namedValues)
  redactors.set(catalog, redactor)
  return redactor
}

/** The record of a request that was turned away before it became a call. */
export function recordWithoutCall(
  incoming: Pick<Incoming, 'method' | 'path' | 'peer' | 'startedAt'>,
  status: number,
  reason: ReasonCode,
  sent: number,
  runtime: Runtime,
  { received, requestId = randomUUID() }: { readonly received?: string | undefined; readonly requestId?: string } = {},
): DecisionRecord {
  const total = Math.max(0, Date.now() - incoming.startedAt)
  return {
    time: new Date(incoming.startedAt).toISOString(),
    requestId,
    method: incoming.method,
    path: incoming.path.slice(0, maxPath),
    ipAddress: incoming.peer,
    decision: status >= 500 ? 'failed' : 'refused',
    reason,
    ...(received === undefined ? {} : { received: [received] }),
    status,
    duration: { total, gateway: total, backend: 0 },
    bytes: { received: 0, sent },
    identity: runtime.identity,
    generation: runtime.generation,
    worker: runtime.worker,
  }
}

function callerOf({
  issuer,
  objectId,
  tenantId,
  clientApplication,
  userPrincipalName,
  certificate,
  roles,
  scopes,
  groupsFrom,
  grantedRoles,
}: Caller): NonNullable<DecisionRecord['caller']> {
  return {
    issuer,
    ...(objectId === undefined ? {} : { objectId }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(clientApplication === undefined ? {} : { clientApplication }),
    ...(userPrincipalName === undefined ? {} : { userPrincipalName }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(groupsFrom === undefined ? {} : { groupsFrom }),
    ...(grantedRoles === undefined ? {} : { grantedRoles }),
  }
}

function policyOf({
  policy,
  scope,
  section,
  file,
  line,
}: NonNullable<Verdict['decidedBy']>): NonNullable<DecisionRecord['policy']> {
  return { name: policy, scope, section, file, line }
}

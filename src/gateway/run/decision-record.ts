import type { CallRecord } from '../../audit/record.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import { withoutCredentials } from '../../policies/trace/credential-form.ts'
import { redactorFor } from '../../policies/trace/redact.ts'
import type { Call } from './call.ts'
import { claimedCaller, recordedCaller } from './recorded-caller.ts'
import { newRequestId } from './request-id.ts'
import type { Verdict } from './run-plan.ts'
import type { Runtime } from './runtime.ts'
import type { Incoming } from './serve-call.ts'

/** A path longer than this is cut in the record. */
const maxPath = 1024

/** The record of a call that has ended. All in one literal: members that are added one by one cost every call. */
export function recordOf(call: Call, verdict: Verdict, bytes: CallRecord['bytes'], runtime: Runtime): CallRecord {
  const { api, operation, product, subscription, caller, request } = call
  const total = Math.max(0, Date.now() - call.startedAt)
  const backend = Math.min(total, Math.round(call.backendTime))
  const { decidedBy, expected, received } = verdict
  return {
    time: call.startedAt,
    requestId: call.requestId,
    method: request.method,
    path: pathOf(request.originalUrl.path),
    ipAddress: request.ipAddress,
    decision: verdict.decision,
    reason: verdict.reason,
    status: call.response?.statusCode ?? 0,
    duration: { total, gateway: total - backend, backend },
    bytes,
    identity: runtime.identity,
    generation: runtime.generation,
    worker: runtime.worker,
    api: api.name === '' ? undefined : api.name,
    operation: operation.name === '' ? undefined : operation.name,
    product: product?.name,
    subscription: subscription?.name,
    caller: caller === null ? claimedCallerOf(call, runtime) : recordedCaller(caller),
    policy: decidedBy && policyOf(decidedBy),
    expected: expected && shown(expected, runtime),
    received: received && shown(received, runtime),
  }
}

/** Characters that a signed token has at least: 20 of a header, 43 of a signature, and what it states. */
const shortestToken = 70

/** Every call has a path, and few are so long that they may hold a token: those alone are looked through. */
function pathOf(path: string): string {
  const kept = path.slice(0, maxPath)
  return kept.length >= shortestToken && kept.includes('eyJ') ? withoutCredentials(kept) : kept
}

function claimedCallerOf({ claimedBy }: Call, runtime: Runtime): CallRecord['caller'] {
  return claimedBy && claimedCaller(claimedBy, redactorFor(runtime.catalog.namedValues).text)
}

/** What was compared may hold a secret named value: an audience, a role, a client's id. */
function shown(texts: readonly string[], { catalog }: Runtime): readonly string[] {
  return texts.map(redactorFor(catalog.namedValues).text)
}

/** The record of a request that was turned away before it became a call. */
export function recordWithoutCall(
  incoming: Pick<Incoming, 'method' | 'path' | 'peer' | 'startedAt'>,
  status: number,
  reason: ReasonCode,
  sent: number,
  runtime: Runtime,
  { received, requestId = newRequestId() }: { readonly received?: string | undefined; readonly requestId?: string } = {},
): CallRecord {
  const total = Math.max(0, Date.now() - incoming.startedAt)
  return {
    time: incoming.startedAt,
    requestId,
    method: incoming.method,
    path: pathOf(incoming.path),
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

function policyOf({ policy, scope, section, file, line }: NonNullable<Verdict['decidedBy']>): NonNullable<CallRecord['policy']> {
  return { name: policy, scope, section, file, line }
}

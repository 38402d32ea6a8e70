import { randomUUID } from 'node:crypto'
import type { DecisionRecord } from '../../audit/record.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import { type Redactor, redactorFor } from '../../policies/trace/redact.ts'
import type { Call } from './call.ts'
import { claimedCaller, recordedCaller } from './recorded-caller.ts'
import type { Verdict } from './run-plan.ts'
import type { Runtime } from './runtime.ts'
import type { Incoming } from './serve-call.ts'

/** A path longer than this is cut in the record. */
const maxPath = 1024

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** The record of a call that has ended. What there is not is left out; members are set one by one, since spreads cost every call. */
export function recordOf(call: Call, verdict: Verdict, bytes: DecisionRecord['bytes'], runtime: Runtime): DecisionRecord {
  const { api, operation, product, subscription, caller, request } = call
  const total = Math.max(0, Date.now() - call.startedAt)
  const backend = Math.min(total, Math.round(call.backendTime))
  const { decidedBy, expected, received } = verdict
  const record: Writable<DecisionRecord> = {
    time: isoTime(call.startedAt),
    requestId: call.requestId,
    method: request.method,
    path: request.originalUrl.path.slice(0, maxPath),
    ipAddress: request.ipAddress,
    decision: verdict.decision,
    reason: verdict.reason,
    status: call.response?.statusCode ?? 0,
    duration: { total, gateway: total - backend, backend },
    bytes,
    identity: runtime.identity,
    generation: runtime.generation,
    worker: runtime.worker,
  }
  if (api.name !== '') record.api = api.name
  if (operation.name !== '') record.operation = operation.name
  if (product !== null) record.product = product.name
  if (subscription !== null) record.subscription = subscription.name
  if (caller !== null) record.caller = recordedCaller(caller)
  else if (call.claimedBy !== undefined) {
    const claimed = claimedCaller(call.claimedBy, redactorOf(runtime).text)
    if (claimed !== undefined) record.caller = claimed
  }
  if (decidedBy !== undefined) record.policy = policyOf(decidedBy)
  if (expected !== undefined) record.expected = shown(expected, runtime)
  if (received !== undefined) record.received = shown(received, runtime)
  return record
}

let second = Number.NaN
let secondText = ''

/** ISO 8601 UTC with milliseconds; the date is worked out once a second. */
function isoTime(milliseconds: number): string {
  const now = Math.floor(milliseconds / 1000)
  if (now !== second) {
    second = now
    secondText = new Date(now * 1000).toISOString().slice(0, -4)
  }
  return `${secondText}${String(milliseconds - now * 1000).padStart(3, '0')}Z`
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

function policyOf({
  policy,
  scope,
  section,
  file,
  line,
}: NonNullable<Verdict['decidedBy']>): NonNullable<DecisionRecord['policy']> {
  return { name: policy, scope, section, file, line }
}

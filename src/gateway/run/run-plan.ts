import type { ReasonCode } from '../../catalog/reason.ts'
import type { DecidedBy, LastError } from '../../policies/context/call-context.ts'
import { next, type Refusal, type Reply } from '../../policies/outcome.ts'
import type { Plan, Section, SectionResult } from '../../policies/plan.ts'
import type { Call } from './call.ts'
import { challengeFor } from './challenge.ts'
import { errorResponse } from './error-response.ts'

/** How a call ended: for its record. */
export interface Verdict {
  readonly decision: 'allowed' | 'refused' | 'failed'
  readonly reason: ReasonCode
  readonly decidedBy?: DecidedBy
  readonly expected?: readonly string[]
  readonly received?: readonly string[]
}

const allowed: Verdict = { decision: 'allowed', reason: 'allowed' }

/** Runs a call through its plan; afterwards `call.response` is what the caller gets. */
export async function runPlan(plan: Plan, call: Call): Promise<Verdict> {
  for (const section of [plan.inbound, plan.backend, plan.outbound]) {
    const result = section(call)
    const ended = endOf(result instanceof Promise ? await result : result)
    if (ended !== undefined) return settle(ended, plan, call)
  }
  return allowed
}

/** Runs only the inbound section: all that decides about a call that is then tunnelled. */
export async function runInbound(plan: Plan, call: Call): Promise<Verdict | undefined> {
  const ended = endOf(await plan.inbound(call))
  return ended === undefined ? undefined : settle(ended, plan, call)
}

function endOf(result: SectionResult): SectionResult | undefined {
  return result.outcome === next ? undefined : result
}

async function settle({ outcome, decidedBy }: SectionResult, plan: Plan, call: Call): Promise<Verdict> {
  const by = decidedBy === undefined ? {} : { decidedBy }
  if (outcome === next) return allowed
  if (outcome.kind === 'reply') {
    const late = outcome.isHit === true && plan.afterHit !== undefined ? endOf(await plan.afterHit(call)) : undefined
    return late === undefined ? { decision: decisionOf(outcome, call), reason: outcome.reason, ...by } : settle(late, plan, call)
  }
  await refuseCall(outcome, plan.onError, call)
  return {
    decision: outcome.statusCode >= 500 ? 'failed' : 'refused',
    reason: outcome.reason,
    ...by,
    ...(outcome.expected === undefined ? {} : { expected: outcome.expected }),
    ...(outcome.received === undefined ? {} : { received: outcome.received }),
  }
}

/** An answer given on purpose may be a refusal too: policies turn callers away by return-response with 401 or 403. */
function decisionOf({ reason }: Reply, { response }: Call): Verdict['decision'] {
  if (reason === 'cors.origin') return 'refused'
  const status = reason === 'policy.returned-response' ? (response?.statusCode ?? 200) : 200
  return status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'allowed'
}

/**
 * Sets the error response of a refusal and runs on-error, which may change it or put another in its place. What on-error itself refuses changes
 * nothing any more.
 */
export async function refuseCall(refusal: Refusal, onError: Section, call: Call, lastError?: LastError): Promise<void> {
  if (lastError !== undefined) call.lastError = lastError
  const first = call.lastError
  void call.response?.body.stream?.[Symbol.asyncIterator]().return?.() // a backend's answer that nobody will read
  const { statusCode, message, reason, headers, scopes } = refusal
  const challenge = challengeFor(statusCode, reason, call.request.originalUrl, call.api, scopes)
  call.response = errorResponse(statusCode, message, { headers, requestId: call.requestId, challenge })
  const result = await onError(call)
  if (result.outcome !== next && result.outcome.kind === 'refusal') call.lastError = first
}

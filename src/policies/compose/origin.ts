import type { DecidedBy, LastError } from '../context/call-context.ts'
import type { Outcome, Refusal, Reply } from '../outcome.ts'
import type { ScopeName, SectionName } from '../step.ts'
import type { PolicyPlace } from '../trace/tracer.ts'

/** Which policy an outcome came from, as the record and `context.LastError` tell it. */
export interface Origin extends PolicyPlace {
  readonly scope: ScopeName
  readonly section: SectionName
}

const key: unique symbol = Symbol('origin')

/** The outcome with its origin noted, unless a policy further in has done so. */
export function attribute(outcome: Refusal | Reply, origin: Origin): Outcome {
  return originOf(outcome) === undefined ? Object.assign({}, outcome, { [key]: origin }) : outcome
}

export function originOf(outcome: Refusal | Reply): Origin | undefined {
  return (outcome as { readonly [key]?: Origin })[key] // only `attribute` writes the key
}

export function decidedBy({ policy, scope, section, file, line }: Origin): DecidedBy {
  return { policy, scope, section, file, line }
}

/** `context.LastError` of a refusal. */
export function lastErrorOf(refusal: Refusal, origin: Origin): LastError {
  return {
    source: origin.policy,
    reason: refusal.errorReason,
    message: refusal.errorMessage ?? refusal.message,
    scope: origin.scope,
    section: origin.section,
    path: origin.path,
    policyId: origin.policyId,
  }
}

import type { DecisionRecord } from '../audit/record.ts'
import type { ReasonCode } from '../catalog/reason.ts'
import type { CallTrace } from '../policies/trace/call-trace.ts'
import type { Change, Comparison, PolicyPlace, TraceEntry } from '../policies/trace/tracer.ts'
import type { EffectiveElement } from './effective-section.ts'
import { missingInput } from './missing-input.ts'

/** A policy that a call passed, as the pipeline told it. */
export interface TracedPolicy extends PolicyPlace {
  readonly outcome: TraceEntry['outcome']
  readonly reason?: string
  readonly statusCode?: number
  readonly message?: string
  readonly comparisons: readonly Comparison[]
  readonly changes: readonly Change[]
  readonly said: TraceEntry['said']
}

/** What would have refused the call next, had the refusals before it not; its place is that of the part that refuses. */
export interface FurtherRefusal extends PolicyPlace {
  readonly reason: ReasonCode
  readonly statusCode: number
  readonly expected: readonly string[]
  readonly received: readonly string[]
  readonly mend: string
  /** It may fail only because something before it did not do its work. */
  readonly mayFollow: boolean
}

export function tracedPolicies(trace: CallTrace | undefined): readonly TracedPolicy[] {
  return (trace?.entries ?? []).map(({ place, startedAt: _startedAt, duration: _duration, ...entry }) => ({ ...place, ...entry }))
}

/** What a record would say of a refusal. */
export type RecordedRefusal = Required<Pick<DecisionRecord, 'reason' | 'status' | 'policy' | 'expected' | 'received'>>

/** The refusals behind the first, of a trace that went on behind them. `elements`: the effective inbound section. */
export function furtherRefusals(
  trace: CallTrace | undefined,
  elements: readonly EffectiveElement[],
  mendOf: (refused: RecordedRefusal) => string,
): readonly FurtherRefusal[] {
  if (trace === undefined) return []
  const inbound = trace.refusals.filter(({ place }) => place.section === 'inbound')
  const places = inbound.map(({ place }) => place)
  return inbound.slice(1).map(({ place, at, refusal: { reason, statusCode, ...compared } }, i) => {
    // what was compared may hold a secret named value, or what the call brought
    const expected = (compared.expected ?? []).map(trace.redact.text)
    const received = (compared.received ?? []).map(trace.redact.text)
    const { policy: name, scope, section, file, line } = at
    const mayFollow = reason.startsWith('policy.')
    const missing = mayFollow ? missingInput(place, places.slice(0, i + 1), elements) : undefined
    const mend =
      missing === undefined
        ? mendOf({ reason, status: statusCode, policy: { name, scope, section, file, line }, expected, received })
        : `Nothing here: the variable ${missing.variable} is there once ${missing.setBy.policy} (line ${missing.setBy.line}) passes.`
    return { ...at, reason, statusCode, expected, received, mend, mayFollow }
  })
}

import type { Outcome } from '../outcome.ts'
import type { ShownValue } from './shown-value.ts'

/** A policy in a document, or a part of one that holds policies (`when`, `otherwise`): the same object for every call that passes it. */
export interface PolicyPlace {
  /** Its element's name. */
  readonly policy: string
  /** The `id` attribute; empty when it has none. */
  readonly policyId: string
  readonly scope: string
  readonly section: string
  /** `validate-jwt`, `choose[3]/when[2]`. */
  readonly path: string
  readonly file: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

/** What a policy compared: `roles` of the token against those asked for. Never a secret. */
export interface Comparison {
  /** `issuer`, `audience`, `lifetime`, `claim roles`, `header X-Team`, `caller's address`. */
  readonly subject: string
  /** Undefined where one value must simply be there. */
  readonly match?: 'all' | 'any'
  readonly expected: readonly string[]
  readonly received: readonly string[]
  readonly holds: boolean
  /** Of a condition: what it is made of, as far as it was come to. */
  readonly parts?: readonly ConditionPart[]
}

/** What stands between the `&&`, `||` and `!` of a condition, and what it compared. */
export interface ConditionPart {
  /** As it is written, without texts that may be credentials. */
  readonly text: string
  readonly holds: boolean
  readonly threw?: true
  /** What was computed in it: not where a credential or a body is read. */
  readonly values: readonly { readonly of: string; readonly value: ShownValue }[]
}

/** What a policy changed: `request.headers.X-Team`, `request.url`, `response.statusCode`, `variables.token`. Undefined: was, or is, not there. */
export interface Change {
  readonly target: string
  readonly before?: string
  readonly after?: string
}

/** One policy of a call, in the order they began. */
export interface TraceEntry {
  readonly place: PolicyPlace
  /** Milliseconds since the call began, and how long it took; held policies included. */
  readonly startedAt: number
  readonly duration: number
  /** `threw`: a defect. `left`: its answer was not waited for any more. */
  readonly outcome: 'next' | 'reply' | 'refusal' | 'threw' | 'left'
  readonly reason?: string
  readonly statusCode?: number
  /** What on-error sees, and the record keeps. */
  readonly message?: string
  readonly comparisons: readonly Comparison[]
  readonly changes: readonly Change[]
  /** What the policy `trace` or `context.Trace` said in it. */
  readonly said: readonly { readonly source: string; readonly severity: string; readonly message: string }[]
}

/**
 * Watches one call pass its policies. A call has none unless somebody asked to see: policies test for null and do nothing more.
 */
export interface Tracer {
  /** Variables that were made of a body: what they hold is not shown. Those who set one add its name. */
  readonly bodyVariables: Set<string>
  /** A policy begins. What it gives goes to `leave`. */
  enter(place: PolicyPlace): OpenEntry
  /** It ended. The outcome that the pipeline goes on with: the same one, unless what stands behind a refusal is looked for. */
  leave(entry: OpenEntry, outcome: Outcome): Outcome
  /** It threw a defect. */
  threw(entry: OpenEntry): void
  /** A `when`, an `otherwise` or another part that holds policies was entered. */
  branch(place: PolicyPlace): void
  compared(place: PolicyPlace, comparison: Comparison): void
  said(place: PolicyPlace | undefined, source: string, severity: string, message: string): void
}

/** A policy that has begun; only its tracer looks inside. */
export interface OpenEntry {
  readonly place: PolicyPlace
}

import type { ReasonCode } from '../catalog/reason.ts'

/** The call goes on to the next step. */
export const next = 'next'

/** What a step answers: on with it, an answer that ends the pipeline, or a refusal that goes through on-error. */
export type Outcome = typeof next | Reply | Refusal

/**
 * An answer given on purpose (return-response, mock-response, a CORS preflight): the response of the context as it stands is sent, no
 * later step runs, neither outbound nor on-error.
 */
export interface Reply {
  readonly kind: 'reply'
  readonly reason: ReasonCode
  /** A kept response: `afterHit` of the plan runs on it. */
  readonly isHit?: true
}

/** A step would not let the call go on. The on-error section runs with `context.LastError` made of it. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly reason: ReasonCode
  readonly statusCode: number
  /** What the caller reads, as APIM words it. */
  readonly message: string
  /** APIM's own name for it, `LastError.Reason`: `TokenExpired`, `RateLimitExceeded`, … */
  readonly errorReason: string
  /** `LastError.Message`, when it differs from what the caller reads. */
  readonly errorMessage?: string
  /** What a trace says in its place, where it holds a credential. */
  readonly shownMessage?: string
  readonly headers?: readonly (readonly [string, string])[]
  /** What was asked of the call and what it had: for the record and `explain`, never for the caller, never a secret. */
  readonly expected?: readonly string[]
  readonly received?: readonly string[]
  /** Scopes that a token must have to pass: these the caller is told (RFC 6750 §3). */
  readonly scopes?: readonly string[]
}

export function reply(reason: ReasonCode): Reply {
  return { kind: 'reply', reason }
}

export function refuse(refusal: Omit<Refusal, 'kind'>): Refusal {
  return { kind: 'refusal', ...refusal }
}

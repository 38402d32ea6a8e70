import type { DecisionRecord } from './record.ts'

/**
 * A call as it came in, to be run again against other policies. Credentials are left out: of its token the claims are kept, which are what policies ask about;
 * of a subscription key the subscription's name, in the record. The body is not kept.
 */
export interface KeptCall {
  /** The decision about it; `time` and `requestId` are the record's. */
  readonly kept: DecisionRecord
  readonly time: string
  readonly method: string
  readonly path: string
  /** With its `?`, or empty; secret values hidden. */
  readonly query: string
  /** Names and values, those that carry credentials left out. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Names of those left out, but for `Authorization` and the subscription key, of which the claims and the subscription are known, and a handshake's nonce. */
  readonly leftOut?: readonly string[]
  /** What its bearer token stated; nobody vouches for it here, the decision says whether it was good. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly ipAddress: string
}

import type { ReasonCode } from '../catalog/reason.ts'

export const decisions = ['allowed', 'refused', 'failed'] as const

/** What was decided about one call, and why: one line of the trail. Never a token, key or body. */
export interface DecisionRecord {
  /** When the request's head was read, ISO 8601 UTC with milliseconds. */
  readonly time: string
  readonly requestId: string
  readonly method: string
  /** Path without query: that may carry keys. */
  readonly path: string
  readonly ipAddress: string
  readonly api?: string
  readonly operation?: string
  readonly product?: string
  /** The subscription's name, never its key. */
  readonly subscription?: string
  /** Who called, by the token or certificate that a policy took; else who the token that was refused says it speaks for. */
  readonly caller?: {
    /** Nobody vouches for any of it: the token's signature is not good, or was not judged. */
    readonly unverified?: true
    readonly issuer?: string
    readonly objectId?: string
    readonly tenantId?: string
    readonly clientApplication?: string
    readonly userPrincipalName?: string
    /** SHA-1 thumbprint of the certificate that the caller showed. */
    readonly certificate?: string
    readonly roles?: readonly string[]
    readonly scopes?: readonly string[]
    /** The groups did not stand in the token: Microsoft Graph told them. */
    readonly groupsFrom?: 'graph'
    /** Roles that time-boxed grants added to those of the token. */
    readonly grantedRoles?: readonly string[]
  }
  readonly decision: (typeof decisions)[number]
  readonly reason: ReasonCode
  /** The policy that ended the call, and where it stands. */
  readonly policy?: {
    readonly name: string
    readonly scope: string
    readonly section: string
    readonly file: string
    readonly line: number
  }
  /** What that policy asked for and what the call had. */
  readonly expected?: readonly string[]
  readonly received?: readonly string[]
  readonly status: number
  /** Milliseconds: in all, of that in the gateway itself, of that waiting for the backend. */
  readonly duration: { readonly total: number; readonly gateway: number; readonly backend: number }
  /** Bytes of the bodies. */
  readonly bytes: { readonly received: number; readonly sent: number }
  /** Which identities decided: the local directory or the real Entra. */
  readonly identity: 'directory' | 'entra' | 'none'
  /** Number of the configuration since start, and of the thread that served. */
  readonly generation: number
  readonly worker: number
  /** Records of this thread before this one that the queue had no room for. */
  readonly lostBefore?: number
}

type Timeless = Omit<DecisionRecord, 'time'>

/** What was decided about a call, whenever: what there need not be may be undefined too. */
export type Decided = {
  readonly [Member in keyof Timeless]: Partial<Timeless> extends Pick<Timeless, Member>
    ? Timeless[Member] | undefined
    : Timeless[Member]
}

/** A record as the gateway has it in hand: its time is milliseconds since 1970 until it is written. */
export type CallRecord = Decided & { readonly time: number }

/** ISO 8601 UTC with milliseconds. */
export const isoTime = (milliseconds: number) => new Date(milliseconds).toISOString()

/** The record as who reads the trail finds it: JSON has nothing that is undefined. */
export const decisionRecord = (record: CallRecord): DecisionRecord =>
  JSON.parse(JSON.stringify({ ...record, time: isoTime(record.time) }))

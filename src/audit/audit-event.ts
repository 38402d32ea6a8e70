/** What happened to the gateway itself, in the trail beside the decisions about calls. */
export interface AuditEvent {
  readonly event: EventKind
  /** ISO 8601 UTC with milliseconds. */
  readonly time: string
  /** Who did it: a person by what they signed in as, or the account of the operating system. */
  readonly by?: string
  /** What happened, field by field: names, numbers and texts, never a secret. */
  readonly detail: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

/**
 * `gateway.*`: it began, ended. `config.*`: a configuration was taken over, or refused. `grant.*`: steps of time-boxed access, each
 * before it is taken; `grant.failed`: the one that it names was not. `audit.*`: a segment was begun,
 * or removed when its time had come; how far other chains went.
 */
export type EventKind =
  | 'gateway.started'
  | 'gateway.stopped'
  | 'config.changed'
  | 'config.refused'
  | 'grant.requested'
  | 'grant.approved'
  | 'grant.denied'
  | 'grant.revoked'
  | 'grant.ended'
  | 'grant.failed'
  | 'audit.segment'
  | 'audit.retired'
  | 'audit.heads'

/** A signature over all of the chain before it, and what it says itself. */
export interface Checkpoint {
  readonly checkpoint: {
    readonly time: string
    readonly keyId: string
    /** Ed25519, base64; empty where it is not signed. */
    readonly signature: string
    /** Nothing follows: in this segment, or of this writer at all. */
    readonly ends?: 'segment' | 'writer'
  }
}

import type { ActiveGrants } from '../access/grant.ts'
import type { RevocationLists } from '../identity/certificates/revocation-lists.ts'
import type { ConnectionAnswer, ConnectionCaller } from '../identity/connections/connection-manager.ts'
import type { GroupResolver } from '../identity/graph/group-overage.ts'
import type { ManagedToken } from '../identity/managed-identity.ts'
import type { TokenVerifier } from '../identity/token-verifier.ts'
import type { ClientCertificate, ProxyServer } from './connection.ts'
import type { Body } from './context/body.ts'
import type { CallContext } from './context/call-context.ts'
import type { Headers } from './context/headers.ts'
import type { Refusal } from './outcome.ts'
import type { XmlEngine } from './xml-engine.ts'

/** What policies need from outside. The second argument of `compile`; policies themselves touch no socket, clock or file. */
export interface Ports {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
  /** A random GUID, lower case. */
  uuid(): string
  /** Resolves after `ms`, or rejects when the signal aborts. */
  delay(ms: number, signal: AbortSignal): Promise<void>
  /** Sends the context's request to its backend and sets `ctx.response`. A refusal tells what went wrong; it never rejects. */
  forward(ctx: CallContext, options: ForwardOptions): Promise<Refusal | undefined>
  /** A call of a policy's own (send-request). Never rejects: a failure is a value. */
  send(request: OutboundRequest): Promise<OutboundResponse | OutboundFailure>
  readonly counters: Counters
  readonly cache: ValueCache
  /** What `caching-type="external"` means; undefined: no such cache is configured, and the gateway's own takes its place. */
  readonly externalCache?: ValueCache
  readonly tokens: TokenVerifier
  /** Tells the groups that Entra left out of a token; undefined: nobody can be asked. */
  readonly groups?: GroupResolver
  /** Time-boxed grants in force at this moment: roles that callers have besides those of their tokens; undefined: there are none. */
  grants?(): ActiveGrants
  /** Host of Entra in the cloud that the gateway belongs to; undefined: the public cloud's. */
  readonly loginHost?: string
  /** Tells who of a chain of certificates is revoked; undefined: nobody can be asked. */
  readonly revocation?: RevocationLists
  /**
   * A token of the gateway's own identity for a resource, or of the user-assigned identity with that client id; with
   * the provider, of the workload's identity and no other. At once when one is at hand.
   */
  managedIdentityToken(resource: string, clientId?: string, provider?: 'WorkloadIdentity'): Awaitable<ManagedToken>
  /** A token of the credential manager's connection, for a caller that its access policies name; absent: there are no connections. Never rejects. */
  connection?(provider: string, connection: string, caller: ConnectionCaller): Promise<ConnectionAnswer>
  /** Validates and transforms callers' XML. */
  readonly xml: XmlEngine
  /** Bytes of a body that may be held whole. */
  readonly maxBufferedBodyBytes: number
  /** A measurement of emit-metric. Never waits. */
  metric(sample: MetricSample): void
  /** trace and emitted diagnostics of policies: severity, source, message, never a secret. */
  log(entry: {
    readonly severity: 'verbose' | 'information' | 'error'
    readonly source: string
    readonly message: string
    readonly requestId: string
  }): void
}

export interface MetricSample {
  readonly namespace: string
  readonly name: string
  readonly value: number
  readonly dimensions: readonly (readonly [name: string, value: string])[]
}

export interface ForwardOptions {
  /** Milliseconds until the backend's response head must be there. */
  readonly timeout: number
  /** Milliseconds until the backend must ask for the body (100 Continue) or answer; undefined: the body goes out with the head. */
  readonly continueTimeout?: number
  readonly followRedirects: boolean
  readonly bufferRequestBody: boolean
  readonly bufferResponse: boolean
  readonly failOnErrorStatusCode: boolean
  readonly httpVersion: '1' | '2' | '2or1'
}

export interface OutboundRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: Body
  /** Milliseconds for the whole exchange. */
  readonly timeout: number
  readonly followRedirects: boolean
  /** Bytes of the response body that are read; more is a failure. */
  readonly maxResponseBytes: number
  readonly proxy?: ProxyServer
  readonly clientCertificate?: ClientCertificate
  readonly signal?: AbortSignal
}

/** Its body is whole. */
export interface OutboundResponse {
  readonly kind: 'response'
  readonly statusCode: number
  readonly statusReason: string
  readonly headers: Headers
  readonly body: Uint8Array
}

export interface OutboundFailure {
  readonly kind: 'failure'
  readonly reason: 'backend.unreachable' | 'backend.timeout' | 'backend.reset' | 'response.body-too-large' | 'request.malformed'
  readonly message: string
}

/** What a counter holds after a call. */
export interface CounterState {
  readonly allowed: boolean
  /** Units left in the period after this one. */
  readonly remaining: number
  /** Milliseconds until enough units are free again; 0 when allowed. */
  readonly retryAfter: number
}

/**
 * Counters that all threads (with Redis: all nodes) share exactly. Synchronous where memory is shared, a promise over the network that never
 * rejects; 'full' when the table has no room for a new key, 'away' when what is shared cannot be reached and calls are not to go uncounted: the
 * policy refuses. An amount of 0 counts nothing and tells whether one more unit would be let through.
 */
export interface Counters {
  /** Sliding window (rate-limit): adds `amount` when at most `limit` units then lie within the last `period` ms. */
  slide(key: string, limit: number, period: number, amount: number, now: number): Awaitable<CounterState | Uncounted>
  /** Fixed period (quota) that began at `start` and lasts `period` ms (0: for ever): adds when the sum stays within `limit`. Survives a restart. */
  fill(
    key: string,
    limit: number,
    period: number,
    start: number,
    amount: number,
    now: number,
  ): Awaitable<CounterState | Uncounted>
  /** One more holder of `key` when fewer than `max` hold it (limit-concurrency). */
  enter(key: string, max: number): Awaitable<boolean | 'full'>
  leave(key: string): void
}

/** Why a counter could not tell. */
export type Uncounted = 'full' | 'away'

export type Awaitable<T> = T | Promise<T>

/** A cache of cache-store-value and of responses, bounded: shared by all threads, or by all gateways. A promise of it never rejects. */
export interface ValueCache {
  /** The stored bytes; undefined when absent or past its time. */
  get(key: string, now: number): Awaitable<Uint8Array | undefined>
  /** `duration` in ms. A value too large for the cache is not kept. */
  set(key: string, value: Uint8Array, duration: number, now: number): Awaitable<void>
  delete(key: string): Awaitable<void>
}

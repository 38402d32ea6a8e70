import type { Api, Operation, Product, Subscription } from '../../catalog/catalog.ts'
import type { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import type { Value } from '../../expressions/types/values.ts'
import type { TokenCaller } from '../../identity/caller.ts'
import type { ClientCertificate, ProxyServer } from '../connection.ts'
import type { Outcome } from '../outcome.ts'
import type { Tracer } from '../trace/tracer.ts'
import type { Body } from './body.ts'
import type { Headers } from './headers.ts'
import type { RequestUrl } from './request-url.ts'

/** The request as policies see and change it: what forward-request will send. */
export interface RequestMessage {
  method: string
  /** Where it will go: the backend's address joined with the operation's path. `RequestUrl` is mutable. */
  url: RequestUrl
  /** As the caller sent it, never changed. */
  readonly originalUrl: RequestUrl
  headers: Headers
  body: Body
  /** How its connection is made: the policies proxy and authentication-certificate say. */
  proxy?: ProxyServer | undefined
  clientCertificate?: ClientCertificate | undefined
  readonly ipAddress: string
  /** The certificate that the caller showed: `context.Request.Certificate`. */
  readonly callerCertificate?: NetCertificate | undefined
  /** Template parameters of path and query, decoded. */
  readonly matchedParameters: ReadonlyMap<string, string>
}

export interface ResponseMessage {
  statusCode: number
  statusReason: string
  headers: Headers
  body: Body
}

/** `context.LastError`, as the page "Error handling in API Management policies" tables it. */
export interface LastError {
  readonly source: string
  readonly reason: string
  readonly message: string
  readonly scope: string
  readonly section: string
  readonly path: string
  readonly policyId: string
}

/** Who is calling, from the token that a policy validated. Recorded; never the token itself. */
export interface Caller extends TokenCaller {
  /** Thumbprint of the certificate that proved it. */
  readonly certificate?: string
  /** A key that the policy trusts signed the token: without it, anybody may have written what stands here. */
  readonly isSigned?: true
}

/** Who a token that was refused says is calling: for the record alone. Nothing may be decided by it, so it is no `Caller`. */
export interface ClaimedCaller {
  readonly caller: Caller
  /** A key that the policy trusts signed it; what it was refused for came after. */
  readonly isSigned: boolean
}

/** What cache-lookup found out for cache-store. */
export interface ResponseSlot {
  readonly key: string
  /** Whether it is in the external cache, when there is one. */
  readonly isExternal: boolean
  readonly downstream: 'none' | 'private' | 'public'
  readonly mustRevalidate: boolean
  /** Header fields that the kept response goes by. */
  readonly varyBy: readonly string[]
}

/** `context.User`: the developer that owns the subscription. */
export interface User {
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly groups: readonly { readonly id: string; readonly name: string }[]
  readonly note?: string
  /** ISO 8601. */
  readonly registrationDate?: string
  readonly identities?: readonly { readonly provider: string; readonly id: string }[]
}

/** A policy whose decision is on the record, and where it stands. */
export interface DecidedBy {
  readonly policy: string
  readonly scope: string
  readonly section: string
  readonly file: string
  readonly line: number
}

/**
 * One call on its way through its plan: what policies act on and what expressions see as `context`. Made by the gateway for each
 * call; a step changes it in place.
 */
export interface CallContext {
  /** A GUID; also the audit record's key. */
  readonly requestId: string
  /** Milliseconds since 1970-01-01 UTC when the request's head was read. */
  readonly startedAt: number
  readonly api: Api
  readonly operation: Operation
  readonly product: Product | null
  readonly subscription: Subscription | null
  readonly user: User | null
  readonly deployment: {
    readonly region: string
    readonly serviceName: string
    readonly gatewayId: string
    /** The workspace's certificates by id; absent: it has none. */
    readonly certificates?: ReadonlyMap<string, NetCertificate>
  }
  readonly request: RequestMessage
  /** Null until the backend answered or a policy made one. */
  response: ResponseMessage | null
  readonly variables: Map<string, Value>
  lastError: LastError | null
  /** Name of the backend entity that set-backend-service chose. */
  backendName: string | null
  caller: Caller | null
  /** Absent: no token was refused, or it could not be read. */
  claimedBy?: ClaimedCaller
  /** The part of `request.url.path` that is the backend's own address, no slash at its end; absent: the path of the API's service URL. */
  backendBasePath?: string
  /** What a `<base />` inside a policy runs in the section at hand, by the scope that it stands in. */
  wider?: ReadonlyMap<string, (ctx: CallContext) => Outcome | Promise<Outcome>>
  /** Milliseconds spent waiting for the backend, and bytes exchanged with it: filled by the forward port. */
  backendTime: number
  /** What `context.Trace(message)` writes; absent: nowhere. */
  trace?: (message: string) => void
  /** Watches the call pass its policies, for whoever asked to see; null for all others. */
  tracer: Tracer | null
  /** Aborts when the caller goes away or the gateway gives the call up. */
  readonly signal: AbortSignal
  /** Set on whatever answer leaves, replies and refusals too, over what outbound did: CORS, remaining calls. Name, value. */
  readonly lateHeaders: [name: string, value: string][]
  /** Counter keys that this call was counted under already: policies that share a key count it once. */
  countedKeys: Set<string> | null
  /** Where cache-lookup did not find the response, for cache-store to put it; absent: nothing is kept of this call. */
  responseSlot?: ResponseSlot
  /** Scope of the cache-lookup that found the response; absent: none did. */
  foundIn?: string
  /** Bytes of bodies exchanged with the caller so far: filled by the gateway before finalizers run. */
  transferred: number
  /** Runs after the response was sent or the call ended: limit-concurrency's release, late counters. */
  readonly finalizers: ((ctx: CallContext) => void)[]
}

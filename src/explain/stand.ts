import { randomBytes, randomUUID } from 'node:crypto'
import type { ActiveGrants } from '../access/grant.ts'
import { type DecisionRecord, decisionRecord } from '../audit/record.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { clock } from '../expressions/runtime/primitives/dates/clock.ts'
import { allocateCache, SharedCache } from '../gateway/counters/shared-cache.ts'
import { allocateCounters, SharedCounters } from '../gateway/counters/shared-counters.ts'
import { isHandshake } from '../gateway/listen/is-handshake.ts'
import type { Call } from '../gateway/run/call.ts'
import { recordOf } from '../gateway/run/decision-record.ts'
import { errorResponse } from '../gateway/run/error-response.ts'
import { withOwnOperations } from '../gateway/run/own-operations.ts'
import type { Verdict } from '../gateway/run/run-plan.ts'
import { createRuntime, type Runtime } from '../gateway/run/runtime.ts'
import { admitCall, type Incoming, serveCall } from '../gateway/run/serve-call.ts'
import { ThreadedXmlEngine } from '../gateway/xml/threaded-xml-engine.ts'
import type { RevocationLists } from '../identity/certificates/revocation-lists.ts'
import type { GroupResolver } from '../identity/graph/group-overage.ts'
import { cloudOf } from '../identity/graph/open-graph.ts'
import type { TokenVerifier } from '../identity/token-verifier.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import type { Body } from '../policies/context/body.ts'
import type { CallContext, ResponseMessage } from '../policies/context/call-context.ts'
import type { Headers } from '../policies/context/headers.ts'
import { type Refusal, refuse } from '../policies/outcome.ts'
import type { Counters, ForwardOptions, OutboundFailure, OutboundResponse, Ports, ValueCache } from '../policies/ports.ts'
import type { PolicyPlace, Tracer } from '../policies/trace/tracer.ts'

export interface StandOptions {
  readonly catalog: Catalog
  readonly tokens: TokenVerifier
  readonly identity: DecisionRecord['identity']
  /** Tells groups that Entra left out of a token, as in the gateway. */
  readonly groups?: GroupResolver
  /** Time-boxed grants that callers hold besides the roles of their tokens; absent: none. */
  readonly grants?: ActiveGrants
  /** Tells who is revoked of callers' certificates; absent: nobody can tell. */
  readonly revocation?: RevocationLists
}

/** A message that a call would have sent. */
export interface SentMessage {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: Body
}

/** Who answers in place of everybody outside. */
export interface Stubs {
  backend(message: SentMessage): ResponseMessage | OutboundFailure
  /** The answer to a policy's own request. */
  other(message: SentMessage): OutboundResponse | OutboundFailure
  /** A token was asked for: of the managed identity, or what `of` says. */
  managedIdentity(of?: string): void
}

export interface StoodCall {
  readonly record: DecisionRecord
  /** What the caller would have got; undefined when nothing was made. */
  readonly response: ResponseMessage | null
}

/** Bytes of the cache that all calls of a stand share, each with keys of its own. */
const cacheBytes = 1_048_576

/**
 * The gateway's own plans with the world left out: the clock, the counters, the cache and the verification of tokens are real, whatever would be
 * sent is answered by stubs. Each call begins with counters and cache empty. One call at a time.
 */
export class Stand {
  readonly #runtime: Runtime
  #stubs: Stubs | undefined
  #calls = 0
  #frozen: number | undefined

  constructor({ catalog: given, tokens, identity, groups, grants, revocation }: StandOptions) {
    const catalog = withOwnOperations(given)
    const program = compilePolicies(catalog, {
      ...this.#ports(catalog, tokens, groups),
      ...(grants === undefined ? {} : { grants: () => grants }),
      ...(revocation === undefined ? {} : { revocation }),
    })
    this.#runtime = createRuntime({ catalog, program, generation: 0, worker: 0, identity })
  }

  /** Places of all policies, as often as documents include them: what calls can pass. */
  get places(): readonly PolicyPlace[] {
    return this.#runtime.program.places
  }

  /**
   * Rejects only for a defect. `watch` makes what looks on while policies run. At `frozen`, in milliseconds since 1970, the clock stands, also that of
   * expressions; only what policies wait for moves it.
   */
  async run(incoming: Incoming, stubs: Stubs, watch?: (call: Call) => Tracer, frozen?: number): Promise<StoodCall> {
    this.#stubs = stubs
    this.#calls++
    this.#frozen = frozen
    clock.now = () => this.#frozen ?? Date.now()
    try {
      const isTunnelled = isHandshake(incoming.method, name => incoming.headers.get(name))
      const { call, served } = (isTunnelled ? admitCall : serveCall)(incoming, this.#runtime, watch)
      const verdict = (await served) ?? shakeHands(call, stubs)
      for (const finalizer of call.finalizers) finalizer(call)
      return {
        record: decisionRecord(recordOf(call, verdict, { received: 0, sent: 0 }, this.#runtime)),
        response: responseOf(call),
      }
    } finally {
      clock.now = Date.now
    }
  }

  get #others(): Stubs {
    if (this.#stubs === undefined) throw new Error('a policy ran outside of a call')
    return this.#stubs
  }

  #ports(catalog: Catalog, tokens: TokenVerifier, groups: GroupResolver | undefined): Ports {
    const own = (key: string) => `${this.#calls} ${key}`
    const secret = randomBytes(16)
    return {
      now: () => this.#frozen ?? Date.now(),
      uuid: randomUUID,
      delay: async milliseconds => {
        if (this.#frozen !== undefined) this.#frozen += milliseconds
      },
      forward: async (ctx, options) => forward(ctx, options, this.#others),
      send: async message => this.#others.other(message),
      counters: countersBy(own, new SharedCounters(allocateCounters(secret), 0)),
      cache: cacheBy(own, new SharedCache(allocateCache(cacheBytes, secret))),
      tokens,
      ...(groups === undefined ? {} : { groups }),
      loginHost: cloudOf(catalog).login,
      managedIdentityToken: () => {
        this.#others.managedIdentity()
        return { kind: 'token', token: 'not-asked-for' }
      },
      connection: async (provider, connection) => {
        this.#others.managedIdentity(`the connection ${provider}/${connection}`)
        return { kind: 'token', accessToken: 'not-asked-for', claims: {} }
      },
      xml: new ThreadedXmlEngine(),
      maxBufferedBodyBytes: catalog.settings.gateway.maxBufferedBodyBytes,
      metric: () => {},
      log: () => {},
    }
  }
}

function forward(ctx: CallContext, options: Pick<ForwardOptions, 'failOnErrorStatusCode'>, stubs: Stubs): Refusal | undefined {
  const { url, method, headers, body } = ctx.request
  if (url.host === '') return notForwarded('backend.missing', 500, 'no backend address is known for this API')
  const answer = stubs.backend({ method, url: url.toString(), headers, body })
  if ('kind' in answer) return notForwarded('backend.unreachable', 500, answer.message)
  ctx.response = answer
  const { statusCode } = ctx.response
  if (!options.failOnErrorStatusCode || statusCode < 400) return undefined
  return notForwarded('backend.response', statusCode, `the backend answered ${statusCode}`)
}

function notForwarded(
  reason: 'backend.missing' | 'backend.response' | 'backend.unreachable',
  statusCode: number,
  errorMessage: string,
): Refusal {
  return refuse({
    reason,
    statusCode,
    message: 'Internal server error',
    errorReason: 'BackendConnectionFailure',
    errorMessage,
    received: [errorMessage],
  })
}

/** As the listener does with a handshake that is let in; the stub's answer goes back as that of a backend that would not switch. */
function shakeHands(call: Call, stubs: Stubs): Verdict {
  const refusal = forward(call, { failOnErrorStatusCode: false }, stubs)
  if (refusal === undefined) return { decision: 'allowed', reason: 'allowed' }
  call.response = errorResponse(refusal.statusCode, 'The backend could not be reached.')
  return { decision: 'failed', reason: refusal.reason }
}

type Rename = (key: string) => string

function countersBy(own: Rename, counters: Counters): Counters {
  return {
    slide: (key, ...rest) => counters.slide(own(key), ...rest),
    fill: (key, ...rest) => counters.fill(own(key), ...rest),
    enter: (key, max) => counters.enter(own(key), max),
    leave: key => counters.leave(own(key)),
  }
}

function cacheBy(own: Rename, cache: ValueCache): ValueCache {
  return {
    get: (key, now) => cache.get(own(key), now),
    set: (key, ...rest) => cache.set(own(key), ...rest),
    delete: key => cache.delete(own(key)),
  }
}

/** With the headers that are set on whatever leaves. */
function responseOf({ response, lateHeaders }: Call): ResponseMessage | null {
  for (const [name, value] of lateHeaders) {
    if (name.toLowerCase() === 'vary') response?.headers.append(name, value)
    else response?.headers.set(name, value)
  }
  return response
}

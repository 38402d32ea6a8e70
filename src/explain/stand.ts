import { randomBytes, randomUUID } from 'node:crypto'
import type { ActiveGrants } from '../access/grant.ts'
import { type DecisionRecord, decisionRecord } from '../audit/record.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { clock } from '../expressions/runtime/primitives/dates/clock.ts'
import { allocateCache, SharedCache } from '../gateway/counters/shared-cache.ts'
import { allocateCounters, SharedCounters } from '../gateway/counters/shared-counters.ts'
import type { Call } from '../gateway/run/call.ts'
import { recordOf, recordWithoutCall } from '../gateway/run/decision-record.ts'
import { errorResponse } from '../gateway/run/error-response.ts'
import { withOwnOperations } from '../gateway/run/own-operations.ts'
import { refuseTooLarge } from '../gateway/run/refuse-too-large.ts'
import { runFinalizers } from '../gateway/run/run-finalizers.ts'
import type { Verdict } from '../gateway/run/run-plan.ts'
import { createRuntime, type Runtime } from '../gateway/run/runtime.ts'
import { admitCall, type Incoming, serveCall } from '../gateway/run/serve-call.ts'
import { ThreadedXmlEngine } from '../gateway/xml/threaded-xml-engine.ts'
import type { RevocationLists } from '../identity/certificates/revocation-lists.ts'
import type { GroupResolver } from '../identity/graph/group-overage.ts'
import { cloudOf } from '../identity/graph/open-graph.ts'
import type { TokenVerifier } from '../identity/token-verifier.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import { type Body, BodyTooLarge } from '../policies/context/body.ts'
import type { CallContext, ResponseMessage } from '../policies/context/call-context.ts'
import { emptyResponse } from '../policies/context/empty-response.ts'
import type { Headers } from '../policies/context/headers.ts'
import { type Refusal, refuse } from '../policies/outcome.ts'
import type { Counters, ForwardOptions, OutboundFailure, OutboundResponse, Ports, ValueCache } from '../policies/ports.ts'
import type { PolicyPlace, Tracer } from '../policies/trace/tracer.ts'
import { DryListener, type Heard } from './dry-listener.ts'
import { isWritable, unsendable } from './on-the-wire.ts'

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
  /** The backend's answer to a handshake (WebSocket); absent: as to any call. */
  handshake?(message: SentMessage): ResponseMessage | OutboundFailure
  /** A token was asked for: of the managed identity, or what `of` says. */
  managedIdentity(of?: string): void
}

export interface StoodCall {
  readonly record: DecisionRecord
  /** What the caller would have got; undefined when nothing was made. */
  readonly response: ResponseMessage | null
  /** What the gateway answered of its own, without a call. */
  readonly own?: 'status' | 'trace'
}

/** Bytes of the cache that all calls of a stand share, each with keys of its own. */
const cacheBytes = 1_048_576

/**
 * The gateway's own plans with the world left out: the clock, the counters, the cache and the verification of tokens are real, whatever would be
 * sent is answered by stubs. Each call begins with counters and cache empty. One call at a time.
 */
export class Stand {
  readonly #runtime: Runtime
  readonly #listener: DryListener
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
    this.#listener = new DryListener(catalog)
  }

  /** Places of all policies, as often as documents include them: what calls can pass. */
  get places(): readonly PolicyPlace[] {
    return this.#runtime.program.places
  }

  /** A request as its caller sends it: the gateway may turn it away, or answer it, before it is a call. Else as `run`. */
  async receive(asked: Incoming, stubs: Stubs, watch?: (call: Call) => Tracer, frozen?: number): Promise<StoodCall> {
    const heard = await this.#listener.hear(asked)
    if (heard.kind === 'call') return this.#run(heard, stubs, watch, frozen)
    if (heard.kind === 'own') return this.#answerOwn(asked, heard.operation)
    const { status, message, reason, received } = heard
    const record = recordWithoutCall(asked, status, reason, 0, this.#runtime, { received })
    return { record: decisionRecord(record), response: errorResponse(status, message) }
  }

  /**
   * A call that was read. Rejects only for a defect. `watch` makes what looks on while policies run. At `frozen`, in milliseconds since 1970, the clock
   * stands, also that of expressions; only what policies wait for moves it.
   */
  run(incoming: Incoming, stubs: Stubs, watch?: (call: Call) => Tracer, frozen?: number): Promise<StoodCall> {
    return this.#run({ incoming, isHandshake: false }, stubs, watch, frozen)
  }

  async #run(
    { incoming, isHandshake }: Pick<Heard & { kind: 'call' }, 'incoming' | 'isHandshake'>,
    stubs: Stubs,
    watch?: (call: Call) => Tracer,
    frozen?: number,
  ): Promise<StoodCall> {
    this.#stubs = stubs
    this.#calls++
    this.#frozen = frozen
    clock.now = () => this.#frozen ?? Date.now()
    try {
      const { call, served } = (isHandshake ? admitCall : serveCall)(incoming, this.#runtime, watch)
      const decided = (await served.catch(error => tooLarge(error, call))) ?? shakeHands(call, stubs)
      const verdict = isHandshake || isWritable(call) ? decided : unwritten(call)
      runFinalizers(call, () => {})
      return {
        record: decisionRecord(recordOf(call, verdict, { received: 0, sent: 0 }, this.#runtime)),
        response: responseOf(call),
      }
    } finally {
      clock.now = Date.now
    }
  }

  /** A trace that only the running gateway could have is not there. */
  #answerOwn(asked: Incoming, own: 'status' | 'trace'): StoodCall {
    const [status, reason, message] =
      own === 'status' ? ([200, 'allowed', 'OK'] as const) : ([404, 'route.no-api', 'Resource not found'] as const)
    const record = decisionRecord(recordWithoutCall(asked, status, reason, 0, this.#runtime))
    return {
      record: own === 'status' ? { ...record, decision: 'allowed' } : record,
      response: own === 'status' ? emptyResponse() : errorResponse(status, message),
      own,
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

function tooLarge(error: unknown, call: Call): Verdict {
  if (error instanceof BodyTooLarge) return refuseTooLarge(call)
  throw error
}

/** As the gateway answers in place of what cannot be written, but for the id in its text: a snapshot would have another each time. */
function unwritten(call: Call): Verdict {
  call.response = errorResponse(500, 'Internal server error', { requestId: call.requestId })
  return { decision: 'failed', reason: 'internal' }
}

/** A handshake that the inbound policies let through: backend and outbound sections do not run. */
function shakeHands(call: Call, stubs: Stubs): Verdict {
  const { url, method, headers, body } = call.request
  if (url.host === '') return notJoined('backend.missing', 500, call)
  if (unsendable(call) !== undefined) return notJoined('policy.failed', 500, call)
  const message = { method, url: url.toString(), headers, body }
  const answer = stubs.handshake?.(message) ?? stubs.backend(message)
  if ('kind' in answer) return notJoined('backend.unreachable', 502, call)
  call.response = answer
  return { decision: 'allowed', reason: 'allowed' }
}

function notJoined(reason: 'backend.missing' | 'backend.unreachable' | 'policy.failed', status: number, call: Call): Verdict {
  call.response = errorResponse(status, 'The backend could not be reached.')
  return { decision: 'failed', reason }
}

function forward(ctx: CallContext, options: ForwardOptions, stubs: Stubs): Refusal | undefined {
  const { url, method, headers, body } = ctx.request
  if (url.host === '') return notForwarded('backend.missing', 500, 'no backend address is known for this API')
  const unfit = unsendable(ctx)
  if (unfit !== undefined) return notForwarded('policy.failed', 500, unfit)
  const answer = stubs.backend({ method, url: url.toString(), headers, body })
  if ('kind' in answer) return notForwarded('backend.unreachable', 500, answer.message)
  ctx.response = answer
  const { statusCode } = ctx.response
  if (!options.failOnErrorStatusCode || statusCode < 400) return undefined
  return notForwarded('backend.response', statusCode, `the backend answered ${statusCode}`)
}

function notForwarded(
  reason: 'backend.missing' | 'backend.response' | 'backend.unreachable' | 'policy.failed',
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

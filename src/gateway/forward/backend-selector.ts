import type { Backend, PoolMember } from '../../catalog/catalog.ts'
import { joinPath, pathBelowBackend } from '../../policies/context/backend-path.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { RequestUrl } from '../../policies/context/request-url.ts'
import { type Refusal, refuse } from '../../policies/outcome.ts'
import type { BackendStates } from '../counters/backend-states.ts'
import { CircuitBreaker, type Trip } from './circuit-breaker.ts'
import { cookieOf, memberToken, setCookie } from './session-cookie.ts'

interface Member extends PoolMember {
  readonly position: number
  /** What a session's cookie says when it belongs here. */
  readonly token: string
}

interface Pool {
  /** Whose turn it is, is kept under this; another composition begins anew. */
  readonly key: string
  readonly members: readonly Member[]
  readonly cookie: string | undefined
}

export interface SelectorOptions {
  readonly backends: ReadonlyMap<string, Backend>
  readonly states: BackendStates
  now(): number
  /** A breaker opened. */
  onTrip(backend: string, trip: Trip): void
}

/**
 * Chooses the backend of a pool for each call, and keeps calls from those whose circuit breaker is open. All threads share turns, counts and
 * breakers, where instances of API Management's gateway each go by what they saw themselves.
 */
export class BackendSelector {
  readonly #options: SelectorOptions
  readonly #pools: ReadonlyMap<string, Pool>
  readonly #breakers: ReadonlyMap<string, CircuitBreaker>

  constructor(options: SelectorOptions) {
    const all = [...options.backends.values()]
    this.#options = options
    this.#pools = new Map(
      all.flatMap(backend => (backend.pool === undefined ? [] : [[backend.name, poolOf(backend, backend.pool)]])),
    )
    this.#breakers = new Map(
      all.flatMap(({ name, circuitBreaker: rules }) =>
        rules === undefined ? [] : [[name, new CircuitBreaker(name, rules, options.states)]],
      ),
    )
  }

  /** Sends the call by `send`, to a member when its backend is a pool; refuses it when no backend may be asked. */
  async forward(ctx: CallContext, send: () => Promise<Refusal | undefined>): Promise<Refusal | undefined> {
    const { backendName: name } = ctx
    if (name === null) return send()
    const pool = this.#pools.get(name)
    return pool === undefined ? this.#forwardTo(name, ctx, send) : this.#spread(name, pool, ctx, send)
  }

  /** Aims a call that becomes a tunnel: at a member when its backend is a pool. A refusal when no backend may be asked. */
  aim(ctx: CallContext): Refusal | undefined {
    const { backendName: name } = ctx
    if (name === null) return undefined
    const pool = this.#pools.get(name)
    if (pool === undefined) {
      const wait = this.#waits(name)
      return wait > 0 ? tripped(wait) : undefined
    }
    const chosen = this.#choose(pool, pool.cookie === undefined ? undefined : cookieOf(ctx, pool.cookie))
    if (chosen === undefined) return this.#allTripped(pool)
    this.#send(ctx, chosen)
    return undefined
  }

  #send(ctx: CallContext, { backend }: Member): void {
    aimAt(ctx, this.#options.backends.get(backend)?.url ?? '')
    ctx.backendName = backend // its credentials and TLS settings
  }

  #allTripped({ members }: Pool): Refusal {
    return tripped(Math.min(...members.map(({ backend }) => this.#waits(backend))))
  }

  async #spread(
    name: string,
    pool: Pool,
    ctx: CallContext,
    send: () => Promise<Refusal | undefined>,
  ): Promise<Refusal | undefined> {
    const sent = pool.cookie === undefined ? undefined : cookieOf(ctx, pool.cookie)
    const chosen = this.#choose(pool, sent)
    if (chosen === undefined) return this.#allTripped(pool)
    this.#send(ctx, chosen)
    const refusal = await this.#forwardTo(chosen.backend, ctx, send)
    ctx.backendName = name
    if (pool.cookie !== undefined && sent !== chosen.token && isAnswered(refusal)) setCookie(ctx, pool.cookie, chosen.token)
    return refusal
  }

  async #forwardTo(name: string, ctx: CallContext, send: () => Promise<Refusal | undefined>): Promise<Refusal | undefined> {
    const breaker = this.#breakers.get(name)
    if (breaker === undefined) return send()
    const wait = breaker.waits(this.#options.now())
    if (wait > 0) return tripped(wait)
    const refusal = await send()
    this.#note(name, breaker, ctx, refusal)
    return refusal
  }

  #waits(name: string): number {
    return this.#breakers.get(name)?.waits(this.#options.now()) ?? 0
  }

  /** The session's member while it takes calls; else by turns among those of the lowest priority that do; undefined when none does. */
  #choose({ key, members }: Pool, token: string | undefined): Member | undefined {
    const closed = members.filter(({ backend }) => this.#waits(backend) === 0)
    const own = token === undefined ? undefined : closed.find(one => one.token === token)
    if (own !== undefined || closed.length === 0) return own
    const first = Math.min(...closed.map(({ priority }) => priority))
    const candidates = closed.filter(({ priority }) => priority === first)
    const position = candidates.length === 1 ? candidates[0]?.position : this.#options.states.turn(key, candidates)
    return candidates.find(one => one.position === position)
  }

  #note(name: string, breaker: CircuitBreaker, ctx: CallContext, refusal: Refusal | undefined): void {
    if (refusal !== undefined && blameless.has(refusal.reason)) return
    const answered = isAnswered(refusal)
    const outcome = {
      statusCode: refusal?.statusCode ?? ctx.response?.statusCode ?? 0,
      errorReason: answered ? undefined : refusal?.errorReason,
      // without an answer the context still holds that of an earlier try
      retryAfter: answered ? (ctx.response?.headers.get('Retry-After') ?? undefined) : undefined,
    }
    const trip = breaker.note(outcome, this.#options.now())
    if (trip !== undefined) this.#options.onTrip(name, trip)
  }
}

const isAnswered = (refusal: Refusal | undefined) => refusal === undefined || refusal.reason === 'backend.response'

/** What is no fault of the backend: the caller went away or sent too much, or a policy's request could not be sent. */
const blameless: ReadonlySet<string> = new Set(['request.aborted', 'request.body-too-large', 'policy.failed'])

function poolOf({ name, sessionAffinity }: Backend, members: readonly PoolMember[]): Pool {
  return {
    key: JSON.stringify([name, members]),
    members: members.map((member, position) => ({ ...member, position, token: memberToken(name, member.backend) })),
    cookie: sessionAffinity?.cookie,
  }
}

/** Puts the path below the address that it went to before under the member's. */
function aimAt(ctx: CallContext, address: string): void {
  // a WebSocket's address is the HTTP address that its handshake goes to (RFC 6455 §3)
  const base = RequestUrl.parse(address.replace(/^ws(?=s?:\/\/)/i, 'http'))
  if (base === undefined) return
  const below = pathBelowBackend(ctx)
  const { url } = ctx.request
  url.scheme = base.scheme
  url.host = base.host
  url.port = base.port
  ctx.backendBasePath = base.path.replace(/\/+$/, '')
  url.path = joinPath(ctx.backendBasePath, below)
}

function tripped(wait: number): Refusal {
  return refuse({
    reason: 'backend.tripped',
    statusCode: 503,
    message: 'The backend is not available at the moment.',
    errorReason: 'BackendCircuitOpen',
    errorMessage: 'The circuit breaker of the backend is open.',
    headers: [['Retry-After', String(Math.ceil(wait / 1000))]],
  })
}

import type { Backend, PoolMember } from '../../catalog/catalog.ts'
import { joinPath, pathBelowBackend } from '../../policies/context/backend-path.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { RequestUrl } from '../../policies/context/request-url.ts'
import { type Refusal, refuse } from '../../policies/outcome.ts'
import { CircuitBreaker } from './circuit-breaker.ts'

interface Member extends PoolMember {
  /** What it is owed: the weighted round robin gives the call to whom most is. */
  owed: number
}

/**
 * Chooses the backend of a pool for each call, and keeps calls from those whose circuit breaker is open. Each thread goes by what it saw itself, as
 * each instance of API Management's gateway does.
 */
export class BackendSelector {
  readonly #backends: ReadonlyMap<string, Backend>
  readonly #pools: ReadonlyMap<string, readonly Member[]>
  readonly #breakers: ReadonlyMap<string, CircuitBreaker>
  readonly #now: () => number

  constructor(backends: ReadonlyMap<string, Backend>, now: () => number) {
    const all = [...backends.values()]
    this.#backends = backends
    this.#now = now
    this.#pools = new Map(
      all.flatMap(({ name, pool }) => (pool === undefined ? [] : [[name, pool.map(one => ({ ...one, owed: 0 }))]])),
    )
    this.#breakers = new Map(
      all.flatMap(({ name, circuitBreaker: rules }) => (rules === undefined ? [] : [[name, new CircuitBreaker(rules)]])),
    )
  }

  /** Sends the call by `send`, to a member when its backend is a pool; refuses it when no backend may be asked. */
  async forward(ctx: CallContext, send: () => Promise<Refusal | undefined>): Promise<Refusal | undefined> {
    const { backendName: name } = ctx
    if (name === null) return send()
    const pool = this.#pools.get(name)
    const chosen = pool === undefined ? name : this.#choose(pool)
    const wait = chosen === undefined ? this.#shortestWait(pool ?? []) : this.#waits(chosen)
    if (chosen === undefined || wait > 0) return tripped(wait)
    if (pool !== undefined) aimAt(ctx, this.#backends.get(chosen)?.url ?? '')
    ctx.backendName = chosen // its credentials and TLS settings
    const refusal = await send()
    ctx.backendName = name
    this.#note(chosen, ctx, refusal)
    return refusal
  }

  #waits(name: string): number {
    return this.#breakers.get(name)?.waits(this.#now()) ?? 0
  }

  #shortestWait(pool: readonly Member[]): number {
    return Math.min(...pool.map(({ backend }) => this.#waits(backend)))
  }

  /** Smooth weighted round robin among the members of the lowest priority that can take calls; undefined when none can. */
  #choose(pool: readonly Member[]): string | undefined {
    const closed = pool.filter(({ backend }) => this.#waits(backend) === 0)
    const first = Math.min(...closed.map(({ priority }) => priority))
    const candidates = closed.filter(({ priority }) => priority === first)
    let best: Member | undefined
    for (const one of candidates) {
      one.owed += one.weight
      if (best === undefined || one.owed > best.owed) best = one
    }
    if (best !== undefined) best.owed -= candidates.reduce((sum, { weight }) => sum + weight, 0)
    return best?.backend
  }

  #note(name: string, ctx: CallContext, refusal: Refusal | undefined): void {
    const breaker = this.#breakers.get(name)
    if (breaker === undefined || refusal?.reason === 'request.aborted' || refusal?.reason === 'request.body-too-large') return
    const answered = refusal === undefined || refusal.reason === 'backend.response'
    const statusCode = refusal?.statusCode ?? ctx.response?.statusCode ?? 0
    breaker.note({ statusCode, answered, retryAfter: ctx.response?.headers.get('Retry-After') ?? undefined }, this.#now())
  }
}

/** Puts the path below the address that it went to before under the member's. */
function aimAt(ctx: CallContext, address: string): void {
  const base = RequestUrl.parse(address)
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

import { randomBytes, randomUUID } from 'node:crypto'
import type { DecisionRecord } from '../audit/record.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { allocateCache, SharedCache } from '../gateway/counters/shared-cache.ts'
import { allocateCounters, SharedCounters } from '../gateway/counters/shared-counters.ts'
import { recordOf } from '../gateway/run/decision-record.ts'
import { withOwnOperations } from '../gateway/run/own-operations.ts'
import { createRuntime } from '../gateway/run/runtime.ts'
import { type Incoming, serveCall } from '../gateway/run/serve-call.ts'
import type { TokenVerifier } from '../identity/token-verifier.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import { emptyResponse } from '../policies/context/empty-response.ts'
import { refuse } from '../policies/outcome.ts'
import type { Ports } from '../policies/ports.ts'

export interface DryRunOptions {
  readonly catalog: Catalog
  readonly tokens: TokenVerifier
  readonly identity: DecisionRecord['identity']
}

export interface DryRun {
  readonly record: DecisionRecord
  /** Where the request would have gone, without its query; absent: nowhere. */
  readonly backend?: string
  readonly notes: readonly string[]
}

/** Bytes of a cache that begins empty and lives for one call. */
const cacheBytes = 1_048_576

/** Decides a call by the gateway's own plans, and sends nothing anywhere: the backend and whatever policies ask of others stand still. */
export async function dryRun(incoming: Incoming, options: DryRunOptions): Promise<DryRun> {
  const catalog = withOwnOperations(options.catalog)
  const seen: Seen = { notes: new Set() }
  const program = compilePolicies(catalog, standingPorts(catalog, options.tokens, seen))
  const runtime = createRuntime({ catalog, program, generation: 0, worker: 0, identity: options.identity })
  const { call, served } = serveCall(incoming, runtime)
  const record = recordOf(call, await served, { received: 0, sent: 0 }, runtime)
  return { record, ...(seen.backend === undefined ? {} : { backend: seen.backend }), notes: [...seen.notes] }
}

interface Seen {
  backend?: string
  readonly notes: Set<string>
}

/** Real clock, counters and tokens; a backend that answers an empty 200, others that do not answer. */
function standingPorts(catalog: Catalog, tokens: TokenVerifier, seen: Seen): Ports {
  const secret = randomBytes(16)
  return {
    now: Date.now,
    uuid: randomUUID,
    delay: async () => {},
    async forward(ctx) {
      const { url, method } = ctx.request
      if (url.host === '') return noBackend()
      seen.backend = `${method} ${url.scheme}://${url.authority}${url.path}`
      seen.notes.add('Nothing was sent: the backend counts as answering an empty 200.')
      ctx.response = emptyResponse()
      return undefined
    },
    async send({ method, url }) {
      seen.notes.add(
        `A policy would call ${method} ${withoutQuery(url)}; it counts as not answering here, so what follows from it may differ.`,
      )
      return { kind: 'failure', reason: 'backend.unreachable', message: 'an explanation sends nothing' }
    },
    counters: new SharedCounters(allocateCounters(secret), 0),
    cache: new SharedCache(allocateCache(cacheBytes, secret)),
    tokens,
    managedIdentityToken() {
      seen.notes.add('A policy asks for a token of the managed identity: it counts as given.')
      return { kind: 'token', token: 'not-asked-for' }
    },
    maxBufferedBodyBytes: catalog.settings.gateway.maxBufferedBodyBytes,
    metric: () => {},
    log: () => {},
  }
}

const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')

function noBackend() {
  return refuse({
    reason: 'backend.missing',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'BackendConnectionFailure',
    errorMessage: 'no backend address is known for this API',
  })
}

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ActiveGrants } from '../../access/grant.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { RevocationLists } from '../../identity/certificates/revocation-lists.ts'
import type { ConnectionManager } from '../../identity/connections/connection-manager.ts'
import type { GroupResolver } from '../../identity/graph/group-overage.ts'
import { cloudOf } from '../../identity/graph/open-graph.ts'
import type { ManagedIdentity } from '../../identity/managed-identity.ts'
import type { TokenVerifier } from '../../identity/token-verifier.ts'
import type { Counters, Ports, ValueCache } from '../../policies/ports.ts'
import type { XmlEngine } from '../../policies/xml-engine.ts'
import type { BackendSelector } from '../forward/backend-selector.ts'
import type { Dispatchers } from '../forward/dispatchers.ts'
import { forwardRequest } from '../forward/forward-request.ts'
import type { Wardrobe } from '../forward/outfit.ts'
import { sendRequest } from '../forward/send-request.ts'
import type { CallSpans } from '../telemetry/call-spans.ts'
import type { ThreadMetrics } from '../telemetry/thread-metrics.ts'
import type { Call } from './call.ts'

export interface PortSources {
  readonly catalog: Catalog
  readonly dispatchers: Dispatchers
  readonly counters: Counters
  readonly cache: ValueCache
  readonly externalCache: ValueCache | undefined
  readonly tokens: TokenVerifier
  readonly managedIdentity: ManagedIdentity
  /** The workload's identity alone. */
  readonly workloadIdentity: ManagedIdentity
  readonly connections: ConnectionManager | undefined
  readonly wardrobe: Wardrobe
  readonly selector: BackendSelector
  readonly groups: GroupResolver | undefined
  /** Time-boxed grants in force at this moment. */
  grants(): ActiveGrants
  readonly xml: XmlEngine
  readonly revocation: RevocationLists
  /** Undefined: nothing is measured. */
  readonly metrics: ThreadMetrics | undefined
  /** Undefined: calls are not traced. */
  readonly spans: CallSpans | undefined
  readonly log: Ports['log']
}

/** What policies need from outside, made for one configuration. */
export function createPorts({
  catalog,
  dispatchers,
  counters,
  cache,
  externalCache,
  tokens,
  managedIdentity,
  workloadIdentity,
  connections,
  wardrobe,
  selector,
  groups,
  grants,
  xml,
  revocation,
  metrics,
  spans,
  log,
}: PortSources): Ports {
  const { maxBufferedBodyBytes } = catalog.settings.gateway
  const forwarding = {
    ...wardrobe,
    dispatchers,
    // this gateway's contexts are all calls
    via: (ctx: object) => (ctx as Call).via,
    maxBufferedBodyBytes,
  }
  const send: Ports['send'] = request => sendRequest(request, dispatchers, wardrobe.authorities)
  return {
    now: Date.now,
    uuid: randomUUID,
    delay: (ms, signal) => delay(ms, undefined, { signal }),
    forward:
      spans === undefined
        ? (ctx, options) => selector.forward(ctx, () => forwardRequest(ctx, options, forwarding))
        : (ctx, options) => selector.forward(ctx, () => spans.forward(ctx, () => forwardRequest(ctx, options, forwarding))),
    send: spans === undefined ? send : request => spans.send(request, () => send(request)),
    counters,
    cache,
    ...(externalCache === undefined ? {} : { externalCache }),
    tokens,
    ...(groups === undefined ? {} : { groups }),
    grants,
    loginHost: cloudOf(catalog).login,
    managedIdentityToken: (resource, clientId, provider) =>
      provider === undefined ? managedIdentity.token(resource, clientId) : workloadIdentity.token(resource),
    ...(connections === undefined ? {} : { connection: (...asked) => connections.token(...asked) }),
    xml,
    revocation,
    maxBufferedBodyBytes,
    metric: metrics === undefined ? () => {} : sample => metrics.custom(sample),
    log,
  }
}

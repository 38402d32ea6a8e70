import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { ActiveGrants } from '../../access/grant.ts'
import { AuditWriter, writerName } from '../../audit/audit-writer.ts'
import { baseName } from '../../catalog/base-name.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { TraceSettings } from '../../catalog/settings.ts'
import { RevocationLists } from '../../identity/certificates/revocation-lists.ts'
import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import { type CredentialSource, credentialSourceOf, ownCredential, workloadSourceOf } from '../../identity/credential-source.ts'
import { cloudOf, openGroups } from '../../identity/graph/open-graph.ts'
import { createIdentityFetch } from '../../identity/http-fetch.ts'
import { ManagedIdentity } from '../../identity/managed-identity.ts'
import { noStatistics } from '../../identity/token-verifier.ts'
import { compilePolicies } from '../../policies/compile-policies.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import type { PolicyProgram } from '../../policies/plan.ts'
import type { Ports } from '../../policies/ports.ts'
import { openSharedStore } from '../../store/redis/open-shared-store.ts'
import { BackendStates } from '../counters/backend-states.ts'
import { SharedCache } from '../counters/shared-cache.ts'
import { SharedCounters } from '../counters/shared-counters.ts'
import { Dispatchers } from '../forward/dispatchers.ts'
import { fetchRevocationList } from '../forward/fetch-revocation-list.ts'
import { openSelector } from '../forward/open-selector.ts'
import { ownAuthorities } from '../forward/own-authorities.ts'
import { servedBackends, withBackendValues } from '../forward/served-backend.ts'
import { createHttpServer, defaultTimes } from '../listen/http-server.ts'
import { ListenerSecurity, tlsContext } from '../listen/listener-security.ts'
import { OpenBodies } from '../listen/open-bodies.ts'
import { OpenCalls } from '../listen/open-calls.ts'
import { tracedHandlers } from '../listen/traced-handlers.ts'
import { UnusedConnections } from '../listen/unused-connections.ts'
import { CallKeeper } from '../run/call-keeper.ts'
import { createPorts } from '../run/create-ports.ts'
import { GatewayConnections } from '../run/gateway-connections.ts'
import { withOwnOperations } from '../run/own-operations.ts'
import { createRuntime, type Runtime } from '../run/runtime.ts'
import type { CallSpans } from '../telemetry/call-spans.ts'
import { MeasuredAudit } from '../telemetry/measured-audit.ts'
import { ThreadMetrics } from '../telemetry/thread-metrics.ts'
import { RequestTracing } from '../tracing/request-tracing.ts'
import { ThreadedXmlEngine } from '../xml/threaded-xml-engine.ts'
import type { FromWorker, ToWorker, WorkerData } from './messages.ts'

/** One serving thread: it lives by messages from the supervisor (supervisor/start-gateway.ts). */
if (parentPort === null) throw new Error('this file runs as a worker thread')
const port = parentPort
const data: WorkerData = workerData // what the supervisor made it with
const tell = (message: FromWorker) => port.postMessage(message)

const log: Ports['log'] = entry => tell({ type: 'log', ...entry })
const { identity } = data
const fetching = createIdentityFetch(
  identity.kind === 'directory' ? { local: { tenant: identity.tenant, directory: identity.directory } } : {},
)
const statistics = noStatistics()
const tokens = createTokenVerifier({
  fetch: fetching.fetch,
  statistics,
  ...(identity.kind === 'directory' ? { localTenant: identity.tenant.id } : {}),
})
const counters = new SharedCounters(data.counters, data.index)
const shared =
  data.store === undefined ? undefined : await openSharedStore(data.store, counters, change => tell({ type: 'store', ...change }))
// a thread that took another's place says so too: the other may have ended without
if (shared?.isAway === false) tell({ type: 'store', away: false, message: 'connected' })
const cache = new SharedCache(data.cache)
const backendStates = new BackendStates(data.backends)
const connections = new GatewayConnections()
const xml = new ThreadedXmlEngine()
const dispatchers = new Dispatchers(identity.kind === 'directory' ? identity : undefined)
const revocation = new RevocationLists({ now: Date.now, fetch: url => fetchRevocationList(url, dispatchers) })
const audit = new (data.measures ? MeasuredAudit : AuditWriter)({
  folder: data.audit,
  writer: writerName(threadId, data.auditRun),
  signer: data.auditSigner,
  ...(data.auditSegmentBytes === undefined ? {} : { maxSegmentBytes: data.auditSegmentBytes }),
  onSegment: name => tell({ type: 'segment', name }),
  onCheckpoint: head => tell({ type: 'head', head }),
  onTrouble: ({ failing, message }) =>
    tell({ type: 'log', severity: failing ? 'error' : 'information', source: 'audit', message }),
})

const metrics =
  audit instanceof MeasuredAudit ? new ThreadMetrics({ thread: String(data.index), tokens: statistics, audit }) : undefined
if (audit instanceof MeasuredAudit && metrics !== undefined) audit.onCall = record => metrics.call(record)

const spans = data.traces === undefined ? undefined : await openSpans(data.traces)

/** Begins a segment only when a call is kept. */
const keptCalls = new AuditWriter({ folder: data.keptCalls, writer: writerName(threadId), interval: 500 })
let grants = new ActiveGrants(data.grants)
let prepared: Runtime | undefined
let active: Runtime | undefined
let server: Server | undefined
let unused: UnusedConnections | undefined
let security: ListenerSecurity | undefined
let stopping = false

const serving = {
  runtime(): Runtime {
    if (active === undefined) throw new Error('serving before a configuration was activated')
    return active
  },
  audit,
  log,
  tracing: new RequestTracing(cache),
  keeper: new CallKeeper(keptCalls),
  calls: new OpenCalls(),
  bodies: new OpenBodies(),
  tunnels: new Set<Duplex>(),
  certificateOf: (socket: object) => security?.certificateOf(socket),
  isStopping: () => stopping,
}

function prepare({ generation, catalog: given }: Extract<ToWorker, { type: 'prepare' }>): void {
  const catalog = withBackendValues(withOwnOperations(given))
  const identityOf = (source: CredentialSource) =>
    new ManagedIdentity({ source, exchange: fetching.exchange, readText: path => readFile(path, 'utf8'), now: Date.now })
  const managedIdentity = identityOf(sourceFor(catalog))
  const workloadIdentity = identityOf(workloadSourceOf({ env: process.env, authorityHost: cloudOf(catalog).login }))
  const backends = servedBackends(catalog)
  const selector = openSelector(backends, backendStates, log)
  const wardrobe = {
    backends,
    aim: (call: CallContext) => selector.aim(call),
    authorities: ownAuthorities(catalog.certificateAuthorities),
    managedIdentityToken: (resource: string, clientId?: string) => managedIdentity.token(resource, clientId),
  }
  const ports = createPorts({
    catalog,
    dispatchers,
    counters: shared?.counters ?? counters,
    cache,
    externalCache: shared?.cache,
    tokens,
    managedIdentity,
    workloadIdentity,
    connections: connections.managerFor(catalog, { exchange: fetching.exchange, tokens, managedIdentity }),
    wardrobe,
    selector,
    revocation,
    groups: groupsFor(catalog, managedIdentity),
    grants: () => grants,
    xml,
    metrics,
    spans,
    log,
  })
  const { tls } = catalog.settings.gateway
  // a key that OpenSSL will not take is found now, while the old configuration still serves
  if (tls !== undefined) createSecureContext(tlsContext(tls, catalog))
  const program = compilePolicies(catalog, ports)
  refuseFaults(catalog, program)
  prepared = createRuntime({ catalog, program, generation, worker: data.index, identity: identity.kind, wardrobe })
  tell({ type: 'prepared', generation })
}

/** Whose tokens policies bring to backends: the directory counts only while it is served. */
function sourceFor(catalog: Catalog): CredentialSource {
  const { directory, settings } = catalog
  const application = settings.identity.managedIdentity
  const served = identity.kind === 'directory' ? directory : undefined
  const credential = ownCredential(catalog)
  return credentialSourceOf({
    env: process.env,
    authorityHost: cloudOf(catalog).login,
    ...(credential === undefined ? {} : { credential }),
    ...(served === undefined ? {} : { directory: served }),
    ...(application === undefined ? {} : { application }),
  })
}

/** OpenTelemetry's packages are read by threads that trace, and by no other. */
async function openSpans(settings: TraceSettings): Promise<CallSpans> {
  const { openCallSpans } = await import('../telemetry/open-call-spans.ts')
  return openCallSpans(settings, (message, severity) => tell({ type: 'log', severity, source: 'gateway', message }))
}

/** Milliseconds for which a call may wait for its caller's groups. */
const graphPatience = 10_000

function groupsFor(catalog: Catalog, managedIdentity: ManagedIdentity) {
  const { exchange } = fetching
  const wait = async (milliseconds: number) => void (await delay(milliseconds))
  return openGroups({
    catalog,
    identity: identity.kind,
    managedIdentity,
    exchange,
    now: Date.now,
    delay: wait,
    patience: graphPatience,
  })
}

/**
 * Composes all plans now, so that no call waits for that, and refuses a configuration with faults that nobody vouched for: an API may be faulty
 * only when it says so itself.
 */
function refuseFaults(catalog: Catalog, program: PolicyProgram): void {
  for (const api of catalog.apis) {
    if (api.fault !== undefined || api.notServed !== undefined) continue
    const products = catalog.products.filter(product => product.apis.includes(baseName(api)))
    for (const operation of api.operations)
      for (const product of [null, ...products])
        if (program.planFor(api, operation, product) === undefined)
          throw new Error(`the policies of ${api.name}, ${operation.name} have faults: ${describe(program)}`)
  }
}

function describe({ diagnostics }: PolicyProgram): string {
  const [first] = diagnostics.filter(({ severity }) => severity === 'error')
  return first === undefined ? 'none named' : `${first.file}:${first.line}:${first.column}: ${first.code}: ${first.message}`
}

function activate(generation: number): void {
  if (prepared?.generation !== generation) throw new Error(`configuration ${generation} was not prepared`)
  active = prepared
  prepared = undefined
  const { settings } = active.catalog
  if (server instanceof TlsServer && settings.gateway.tls !== undefined) {
    server.setSecureContext(tlsContext(settings.gateway.tls, active.catalog))
    security?.replace(settings.gateway.tls, active.catalog)
  }
  tell({ type: 'activated', generation })
}

async function listen({ host, port: wanted, reusePort }: Extract<ToWorker, { type: 'listen' }>): Promise<void> {
  const { catalog } = serving.runtime()
  const { maxHeaderBytes, headersTimeout, requestTimeout, tls } = catalog.settings.gateway
  if (tls !== undefined) security = new ListenerSecurity(tls, catalog)
  server = createHttpServer(serving, {
    maxHeaderBytes,
    times: { ...defaultTimes, headers: headersTimeout * 1000, request: requestTimeout * 1000 },
    ...(security === undefined ? {} : { tls: security }),
    ...(spans === undefined ? {} : { handlers: tracedHandlers(spans) }),
  })
  unused = new UnusedConnections(server)
  server.listen({ host, port: wanted, reusePort, backlog: 1024 })
  await once(server, 'listening')
  tell({ type: 'listening', port: (server.address() as AddressInfo).port }) // a TCP server's address is one
}

async function stop(grace: number): Promise<void> {
  stopping = true
  if (server !== undefined) {
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    unused?.close()
    const force = setTimeout(() => {
      server?.closeAllConnections()
      for (const tunnel of serving.tunnels) tunnel.destroy()
    }, grace)
    await closed
    clearTimeout(force)
  }
  await serving.calls.none() // those that were cut off have a record too
  await Promise.all([audit.close(), keptCalls.close()])
  connections.close()
  await Promise.all([dispatchers.close(), fetching.close(), shared?.close(), xml.close(), spans?.close()])
  if (metrics !== undefined) tell({ type: 'metrics', samples: metrics.take() })
  metrics?.close()
  port.close()
}

async function obey(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'prepare':
      return prepare(message)
    case 'activate':
      return activate(message.generation)
    case 'grants':
      grants = new ActiveGrants(message.grants)
      return
    case 'listen':
      return listen(message)
    case 'collect':
      return tell({ type: 'metrics', samples: metrics?.take() ?? [] })
    case 'stop':
      return stop(message.grace)
  }
}

port.on('message', (message: ToWorker) => {
  obey(message).catch((error: unknown) => {
    const code =
      error !== null && typeof error === 'object' && 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error), ...code })
  })
})

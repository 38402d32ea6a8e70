import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Catalog } from '../../catalog/catalog.ts'
import type { AuditSettings, HostPort, TelemetrySettings } from '../../catalog/settings.ts'
import { allocateBackends, BackendStates } from '../counters/backend-states.ts'
import { allocateCache } from '../counters/shared-cache.ts'
import { maxWorkers, releaseWorker } from '../counters/shared-counters.ts'
import { type BackendReport, reportBackends } from '../forward/report-backends.ts'
import type { Sample } from '../telemetry/samples.ts'
import { startTelemetry, type Telemetry } from '../telemetry/start-telemetry.ts'
import { gauge } from '../telemetry/thread-metrics.ts'
import { asItListens, changedUntilRestart } from './after-restart.ts'
import { type AuditExports, openAuditExports } from './audit-exports.ts'
import { AuditTrail } from './audit-trail.ts'
import { BackendReporter } from './backend-reporter.ts'
import { GrantWatch } from './grant-watch.ts'
import { cacheBytes, type IdentityBinding, type Notice } from './messages.ts'
import { MetricsCollector } from './metrics-collector.ts'
import { QuotaKeeper } from './quota-keeper.ts'
import { canShareAPort, refuseTakenAddress } from './shared-port.ts'
import { StoreWatch, type StoreWatchOptions } from './store-watch.ts'
import { WorkerHandle } from './worker-handle.ts'

export type LogEntry = Extract<Notice, { type: 'log' }>

export interface GatewayOptions {
  readonly catalog: Catalog
  readonly identity: IdentityBinding
  log(entry: LogEntry): void
  /** The module that threads run, for tests that make one fail. */
  readonly worker?: URL
}

/** What changed a configuration. */
export interface ConfigChange {
  readonly cause: 'files' | 'named values' | 'a call'
  /** Files whose content is another, from the workspace's folder; the first hundred. */
  readonly files: readonly string[]
}

export interface Gateway {
  readonly address: HostPort
  readonly scheme: 'http' | 'https'
  readonly workers: number
  /** Number of the configuration that is served, from 1. */
  readonly generation: number
  /** Where `/metrics` is served; undefined when it is not. */
  readonly metrics: HostPort | undefined
  /** The state of every backend, as all threads see it. */
  backends(): readonly BackendReport[]
  /** Compiles a new configuration in every thread and, when all have, swaps to it; calls in flight end by the old one. */
  reload(catalog: Catalog, change?: ConfigChange): Promise<void>
  /** A change that was not taken over, for the trail. */
  refused(change: ConfigChange, faults: number): void
  /** Accepts nothing new, lets calls in flight end, for `grace` ms at most. */
  stop(grace?: number): Promise<void>
}

const defaultAudit: AuditSettings = { compress: true }
const defaultGrace = 25_000
/** Milliseconds past the grace in which a thread must have ended. */
const deafAfter = 5_000
const workerModule = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Starts the serving threads on one port; resolves when all of them listen. Rejects when the address cannot be had. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const supervisor = new Supervisor(options)
  try {
    await supervisor.start()
  } catch (error) {
    await supervisor.stop(0)
    throw error
  }
  return supervisor
}

class Supervisor implements Gateway {
  readonly #options: GatewayOptions
  readonly #quotas: QuotaKeeper
  readonly #storeWatch: StoreWatch
  readonly #trail: AuditTrail
  readonly #grantWatch: GrantWatch
  readonly #cache = allocateCache(cacheBytes, randomBytes(16))
  readonly #backends = allocateBackends(randomBytes(16))
  readonly #backendStates = new BackendStates(this.#backends)
  readonly #reporter: BackendReporter
  readonly #workers = new Map<number, WorkerHandle>()
  readonly #collector = new MetricsCollector()
  #telemetry: Telemetry | undefined
  #exports: AuditExports | undefined
  #catalog: Catalog
  #port = 0
  #generation = 1
  #stopping = false
  #turn: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#catalog = options.catalog
    this.#quotas = new QuotaKeeper(options.catalog.settings.state, message => this.#log(message, 'error'))
    this.#reporter = new BackendReporter(
      options.catalog.settings.state,
      () => ({ generation: this.#generation, backends: this.backends() }),
      message => this.#log(message, 'error'),
    )
    this.#trail = new AuditTrail({
      state: options.catalog.settings.state,
      settings: options.catalog.settings.audit ?? defaultAudit,
      log: (message, severity) => this.#log(message, severity),
    })
    const outages: Omit<StoreWatchOptions, 'store'> = {
      record: record => void this.#trail.recordNow(record),
      identity: options.identity.kind,
      generation: () => this.#generation,
      log: (message, severity) => this.#log(message, severity),
    }
    this.#storeWatch = new StoreWatch({ ...outages, store: 'Redis' })
    this.#grantWatch = new GrantWatch({
      state: options.catalog.settings.state,
      postgres: options.catalog.settings.store?.postgres,
      changed: grants => {
        for (const worker of this.#workers.values()) worker.send({ type: 'grants', grants })
        void this.#trail.nameOthers()
      },
      ended: ({ id, holder, role, scope }) =>
        this.#trail.event('grant.ended', { grant: id, holder: holder.name, role, scope: `${scope.kind} ${scope.name}` }),
      outages,
    })
  }

  backends(): readonly BackendReport[] {
    return reportBackends(this.#catalog, this.#backendStates, Date.now())
  }

  get address(): HostPort {
    return { host: this.#catalog.settings.gateway.listen.host, port: this.#port }
  }

  get scheme(): 'http' | 'https' {
    return this.#catalog.settings.gateway.tls === undefined ? 'http' : 'https'
  }

  get metrics(): HostPort | undefined {
    return this.#telemetry?.address
  }

  get workers(): number {
    return this.#workers.size
  }

  get generation(): number {
    return this.#generation
  }

  async start(): Promise<void> {
    const { listen } = this.#catalog.settings.gateway
    await refuseTakenAddress(listen)
    this.#port = listen.port
    const { telemetry } = this.#options.catalog.settings
    if (telemetry !== undefined) this.#telemetry = await this.#openTelemetry(telemetry)
    this.#exports = await openAuditExports({
      catalog: this.#catalog,
      identity: this.#options.identity,
      folder: this.#trail.folder,
      log: (message, severity) => this.#log(message, severity),
    })
    await this.#grantWatch.ready
    const count = this.#workerCount()
    // the first one finds a free port when any will do; the others share it
    await this.#startWorker(0)
    await Promise.all(Array.from({ length: count - 1 }, (_, i) => this.#startWorker(i + 1)))
    const { host } = listen
    const { folder } = this.#catalog.settings
    const detail = {
      process: process.pid,
      workers: count,
      listen: `${host}:${this.#port}`,
      workspace: folder,
      identity: this.#options.identity.kind,
    }
    this.#trail.event('gateway.started', detail, account())
  }

  #openTelemetry(settings: TelemetrySettings): Promise<Telemetry> {
    return startTelemetry({
      settings,
      collect: () => this.#collect(),
      log: (message, severity) => this.#log(message, severity),
    })
  }

  /** What the threads have measured, and what only the whole gateway knows. */
  async #collect(): Promise<readonly Sample[]> {
    const threads = [...this.#workers].map(([index, worker]) => [index, () => worker.send({ type: 'collect' })] as const)
    const samples = await this.#collector.collect(threads)
    return [
      ...samples,
      ...this.#storeWatch.take(),
      ...this.#grantWatch.take(),
      ...(this.#exports?.take() ?? []),
      ...this.backends().flatMap(({ name, breaker }) =>
        breaker === undefined ? [] : [gauge('gatehouse_backend_open', breaker.state === 'open' ? 1 : 0, [['backend', name]])],
      ),
      gauge('gatehouse_workers', this.#workers.size),
      gauge('gatehouse_generation', this.#generation),
      gauge('gatehouse_resident_memory_bytes', process.memoryUsage.rss()),
    ]
  }

  #workerCount(): number {
    const wanted = Math.min(this.#catalog.settings.gateway.workers, maxWorkers)
    if (canShareAPort || wanted === 1) return wanted
    this.#log(`this system cannot share a port between threads: 1 worker serves instead of ${wanted}`)
    return 1
  }

  async #startWorker(index: number): Promise<void> {
    const { audit, store, telemetry: { traces } = {} } = this.#options.catalog.settings
    const data = {
      index,
      counters: this.#quotas.counters,
      cache: this.#cache,
      backends: this.#backends,
      identity: this.#options.identity,
      audit: this.#trail.folder,
      grants: this.#grantWatch.active,
      auditSigner: this.#trail.signer,
      auditRun: this.#trail.run,
      keptCalls: this.#trail.keptCalls,
      ...(audit?.segmentBytes === undefined ? {} : { auditSegmentBytes: audit.segmentBytes }),
      // that of the start, for a thread that takes another's place too: all threads count in the same place
      ...(store?.redis === undefined ? {} : { store: { redis: store.redis, limitsWhenAway: store.limitsWhenAway } }),
      measures: this.#options.catalog.settings.telemetry !== undefined,
      ...(traces === undefined ? {} : { traces }),
    }
    const worker = new WorkerHandle(this.#options.worker ?? workerModule, data, notice => this.#noticed(index, notice))
    this.#workers.set(index, worker)
    try {
      await this.#bringUp(worker)
      void worker.ended.then(cause => this.#ended(worker, cause))
    } catch (error) {
      this.#workers.delete(index)
      await worker.terminate()
      throw error
    }
  }

  #noticed(worker: number, notice: Notice): void {
    if (notice.type === 'log') this.#options.log(notice)
    else if (notice.type === 'metrics') this.#collector.arrived(worker, notice.samples)
    else if (notice.type === 'head') this.#trail.told(notice.head)
    else if (notice.type === 'segment') this.#trail.event('audit.segment', { segment: notice.name, worker })
    else this.#storeWatch.changed(worker, notice.away, notice.message)
  }

  async #bringUp(worker: WorkerHandle): Promise<void> {
    const generation = this.#generation
    await worker.ask({ type: 'prepare', generation, catalog: this.#catalog }, 'prepared')
    await worker.ask({ type: 'activate', generation }, 'activated')
    const { host } = this.#catalog.settings.gateway.listen
    const listening = await worker.ask({ type: 'listen', host, port: this.#port, reusePort: canShareAPort }, 'listening')
    this.#port = listening.port
  }

  /** A thread that died is replaced, what it held is given back; one that dies at once again and again is tried ever more rarely. */
  async #ended(worker: WorkerHandle, cause: Error | undefined): Promise<void> {
    releaseWorker(this.#quotas.counters, worker.index)
    this.#collector.ended(worker.index)
    if (this.#stopping || this.#workers.get(worker.index) !== worker) return
    this.#workers.delete(worker.index)
    this.#log(`worker ${worker.index} ended: ${cause?.stack ?? 'for no known reason'}; another takes its place`, 'error')
    for (let wait = 100; !this.#stopping; wait = Math.min(wait * 2, 10_000)) {
      const failed = await this.#inTurn(() => this.#startWorker(worker.index)).catch((error: Error) => error)
      if (failed === undefined) {
        this.#log(`worker ${worker.index} serves again`)
        return
      }
      this.#log(`worker ${worker.index} did not start: ${failed.message}`, 'error')
      await new Promise(resolve => setTimeout(resolve, wait))
    }
  }

  /** Reloads and restarts of threads come one after another: each finds all threads at one configuration. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.then(
      () => {},
      () => {},
    )
    return result
  }

  reload(catalog: Catalog, change?: ConfigChange): Promise<void> {
    return this.#inTurn(async () => {
      await this.#reload(catalog)
      const { files = [], cause = 'a call' } = change ?? {}
      this.#trail.event('config.changed', { generation: this.#generation, cause, files }, account())
    })
  }

  refused({ files, cause }: ConfigChange, faults: number): void {
    this.#trail.event('config.refused', { generation: this.#generation, cause, files, faults }, account())
  }

  async #reload(given: Catalog): Promise<void> {
    const served = this.#catalog.settings
    const catalog = asItListens(served, given)
    const generation = this.#generation + 1
    const workers = [...this.#workers.values()]
    await Promise.all(workers.map(worker => worker.ask({ type: 'prepare', generation, catalog }, 'prepared')))
    const changed = changedUntilRestart(this.#options.catalog.settings, served, given.settings)
    if (changed.length > 0) this.#log(`changed, and in force only after a restart: ${changed.join(', ')}`)
    this.#catalog = catalog
    this.#generation = generation
    // a thread that dies now is replaced by one with the new configuration
    await Promise.allSettled(workers.map(worker => worker.ask({ type: 'activate', generation }, 'activated')))
  }

  async stop(grace = defaultGrace): Promise<void> {
    this.#stopping = true
    const workers = [...this.#workers.values()]
    for (const worker of workers) worker.send({ type: 'stop', grace })
    // a thread that does not even hear that it should stop is ended from outside
    const force = setTimeout(() => workers.map(worker => worker.terminate()), grace + deafAfter)
    await Promise.all(workers.map(worker => worker.ended))
    clearTimeout(force)
    this.#closed ??= this.#close()
    await this.#closed
  }

  /** Once, however often it is told to stop. */
  async #close(): Promise<void> {
    await this.#telemetry?.close()
    this.#quotas.close()
    this.#reporter.close()
    await this.#grantWatch.close()
    await this.#trail.close()
    await this.#exports?.close()
  }

  #log(message: string, severity: LogEntry['severity'] = 'information'): void {
    this.#options.log({ type: 'log', severity, source: 'gateway', message })
  }
}

/** The account of the operating system that the gateway runs under: who may change its files. */
function account(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}` // a container's account need not have a name
  }
}

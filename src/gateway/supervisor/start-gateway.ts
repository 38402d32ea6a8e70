import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Catalog, HostPort, ListenerTls } from '../../catalog/catalog.ts'
import { allocateBackends } from '../counters/backend-states.ts'
import { allocateCache } from '../counters/shared-cache.ts'
import { maxWorkers, releaseWorker } from '../counters/shared-counters.ts'
import { cacheBytes, type IdentityBinding, type Notice } from './messages.ts'
import { QuotaKeeper } from './quota-keeper.ts'
import { StoreWatch } from './store-watch.ts'
import { WorkerHandle } from './worker-handle.ts'

export type LogEntry = Extract<Notice, { type: 'log' }>

export interface GatewayOptions {
  readonly catalog: Catalog
  readonly identity: IdentityBinding
  log(entry: LogEntry): void
  /** The module that threads run, for tests that make one fail. */
  readonly worker?: URL
}

export interface Gateway {
  readonly address: HostPort
  readonly scheme: 'http' | 'https'
  readonly workers: number
  /** Number of the configuration that is served, from 1. */
  readonly generation: number
  /** Compiles a new configuration in every thread and, when all have, swaps to it; calls in flight end by the old one. */
  reload(catalog: Catalog): Promise<void>
  /** Accepts nothing new, lets calls in flight end, for `grace` ms at most. */
  stop(grace?: number): Promise<void>
}

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
  readonly #cache = allocateCache(cacheBytes, randomBytes(16))
  readonly #backends = allocateBackends(randomBytes(16))
  readonly #workers = new Map<number, WorkerHandle>()
  #catalog: Catalog
  #port = 0
  #generation = 1
  #stopping = false
  #turn: Promise<void> = Promise.resolve()

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#catalog = options.catalog
    this.#quotas = new QuotaKeeper(options.catalog.settings.state, message => this.#log(message, 'error'))
    this.#storeWatch = new StoreWatch({
      audit: this.#auditFolder,
      identity: options.identity.kind,
      generation: () => this.#generation,
      log: (message, severity) => this.#log(message, severity),
    })
  }

  get address(): HostPort {
    return { host: this.#catalog.settings.gateway.listen.host, port: this.#port }
  }

  get scheme(): 'http' | 'https' {
    return this.#catalog.settings.gateway.tls === undefined ? 'http' : 'https'
  }

  get #auditFolder(): string {
    return join(this.#catalog.settings.state, 'audit')
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
    const count = this.#workerCount()
    // the first one finds a free port when any will do; the others share it
    await this.#startWorker(0)
    await Promise.all(Array.from({ length: count - 1 }, (_, i) => this.#startWorker(i + 1)))
  }

  #workerCount(): number {
    const wanted = Math.min(this.#catalog.settings.gateway.workers, maxWorkers)
    if (canShareAPort || wanted === 1) return wanted
    this.#log(`this system cannot share a port between threads: 1 worker serves instead of ${wanted}`)
    return 1
  }

  async #startWorker(index: number): Promise<void> {
    const data = {
      index,
      counters: this.#quotas.counters,
      cache: this.#cache,
      backends: this.#backends,
      identity: this.#options.identity,
      audit: this.#auditFolder,
      // that of the start, for a thread that takes another's place too: all threads count in the same place
      ...(this.#options.catalog.settings.store === undefined ? {} : { store: this.#options.catalog.settings.store }),
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

  reload(catalog: Catalog): Promise<void> {
    return this.#inTurn(() => this.#reload(catalog))
  }

  async #reload(given: Catalog): Promise<void> {
    const catalog = this.#asItListens(given)
    const generation = this.#generation + 1
    const workers = [...this.#workers.values()]
    await Promise.all(workers.map(worker => worker.ask({ type: 'prepare', generation, catalog }, 'prepared')))
    this.#tellWhatNeedsARestart(given)
    this.#catalog = catalog
    this.#generation = generation
    // a thread that dies now is replaced by one with the new configuration
    await Promise.allSettled(workers.map(worker => worker.ask({ type: 'activate', generation }, 'activated')))
  }

  /** Threads that listen already and one that takes another's place later speak the same protocol. */
  #asItListens(catalog: Catalog): Catalog {
    const { tls: before } = this.#catalog.settings.gateway
    const { tls: after, ...gateway } = catalog.settings.gateway
    if (!listensOtherwise(before, after)) return catalog
    return {
      ...catalog,
      settings: { ...catalog.settings, gateway: { ...gateway, ...(before === undefined ? {} : { tls: before }) } },
    }
  }

  #tellWhatNeedsARestart({ settings }: Catalog): void {
    const [before, after] = [this.#catalog.settings.gateway, settings.gateway]
    const changed = (['listen', 'workers', 'maxHeaderBytes'] as const).filter(
      name => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    )
    const names = changed.map(name => `gateway.${name}`)
    if (listensOtherwise(before.tls, after.tls)) names.push('gateway.tls')
    if (JSON.stringify(this.#options.catalog.settings.store) !== JSON.stringify(settings.store)) names.push('store')
    if (names.length > 0) this.#log(`changed, and in force only after a restart: ${names.join(', ')}`)
  }

  async stop(grace = defaultGrace): Promise<void> {
    this.#stopping = true
    const workers = [...this.#workers.values()]
    for (const worker of workers) worker.send({ type: 'stop', grace })
    // a thread that does not even hear that it should stop is ended from outside
    const force = setTimeout(() => workers.map(worker => worker.terminate()), grace + deafAfter)
    await Promise.all(workers.map(worker => worker.ended))
    clearTimeout(force)
    this.#quotas.close()
    this.#storeWatch.close()
  }

  #log(message: string, severity: LogEntry['severity'] = 'information'): void {
    this.#options.log({ type: 'log', severity, source: 'gateway', message })
  }
}

/** Certificates, keys and authorities may change while a listener runs; whether it speaks TLS and what it asks of callers may not. */
function listensOtherwise(before: ListenerTls | undefined, after: ListenerTls | undefined): boolean {
  return before?.clientCertificate !== after?.clientCertificate
}

/** SO_REUSEPORT spreads connections over threads on these systems only (Node's net.Server documentation, `reusePort`). */
const canShareAPort = ['linux', 'freebsd'].includes(process.platform)

/** Ports that are shared could be shared with another process by accident; so the address is tried alone first. */
async function refuseTakenAddress({ host, port }: HostPort): Promise<void> {
  if (port === 0) return
  const probe = createServer()
  probe.listen({ host, port, exclusive: true })
  await once(probe, 'listening')
  const closed = once(probe, 'close')
  probe.close()
  await closed
}

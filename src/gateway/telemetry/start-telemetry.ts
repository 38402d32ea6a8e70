import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { HostPort, TelemetrySettings } from '../../catalog/settings.ts'
import { MetricStore } from './metric-store.ts'
import { type OpenTelemetry, resourceMetrics } from './resource-metrics.ts'
import type { Sample } from './samples.ts'
import { telemetryResource } from './telemetry-resource.ts'
import { LoopMetrics } from './thread-metrics.ts'

export interface TelemetryOptions {
  readonly settings: TelemetrySettings
  /** Asks all threads what they have measured since they were asked last; a thread that does not answer is left out. */
  collect(): Promise<readonly Sample[]>
  /** Told once when pushing begins to fail and once when it works again. */
  log(message: string, severity: 'information' | 'error'): void
}

export interface Telemetry {
  /** Where `/metrics` is served; undefined when it is not. */
  readonly address: HostPort | undefined
  /** Pushes what there is a last time, within two seconds. */
  close(): Promise<void>
}

/** Milliseconds for one push with its retries, which ends before the next is due, and for the last one when the gateway stops. */
const pushTimeout = 10_000
const lastPushTimeout = 2000

/** Gives metrics out: to whoever asks `/metrics`, in Prometheus's form, and to a collector by OTLP. Rejects when the address cannot be had. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { settings } = options
  const metrics = new Metrics(options.collect, await openTelemetry(), await telemetryResource())
  const pusher =
    settings.otlp === undefined ? undefined : await startPushing(settings.otlp, settings.interval, metrics, options.log)
  try {
    const server = settings.listen === undefined ? undefined : await listen(settings.listen, metrics)
    return {
      address: server === undefined ? undefined : addressOf(server, settings.listen),
      async close() {
        await pusher?.close()
        server?.close()
        server?.closeAllConnections()
        metrics.close()
      },
    }
  } catch (error) {
    await pusher?.abandon()
    metrics.close()
    throw error
  }
}

async function openTelemetry(): Promise<OpenTelemetry> {
  const [sdk, api] = await Promise.all([import('@opentelemetry/sdk-metrics'), import('@opentelemetry/api')])
  return { sdk, api }
}

/** The store of all threads' metrics, brought up to date when it is read. Readers that come at the same time share one look. */
class Metrics {
  readonly #store = new MetricStore()
  readonly #startedAt = Date.now()
  readonly #collect: TelemetryOptions['collect']
  readonly #otel: OpenTelemetry
  readonly #resource: ResourceMetrics['resource']
  readonly #loop = new LoopMetrics('main')
  #reading: Promise<ResourceMetrics> | undefined

  constructor(collect: TelemetryOptions['collect'], otel: OpenTelemetry, resource: ResourceMetrics['resource']) {
    this.#collect = collect
    this.#otel = otel
    this.#resource = resource
  }

  read(): Promise<ResourceMetrics> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  close(): void {
    this.#loop.close()
  }

  async #readOnce(): Promise<ResourceMetrics> {
    this.#store.merge(await this.#collect())
    this.#store.merge(this.#loop.take())
    return resourceMetrics(this.#store, this.#resource, this.#startedAt, Date.now(), this.#otel)
  }
}

async function listen({ host, port }: HostPort, metrics: Metrics): Promise<Server> {
  const { PrometheusSerializer } = await import('@opentelemetry/exporter-prometheus')
  const serializer = new PrometheusSerializer()
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0]
    if (path !== '/metrics') return void response.writeHead(404).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    const text = serializer.serialize(await metrics.read())
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.maxConnections = 64
  server.headersTimeout = 5000
  server.requestTimeout = 10_000
  server.listen({ host, port })
  await once(server, 'listening')
  return server
}

function addressOf(server: Server, wanted: HostPort | undefined): HostPort {
  return { host: wanted?.host ?? '', port: (server.address() as AddressInfo).port } // a TCP server's address is one
}

interface Pusher {
  close(): Promise<void>
  abandon(): Promise<void>
}

async function startPushing(url: string, interval: number, metrics: Metrics, log: TelemetryOptions['log']): Promise<Pusher> {
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http')
  const exporter = new OTLPMetricExporter({ url, timeoutMillis: Math.min(pushTimeout, interval * 1000) })
  const { host } = new URL(url)
  let failing = false
  let pushing: Promise<void> | undefined
  const told = (error: Error | undefined) => {
    const isFailing = error !== undefined
    if (isFailing === failing) return
    failing = isFailing
    log(
      isFailing ? `metrics cannot be pushed to ${host}: ${error.message}` : `metrics are pushed to ${host} again`,
      isFailing ? 'error' : 'information',
    )
  }
  const pushOnce = async () => {
    const read = await metrics.read()
    told(
      await new Promise<Error | undefined>(resolve => {
        // 0 is success (ExportResultCode)
        exporter.export(read, ({ code, error }) => resolve(code === 0 ? undefined : (error ?? new Error('no reason was given'))))
      }),
    )
  }
  // one push at a time: what a slow collector misses is in the next one
  const push = () => {
    pushing ??= pushOnce()
      .catch((error: unknown) => told(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        pushing = undefined
      })
    return pushing
  }
  const timer = setInterval(push, interval * 1000).unref()
  const abandon = async () => {
    clearInterval(timer)
    await exporter.shutdown().catch(() => {}) // it is given up either way
  }
  return {
    abandon,
    async close() {
      clearInterval(timer)
      await pushing
      let late: NodeJS.Timeout | undefined
      await Promise.race([
        push(),
        new Promise<void>(resolve => {
          late = setTimeout(resolve, lastPushTimeout)
        }),
      ])
      clearTimeout(late)
      await abandon()
    },
  }
}

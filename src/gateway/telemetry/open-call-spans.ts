import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { TraceSettings } from '../../catalog/settings.ts'
import { CallSpans } from './call-spans.ts'
import { ownScope } from './samples.ts'
import { telemetryResource } from './telemetry-resource.ts'

/** Milliseconds between two batches, for one with its retries, and for the last one when the thread stops. */
const interval = 1000
const pushTimeout = 10_000
const lastPushTimeout = 2000
/** Spans that wait while the collector does not take them: more are dropped. */
const maxQueue = 4096

/** Told once when spans cannot be sent and once when they can again. */
type Log = (message: string, severity: 'information' | 'error') => void

/** The spans of one thread, sent to a collector in batches. What waits is bounded, and no call waits for it. */
export async function openCallSpans({ url, sample }: TraceSettings, log: Log): Promise<CallSpans> {
  const [api, sdk, { W3CTraceContextPropagator }, { OTLPTraceExporter }, resource] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/core'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    telemetryResource(),
  ])
  const exporter = tellingOutages(new OTLPTraceExporter({ url, timeoutMillis: pushTimeout, concurrencyLimit: 2 }), url, log)
  const provider = new sdk.TracerProvider({
    resource,
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sample) }),
    spanLimits: { attributeValueLengthLimit: 1024, attributeCountLimit: 32 },
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter,
        maxQueueSize: maxQueue,
        scheduledDelayMillis: interval,
        exportTimeoutMillis: pushTimeout,
      }),
    ],
  })
  return new CallSpans({
    api,
    tracer: provider.getTracer(ownScope),
    propagator: new W3CTraceContextPropagator(),
    async close() {
      let late: NodeJS.Timeout | undefined
      const expired = new Promise<void>(resolve => {
        late = setTimeout(resolve, lastPushTimeout)
      })
      // what a collector that is away did not take was told when it went away
      await Promise.race([provider.shutdown().catch(() => {}), expired])
      clearTimeout(late)
    },
  })
}

function tellingOutages(exporter: SpanExporter, url: string, log: Log): SpanExporter {
  const { host } = new URL(url)
  let failing = false
  return {
    export(spans, told) {
      exporter.export(spans, result => {
        const isFailing = result.code !== 0 // ExportResultCode.SUCCESS
        if (isFailing !== failing)
          log(
            isFailing ? `traces cannot be sent to ${host}: ${result.error?.message}` : `traces are sent to ${host} again`,
            isFailing ? 'error' : 'information',
          )
        failing = isFailing
        told(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

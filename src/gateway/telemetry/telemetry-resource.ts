import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'

/** Who measures, traces and records: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word. */
export async function telemetryResource(): Promise<ResourceMetrics['resource']> {
  const { detectResources, envDetector, resourceFromAttributes } = await import('@opentelemetry/resources')
  const own = resourceFromAttributes({ 'service.name': 'gatehouse', 'service.instance.id': String(process.pid) })
  return own.merge(detectResources({ detectors: [envDetector] }))
}

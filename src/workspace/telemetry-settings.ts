import type { HostPort, TelemetrySettings, TraceSettings } from '../catalog/settings.ts'
import { parseHostPort } from './host-port.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Report } from './report.ts'
import type { Fields } from './text/fields.ts'
import { readPart } from './text/read-part.ts'
import { memberOf } from './text/text-node.ts'

const day = 86_400
/** A tenth of calls: a gateway has more of them than anybody looks at. */
const defaultSample = 0.1

/**
 * `telemetry` of gatehouse.yaml. What it does not say of OTLP the variables of the OpenTelemetry specification do ("OpenTelemetry Protocol
 * Exporter"); undefined when metrics are given out nowhere.
 */
export function readTelemetry(
  root: Fields | undefined,
  env: Readonly<Record<string, string | undefined>>,
  report: Report,
): TelemetrySettings | undefined {
  const telemetry = root?.fields('telemetry')
  telemetry?.refuseOthers(gatehouseKeys.telemetry)
  const listen = readListen(telemetry, report)
  const otlp = readOtlp(telemetry, env, report)
  const interval = telemetry?.whole('interval', { min: 1, max: day }) ?? 60
  const traces = readTraces(telemetry, env, report)
  if (listen === undefined && otlp === undefined && traces === undefined) return undefined
  return {
    ...(listen === undefined ? {} : { listen }),
    ...(otlp === undefined ? {} : { otlp }),
    interval,
    ...(traces === undefined ? {} : { traces }),
  }
}

function readListen(telemetry: Fields | undefined, report: Report): HostPort | undefined {
  const raw = telemetry?.text('listen')
  if (telemetry === undefined || raw === undefined) return undefined
  const parsed = parseHostPort(raw)
  if (parsed === undefined) {
    const mend = 'write host:port, such as 127.0.0.1:9464'
    report.error(telemetry.at('listen'), 'value.format', `'${raw}' is not an address to listen at`, mend)
  }
  return parsed
}

function readOtlp(
  telemetry: Fields | undefined,
  env: Readonly<Record<string, string | undefined>>,
  report: Report,
): string | undefined {
  const written = telemetry?.text('otlp')
  const url =
    written === undefined
      ? env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT || signalUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT, 'metrics')
      : signalUrl(written, 'metrics')
  if (url === undefined || isHttp(url)) return url
  if (telemetry !== undefined && written !== undefined)
    report.error(
      telemetry.at('otlp'),
      'value.format',
      `'${written}' is no address of a collector`,
      'write http://host:4318, or https://',
    )
  return undefined
}

/** The endpoint for all signals is a base to which each signal adds its path. */
export function signalUrl(base: string | undefined, signal: 'metrics' | 'traces' | 'logs'): string | undefined {
  return base === undefined || base === '' ? undefined : `${base.replace(/\/+$/, '')}/v1/${signal}`
}

/** Traces are asked for in so many words: a collector for metrics alone gets none. */
function readTraces(
  telemetry: Fields | undefined,
  env: Readonly<Record<string, string | undefined>>,
  report: Report,
): TraceSettings | undefined {
  const traces = telemetry?.fields('traces')
  if (telemetry === undefined || traces === undefined) return undefined
  traces.refuseOthers(gatehouseKeys.traces)
  const sample = memberOf(traces.node, 'sample') === undefined ? defaultSample : readPart(traces, 'sample', report)
  const written = telemetry.text('otlp')
  const url =
    written === undefined
      ? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || signalUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT, 'traces')
      : signalUrl(written, 'traces')
  if (url !== undefined) return isHttp(url) ? { url, sample } : undefined
  // where the collector is may be known only where the gateway runs
  const mend = 'set telemetry.otlp, or the environment variable OTEL_EXPORTER_OTLP_ENDPOINT'
  report.warning(telemetry.at('traces'), 'value.missing', 'there is no collector for traces, so calls are not traced', mend)
  return undefined
}

export function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

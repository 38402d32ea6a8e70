import type { HostPort, TelemetrySettings } from '../catalog/catalog.ts'
import { parseHostPort } from './host-port.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Report } from './report.ts'
import type { Fields } from './text/fields.ts'

const day = 86_400

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
  if (listen === undefined && otlp === undefined) return undefined
  return { ...(listen === undefined ? {} : { listen }), ...(otlp === undefined ? {} : { otlp }), interval }
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
      ? env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT || metricsUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT)
      : metricsUrl(written)
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
function metricsUrl(base: string | undefined): string | undefined {
  return base === undefined || base === '' ? undefined : `${base.replace(/\/+$/, '')}/v1/metrics`
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

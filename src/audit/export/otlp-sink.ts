import type { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import type { ExportSink } from './export-sink.ts'
import type { ExportedRecord } from './read-trail.ts'

type LogRecord = Parameters<OTLPLogExporter['export']>[0][number]

/** SeverityNumber of OpenTelemetry's log data model. */
const severities = {
  allowed: [9, 'INFO'],
  refused: [13, 'WARN'],
  failed: [17, 'ERROR'],
} as const

/** OpenTelemetry logs, by OTLP over HTTP: the record as the body, what is looked for most as attributes. */
export async function otlpSink(url: string, resource: LogRecord['resource']): Promise<ExportSink> {
  const { OTLPLogExporter: Exporter } = await import('@opentelemetry/exporter-logs-otlp-http')
  const exporter = new Exporter({ url, timeoutMillis: 5000, concurrencyLimit: 1 })
  const scope = { name: 'gatehouse.audit' }
  return {
    kind: 'otlp',
    place: new URL(url).host,
    limits: { records: 500, bytes: 512 * 1024 },
    send: (records, signal) =>
      new Promise((resolve, reject) => {
        const stop = () => reject(new Error('given up'))
        signal.addEventListener('abort', stop, { once: true })
        exporter.export(
          records.map(record => logRecordOf(record, resource, scope)),
          ({ code, error }) => {
            signal.removeEventListener('abort', stop)
            // 0 is success (ExportResultCode)
            if (code === 0) resolve(0)
            else reject(error ?? new Error('no reason was given'))
          },
        )
      }),
    async close() {
      // what is still under way then will be sent again after the next start
      void exporter.shutdown().catch(() => {})
    },
  }
}

function logRecordOf({ id, record }: ExportedRecord, resource: LogRecord['resource'], scope: { name: string }): LogRecord {
  const time = Date.parse(record.time)
  const hrTime: LogRecord['hrTime'] = [Math.floor(time / 1000), (time % 1000) * 1_000_000]
  const [severityNumber, severityText] = 'decision' in record ? severities[record.decision] : severities.allowed
  return {
    hrTime,
    hrTimeObserved: hrTime,
    severityNumber: severityNumber as NonNullable<LogRecord['severityNumber']>, // the numbers of the log data model
    severityText,
    body: { ...record } as LogRecord['body'], // what JSON can hold, AnyValue can
    eventName: 'decision' in record ? 'gatehouse.decision' : `gatehouse.${record.event}`,
    resource,
    instrumentationScope: scope,
    attributes: { 'gatehouse.audit_id': id, ...attributesOf(record) },
    droppedAttributesCount: 0,
  }
}

function attributesOf(record: ExportedRecord['record']): LogRecord['attributes'] {
  if (!('decision' in record)) return {}
  const { api, operation, decision, reason, requestId, method, path, status } = record
  return {
    'gatehouse.decision': decision,
    'gatehouse.reason': reason,
    'gatehouse.request_id': requestId,
    ...(api === undefined ? {} : { 'gatehouse.api': api }),
    ...(operation === undefined ? {} : { 'gatehouse.operation': operation }),
    ...(method === '' ? {} : { 'http.request.method': method, 'url.path': path }),
    ...(status === 0 ? {} : { 'http.response.status_code': status }),
  }
}

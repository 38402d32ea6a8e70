export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** As UCUM writes it. */
  readonly unit: string
  readonly labels: readonly string[]
}

/** The gateway's own metrics: the table of docs/telemetry.md, which a test holds against this one, and what the dashboard draws. */
export const ownMetrics = {
  gatehouse_requests_total: {
    kind: 'counter',
    help: 'Calls by API, operation, class of status, decision and reason',
    unit: '',
    labels: ['api', 'operation', 'status', 'decision', 'reason'],
  },
  gatehouse_denials_total: { kind: 'counter', help: 'Calls that were refused, by reason', unit: '', labels: ['reason'] },
  gatehouse_limits_hit_total: {
    kind: 'counter',
    help: 'Calls that a rate limit, quota or concurrency limit refused, by reason',
    unit: '',
    labels: ['reason'],
  },
  gatehouse_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the head of a request to the end of its answer',
    unit: 's',
    labels: ['api', 'operation'],
  },
  gatehouse_gateway_duration_seconds: {
    kind: 'histogram',
    help: 'The part of it that was not spent waiting for the backend',
    unit: 's',
    labels: ['api', 'operation'],
  },
  gatehouse_backend_duration_seconds: {
    kind: 'histogram',
    help: 'The part of it that was spent waiting for the backend',
    unit: 's',
    labels: ['api', 'operation'],
  },
  gatehouse_token_cache_total: {
    kind: 'counter',
    help: 'Tokens looked for among those judged before: hit or miss',
    unit: '',
    labels: ['result'],
  },
  gatehouse_key_refreshes_total: {
    kind: 'counter',
    help: 'Fetches of signing keys: ok or failed',
    unit: '',
    labels: ['result'],
  },
  gatehouse_audit_queue: { kind: 'gauge', help: 'Audit records that wait to be written', unit: '', labels: ['thread'] },
  gatehouse_audit_lost_total: {
    kind: 'counter',
    help: 'Audit records that the queue had no room for',
    unit: '',
    labels: [],
  },
  gatehouse_audit_export_up: {
    kind: 'gauge',
    help: 'Whether a receiver takes audit records: 1 or 0; missing where they are not exported',
    unit: '',
    labels: ['destination'],
  },
  gatehouse_audit_export_outages_total: {
    kind: 'counter',
    help: 'Times that a receiver ceased to take audit records',
    unit: '',
    labels: ['destination'],
  },
  gatehouse_audit_exported_total: {
    kind: 'counter',
    help: 'Audit records that a receiver took',
    unit: '',
    labels: ['destination'],
  },
  gatehouse_audit_export_lost_total: {
    kind: 'counter',
    help: 'Audit records that were too large for a receiver, and segments that were removed before they were exported',
    unit: '',
    labels: ['destination'],
  },
  gatehouse_event_loop_lag_seconds: {
    kind: 'gauge',
    help: 'How late the event loop of a thread was since the last look: half of the time, at worst in 99 of 100 times, at worst',
    unit: 's',
    labels: ['thread', 'quantile'],
  },
  gatehouse_event_loop_utilization: {
    kind: 'gauge',
    help: 'Part of the time since the last look that a thread was busy',
    unit: '',
    labels: ['thread'],
  },
  gatehouse_store_up: {
    kind: 'gauge',
    help: 'Whether Redis or PostgreSQL is there: 1 or 0; missing without it',
    unit: '',
    labels: ['store'],
  },
  gatehouse_store_outages_total: {
    kind: 'counter',
    help: 'Times that Redis or PostgreSQL went away',
    unit: '',
    labels: ['store'],
  },
  gatehouse_backend_open: {
    kind: 'gauge',
    help: 'Whether the circuit breaker of a backend keeps calls from it: 1 or 0; missing for one without',
    unit: '',
    labels: ['backend'],
  },
  gatehouse_workers: { kind: 'gauge', help: 'Serving threads', unit: '', labels: [] },
  gatehouse_generation: { kind: 'gauge', help: 'Number of the configuration that is served', unit: '', labels: [] },
  gatehouse_resident_memory_bytes: { kind: 'gauge', help: 'Memory of the process', unit: 'By', labels: [] },
} as const satisfies Readonly<Record<string, MetricDefinition>>

export type OwnMetric = keyof typeof ownMetrics

/** Upper bounds of latency buckets, in seconds. */
export const latencyBounds: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

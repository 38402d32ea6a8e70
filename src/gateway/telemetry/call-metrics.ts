import type { Decided } from '../../audit/record.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import { Latency } from './latency.ts'
import { ownScope, type Sample } from './samples.ts'

const decisions = ['allowed', 'refused', 'failed'] as const
/** 0: no answer went out. */
const classes = 6

/** What was counted of one operation: for each reason, decisions by class of status. */
interface OperationMetrics {
  readonly api: string
  readonly operation: string
  readonly reasons: Map<ReasonCode, Float64Array>
  readonly total: Latency
  readonly gateway: Latency
  readonly backend: Latency
}

/**
 * The calls of one thread, added up by what their records say. Names of APIs and operations are the workspace's own, and reasons a closed list, so no
 * caller makes a series.
 */
export class CallMetrics {
  readonly #apis = new Map<string, Map<string, OperationMetrics>>()

  add({ api = '', operation = '', reason, decision, status, duration }: Decided): void {
    const metrics = this.#apis.get(api)?.get(operation) ?? this.#open(api, operation)
    let counts = metrics.reasons.get(reason)
    if (counts === undefined) {
      counts = new Float64Array(decisions.length * classes)
      metrics.reasons.set(reason, counts)
    }
    const statusClass = status >= 100 && status < 600 ? Math.floor(status / 100) : 0
    counts[decisions.indexOf(decision) * classes + statusClass]!++ // decision and class lie within
    metrics.total.add(duration.total)
    metrics.gateway.add(duration.gateway)
    // a call that no backend saw says nothing of backends
    if (duration.backend > 0) metrics.backend.add(duration.backend)
  }

  take(): Sample[] {
    return [...this.#apis.values()].flatMap(operations => [...operations.values()].flatMap(takeFrom))
  }

  #open(api: string, operation: string): OperationMetrics {
    const operations = this.#apis.get(api) ?? new Map<string, OperationMetrics>()
    const made = { api, operation, reasons: new Map(), total: new Latency(), gateway: new Latency(), backend: new Latency() }
    this.#apis.set(api, operations.set(operation, made))
    return made
  }
}

const limitReasons = new Set<ReasonCode>([
  'rate.exceeded',
  'quota.exceeded',
  'concurrency.exceeded',
  'counters.full',
  'counters.away',
])

function takeFrom({ api, operation, reasons, total, gateway, backend }: OperationMetrics): Sample[] {
  const samples = [...reasons].flatMap(([reason, counts]) => takeCounts(api, operation, reason, counts))
  const labels = [['api', api] as const, ['operation', operation] as const]
  for (const [name, latency] of [
    ['gatehouse_request_duration_seconds', total],
    ['gatehouse_gateway_duration_seconds', gateway],
    ['gatehouse_backend_duration_seconds', backend],
  ] as const) {
    const histogram = latency.take()
    if (histogram !== undefined) samples.push({ kind: 'histogram', scope: ownScope, name, labels, histogram })
  }
  return samples
}

function takeCounts(api: string, operation: string, reason: ReasonCode, counts: Float64Array): Sample[] {
  const samples: Sample[] = []
  let refused = 0
  counts.forEach((value, at) => {
    if (value === 0) return
    const decision = decisions[Math.floor(at / classes)] ?? ''
    if (decision === 'refused') refused += value
    const labels = Object.entries({ api, operation, status: statusText(at % classes), decision, reason })
    samples.push({ kind: 'counter', scope: ownScope, name: 'gatehouse_requests_total', labels, value })
  })
  if (limitReasons.has(reason)) {
    const value = counts.reduce((sum, count) => sum + count, 0)
    if (value > 0)
      samples.push({ kind: 'counter', scope: ownScope, name: 'gatehouse_limits_hit_total', labels: [['reason', reason]], value })
  }
  if (refused > 0)
    samples.push({
      kind: 'counter',
      scope: ownScope,
      name: 'gatehouse_denials_total',
      labels: [['reason', reason]],
      value: refused,
    })
  counts.fill(0)
  return samples
}

const statusText = (statusClass: number) => (statusClass === 0 ? 'none' : `${statusClass}xx`)

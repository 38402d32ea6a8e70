import { type ELDHistogram, type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Decided } from '../../audit/record.ts'
import type { VerifierStatistics } from '../../identity/token-verifier.ts'
import type { MetricSample } from '../../policies/ports.ts'
import { CallMetrics } from './call-metrics.ts'
import { CustomMetrics } from './custom-metrics.ts'
import type { OwnMetric } from './definitions.ts'
import { type Labels, ownScope, type Sample } from './samples.ts'

/** Milliseconds between two looks at the clock of the event loop. */
const resolution = 20

/** Lag and load of a thread's event loop since they were taken last. */
export class LoopMetrics {
  readonly #thread: string
  readonly #delay: ELDHistogram
  #utilization: EventLoopUtilization

  constructor(thread: string) {
    this.#thread = thread
    this.#delay = monitorEventLoopDelay({ resolution })
    this.#delay.enable()
    this.#utilization = performance.eventLoopUtilization()
  }

  take(): Sample[] {
    const thread = ['thread', this.#thread] as const
    // what is measured is the time between two looks, which are meant to lie `resolution` apart
    const lag = (nanoseconds: number) => Math.max(0, (Number.isFinite(nanoseconds) ? nanoseconds : 0) / 1e9 - resolution / 1000)
    const quantile = (name: string, value: number) =>
      gauge('gatehouse_event_loop_lag_seconds', lag(value), [thread, ['quantile', name]])
    const hasSeen = this.#delay.count > 0
    const percentile = (part: number) => (hasSeen ? this.#delay.percentile(part) : 0)
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization)
    this.#utilization = now
    const samples = [
      quantile('0.5', percentile(50)),
      quantile('0.99', percentile(99)),
      quantile('1', hasSeen ? this.#delay.max : 0),
      gauge('gatehouse_event_loop_utilization', utilization, [thread]),
    ]
    this.#delay.reset()
    return samples
  }

  close(): void {
    this.#delay.disable()
  }
}

export interface ThreadSources {
  readonly thread: string
  readonly tokens: VerifierStatistics
  /** Audit records that wait, and those that were lost so far. */
  readonly audit: { readonly waiting: number; readonly lostInAll: number }
}

/** All that is measured in one serving thread. */
export class ThreadMetrics {
  readonly #sources: ThreadSources
  readonly #calls = new CallMetrics()
  readonly #custom = new CustomMetrics()
  readonly #loop: LoopMetrics
  readonly #seen = new Map<string, number>()

  constructor(sources: ThreadSources) {
    this.#sources = sources
    this.#loop = new LoopMetrics(sources.thread)
  }

  call(record: Decided): void {
    this.#calls.add(record)
  }

  custom(sample: MetricSample): void {
    this.#custom.add(sample)
  }

  take(): Sample[] {
    const { thread, tokens, audit } = this.#sources
    return [
      ...this.#calls.take(),
      ...this.#custom.take(),
      ...this.#loop.take(),
      ...this.#since('gatehouse_token_cache_total', tokens.hits, [['result', 'hit']]),
      ...this.#since('gatehouse_token_cache_total', tokens.misses, [['result', 'miss']]),
      ...this.#since('gatehouse_key_refreshes_total', tokens.keyFetches, [['result', 'ok']]),
      ...this.#since('gatehouse_key_refreshes_total', tokens.keyFailures, [['result', 'failed']]),
      ...this.#since('gatehouse_audit_lost_total', audit.lostInAll, []),
      gauge('gatehouse_audit_queue', audit.waiting, [['thread', thread]]),
    ]
  }

  close(): void {
    this.#loop.close()
  }

  /** What a number that only grows has grown by; also when by nothing, so that a metric is there before it is needed. */
  #since(name: OwnMetric, value: number, labels: Labels): Sample[] {
    const key = JSON.stringify([name, labels])
    const before = this.#seen.get(key)
    this.#seen.set(key, value)
    return before === value ? [] : [{ kind: 'counter', scope: ownScope, name, labels, value: value - (before ?? 0) }]
  }
}

export function gauge(name: OwnMetric, value: number, labels: Labels = []): Sample {
  return { kind: 'gauge', scope: ownScope, name, labels, value }
}

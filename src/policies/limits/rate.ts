import type { CallContext } from '../context/call-context.ts'
import { next, type Outcome, type Refusal, refuse } from '../outcome.ts'
import type { Awaitable, CounterState, Counters, Uncounted } from '../ports.ts'
import type { PolicyPlace } from '../trace/tracer.ts'
import { limitText, traceLimit } from './trace-limit.ts'

/** One counter of a call rate and what it allows. */
export interface RateRule {
  readonly key: string
  readonly calls: number
  /** Milliseconds. */
  readonly period: number
  readonly amount: number
  /** The key as the author's expression gave it, for who watches; absent: `key` itself. */
  readonly shownKey?: string
}

/** Where a caller and later policies read how many calls are left. */
export interface RateReport {
  readonly retryAfterHeader: string
  readonly retryAfterVariable: string | undefined
  readonly remainingHeader: string | undefined
  readonly remainingVariable: string | undefined
  readonly totalHeader: string | undefined
}

/** Counts the call under each rule in turn and refuses it with 429 at the first that has no room. */
export function applyRates(
  ctx: CallContext,
  rules: readonly RateRule[],
  report: RateReport,
  counters: Counters,
  now: () => number,
  place: PolicyPlace,
): Awaitable<Outcome> {
  return applyFrom(0, Number.POSITIVE_INFINITY)

  function applyFrom(index: number, fewest: number): Awaitable<Outcome> {
    const rule = rules[index]
    if (rule === undefined) return pass(fewest)
    const state = counters.slide(rule.key, rule.calls, rule.period, rule.amount, now())
    return state instanceof Promise ? state.then(known => go(rule, known, index, fewest)) : go(rule, state, index, fewest)
  }

  function go(rule: RateRule, state: CounterState | Uncounted, index: number, fewest: number): Awaitable<Outcome> {
    if (typeof state === 'string') return uncounted(state)
    if (ctx.tracer !== null) traceLimit(ctx, place, limitText(rule.calls, 'call', rule.period), rule.shownKey ?? rule.key, state)
    if (!state.allowed) return exceeded(ctx, rule, state, report)
    return applyFrom(index + 1, Math.min(fewest, state.remaining))
  }

  function pass(remaining: number): Outcome {
    const total = rules[0]?.calls
    if (report.remainingHeader !== undefined) ctx.lateHeaders.push([report.remainingHeader, String(remaining)])
    if (report.remainingVariable !== undefined) ctx.variables.set(report.remainingVariable, remaining)
    if (report.totalHeader !== undefined && total !== undefined) ctx.lateHeaders.push([report.totalHeader, String(total)])
    return next
  }
}

function exceeded(ctx: CallContext, rule: RateRule, state: CounterState, report: RateReport): Refusal {
  const seconds = Math.max(1, Math.ceil(state.retryAfter / 1000))
  if (report.retryAfterVariable !== undefined) ctx.variables.set(report.retryAfterVariable, seconds)
  if (report.remainingVariable !== undefined) ctx.variables.set(report.remainingVariable, 0)
  const headers: [string, string][] = [[report.retryAfterHeader, String(seconds)]]
  if (report.remainingHeader !== undefined) headers.push([report.remainingHeader, '0'])
  if (report.totalHeader !== undefined) headers.push([report.totalHeader, String(rule.calls)])
  return refuse({
    reason: 'rate.exceeded',
    statusCode: 429,
    message: `Rate limit is exceeded. Try again in ${seconds} seconds.`,
    errorReason: 'RateLimitExceeded',
    errorMessage: 'Rate limit is exceeded',
    headers,
    expected: [limitText(rule.calls, 'call', rule.period)],
    received: [`one more; there is room again in ${seconds} s`],
  })
}

/**
 * A call that cannot be counted is refused rather than let through: there are more keys than the gateway can count, or what counts for all
 * gateways is away and the workspace wants no call uncounted.
 */
export function uncounted(why: Uncounted): Refusal {
  if (why === 'full')
    return refuse({
      reason: 'counters.full',
      statusCode: 503,
      message: 'The gateway cannot count more callers at the moment.',
      errorReason: 'CountersFull',
      expected: ['a counter for the key'],
      received: ['more keys than there are counters'],
    })
  return refuse({
    reason: 'counters.away',
    statusCode: 503,
    message: 'The gateway cannot count calls at the moment.',
    errorReason: 'CountersAway',
    expected: ['an answer of what counts for all gateways'],
    received: ['none'],
  })
}

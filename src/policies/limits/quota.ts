import type { CallContext } from '../context/call-context.ts'
import { next, type Outcome, type Refusal, refuse } from '../outcome.ts'
import type { Awaitable, CounterState, Counters, Uncounted } from '../ports.ts'
import type { PolicyPlace } from '../trace/tracer.ts'
import { firstCount } from './first-count.ts'
import { uncounted } from './rate.ts'
import { limitText, traceLimit } from './trace-limit.ts'

/** A quota of calls, of bandwidth, or both, over a fixed period. */
export interface QuotaRule {
  readonly key: string
  readonly calls: number | undefined
  /** Bytes. */
  readonly bandwidth: number | undefined
  /** Milliseconds; 0: for ever. */
  readonly period: number
  /** Milliseconds since 1970-01-01 UTC: a period begins here and every `period` after. */
  readonly start: number
  /** Whether the call counts at once; otherwise `countAfterwards` decides when the answer is known. */
  readonly countNow: boolean
  /** How many calls a call counts as; 1 when absent. */
  readonly amount?: number
  /** The key as the author's expression gave it, for who watches; absent: `key` itself. */
  readonly shownKey?: string
}

const callsKey = (rule: QuotaRule) => `${rule.key} calls`
const bandwidthKey = (rule: QuotaRule) => `${rule.key} bandwidth`

/** Refuses the call with 403 when a rule's period has no room left, and counts it. Bandwidth is known, and counted, at the end of the call. */
export function applyQuotas(
  ctx: CallContext,
  rules: readonly QuotaRule[],
  counters: Counters,
  now: () => number,
  place: PolicyPlace,
): Awaitable<Outcome> {
  return applyFrom(0)

  function applyFrom(index: number): Awaitable<Outcome> {
    const rule = rules[index]
    if (rule === undefined) return next
    return then(checkCalls(ctx, rule, counters, now(), place), refused => refused ?? bandwidth(rule, index))
  }

  function bandwidth(rule: QuotaRule, index: number): Awaitable<Outcome> {
    return then(checkBandwidth(ctx, rule, counters, now(), place), refused => {
      if (refused !== undefined) return refused
      if (rule.bandwidth !== undefined) ctx.finalizers.push(done => countBandwidth(done, rule, counters, now()))
      return applyFrom(index + 1)
    })
  }
}

/** At once where the value is there at once. */
function then<T, R>(value: Awaitable<T>, go: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(go) : go(value)
}

function checkCalls(
  ctx: CallContext,
  rule: QuotaRule,
  counters: Counters,
  now: number,
  place: PolicyPlace,
): Awaitable<Refusal | undefined> {
  const { calls } = rule
  if (calls === undefined) return undefined
  // another policy of this call has counted it here already, and let it through
  if (rule.countNow && !firstCount(ctx, callsKey(rule))) return undefined
  const state = counters.fill(callsKey(rule), calls, rule.period, rule.start, rule.countNow ? (rule.amount ?? 1) : 0, now)
  return then(state, known => {
    if (ctx.tracer !== null) traced(ctx, place, rule, limitText(calls, 'call', rule.period), known)
    return refusalOf('call volume', known)
  })
}

function checkBandwidth(
  ctx: CallContext,
  rule: QuotaRule,
  counters: Counters,
  now: number,
  place: PolicyPlace,
): Awaitable<Refusal | undefined> {
  const { bandwidth } = rule
  if (bandwidth === undefined) return undefined
  const state = counters.fill(bandwidthKey(rule), bandwidth, rule.period, rule.start, 0, now)
  return then(state, known => {
    if (ctx.tracer !== null) traced(ctx, place, rule, limitText(bandwidth, 'byte', rule.period), known)
    return refusalOf('bandwidth', known)
  })
}

function traced(ctx: CallContext, place: PolicyPlace, rule: QuotaRule, limit: string, state: CounterState | Uncounted): void {
  if (typeof state !== 'string') traceLimit(ctx, place, limit, rule.shownKey ?? rule.key, state)
}

function refusalOf(what: string, state: CounterState | Uncounted): Refusal | undefined {
  if (typeof state === 'string') return uncounted(state)
  return state.allowed ? undefined : exceeded(what, state)
}

/** Counts a call whose answer decided that it counts. */
export function countAfterwards(ctx: CallContext, rule: QuotaRule, counters: Counters, now: number): void {
  if (rule.calls === undefined || !firstCount(ctx, callsKey(rule))) return
  void counters.fill(callsKey(rule), rule.calls, rule.period, rule.start, rule.amount ?? 1, now)
}

/** Bytes of both directions; what goes over the limit still fills it up, so that the next call is refused. */
function countBandwidth(ctx: CallContext, rule: QuotaRule, counters: Counters, now: number): void {
  if (rule.bandwidth === undefined || !firstCount(ctx, bandwidthKey(rule))) return
  const limit = rule.bandwidth
  const add = (amount: number) => counters.fill(bandwidthKey(rule), limit, rule.period, rule.start, amount, now)
  void then(add(0), state => (typeof state === 'string' ? state : add(Math.min(ctx.transferred, state.remaining))))
}

function exceeded(what: string, state: CounterState): Refusal {
  const seconds = Math.max(1, Math.ceil(state.retryAfter / 1000))
  const forEver = !Number.isFinite(state.retryAfter)
  return refuse({
    reason: 'quota.exceeded',
    statusCode: 403,
    message: forEver ? `Out of ${what} quota.` : `Out of ${what} quota. Quota will be replenished in ${clockText(seconds)}.`,
    errorReason: 'QuotaExceeded',
    headers: forEver ? [] : [['Retry-After', String(seconds)]],
    expected: [`room in the ${what} quota`],
    received: [forEver ? 'it is used up' : `it is used up; there is room again in ${seconds} s`],
  })
}

/** `[d.]hh:mm:ss`, as .NET prints a time span. */
function clockText(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(part =>
    String(part).padStart(2, '0'),
  )
  return `${days > 0 ? `${days}.` : ''}${parts.join(':')}`
}

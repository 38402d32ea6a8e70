import type { CallContext } from '../context/call-context.ts'
import { definePolicy, optional, policies, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'
import { judgeTraced } from '../trace/judge-condition.ts'

/** Runs its policies, and again while the condition holds, waiting in between: a fixed, linear or exponential time. */
export const retry = definePolicy({
  element: 'retry',
  summary: 'Repeats the enclosed policies while a condition holds, up to a number of times.',
  source: 'Retry',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      condition: value.boolean(),
      count: value.integer({ min: 1, max: 50 }),
      interval: value.duration('seconds'),
      'max-interval': optional(value.duration('seconds')),
      delta: optional(value.duration('seconds')),
      'first-fast-retry': optional(value.boolean(), false),
    },
    policies: policies(),
  },
  needs: ({ policyNames }) => (policyNames.includes('forward-request') ? ['request-body'] : []),
  differences: [
    'A request body is kept for the next try whenever `forward-request` is inside, with or without `buffer-request-body`: a second try without it would send nothing.',
  ],
  compile({ attributes, policies: held }, { delay, now }, { place }) {
    const { condition } = attributes
    const holds = (ctx: CallContext, subject: string, mayThrow: boolean) =>
      ctx.tracer === null ? condition(ctx) : judgeTraced({ condition, place, subject, mayThrow }, ctx, ctx.tracer)
    return async ctx => {
      const count = attributes.count(ctx)
      const interval = attributes.interval(ctx)
      const growth = { interval, delta: attributes.delta(ctx), maxInterval: attributes['max-interval'](ctx) }
      let outcome: Outcome = await held(ctx)
      for (
        let attempt = 1;
        attempt <= count && again(outcome, mayThrow => holds(ctx, `condition after try ${attempt}`, mayThrow));
        attempt++
      ) {
        const wait = attempt === 1 && attributes['first-fast-retry'](ctx) ? 0 : waitBefore(attempt, growth, now())
        if (wait > 0) await delay(wait, ctx.signal)
        outcome = await held(ctx)
      }
      return outcome
    }
  },
})

/** A reply has ended the call. After a refusal the condition decides, unless it cannot be told without a response: then the refusal stands. */
function again(outcome: Outcome, condition: (mayThrow: boolean) => boolean): boolean {
  if (outcome === next) return condition(false)
  if (outcome.kind === 'reply') return false
  try {
    return condition(true)
  } catch {
    return false
  }
}

interface Growth {
  readonly interval: number
  readonly delta: number | undefined
  readonly maxInterval: number | undefined
}

/** Milliseconds before try number `attempt` (from 1), by the formulas of the reference; `seed` spreads exponential waits by a fifth. */
export function waitBefore(attempt: number, { interval, delta, maxInterval }: Growth, seed: number): number {
  if (delta === undefined) return interval
  if (maxInterval === undefined) return interval + (attempt - 1) * delta
  const spread = 0.8 + 0.4 * ((seed % 1000) / 1000)
  return Math.min(maxInterval, interval + (2 ** (attempt - 1) - 1) * delta * spread)
}

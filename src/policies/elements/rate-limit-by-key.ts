import { definePolicy, literal, optional, value } from '../define-policy.ts'
import { firstCount } from '../limits/first-count.ts'
import { applyRates } from '../limits/rate.ts'
import { reportAttributes, reportFrom } from '../limits/rate-report.ts'
import { next } from '../outcome.ts'

/** Limits the calls of a key of the author's choice within a sliding window; with an increment condition, counted by their answers. */
export const rateLimitByKey = definePolicy({
  element: 'rate-limit-by-key',
  summary: 'Limits the call rate per key, usually one that an expression takes from the caller.',
  source: 'Limit call rate by key',
  sections: ['inbound'],
  schema: {
    attributes: {
      calls: value.integer({ min: 1 }),
      'renewal-period': value.duration('seconds', { min: 1, max: 300 }),
      'counter-key': value.string(),
      'increment-condition': optional(value.boolean()),
      'increment-count': optional(value.integer({ min: 1 }), 1),
      'increment-after-response': optional(literal(value.boolean()), false),
      ...reportAttributes,
    },
  },
  counts: { kind: 'rate', keyAttribute: 'counter-key', apart: ['renewal-period'], amounts: ['calls'] },
  reasons: ['rate.exceeded', 'counters.full', 'counters.away'],
  pagesDisagree: ['`increment-after-response` is in Microsoft’s policy toolkit and not on the page: it is taken.'],
  differences: [
    'The limit is exact over all threads of the gateway; Azure calls its own approximate.',
    'Within no period are more calls let through than the limit; one may count up to a thirty-second part of the period too long, and `Retry-After` says so.',
  ],
  compile({ attributes, written }, { counters, now }, { place }) {
    const report = reportFrom(attributes)
    const byAnswer = written.has('increment-condition')
    const late = byAnswer || attributes['increment-after-response'].constant === true
    return ctx => {
      const calls = attributes.calls(ctx)
      const period = attributes['renewal-period'](ctx)
      const shownKey = attributes['counter-key'](ctx)
      const key = `rate-limit-by-key ${period} ${shownKey}`
      if (!late) {
        if (!firstCount(ctx, key)) return next
        const amount = attributes['increment-count'](ctx)
        return applyRates(ctx, [{ key, calls, period, amount, shownKey }], report, counters, now, place)
      }
      ctx.finalizers.push(() => {
        if ((byAnswer && attributes['increment-condition'](ctx) !== true) || !firstCount(ctx, key)) return
        void counters.slide(key, calls, period, attributes['increment-count'](ctx), now())
      })
      return applyRates(ctx, [{ key, calls, period, amount: 0, shownKey }], report, counters, now, place)
    }
  },
})

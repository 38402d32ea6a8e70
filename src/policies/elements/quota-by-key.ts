import { definePolicy, literal, optional, value } from '../define-policy.ts'
import { applyQuotas, countAfterwards, type QuotaRule } from '../limits/quota.ts'

/** Years 0001-01-01 to 1970-01-01 are a whole number of days, so .NET's default start and the Unix epoch give daily periods the same limits. */
const defaultStart = Date.parse('0001-01-01T00:00:00Z')

/** A renewable or lifetime volume of calls or kilobytes per key; with an increment condition, counted by the answers. */
export const quotaByKey = definePolicy({
  element: 'quota-by-key',
  summary: 'Enforces a quota of calls or bandwidth per key, usually one that an expression takes from the caller.',
  source: 'Set usage quota by key',
  sections: ['inbound'],
  schema: {
    attributes: {
      calls: optional(literal(value.integer({ min: 1 }))),
      bandwidth: optional(literal(value.integer({ min: 1 }))),
      'renewal-period': literal(value.duration('seconds')),
      'counter-key': value.string(),
      'increment-condition': optional(value.boolean()),
      'increment-count': optional(value.integer({ min: 1 }), 1),
      'first-period-start': optional(literal(value.string({ nonEmpty: true }))),
    },
  },
  pagesDisagree: ['`increment-count` is in Microsoft’s policy toolkit and not on the page: it is taken.'],
  counts: {
    kind: 'quota',
    keyAttribute: 'counter-key',
    apart: ['renewal-period', 'first-period-start'],
    amounts: ['calls', 'bandwidth'],
  },
  reasons: ['quota.exceeded', 'counters.full', 'counters.away'],
  compile({ attributes, written }, { counters, now }, site) {
    const [calls, kilobytes, period] = [
      attributes.calls.constant,
      attributes.bandwidth.constant,
      attributes['renewal-period'].constant,
    ]
    if (calls === undefined && kilobytes === undefined) {
      site.fault('policy.missing-attribute', '`quota-by-key` needs `calls` or `bandwidth`, or both', 'say how much is allowed')
      return undefined
    }
    if (period !== 0 && period < 300_000) {
      site.fault(
        'policy.bad-value',
        '`renewal-period` must be 0 (for ever) or at least 300 seconds',
        'use rate-limit-by-key for shorter periods',
      )
      return undefined
    }
    const start = startOf(attributes['first-period-start'].constant)
    if (start === undefined) {
      site.fault(
        'policy.bad-value',
        '`first-period-start` must be a UTC time such as 2026-01-31T00:00:00Z',
        'write it as yyyy-MM-ddTHH:mm:ssZ',
      )
      return undefined
    }
    const byAnswer = written.has('increment-condition')
    const bandwidth = kilobytes === undefined ? undefined : kilobytes * 1024
    return ctx => {
      const shownKey = attributes['counter-key'](ctx)
      const key = `quota-by-key ${period} ${start} ${shownKey}`
      const rule: QuotaRule = {
        key,
        calls,
        bandwidth,
        period,
        start,
        countNow: !byAnswer,
        amount: attributes['increment-count'](ctx),
        shownKey,
      }
      if (byAnswer)
        ctx.finalizers.push(() => {
          if (attributes['increment-condition'](ctx) === true) countAfterwards(ctx, rule, counters, now())
        })
      return applyQuotas(ctx, [rule], counters, now, site.place)
    }
  },
})

function startOf(text: string | undefined): number | undefined {
  if (text === undefined) return defaultStart
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

import type { CallContext } from '../context/call-context.ts'
import { definePolicy, element, literal, many, value } from '../define-policy.ts'
import { isApi, isOperation, scopeKey } from '../limits/for-api-and-operation.ts'
import { namedAttributes } from '../limits/named-attributes.ts'
import { applyRates, type RateRule } from '../limits/rate.ts'
import { reportAttributes, reportFrom } from '../limits/rate-report.ts'
import { next } from '../outcome.ts'

const limit = {
  calls: literal(value.integer({ min: 1 })),
  'renewal-period': literal(value.duration('seconds', { min: 1, max: 300 })),
} as const

/** Limits the calls of each subscription within a sliding window, and apart from that those to single APIs and operations. */
export const rateLimit = definePolicy({
  element: 'rate-limit',
  summary: 'Limits the call rate per subscription.',
  source: 'Limit call rate by subscription',
  sections: ['inbound'],
  scopes: ['product', 'api', 'operation'],
  max: { count: 1, per: 'document' },
  schema: {
    attributes: { ...limit, ...reportAttributes },
    children: {
      api: many(
        element({
          attributes: { ...limit, ...namedAttributes },
          children: { operation: many(element({ attributes: { ...limit, ...namedAttributes } })) },
        }),
      ),
    },
  },
  counts: { kind: 'rate', keyedBy: 'the subscription, in this scope', amounts: ['calls', 'renewal-period'] },
  reasons: ['rate.exceeded', 'counters.full', 'counters.away'],
  differences: [
    'The limit is exact over all threads of the gateway; Azure calls its own approximate.',
    'Within no period are more calls let through than the limit; one may count up to a thirty-second part of the period too long, and `Retry-After` says so.',
  ],
  compile({ attributes, children }, { counters, now }, site) {
    const report = reportFrom(attributes)
    const apis = children.api.map(one => ({
      id: one.attributes.id.constant,
      name: one.attributes.name.constant,
      limit: limitOf(one.attributes),
      operations: one.children.operation.map(({ attributes: { id, name, ...rest } }) => ({
        id: id.constant,
        name: name.constant,
        limit: limitOf(rest),
      })),
    }))
    for (const named of apis.flatMap(api => [api, ...api.operations]))
      if (named.id === undefined && named.name === undefined) {
        site.fault(
          'policy.missing-attribute',
          'an `api` or `operation` of `rate-limit` needs `name` or `id`',
          'say which one it means',
        )
        return undefined
      }
    const overall = limitOf(attributes)

    const rulesFor = (ctx: CallContext, subscription: string): RateRule[] => {
      const key = `rate-limit ${subscription} ${scopeKey(site.scope, ctx)}`
      const rules: RateRule[] = [{ key, ...overall, amount: 1 }]
      for (const api of apis.filter(one => isApi(one, ctx))) {
        rules.push({ key: `${key} for api ${ctx.api.name}`, ...api.limit, amount: 1 })
        for (const operation of api.operations.filter(one => isOperation(one, ctx)))
          rules.push({ key: `${key} for api ${ctx.api.name} operation ${ctx.operation.name}`, ...operation.limit, amount: 1 })
      }
      return rules
    }
    return ctx =>
      ctx.subscription === null ? next : applyRates(ctx, rulesFor(ctx, ctx.subscription.name), report, counters, now, site.place)
  },
})

function limitOf(attributes: { calls: { constant: number }; 'renewal-period': { constant: number } }): {
  calls: number
  period: number
} {
  return { calls: attributes.calls.constant, period: attributes['renewal-period'].constant }
}

import type { Subscription } from '../../catalog/catalog.ts'
import type { CallContext } from '../context/call-context.ts'
import { definePolicy, element, literal, many, optional, value } from '../define-policy.ts'
import { isApi, isOperation, scopeKey } from '../limits/for-api-and-operation.ts'
import { namedAttributes } from '../limits/named-attributes.ts'
import { applyQuotas, type QuotaRule } from '../limits/quota.ts'
import { next } from '../outcome.ts'

const limit = {
  calls: optional(literal(value.integer({ min: 1 }))),
  bandwidth: optional(literal(value.integer({ min: 1 }))),
  'renewal-period': literal(value.duration('seconds')),
} as const

/** The page's statement leaves the period of these out, its tables call it required: left out, it is that of the whole. */
const part = { ...limit, 'renewal-period': optional(literal(value.duration('seconds'))), ...namedAttributes } as const

type Limit = Pick<QuotaRule, 'calls' | 'bandwidth' | 'period'>

/** A renewable or lifetime volume of calls or kilobytes per subscription, and apart from that for single APIs and operations. */
export const quota = definePolicy({
  element: 'quota',
  summary: 'Enforces a quota of calls or bandwidth per subscription.',
  source: 'Set usage quota by subscription',
  sections: ['inbound'],
  scopes: ['product'],
  max: { count: 1, per: 'document' },
  schema: {
    attributes: limit,
    children: {
      api: many(
        element({
          attributes: part,
          children: { operation: many(element({ attributes: part })) },
        }),
      ),
    },
  },
  counts: { kind: 'quota', keyedBy: 'the subscription, in this scope', amounts: ['calls', 'bandwidth', 'renewal-period'] },
  reasons: ['quota.exceeded', 'counters.full', 'counters.away'],
  differences: [
    'The start of a subscription is its `startDate`, else its `createdDate`; with neither, as in what APIOps extracts, periods begin at 1970-01-01 UTC.',
  ],
  pagesDisagree: [
    'The statement leaves `renewal-period` out of `api` and `operation`, the tables call it required: left out, it is that of the whole.',
  ],
  compile({ attributes, children }, { counters, now }, site) {
    const overall = limitOf(attributes, 0)
    const apis = children.api.map(one => ({
      id: one.attributes.id.constant,
      name: one.attributes.name.constant,
      limit: limitOf(one.attributes, overall.period),
      operations: one.children.operation.map(inner => ({
        id: inner.attributes.id.constant,
        name: inner.attributes.name.constant,
        limit: limitOf(inner.attributes, overall.period),
      })),
    }))
    const named = apis.flatMap(api => [api, ...api.operations])
    if (named.some(({ id, name }) => id === undefined && name === undefined)) {
      site.fault('policy.missing-attribute', 'an `api` or `operation` of `quota` needs `name` or `id`', 'say which one it means')
      return undefined
    }
    if ([overall, ...named.map(one => one.limit)].some(one => one.calls === undefined && one.bandwidth === undefined)) {
      site.fault('policy.missing-attribute', '`quota` needs `calls` or `bandwidth`, or both', 'say how much is allowed')
      return undefined
    }
    const rulesFor = (ctx: CallContext, subscription: Subscription): QuotaRule[] => {
      const key = `quota ${subscription.name} ${scopeKey(site.scope, ctx)}`
      const start = startOf(subscription)
      const rule = (suffix: string, one: Limit): QuotaRule => ({ key: key + suffix, ...one, start, countNow: true })
      const rules = [rule('', overall)]
      for (const api of apis.filter(one => isApi(one, ctx))) {
        rules.push(rule(` for api ${ctx.api.name}`, api.limit))
        for (const operation of api.operations.filter(one => isOperation(one, ctx)))
          rules.push(rule(` for api ${ctx.api.name} operation ${ctx.operation.name}`, operation.limit))
      }
      return rules
    }
    return ctx =>
      ctx.subscription === null ? next : applyQuotas(ctx, rulesFor(ctx, ctx.subscription), counters, now, site.place)
  },
})

interface LimitAttributes {
  readonly calls: { readonly constant: number | undefined }
  readonly bandwidth: { readonly constant: number | undefined }
  readonly 'renewal-period': { readonly constant: number | undefined }
}

/** Milliseconds since 1970-01-01 UTC. */
function startOf({ startDate, createdDate }: Subscription): number {
  const start = startDate ?? createdDate
  return start === undefined ? 0 : Date.parse(start)
}

/** Bandwidth is written in kilobytes of 1024 bytes. */
function limitOf(attributes: LimitAttributes, usual: number): Limit {
  const kilobytes = attributes.bandwidth.constant
  return {
    calls: attributes.calls.constant,
    bandwidth: kilobytes === undefined ? undefined : kilobytes * 1024,
    period: attributes['renewal-period'].constant ?? usual,
  }
}

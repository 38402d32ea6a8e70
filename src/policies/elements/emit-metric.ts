import type { CallContext } from '../context/call-context.ts'
import { definePolicy, element, literal, many, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { isConstant } from '../values.ts'

/** Dimensions that need no value of their own. */
const defaults: ReadonlyMap<string, (ctx: CallContext) => string | undefined> = new Map([
  ['api id', (ctx: CallContext) => ctx.api.name],
  ['operation id', (ctx: CallContext) => ctx.operation.name],
  ['product id', (ctx: CallContext) => ctx.product?.name],
  ['user id', (ctx: CallContext) => ctx.user?.id ?? ctx.subscription?.owner],
  ['subscription id', (ctx: CallContext) => ctx.subscription?.name],
  ['location', (ctx: CallContext) => ctx.deployment.region],
  ['gateway id', (ctx: CallContext) => ctx.deployment.gatewayId],
])

const mostCustom = 10

/** Adds a value to a metric of one's own, told apart by dimensions. */
export const emitMetric = definePolicy({
  element: 'emit-metric',
  summary: 'Emits a metric of one’s own with dimensions.',
  source: 'Emit custom metrics',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      name: literal(value.string({ nonEmpty: true })),
      namespace: optional(literal(value.string()), 'API Management'),
      value: optional(value.number(), 1),
    },
    children: {
      dimension: many(element({ attributes: { name: value.string({ nonEmpty: true }), value: optional(value.string()) } }), {
        min: 1,
      }),
    },
  },
  differences: [
    'Metrics go where `telemetry` of `gatehouse.yaml` says (Prometheus, OTLP), not to Application Insights; without it they go nowhere. A namespace is the scope of its metrics.',
    'Of one thread, 2000 sets of dimensions are told apart between two looks; what comes past them is added up under `otel.metric.overflow`.',
  ],
  compile({ attributes, children }, { metric }, site) {
    const { dimension } = children
    const custom = dimension.filter(({ written }) => written.has('value'))
    if (custom.length > mostCustom) {
      site.fault('policy.too-many', `\`emit-metric\` takes at most ${mostCustom} dimensions of one’s own`, 'take some out')
      return undefined
    }
    for (const one of dimension) {
      const { name } = one.attributes
      if (one.written.has('value') || !isConstant(name) || defaults.has(name.constant.trim().toLowerCase())) continue
      site.fault('policy.missing-attribute', `the dimension \`${name.constant}\` needs a value`, 'add value="…"', one.position)
      return undefined
    }
    return ctx => {
      const dimensions = dimension.map(({ attributes: own }): readonly [string, string] => {
        const name = own.name(ctx).trim()
        return [name, own.value(ctx) ?? defaults.get(name.toLowerCase())?.(ctx) ?? '']
      })
      metric({
        namespace: attributes.namespace.constant,
        name: attributes.name.constant,
        value: attributes.value(ctx),
        dimensions,
      })
      return next
    }
  },
})

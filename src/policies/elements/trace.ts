import { definePolicy, element, many, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { isConstant } from '../values.ts'

/** Writes a line of the author's own into the log, with the call's request id. */
export const trace = definePolicy({
  element: 'trace',
  summary: 'Writes a message into the log.',
  source: 'Trace',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      source: value.string({ nonEmpty: true }),
      severity: optional(value.choice(['verbose', 'information', 'error'], { anyCase: true }), 'verbose'),
    },
    children: {
      message: optional(value.string()),
      metadata: many(element({ attributes: { name: value.string(), value: value.string() } })),
    },
    // the older form: the message is the policy's own text
    text: optional(value.string()),
  },
  compile({ attributes, children, text }, { log }, site) {
    const absent = [children.message, text].every(one => isConstant(one) && one.constant === undefined)
    if (absent) {
      site.fault('policy.missing-child', '`trace` needs a `<message>`', 'add <message>')
      return undefined
    }
    return ctx => {
      const metadata = children.metadata.map(one => ` ${one.attributes.name(ctx)}=${one.attributes.value(ctx)}`)
      const severity = attributes.severity(ctx)
      const source = attributes.source(ctx)
      const message = (children.message(ctx) ?? text(ctx) ?? '') + metadata.join('')
      ctx.tracer?.said(site.place, source, severity, message)
      log({ severity, source, message, requestId: ctx.requestId })
      return next
    }
  },
})

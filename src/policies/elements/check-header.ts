import { definePolicy, many, optional, value } from '../define-policy.ts'
import { next, refuse } from '../outcome.ts'
import { namesCredential } from '../trace/credential-name.ts'

/** Lets a call continue only when a request header carries an allowed value; no `<value>` means any value will do. */
export const checkHeader = definePolicy({
  element: 'check-header',
  summary: 'Lets a call continue only when a request header is there and carries an allowed value.',
  source: 'Check HTTP header',
  sections: ['inbound'],
  schema: {
    attributes: {
      name: value.string({ nonEmpty: true }),
      'failed-check-httpcode': value.integer({ min: 100, max: 599 }),
      'failed-check-error-message': value.string(),
      'ignore-case': optional(value.boolean(), false),
    },
    children: { value: many(value.string()) },
  },
  pagesDisagree: ['The page calls `ignore-case` required, Microsoft’s own samples leave it out: then case counts.'],
  reasons: ['header.missing', 'header.not-allowed'],
  compile({ attributes, children }, _ports, { place }) {
    return ctx => {
      const name = attributes.name(ctx)
      const ignoreCase = attributes['ignore-case'](ctx)
      const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
      const allowed = children.value.map(one => one(ctx))
      const sent = ctx.request.headers.get(name)
      const holds = sent !== null && (allowed.length === 0 || allowed.some(one => fold(one) === fold(sent)))
      if (ctx.tracer !== null) {
        // a header may be a key: neither what was sent is told nor what would do
        const received = [sent === null ? 'not sent' : holds ? 'an allowed value' : 'another value']
        ctx.tracer.compared(place, { subject: `header ${name}`, expected: [allowedText(allowed.length)], received, holds })
      }
      if (holds) return next
      return refuse({
        reason: sent === null ? 'header.missing' : 'header.not-allowed',
        statusCode: attributes['failed-check-httpcode'](ctx),
        message: attributes['failed-check-error-message'](ctx),
        errorReason: sent === null ? 'HeaderNotFound' : 'HeaderValueNotAllowed',
        errorMessage:
          sent === null
            ? `Header ${name} was not found in the request. Access denied.`
            : `Header ${name} value of ${sent} is not allowed. Access denied.`,
        ...(sent !== null && namesCredential(name)
          ? { shownMessage: `Header ${name} value of *** is not allowed. Access denied.` }
          : {}),
        expected: [name],
        received: [sent === null ? 'not sent' : 'another value'],
      })
    }
  },
})

const allowedText = (count: number) => (count === 0 ? 'any value' : count === 1 ? 'the allowed value' : `one of ${count} values`)

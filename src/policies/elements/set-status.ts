import { definePolicy, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Sets the status of the response. */
export const setStatus = definePolicy({
  element: 'set-status',
  summary: 'Sets the status code and reason of the response.',
  source: 'Set status code',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      code: value.integer({ min: 100, max: 599 }),
      reason: optional(value.line()),
    },
  },
  shape({ attributes }) {
    return (ctx, message) => {
      message.statusCode = attributes.code(ctx)
      message.statusReason = attributes.reason(ctx) ?? ''
      return next
    }
  },
})

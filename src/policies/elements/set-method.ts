import { definePolicy, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Sets the method of the request. */
export const setMethod = definePolicy({
  element: 'set-method',
  summary: 'Sets the HTTP method of the request.',
  source: 'Set request method',
  sections: ['inbound', 'on-error'],
  schema: { text: value.token('HTTP method') },
  shape({ text }) {
    return (ctx, message) => {
      message.method = text(ctx).toUpperCase()
      return next
    }
  },
})

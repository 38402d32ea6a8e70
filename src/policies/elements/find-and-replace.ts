import { Body } from '../context/body.ts'
import { definePolicy, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Replaces each occurrence of a text in the body of the request or response. */
export const findAndReplace = definePolicy({
  element: 'find-and-replace',
  summary: 'Replaces a text in the body of the request or response.',
  source: 'Find and replace string in body',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: { attributes: { from: value.string(), to: value.string() } },
  needs: ['message-body'],
  shape({ attributes }) {
    return (ctx, message) => {
      const bytes = message.body.bytes
      const from = attributes.from(ctx)
      if (bytes === null || bytes.length === 0 || from === '') return next
      const text = Buffer.from(bytes).toString('utf8')
      if (!text.includes(from)) return next
      message.body = Body.of(text.split(from).join(attributes.to(ctx)))
      message.headers.delete('Content-Length')
      return next
    }
  },
})

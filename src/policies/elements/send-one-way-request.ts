import { definePolicy } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { makeOwnRequest, ownRequestParts, ownRequestSchema } from '../requests/own-request.ts'

/** Tells another service something and does not wait for what it says; that it could not be told is logged. */
export const sendOneWayRequest = definePolicy({
  element: 'send-one-way-request',
  summary: 'Sends a request of its own without waiting for a response.',
  source: 'Send one way request',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: ownRequestSchema,
  needs: ({ attributes }) => (attributes.mode.constant === 'new' ? [] : ['request-body']),
  compile(content, ports, site) {
    const parts = ownRequestParts('send-one-way-request', content, ports, site)
    if (parts === undefined) return undefined
    return async ctx => {
      const request = await makeOwnRequest(ctx, parts)
      if ('kind' in request) return request
      // it goes on when the call is over, so the call's own signal does not end it
      const { signal: _, ...unbound } = request
      void ports.send(unbound).then(answer => {
        if (answer.kind === 'failure')
          ports.log({ severity: 'error', source: 'send-one-way-request', message: answer.message, requestId: ctx.requestId })
      })
      return next
    }
  },
})

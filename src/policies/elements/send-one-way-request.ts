import { definePolicy } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { makeOwnRequest, ownRequestSchema } from '../requests/own-request.ts'
import { isConstant } from '../values.ts'

/** Tells another service something and does not wait for what it says; that it could not be told is logged. */
export const sendOneWayRequest = definePolicy({
  element: 'send-one-way-request',
  summary: 'Sends a request of its own without waiting for a response.',
  source: 'Send one way request',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: ownRequestSchema,
  needs: ({ attributes }) => (attributes.mode.constant === 'new' ? [] : ['request-body']),
  compile({ attributes, children, shape }, { send, log, maxBufferedBodyBytes }, site) {
    if (isConstant(children['set-url']) && children['set-url'].constant === undefined && attributes.mode.constant === 'new') {
      site.fault(
        'policy.missing-child',
        '`send-one-way-request` needs `set-url` unless it copies the request',
        'add <set-url>https://…</set-url>',
      )
      return undefined
    }
    const parts = {
      mode: attributes.mode,
      timeout: attributes.timeout,
      url: children['set-url'],
      shape,
      section: site.section,
      maxResponseBytes: maxBufferedBodyBytes,
    }
    return async ctx => {
      const request = await makeOwnRequest(ctx, parts)
      if ('kind' in request) return request
      // it goes on when the call is over, so the call's own signal does not end it
      const { signal: _, ...unbound } = request
      void send(unbound).then(answer => {
        if (answer.kind === 'failure')
          log({ severity: 'error', source: 'send-one-way-request', message: answer.message, requestId: ctx.requestId })
      })
      return next
    }
  },
})

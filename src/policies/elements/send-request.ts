import { Body } from '../context/body.ts'
import type { CallContext } from '../context/call-context.ts'
import { responseType } from '../context/types/message-types.ts'
import { stamp } from '../context/types/stamp.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import type { OutboundFailure, OutboundResponse } from '../ports.ts'
import { makeOwnRequest, ownRequestParts, ownRequestSchema } from '../requests/own-request.ts'

/** Asks another service and puts its whole answer into a variable, as an IResponse. */
export const sendRequest = definePolicy({
  element: 'send-request',
  summary: 'Sends a request of its own and keeps the response in a variable.',
  source: 'Send request',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    ...ownRequestSchema,
    attributes: {
      ...ownRequestSchema.attributes,
      'response-variable-name': optional(value.string({ nonEmpty: true })),
      'ignore-error': optional(value.boolean(), false),
    },
  },
  needs: ({ attributes }) => (attributes.mode.constant === 'new' ? [] : ['request-body']),
  reasons: ['policy.failed'],
  differences: ['Redirects are not followed: a policy sees the 3xx answer itself.'],
  compile(content, ports, site) {
    const parts = ownRequestParts('send-request', content, ports, site)
    if (parts === undefined) return undefined
    return async ctx => {
      const request = await makeOwnRequest(ctx, parts)
      if ('kind' in request) return request
      return keep(
        ctx,
        await ports.send(request),
        content.attributes['response-variable-name'](ctx),
        content.attributes['ignore-error'](ctx),
      )
    }
  },
})

/** API Management's names ("Predefined errors"), as far as it has them. */
const errorReasons: ReadonlyMap<OutboundFailure['reason'], string> = new Map([
  ['backend.timeout', 'Timeout'],
  ['backend.unreachable', 'BackendConnectionFailure'],
  ['backend.reset', 'BackendConnectionFailure'],
])

function keep(
  ctx: CallContext,
  answer: OutboundResponse | OutboundFailure,
  variable: string | undefined,
  ignoreError: boolean,
): Outcome {
  if (answer.kind === 'failure' && !ignoreError)
    return refuse({
      reason: 'policy.failed',
      statusCode: 500,
      message: 'Internal server error',
      errorReason: errorReasons.get(answer.reason) ?? 'SendRequestFailure',
      errorMessage: `The request could not be completed: ${answer.message}.`,
      received: [answer.message],
    })
  if (variable === undefined) return next
  ctx.variables.set(variable, answer.kind === 'failure' ? null : responseOf(answer))
  return next
}

function responseOf({ statusCode, statusReason, headers, body }: OutboundResponse) {
  return stamp({ statusCode, statusReason, headers, body: Body.of(body) }, responseType)
}

import { netType } from '../../expressions/types/values.ts'
import type { CallContext, ResponseMessage } from '../context/call-context.ts'
import { emptyResponse } from '../context/empty-response.ts'
import { definePolicy, literal, optional, shapers, value } from '../define-policy.ts'
import { next, type Outcome, reply } from '../outcome.ts'

/** Ends the call with a response made here, or with one that a variable holds, changed here. */
export const returnResponse = definePolicy({
  element: 'return-response',
  summary: 'Ends the pipeline and answers the caller with a response of its own.',
  source: 'Return response',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: { 'response-variable-name': optional(literal(value.string({ nonEmpty: true }))) },
    shapers: shapers('response', ['set-status', 'set-header', 'set-body']),
  },
  reasons: ['policy.returned-response'],
  compile({ attributes, shape }) {
    const variable = attributes['response-variable-name'].constant
    return ctx => {
      const response = variable === undefined ? emptyResponse() : (responseIn(ctx, variable) ?? emptyResponse())
      // the policies inside still see the response that the context had before
      const outcome = shape(ctx, response)
      return outcome instanceof Promise ? outcome.then(late => answer(ctx, response, late)) : answer(ctx, response, outcome)
    }
  },
})

function answer(ctx: CallContext, response: ResponseMessage, outcome: Outcome): Outcome {
  if (outcome !== next) return outcome
  ctx.response = response
  return reply('policy.returned-response')
}

/** A copy of the response that a send-request left in a variable; undefined when the variable holds no response. */
function responseIn(ctx: CallContext, variable: string): ResponseMessage | undefined {
  const held = ctx.variables.get(variable)
  if (!isResponse(held)) return undefined
  return { statusCode: held.statusCode, statusReason: held.statusReason, headers: held.headers.clone(), body: held.body }
}

function isResponse(value: unknown): value is ResponseMessage {
  return typeof value === 'object' && value !== null && netType in value && 'statusCode' in value && 'headers' in value
}

import { definePolicy, element, literal, many, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { action, conclude, noSchema } from '../validation/validation-errors.ts'

/** Holds the response's status against those that the operation's specification names. */
export const validateStatusCode = definePolicy({
  element: 'validate-status-code',
  summary: 'Validates the status code of a response against the API’s specification.',
  source: 'Validate status code',
  sections: ['outbound', 'on-error'],
  schema: {
    attributes: {
      'unspecified-status-code-action': action,
      'errors-variable-name': optional(literal(value.string({ nonEmpty: true }))),
    },
    children: { 'status-code': many(element({ attributes: { code: value.integer({ min: 100, max: 599 }), action } })) },
  },
  reasons: ['response.not-valid'],
  compile({ attributes, children }, { log }, { section, place }) {
    const verdict = { policy: 'validate-status-code', section, variable: attributes['errors-variable-name'].constant, place, log }
    return ctx => {
      const { response } = ctx
      if (response === null) return next
      const { statusCode } = response
      const own = children['status-code'].find(one => one.attributes.code(ctx) === statusCode)
      const taken = own === undefined ? attributes['unspecified-status-code-action'](ctx) : own.attributes.action(ctx)
      const { contract } = ctx.operation
      if (contract === undefined) return conclude(ctx, noSchema(taken), verdict)
      if (taken === 'ignore' || contract.responses.some(one => one.statusCode === statusCode)) return next
      const details = `Response status code ${statusCode} is not allowed.`
      return conclude(
        ctx,
        [{ name: String(statusCode), type: 'StatusCode', rule: 'Unspecified', details, action: taken }],
        verdict,
      )
    }
  },
})

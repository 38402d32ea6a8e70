import type { Headers } from '../context/headers.ts'
import { definePolicy, element, literal, many, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { validateNamed } from '../validation/validate-values.ts'
import { action, conclude, noSchema } from '../validation/validation-errors.ts'

/** Holds the response's headers against those that the operation's specification describes for its status. */
export const validateHeaders = definePolicy({
  element: 'validate-headers',
  summary: 'Validates the headers of a response against the API’s specification.',
  source: 'Validate headers',
  sections: ['outbound', 'on-error'],
  max: { count: 1, per: 'section' },
  schema: {
    attributes: {
      'specified-header-action': action,
      'unspecified-header-action': action,
      'errors-variable-name': optional(literal(value.string({ nonEmpty: true }))),
    },
    children: { header: many(element({ attributes: { name: value.token('header name'), action } })) },
  },
  reasons: ['response.not-valid'],
  differences: ['Content-Type is never unspecified: a specification says it by its media types.'],
  compile({ attributes, children }, { log }, { section, place }) {
    const verdict = { policy: 'validate-headers', section, variable: attributes['errors-variable-name'].constant, place, log }
    return ctx => {
      const { response } = ctx
      if (response === null) return next
      const specifiedAction = attributes['specified-header-action'](ctx)
      const unspecifiedAction = attributes['unspecified-header-action'](ctx)
      const own = new Map(children.header.map(one => [one.attributes.name(ctx).toLowerCase(), one.attributes.action(ctx)]))
      const { contract } = ctx.operation
      if (contract === undefined) return conclude(ctx, noSchema(specifiedAction), verdict)
      const errors = validateNamed({
        type: 'ResponseHeader',
        sent: valuesOf(response.headers),
        specified: contract.responses.find(one => one.statusCode === response.statusCode)?.headers ?? [],
        definitions: contract.definitions,
        known: new Set(['content-type']),
        actionFor: (name, isSpecified) => own.get(name.toLowerCase()) ?? (isSpecified ? specifiedAction : unspecifiedAction),
      })
      return conclude(ctx, errors, verdict)
    }
  },
})

const valuesOf = (headers: Headers) => new Map(headers.names().map(name => [name, headers.getAll(name)]))

import { definePolicy, element, many, optional, type Policy, value } from '../define-policy.ts'

const notYet = 'take it out, or keep this API in Azure until it runs'
const text = optional(value.string())

/** Policies that judge calls in ways that nothing here can yet. */
export const checkPolicies: readonly Policy[] = [
  definePolicy({
    element: 'validate-graphql-request',
    summary: 'Validates a GraphQL request and authorises its paths.',
    source: 'Validate GraphQL request',
    sections: ['inbound'],
    scopes: ['global', 'product', 'api', 'operation'],
    schema: {
      attributes: {
        'error-variable-name': text,
        'max-size': optional(value.integer({ min: 0 })),
        'max-depth': optional(value.integer({ min: 0 }), 6),
      },
      children: {
        authorize: optional(
          element({
            children: {
              rule: many(
                element({ attributes: { path: value.string({ nonEmpty: true }), action: optional(value.string(), 'allow') } }),
              ),
            },
          }),
        ),
      },
    },
    notRun: notYet,
  }),
]

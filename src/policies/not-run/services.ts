import { definePolicy, element, literal, many, optional, type Policy, value } from '../define-policy.ts'

const azureOnly = 'it needs a service of Azure; take it out here, or put it where only Azure reads it'
const daprOnly = 'it needs a Dapr runtime beside the gateway; call its HTTP API by send-request instead'

const daprAttributes = {
  'ignore-error': optional(literal(value.boolean()), false),
  'response-variable-name': optional(literal(value.string({ nonEmpty: true }))),
  timeout: optional(value.duration('seconds', { min: 1, max: 240 }), 5000),
  template: optional(literal(value.choice(['Liquid'], { anyCase: true }))),
  'content-type': optional(literal(value.choice(['application/json']))),
}

/** Policies that hand something over to another service. */
export const servicePolicies: readonly Policy[] = [
  definePolicy({
    element: 'get-authorization-context',
    summary: 'Gets a token of a connection that a credential manager keeps.',
    source: 'Get authorization context',
    sections: ['inbound'],
    scopes: ['global', 'product', 'api', 'operation'],
    schema: {
      attributes: {
        'provider-id': value.string({ nonEmpty: true }),
        'authorization-id': value.string({ nonEmpty: true }),
        'context-variable-name': value.string({ nonEmpty: true }),
        'identity-type': optional(value.choice(['managed', 'jwt']), 'managed'),
        identity: optional(value.string()),
        'ignore-error': optional(value.boolean(), false),
      },
    },
    notRun: azureOnly,
  }),
  definePolicy({
    element: 'log-to-eventhub',
    summary: 'Sends a message to an event hub.',
    source: 'Log to event hub',
    sections: ['inbound', 'backend', 'outbound', 'on-error'],
    scopes: ['global', 'product', 'api', 'operation'],
    schema: {
      attributes: {
        'logger-id': literal(value.string({ nonEmpty: true })),
        'partition-id': optional(literal(value.string())),
        'partition-key': optional(value.string()),
      },
      text: value.any({ verbatim: true, markup: true }),
    },
    notRun: azureOnly,
  }),
  definePolicy({
    element: 'publish-to-dapr',
    summary: 'Sends a message to a Dapr topic.',
    source: 'Send message to Pub/Sub topic',
    sections: ['inbound'],
    schema: {
      attributes: { 'pubsub-name': optional(value.string()), topic: value.string({ nonEmpty: true }), ...daprAttributes },
      text: value.any({ verbatim: true, markup: true }),
    },
    notRun: daprOnly,
  }),
  definePolicy({
    element: 'invoke-dapr-binding',
    summary: 'Triggers an output binding of Dapr.',
    source: 'Trigger output binding',
    sections: ['inbound', 'outbound', 'on-error'],
    scopes: ['global', 'product', 'api', 'operation'],
    schema: {
      attributes: { name: value.string({ nonEmpty: true }), operation: optional(literal(value.string())), ...daprAttributes },
      children: {
        metadata: optional(
          element({
            children: { item: many(element({ attributes: { key: value.string({ nonEmpty: true }) }, text: value.any() })) },
          }),
        ),
        data: optional(value.any({ verbatim: true, markup: true })),
      },
    },
    notRun: daprOnly,
  }),
]

import { definePolicy, element, literal, many, optional, type Policy, policies, value } from '../define-policy.ts'

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
    element: 'send-service-bus-message',
    summary: 'Sends a message to a queue or topic of Azure Service Bus.',
    source: 'Send service bus message',
    sections: ['inbound', 'outbound', 'on-error'],
    scopes: ['global', 'product', 'api', 'operation'],
    schema: {
      attributes: {
        'queue-name': optional(value.string({ nonEmpty: true })),
        'topic-name': optional(value.string({ nonEmpty: true })),
        namespace: optional(value.string({ nonEmpty: true })),
        'client-id': optional(value.string({ nonEmpty: true })),
      },
      children: {
        payload: value.any({ verbatim: true, markup: true }),
        'message-properties': optional(
          element({
            children: {
              'message-property': many(element({ attributes: { name: value.string({ nonEmpty: true }) }, text: value.any() })),
            },
          }),
        ),
      },
    },
    notRun: azureOnly,
  }),
  definePolicy({
    element: 'cache-value',
    summary: 'Reads a value from the cache, or computes it by policies and keeps it.',
    source: 'Microsoft’s policy toolkit; no page of the reference yet',
    sections: ['inbound', 'backend', 'outbound', 'on-error'],
    schema: {
      attributes: {
        key: value.string({ nonEmpty: true }),
        'variable-name': literal(value.string({ nonEmpty: true })),
        'expires-after': optional(value.integer({ min: 0 })),
        'refresh-after': optional(value.integer({ min: 0 })),
        'default-value': optional(value.any()),
        'caching-type': optional(literal(value.choice(['internal', 'external', 'prefer-external']))),
      },
      children: { value: optional(element({ policies: policies() })) },
    },
    notRun: 'use cache-lookup-value, choose and cache-store-value',
  }),
  definePolicy({
    element: 'invoke-request',
    summary: 'Sends a request of its own to a URL or a backend.',
    source: 'Microsoft’s policy toolkit; no page of the reference yet',
    sections: ['inbound', 'backend', 'outbound', 'on-error'],
    schema: {
      attributes: {
        method: optional(value.string({ nonEmpty: true })),
        url: optional(value.string({ nonEmpty: true })),
        'backend-id': optional(value.string({ nonEmpty: true })),
        'response-variable-name': optional(literal(value.string({ nonEmpty: true }))),
      },
      children: {
        header: many(element({ attributes: { name: value.string({ nonEmpty: true }), value: optional(value.string()) } })),
        body: optional(value.any({ verbatim: true, markup: true })),
      },
    },
    notRun: 'use send-request',
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

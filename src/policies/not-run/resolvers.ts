import { definePolicy, element, literal, many, optional, type Policy, policies, value } from '../define-policy.ts'

const notRun = 'GraphQL resolvers run in Azure alone; call the source by send-request, or keep this API in Azure'

/** Text that a Liquid template may give. */
const templated = (...more: readonly string[]) =>
  optional(
    element({
      attributes: {
        template: optional(literal(value.choice(['liquid'], { anyCase: true }))),
        ...Object.fromEntries(more.map(name => [name, optional(value.string())])),
      },
      text: value.any({ verbatim: true, markup: true }),
    }),
  )

const connection = element({
  attributes: { 'use-managed-identity': optional(value.boolean(), false) },
  text: value.any({ verbatim: true }),
})
const sqlStatement = optional(value.any({ verbatim: true, markup: true }))
const parameters = (...more: readonly string[]) =>
  optional(
    element({
      children: {
        parameter: many(
          element({
            attributes: {
              name: value.string({ nonEmpty: true }),
              ...Object.fromEntries(more.map(name => [name, optional(value.string())])),
            },
            text: value.any({ verbatim: true }),
          }),
        ),
      },
    }),
  )
const response = (...more: readonly string[]) =>
  optional(element({ policies: policies({ only: ['include-fragment', 'set-body', 'publish-event', ...more] }) }))

const trigger = {
  'consistency-level': optional(value.choice(['bounded-staleness', 'consistent-prefix', 'eventual', 'session', 'strong'])),
  'pre-trigger': optional(value.string()),
  'post-trigger': optional(value.string()),
}
const item = { id: templated(), 'partition-key': templated('data-type'), etag: templated('type') }

/** Policies of GraphQL resolvers: documents of their own, in no section of a policy document. */
export const resolverPolicies: readonly Policy[] = [
  definePolicy({
    element: 'http-data-source',
    summary: 'Resolves a field of a GraphQL schema by an HTTP request.',
    source: 'HTTP data source for resolver',
    sections: [],
    schema: {
      children: {
        'http-request': element({
          children: { 'set-url': value.string({ nonEmpty: true }) },
          policies: policies({
            only: [
              'get-authorization-context',
              'set-backend-service',
              'set-method',
              'include-fragment',
              'set-header',
              'set-query-parameter',
              'set-body',
              'authentication-certificate',
              'authentication-managed-identity',
            ],
          }),
        }),
        backend: optional(element({ policies: policies({ only: ['forward-request'] }) })),
        'http-response': response('xml-to-json', 'find-and-replace'),
      },
    },
    notRun,
  }),
  definePolicy({
    element: 'sql-data-source',
    summary: 'Resolves a field of a GraphQL schema from Azure SQL.',
    source: 'Azure SQL data source for resolver',
    sections: [],
    schema: {
      children: {
        'connection-info': element({
          children: { 'connection-string': connection },
          policies: policies({ only: ['include-fragment', 'authentication-certificate'] }),
        }),
        request: element({
          attributes: { 'single-result': optional(value.boolean(), false) },
          children: { 'sql-statement': value.any({ verbatim: true, markup: true }), parameters: parameters('sql-type') },
          policies: policies({ only: ['include-fragment', 'set-body'] }),
        }),
        response: response(),
      },
      policies: policies({ only: ['include-fragment'] }),
    },
    notRun,
  }),
  definePolicy({
    element: 'cosmosdb-data-source',
    summary: 'Resolves a field of a GraphQL schema from Cosmos DB.',
    source: 'Cosmos DB data source for resolver',
    sections: [],
    schema: {
      children: {
        'connection-info': element({
          children: {
            'connection-string': connection,
            'database-name': value.string({ nonEmpty: true }),
            'container-name': value.string({ nonEmpty: true }),
          },
        }),
        'query-request': optional(
          element({
            attributes: { 'enable-low-precision-order-by': optional(value.boolean()) },
            children: {
              'sql-statement': sqlStatement,
              parameters: parameters(),
              'partition-key': templated('data-type'),
              paging: optional(element({ children: { 'max-item-count': templated(), 'continuation-token': templated() } })),
            },
          }),
        ),
        'read-request': optional(element({ attributes: trigger, children: item })),
        'delete-request': optional(element({ attributes: trigger, children: item })),
        'write-request': optional(
          element({
            attributes: {
              type: optional(value.choice(['insert', 'replace', 'upsert']), 'upsert'),
              'indexing-directive': optional(value.string()),
              ...trigger,
            },
            children: item,
            policies: policies({ only: ['set-body'] }),
          }),
        ),
        response: response(),
      },
    },
    notRun,
  }),
  definePolicy({
    element: 'publish-event',
    summary: 'Publishes an event to GraphQL subscriptions.',
    source: 'Publish event to GraphQL subscription',
    sections: [],
    parents: ['http-response', 'response'],
    schema: {
      children: {
        targets: element({
          children: {
            'graphql-subscription': many(element({ attributes: { id: value.string({ nonEmpty: true }) } }), { min: 1 }),
          },
        }),
      },
    },
    notRun,
  }),
]

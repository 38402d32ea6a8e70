import type { OperationContract, OperationParameter } from '../../catalog/catalog.ts'
import type { CallContext } from '../context/call-context.ts'
import { QueryString } from '../context/query-string.ts'
import { definePolicy, element, literal, many, optional, value } from '../define-policy.ts'
import { type Named, validateNamed } from '../validation/validate-values.ts'
import { type Action, action, conclude, noSchema } from '../validation/validation-errors.ts'
import type { Evaluator } from '../values.ts'

const overrides = {
  attributes: { 'specified-parameter-action': optional(action), 'unspecified-parameter-action': optional(action) },
  children: { parameter: many(element({ attributes: { name: value.string({ nonEmpty: true }), action } })) },
} as const

/** Holds the call's headers, query and path parameters against the operation's specification. */
export const validateParameters = definePolicy({
  element: 'validate-parameters',
  summary: 'Validates header, query and path parameters of a call against the API’s specification.',
  source: 'Validate parameters',
  sections: ['inbound'],
  max: { count: 1, per: 'section' },
  schema: {
    attributes: {
      'specified-parameter-action': action,
      'unspecified-parameter-action': action,
      'errors-variable-name': optional(literal(value.string({ nonEmpty: true }))),
    },
    children: {
      headers: optional(element(overrides)),
      query: optional(element(overrides)),
      path: optional(element({ ...overrides, attributes: { 'specified-parameter-action': optional(action) } })),
    },
  },
  reasons: ['request.not-valid'],
  differences: [
    'The subscription key’s header and query parameter, Content-Type, Accept and Authorization are never unspecified (OpenAPI describes them elsewhere).',
    'An object in a query or header is not looked into; messages are those of ajv, without line and position.',
  ],
  compile({ attributes, children }, { log }, { section, place }) {
    const verdict = { policy: 'validate-parameters', section, variable: attributes['errors-variable-name'].constant, place, log }
    return ctx => {
      const specified = attributes['specified-parameter-action'](ctx)
      const unspecified = attributes['unspecified-parameter-action'](ctx)
      const { contract } = ctx.operation
      if (contract === undefined) return conclude(ctx, noSchema(specified), verdict)
      const { headers, query, path } = children
      const errors = [
        ...validateNamed({ ...headersOf(ctx, contract), actionFor: actionsOf(headers, specified, unspecified, ctx) }),
        ...validateNamed({ ...queryOf(ctx, contract), actionFor: actionsOf(query, specified, unspecified, ctx) }),
        ...validateNamed({ ...pathOf(ctx, contract), actionFor: actionsOf(path, specified, 'ignore', ctx) }),
      ]
      return conclude(ctx, errors, verdict)
    }
  },
})

interface Overrides {
  readonly attributes: {
    readonly 'specified-parameter-action': Evaluator<Action | undefined>
    readonly 'unspecified-parameter-action'?: Evaluator<Action | undefined>
  }
  readonly children: {
    readonly parameter: readonly {
      readonly attributes: { readonly name: Evaluator<string>; readonly action: Evaluator<Action> }
    }[]
  }
}

/** "An action specified in a policy's child element overrides an action specified for its parent." */
function actionsOf(own: Overrides | undefined, specified: Action, unspecified: Action, ctx: CallContext): Named['actionFor'] {
  const byName = new Map(own?.children.parameter.map(one => [one.attributes.name(ctx).toLowerCase(), one.attributes.action(ctx)]))
  const forSpecified = own?.attributes['specified-parameter-action'](ctx) ?? specified
  const forOthers = own?.attributes['unspecified-parameter-action']?.(ctx) ?? unspecified
  return (name, isSpecified) => byName.get(name.toLowerCase()) ?? (isSpecified ? forSpecified : forOthers)
}

type Message = Omit<Named, 'actionFor'>

const specifiedIn = ({ parameters }: OperationContract, place: OperationParameter['in']) =>
  parameters.filter(one => one.in === place)

function headersOf({ api, request }: CallContext, contract: OperationContract): Message {
  const { headers } = request
  return {
    type: 'RequestHeader',
    sent: new Map(headers.names().map(name => [name, headers.getAll(name)])),
    specified: specifiedIn(contract, 'header'),
    definitions: contract.definitions,
    known: new Set([api.subscriptionKeyNames.header.toLowerCase(), 'content-type', 'accept', 'authorization']),
  }
}

function queryOf({ api, request }: CallContext, contract: OperationContract): Message {
  const query = QueryString.parse(request.originalUrl.query)
  return {
    type: 'QueryParameter',
    sent: new Map(query.names().map(name => [name, query.getAll(name)])),
    specified: specifiedIn(contract, 'query'),
    definitions: contract.definitions,
    known: new Set([api.subscriptionKeyNames.query.toLowerCase()]),
  }
}

/** The router found them all, or the call would not be here: those of the template that the specification does not describe are anything. */
function pathOf({ request }: CallContext, contract: OperationContract): Message {
  return {
    type: 'PathParameter',
    sent: new Map([...request.matchedParameters].map(([name, text]) => [name, [text]])),
    specified: specifiedIn(contract, 'path'),
    definitions: contract.definitions,
    known: new Set(),
  }
}

import type { ConnectionAnswer, ConnectionCaller } from '../../identity/connections/connection-manager.ts'
import type { CallContext } from '../context/call-context.ts'
import { AuthorizationContext } from '../context/types/credential-types.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import { isConstant } from '../values.ts'

/** Puts a token of a connection into a variable, for whoever the connection's access policies let use it. */
export const getAuthorizationContext = definePolicy({
  element: 'get-authorization-context',
  summary: 'Gets a token of a connection that the credential manager keeps.',
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
  reasons: ['connection.missing', 'connection.not-connected', 'connection.denied', 'connection.failed'],
  differences: [
    'Connections are the workspace’s own, and consent is given by `gatehouse connection login` (docs/connections.md).',
    'A connection without access policies is open to the gateway itself (`managed`) and to nobody else; with some, `managed` means the identity of `authentication-managed-identity`.',
    'The provider `aad` is asked at version 2.0 of its endpoints.',
  ],
  compile({ attributes, written, position }, { connection }, site) {
    const type = attributes['identity-type']
    if (isConstant(type) && type.constant === 'jwt' && !written.has('identity')) {
      site.fault('policy.missing-attribute', '`identity-type="jwt"` needs the attribute `identity`', 'add identity="…"', position)
      return undefined
    }
    return async ctx => {
      const variable = attributes['context-variable-name'](ctx)
      const caller: ConnectionCaller =
        type(ctx) === 'jwt' ? { kind: 'jwt', token: bareToken(attributes.identity(ctx) ?? '') } : { kind: 'managed' }
      const answer: ConnectionAnswer =
        (await connection?.(attributes['provider-id'](ctx).trim(), attributes['authorization-id'](ctx).trim(), caller)) ?? none
      if (answer.kind === 'failure') ctx.tracer?.said(site.place, 'connection', 'error', `${answer.reason}: ${answer.message}`)
      if (answer.kind === 'token') {
        ctx.variables.set(variable, new AuthorizationContext(answer.accessToken, answer.claims))
        return next
      }
      return attributes['ignore-error'](ctx) ? ignored(ctx, variable) : failed(answer)
    }
  },
})

const none: ConnectionAnswer = { kind: 'failure', reason: 'connection.missing', message: 'no credential provider is known here' }

const bareToken = (text: string) => text.replace(/^\s*Bearer\s+/i, '').trim()

/** "The context variable is assigned a value of null." */
function ignored(ctx: CallContext, variable: string): Outcome {
  ctx.variables.set(variable, null)
  return next
}

function failed({ reason, message }: Extract<ConnectionAnswer, { kind: 'failure' }>): Outcome {
  return refuse({
    reason,
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'AuthorizationContextFailure',
    errorMessage: `The authorization context could not be obtained: ${message}.`,
    received: [message],
  })
}

import type { ManagedToken } from '../../identity/managed-identity.ts'
import type { CallContext } from '../context/call-context.ts'
import { definePolicy, literal, optional, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import type { ShapedMessage } from '../step.ts'

/** Brings a token of the gateway's own identity to a backend: in the Authorization header, or in a variable when one is named. */
export const authenticationManagedIdentity = definePolicy({
  element: 'authentication-managed-identity',
  summary: 'Authenticates with a backend by a token of the gateway’s managed identity.',
  source: 'Authenticate with managed identity',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      resource: value.string({ nonEmpty: true }),
      'client-id': optional(literal(value.string({ nonEmpty: true }))),
      'output-token-variable-name': optional(literal(value.string({ nonEmpty: true }))),
      'ignore-error': optional(value.boolean(), false),
      'authentication-provider': optional(
        literal(value.choice(['ManagedIdentity', 'WorkloadIdentity'], { anyCase: true })),
        'ManagedIdentity',
      ),
    },
  },
  reasons: ['policy.failed'],
  pagesDisagree: [
    'The page names inbound alone; Microsoft’s policy toolkit has it in outbound too, and documents in production rely on that. It may stand in every section.',
  ],
  differences: [
    'The identity is that of the environment: App Service, a virtual machine, workload federation, `AZURE_CLIENT_ID` with a secret; or the workspace’s `identity.credential`; or an application of the local directory.',
    'With `output-token-variable-name` the Authorization header is left alone: the page’s own example sets it by hand.',
  ],
  shape({ attributes, written }, { managedIdentityToken }, site) {
    const isWorkload = attributes['authentication-provider'].constant === 'WorkloadIdentity'
    if (isWorkload && written.has('client-id')) {
      const message = '`authentication-provider="WorkloadIdentity"` excludes `client-id`: the workload has one identity'
      site.fault('policy.exclusive-attributes', message, 'take `client-id` out')
      return undefined
    }
    const clientId = attributes['client-id'].constant?.trim()
    const variable = attributes['output-token-variable-name'].constant
    const keep = (ctx: CallContext, message: ShapedMessage, answer: ManagedToken): Outcome => {
      if (answer.kind === 'failure') return attributes['ignore-error'](ctx) ? next : refused(answer.message)
      if (variable !== undefined) ctx.variables.set(variable, answer.token)
      // never on what goes back to the caller
      else (message === ctx.response ? ctx.request : message).headers.set('Authorization', `Bearer ${answer.token}`)
      return next
    }
    return (ctx, message) => {
      const resource = attributes.resource(ctx).trim()
      const answer = isWorkload
        ? managedIdentityToken(resource, undefined, 'WorkloadIdentity')
        : managedIdentityToken(resource, clientId)
      return answer instanceof Promise ? answer.then(late => keep(ctx, message, late)) : keep(ctx, message, answer)
    }
  },
})

function refused(message: string): Outcome {
  return refuse({
    reason: 'policy.failed',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'ManagedIdentityTokenFailure',
    errorMessage: `No token of the managed identity could be obtained: ${message}.`,
    received: [message],
  })
}

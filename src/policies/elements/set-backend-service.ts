import { joinPath, pathBelowBackend } from '../context/backend-path.ts'
import type { CallContext } from '../context/call-context.ts'
import { RequestUrl } from '../context/request-url.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import { isConstant } from '../values.ts'

/** Of Service Fabric and Dapr: known, and refused when the policy is loaded. */
const notServed = [
  'sf-resolve-condition',
  'sf-service-instance-name',
  'sf-partition-key',
  'sf-listener-name',
  'sf-replica-type',
  'dapr-app-id',
  'dapr-method',
  'dapr-namespace',
]

/** Sends the request to another backend: a URL, or a backend entity with its credentials. */
export const setBackendService = definePolicy({
  element: 'set-backend-service',
  summary: 'Changes the backend that the request goes to.',
  source: 'Set backend service',
  sections: ['inbound', 'backend'],
  schema: {
    attributes: {
      'base-url': optional(value.string({ nonEmpty: true })),
      'backend-id': optional(value.string({ nonEmpty: true })),
      ...Object.fromEntries(notServed.map(name => [name, optional(value.string())])),
    },
  },
  reasons: ['backend.missing'],
  differences: [
    'All threads of a gateway share the turns of a pool and the counts of circuit breakers, where each instance of Azure’s gateway goes by what it saw itself.',
    'Backends that are Service Fabric or Dapr services are not served: their `sf-` and `dapr-` attributes are refused when the policy is loaded.',
  ],
  compile({ attributes, written }, _ports, site) {
    const foreign = notServed.find(name => written.has(name))
    if (foreign !== undefined) {
      site.fault(
        'policy.unsupported',
        `\`${foreign}\` does not run here: neither Service Fabric nor Dapr is served`,
        'name a backend by its URL',
      )
      return undefined
    }
    if (written.has('base-url') === written.has('backend-id')) {
      const what = written.has('base-url') ? 'takes `base-url` or `backend-id`, not both' : 'needs `base-url` or `backend-id`'
      site.fault('policy.exclusive-attributes', `\`set-backend-service\` ${what}`, 'write one of them')
      return undefined
    }
    const { 'base-url': baseUrl, 'backend-id': backendId } = attributes
    if (isConstant(baseUrl) && baseUrl.constant !== undefined && addressOf(baseUrl.constant) === undefined) {
      site.fault('policy.bad-value', `\`base-url\` must be an absolute http(s) URL, not \`${baseUrl.constant}\``)
      return undefined
    }
    const { backends, partial } = site.workspace
    if (isConstant(backendId) && backendId.constant !== undefined && !backends.has(backendId.constant)) {
      const tell = partial ? site.warn : site.fault
      tell('policy.backend', `there is no backend \`${backendId.constant}\``, 'add it to the backends')
      return undefined
    }
    return ctx => {
      const name = backendId(ctx)
      const url = name === undefined ? (baseUrl(ctx) ?? '') : (backends.get(name)?.url ?? '')
      const base = addressOf(url)
      if (base === undefined) return noBackend(name === undefined ? 'an absolute http(s) URL' : 'a backend of the workspace')
      redirect(ctx, base)
      ctx.backendName = name ?? null
      return next
    }
  },
})

/** A WebSocket's address is the HTTP address that its handshake goes to (RFC 6455 §3). */
function addressOf(url: string): RequestUrl | undefined {
  return RequestUrl.parse(url.trim().replace(/^ws(?=s?:\/\/)/i, 'http'))
}

/** Puts the path below the old backend's address under the new one's; the query stays, behind that of the new address. */
function redirect(ctx: CallContext, base: RequestUrl): void {
  const { url } = ctx.request
  const below = pathBelowBackend(ctx)
  url.scheme = base.scheme
  url.host = base.host
  url.port = base.port
  ctx.backendBasePath = base.path.replace(/\/+$/, '')
  url.path = joinPath(ctx.backendBasePath, below)
  if (base.query.length > 1 && !`${url.query}&`.startsWith(`${base.query}&`)) url.query = base.query + url.query.replace('?', '&')
}

function noBackend(expected: string): Outcome {
  return refuse({
    reason: 'backend.missing',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'BackendNotFound',
    errorMessage: 'The backend that set-backend-service names is not known.',
    expected: [expected],
  })
}

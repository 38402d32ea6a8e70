import type { ManagedToken } from '../../identity/managed-identity.ts'
import type { ProxyServer } from '../../policies/connection.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { type Refusal, refuse } from '../../policies/outcome.ts'
import { applyCredentials, setHeader } from './backend-credentials.ts'
import type { ConnectionIdentity } from './dispatchers.ts'
import type { OwnAuthorities } from './own-authorities.ts'
import type { ServedBackend } from './served-backend.ts'

/** What requests to backends are outfitted from. */
export interface Wardrobe {
  readonly backends: ReadonlyMap<string, ServedBackend>
  /** Absent: backends' certificates come from Node's authorities. */
  readonly authorities?: OwnAuthorities | undefined
  managedIdentityToken(resource: string, clientId?: string): ManagedToken | Promise<ManagedToken>
  /** Aims a call that becomes a tunnel at a member of its pool; a refusal when no backend may be asked. Absent: backends are single. */
  aim?(ctx: CallContext): Refusal | undefined
}

/** What a call to its backend carries besides its own message. */
export interface Outfit {
  /** Path and query. */
  readonly path: string
  readonly identity: ConnectionIdentity
  readonly proxy: ProxyServer | undefined
}

/**
 * Puts on what the backend entity says: credentials, certificate, a token of the managed identity, the proxy; what policies said comes first where
 * there can be one only. `headers` is a flat list, changed in place. A refusal when something is not at hand.
 */
export function outfit(ctx: CallContext, headers: string[], wardrobe: Wardrobe): Outfit | Refusal | Promise<Outfit | Refusal> {
  const backend = ctx.backendName === null ? undefined : wardrobe.backends.get(ctx.backendName)
  const { url, clientCertificate = backend?.shows, proxy = backend?.proxy } = ctx.request
  if (backend?.lacks !== undefined) return refused(`the backend ${backend.name} lacks ${backend.lacks}`)
  const { pins } = backend?.tls ?? {}
  if (pins !== undefined && proxy !== undefined) return refused('a backend’s certificate cannot be looked at through a proxy')
  const made: Outfit = {
    path: applyCredentials(backend, headers, url.path + url.query),
    identity: {
      verifyChain: backend?.tls.validateCertificateChain ?? true,
      verifyName: backend?.tls.validateCertificateName ?? true,
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      ...(pins === undefined ? {} : { pins }),
      ...(wardrobe.authorities === undefined ? {} : { authorities: wardrobe.authorities }),
    },
    proxy,
  }
  const wanted = backend?.credentials?.managedIdentity
  if (wanted === undefined) return made
  const put = (answer: ManagedToken): Outfit | Refusal => {
    if (answer.kind === 'failure')
      return refused(`no token of the managed identity: ${answer.message}`, 'ManagedIdentityTokenFailure')
    setHeader(headers, 'Authorization', [`Bearer ${answer.token}`])
    return made
  }
  const answer = wardrobe.managedIdentityToken(wanted.resource, wanted.clientId)
  return answer instanceof Promise ? answer.then(put) : put(answer)
}

function refused(detail: string, errorReason = 'BackendConnectionFailure'): Refusal {
  return refuse({
    reason: 'policy.failed',
    statusCode: 500,
    message: 'Internal server error',
    errorReason,
    errorMessage: detail,
    received: [detail],
  })
}

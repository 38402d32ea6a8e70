import type { DirectoryApplication } from '../../catalog/directory.ts'
import { isRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import { sameText } from '../oidc/same-text.ts'
import { refuseApplication } from '../refuse-principal.ts'
import type { Services } from '../services.ts'
import { signAccessToken } from '../tokens/access-token.ts'
import { readScopes } from '../tokens/scopes.ts'

interface Issued {
  readonly token: string
  readonly clientId: string
  readonly resource: string
  /** Seconds since 1970, and from now. */
  readonly notBefore: number
  readonly lifetime: number
}

/** App Service's endpoint (`IDENTITY_ENDPOINT`, api-version 2019-08-01): whoever knows the header's secret is this machine. */
export async function answerAppService(services: Services, request: DirectoryRequest): Promise<DirectoryResponse> {
  const identity = services.managedIdentity()
  const refuse = (status: number, message: string) =>
    json(status, { statusCode: status, message, correlationId: services.tenant.id }, noStore)
  if (identity === undefined) return refuse(404, 'No managed identity is configured.')
  if (!sameText(request.headers.get('x-identity-header') ?? '', identity.header))
    return refuse(401, 'X-IDENTITY-HEADER is missing or wrong.')
  const issued = await issue(services, identity.application, request.query)
  if (typeof issued === 'string') return refuse(400, issued)
  const { token, clientId, resource, notBefore, lifetime } = issued
  return json(
    200,
    { access_token: token, client_id: clientId, resource, token_type: 'Bearer', expires_on: String(notBefore + lifetime) },
    noStore,
  )
}

/**
 * The instance metadata service's endpoint (`AZURE_POD_IDENTITY_AUTHORITY_HOST`). As there, the field `Metadata` is demanded and forwarded requests are
 * refused, so that no page and no proxy can be made to ask; and only this machine may.
 */
export async function answerInstanceMetadata(services: Services, request: DirectoryRequest): Promise<DirectoryResponse> {
  const identity = services.managedIdentity()
  const refuse = (status: number, error: string, text: string) => json(status, { error, error_description: text }, noStore)
  const isDirect = request.headers.get('metadata')?.toLowerCase() === 'true' && !request.headers.has('x-forwarded-for')
  if (!isDirect || !isLoopback(request.ipAddress)) return refuse(400, 'bad_request_102', 'Required metadata header not specified')
  if (identity === undefined) return refuse(400, 'invalid_request', 'Identity not found')
  const issued = await issue(services, identity.application, request.query)
  if (typeof issued === 'string') return refuse(400, 'invalid_request', issued)
  const { token, clientId, resource, notBefore, lifetime } = issued
  const times = { expires_in: lifetime, ext_expires_in: lifetime, expires_on: notBefore + lifetime, not_before: notBefore }
  const texts = Object.fromEntries(Object.entries(times).map(([name, value]) => [name, String(value)]))
  return json(200, { access_token: token, client_id: clientId, resource, token_type: 'Bearer', ...texts }, noStore)
}

const isLoopback = (address: string) => address === '::1' || /^(::ffff:)?127\./.test(address)

/** A token for the identity, or why there is none. */
async function issue(services: Services, application: DirectoryApplication, query: URLSearchParams): Promise<Issued | string> {
  const named =
    query.get('client_id') ??
    query.get('object_id') ??
    query.get('principal_id') ??
    query.get('msi_res_id') ??
    query.get('mi_res_id')
  if (named !== null && named !== application.appId && named !== application.servicePrincipalId) return 'Identity not found'
  const resource = query.get('resource')
  if (resource === null || resource === '') return 'The parameter resource is missing.'
  const { tenant } = services
  const scopes = readScopes(tenant, application, `${resource}/.default`)
  const refusal = isRefusal(scopes) ? scopes : refuseApplication(tenant, application, scopes)
  if (isRefusal(scopes) || refusal !== undefined) return `${refusal?.code}: ${refusal?.message}`
  const [now, lifetime] = [services.now(), services.lifetimes.accessTokenLifetime]
  const access = {
    tenant,
    client: application,
    proof: 'assertion',
    resource: scopes.resource,
    identifier: scopes.identifier,
    capabilities: [],
    now,
    lifetime,
  } as const
  const token = await signAccessToken(access, services.keys().signing)
  return { token, clientId: application.appId, resource, notBefore: Math.floor(now / 1000), lifetime }
}

import { type EntraRefusal, entraRefusal, errorBody, isRefusal } from '../entra-errors.ts'
import { answerGraph } from '../graph/answer-graph.ts'
import { adminConsent } from '../interaction/admin-consent.ts'
import { authorize } from '../interaction/begin.ts'
import { beginDevice, deviceEntry, enterDeviceCode } from '../interaction/device.ts'
import { logout } from '../interaction/logout.ts'
import { takeStep } from '../interaction/steps.ts'
import { answerAppService, answerInstanceMetadata } from '../managed-identity/answer-managed-identity.ts'
import type { Authority } from '../oidc/authority.ts'
import { discoveryV1, discoveryV2, instanceDiscovery } from '../oidc/discovery.ts'
import { keySet } from '../oidc/key-sets.ts'
import { answerResourceManager } from '../oidc/resource-manager.ts'
import { readAuthority } from '../oidc/tenant-path.ts'
import { answerToken } from '../oidc/token-endpoint.ts'
import { userInfo } from '../oidc/user-info.ts'
import { userRealm } from '../oidc/user-realm.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Services } from '../services.ts'
import { withCors } from './cors.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore } from './exchange.ts'
import { newIds } from './ids.ts'

type Answer = DirectoryResponse | EntraRefusal
type Endpoint = (request: DirectoryRequest, services: Services, authority: Authority) => Answer | Promise<Answer>

const document = (make: (request: DirectoryRequest, services: Services, authority: Authority) => unknown): Endpoint => {
  return (...args) => json(200, make(...args), [['Cache-Control', 'max-age=86400, private']])
}

const tokenEndpoint =
  (version: 1 | 2): Endpoint =>
  async (request, services, authority) => {
    const answer = await answerToken(services, request, version, authority)
    return isRefusal(answer) ? answer : json(200, answer, noStore)
  }

/** Nobody with a personal account is in this directory. */
const signInPage =
  (version: 1 | 2): Endpoint =>
  (request, services, { kind }) => {
    const refusal = noPersonalAccount(services, request.query.get('login_hint') ?? '')
    return kind === 'consumers' ? errorPage(refusal, newIds(services, request)) : authorize(services, request, version)
  }

const deviceCode =
  (version: 1 | 2): Endpoint =>
  (request, services, { kind }) =>
    kind === 'consumers' ? noPersonalAccount(services, '') : beginDevice(services, request, version)

function noPersonalAccount({ tenant }: Services, name: string): EntraRefusal {
  return entraRefusal(50020, name, tenant.document.tenant.displayName, 'live.com')
}

/** `METHOD path` below the tenant's part of the path. */
const tenantEndpoints: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  [
    'GET v2.0/.well-known/openid-configuration',
    document(({ origin }, { tenant }, authority) => discoveryV2(origin, authority, tenant.cloud)),
  ],
  [
    'GET .well-known/openid-configuration',
    document(({ origin }, { tenant }, authority) => discoveryV1(origin, authority, tenant.cloud)),
  ],
  ['GET discovery/v2.0/keys', document((_, services, authority) => keySet(services.keys(), 2, authority, services.tenant.cloud))],
  ['GET discovery/keys', document((_, services, authority) => keySet(services.keys(), 1, authority, services.tenant.cloud))],
  ['GET discovery/instance', document(({ origin }, { tenant }) => instanceDiscovery(origin, tenant.id))],
  ['POST oauth2/v2.0/token', tokenEndpoint(2)],
  ['POST oauth2/token', tokenEndpoint(1)],
  ['GET oauth2/v2.0/authorize', signInPage(2)],
  ['POST oauth2/v2.0/authorize', signInPage(2)],
  ['GET oauth2/authorize', signInPage(1)],
  ['POST oauth2/authorize', signInPage(1)],
  ['POST oauth2/v2.0/devicecode', deviceCode(2)],
  ['POST oauth2/devicecode', deviceCode(1)],
  ['GET v2.0/adminconsent', (request, services) => adminConsent(services, request)],
  ['GET adminconsent', (request, services) => adminConsent(services, request)],
  ['GET oauth2/deviceauth', request => deviceEntry(request)],
  ['GET oauth2/v2.0/logout', (request, services) => logout(services, request)],
  ['POST oauth2/v2.0/logout', (request, services) => logout(services, request)],
  ['GET oauth2/logout', (request, services) => logout(services, request)],
  ['GET openid/userinfo', (request, services) => userInfo(services, request)],
])

type RootEndpoint = (request: DirectoryRequest, services: Services) => Answer | Promise<Answer>

/** Paths without a tenant. */
const rootEndpoints: ReadonlyMap<string, RootEndpoint> = new Map<string, RootEndpoint>([
  ['GET devicelogin', request => deviceEntry(request)],
  ['POST devicelogin', (request, services) => enterDeviceCode(services, request)],
  ['GET msi/token', (request, services) => answerAppService(services, request)],
  ['GET metadata/identity/oauth2/token', (request, services) => answerInstanceMetadata(services, request)],
  ['GET tenants', (request, services) => answerResourceManager(services, request, 'tenants')],
  ['GET subscriptions', (request, services) => answerResourceManager(services, request, 'subscriptions')],
  ['GET oidc/userinfo', (request, services) => userInfo(services, request)],
  ['POST oidc/userinfo', (request, services) => userInfo(services, request)],
])

const preflight: DirectoryResponse = { status: 204, headers: [], body: '' }

/** Finds the endpoint by path alone, whatever host the caller named, and answers refusals as Entra does. */
export function route(services: Services): (request: DirectoryRequest) => Promise<DirectoryResponse> {
  return async request => {
    const answer = request.method === 'OPTIONS' ? preflight : await dispatch(request, services)
    return withCors(services.tenant, request, isRefusal(answer) ? refusalResponse(answer, request, services) : answer)
  }
}

function dispatch(request: DirectoryRequest, services: Services): Answer | Promise<Answer> {
  const [segment = '', ...rest] = request.path
  const root = rootEndpoints.get(`${request.method} ${request.path.join('/').toLowerCase()}`)
  if (root !== undefined) return root(request, services)
  if (segment === 'v1.0') return answerGraph(services, request)
  if (segment === 'interaction' && request.method === 'POST') return takeStep(services, request, rest[0] ?? '', rest[1] ?? '')
  if (request.method === 'GET' && rest.length === 2 && rest[0]?.toLowerCase() === 'userrealm')
    return json(200, userRealm(services.tenant, rest[1] ?? ''), noStore)
  const endpoint = tenantEndpoints.get(`${request.method} ${rest.join('/').toLowerCase()}`)
  if (endpoint === undefined)
    return json(404, { error: 'not_found', error_description: 'The local directory has nothing at this address.' })
  const authority = readAuthority(services.tenant, segment)
  return isRefusal(authority) ? authority : endpoint(request, services, authority)
}

/** Every refusal is JSON: Microsoft's clients read nothing else. */
function refusalResponse(refusal: EntraRefusal, request: DirectoryRequest, services: Services): DirectoryResponse {
  const ids = newIds(services, request)
  const headers = [['x-ms-request-id', ids.traceId] as const, ['client-request-id', ids.correlationId] as const]
  return json(refusal.status, errorBody(refusal, ids), [...noStore, ...headers])
}

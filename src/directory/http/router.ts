import { randomUUID } from 'node:crypto'
import { type EntraRefusal, errorBody, isRefusal } from '../entra-errors.ts'
import { discoveryV1, discoveryV2, instanceDiscovery } from '../oidc/discovery.ts'
import { keySet } from '../oidc/key-sets.ts'
import { type Authority, readAuthority } from '../oidc/tenant-path.ts'
import { answerToken } from '../oidc/token-endpoint.ts'
import type { Services } from '../services.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore } from './exchange.ts'

type Answer = DirectoryResponse | EntraRefusal
type Endpoint = (request: DirectoryRequest, services: Services, authority: Authority) => Answer | Promise<Answer>

/** Documents are the same for everybody: any page may read them. */
const anyOrigin = [['Access-Control-Allow-Origin', '*']] as const

const document = (make: (request: DirectoryRequest, services: Services, authority: Authority) => unknown): Endpoint => {
  return (...args) => json(200, make(...args), [...anyOrigin, ['Cache-Control', 'max-age=86400, private']])
}

const tokenEndpoint =
  (version: 1 | 2): Endpoint =>
  async (request, services) => {
    const answer = await answerToken(services, request, version)
    return isRefusal(answer) ? answer : json(200, answer, noStore)
  }

/** `METHOD path` below the tenant's part of the path. */
const tenantEndpoints: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['GET v2.0/.well-known/openid-configuration', document(({ origin }, _, authority) => discoveryV2(origin, authority))],
  ['GET .well-known/openid-configuration', document(({ origin }, _, authority) => discoveryV1(origin, authority))],
  ['GET discovery/v2.0/keys', document((_, services, authority) => keySet(services.keys(), 2, authority, services.tenant.id))],
  ['GET discovery/keys', document((_, services, authority) => keySet(services.keys(), 1, authority, services.tenant.id))],
  ['GET discovery/instance', document(({ origin }, { tenant }) => instanceDiscovery(origin, tenant.id))],
  ['POST oauth2/v2.0/token', tokenEndpoint(2)],
  ['POST oauth2/token', tokenEndpoint(1)],
])

/** Finds the endpoint by path alone, whatever host the caller named, and answers refusals as Entra does. */
export function route(services: Services): (request: DirectoryRequest) => Promise<DirectoryResponse> {
  return async request => {
    const answer = await dispatch(request, services)
    return isRefusal(answer) ? refusalResponse(answer, request, services) : answer
  }
}

function dispatch(request: DirectoryRequest, services: Services): Answer | Promise<Answer> {
  const [segment = '', ...rest] = request.path
  const endpoint = tenantEndpoints.get(`${request.method} ${rest.join('/').toLowerCase()}`)
  if (endpoint === undefined)
    return json(404, { error: 'not_found', error_description: 'The local directory has nothing at this address.' })
  const authority = readAuthority(services.tenant, segment)
  return isRefusal(authority) ? authority : endpoint(request, services, authority)
}

/** Every refusal is JSON: Microsoft's clients read nothing else. */
function refusalResponse(refusal: EntraRefusal, request: DirectoryRequest, services: Services): DirectoryResponse {
  const form = new URLSearchParams(request.method === 'POST' ? request.body : '')
  const sent =
    request.headers.get('client-request-id') ?? request.query.get('client-request-id') ?? form.get('client-request-id') ?? ''
  const correlationId = guid.test(sent) ? sent : randomUUID()
  const traceId = randomUUID()
  const body = errorBody(refusal, { traceId, correlationId, now: services.now() })
  return json(refusal.status, body, [...noStore, ['x-ms-request-id', traceId], ['client-request-id', correlationId]])
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

import type { Tenant } from '../tenant.ts'
import type { DirectoryRequest, DirectoryResponse } from './exchange.ts'

/** Paths whose answers are the same for everybody. */
const open = /(^|\/)(\.well-known\/openid-configuration|discovery\/.+)$/

/** Paths that pages call by script: those of single-page applications. */
const forPages = /(^|\/)(oauth2\/(v2\.0\/)?token|oidc\/userinfo|openid\/userinfo)$|^v1\.0(\/|$)/

/** Lets pages read an answer: documents any page, tokens and Graph those at the origin of a registered spa redirect address. */
export function withCors(tenant: Tenant, request: DirectoryRequest, response: DirectoryResponse): DirectoryResponse {
  const origin = request.headers.get('origin')
  const path = request.path.join('/')
  if (origin === undefined)
    return open.test(path) ? { ...response, headers: [...response.headers, ['Access-Control-Allow-Origin', '*']] } : response
  const allowed = open.test(path) ? '*' : forPages.test(path) && isPageOrigin(tenant, origin) ? origin : undefined
  if (allowed === undefined) return response
  const preflight =
    request.method === 'OPTIONS'
      ? ([
          ['Access-Control-Allow-Methods', 'GET, POST, PATCH, DELETE, OPTIONS'],
          ['Access-Control-Allow-Headers', request.headers.get('access-control-request-headers') ?? 'content-type'],
          ['Access-Control-Max-Age', '600'],
        ] as const)
      : []
  return {
    ...response,
    headers: [...response.headers, ['Access-Control-Allow-Origin', allowed], ['Vary', 'Origin'], ...preflight],
  }
}

function isPageOrigin(tenant: Tenant, origin: string): boolean {
  for (const app of tenant.applications.values())
    for (const uri of app.redirectUris.spa) if (URL.canParse(uri) && isSameOrigin(new URL(uri), origin)) return true
  return false
}

/** The port of localhost does not count, as for redirect addresses. */
function isSameOrigin(registered: URL, origin: string): boolean {
  if (registered.origin === origin) return true
  const loopback = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.exec(origin)
  return loopback !== null && registered.protocol === 'http:' && registered.hostname === loopback[1]
}

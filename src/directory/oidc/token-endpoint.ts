import { readClaimsRequest } from '../claims-request.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, readForm } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import type { Authority } from './authority.ts'
import { authenticateClient, type Fields } from './client-auth.ts'
import { grantAuthorizationCode } from './grants/authorization-code.ts'
import { grantClientCredentials } from './grants/client-credentials.ts'
import { grantDeviceCode } from './grants/device-code.ts'
import { grantOnBehalfOf } from './grants/on-behalf-of.ts'
import { grantPassword } from './grants/password.ts'
import { grantRefreshToken } from './grants/refresh-token.ts'
import type { GrantRequest, TokenAnswer } from './token-answer.ts'

type Grant = (request: GrantRequest) => Promise<TokenAnswer | EntraRefusal>

/** Microsoft's clients say `device_code`, others the URN of RFC 8628. */
const grants: ReadonlyMap<string, Grant> = new Map([
  ['authorization_code', grantAuthorizationCode],
  ['client_credentials', grantClientCredentials],
  ['device_code', grantDeviceCode],
  ['urn:ietf:params:oauth:grant-type:device_code', grantDeviceCode],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', grantOnBehalfOf],
  ['password', grantPassword],
  ['refresh_token', grantRefreshToken],
])

/** `POST {t}/oauth2/v2.0/token` and `{t}/oauth2/token`: parameters that no grant knows are ignored, as Microsoft's clients need it. */
export async function answerToken(
  services: Services,
  request: DirectoryRequest,
  version: 1 | 2,
  authority: Authority,
): Promise<TokenAnswer | EntraRefusal> {
  const form = readForm(request.body)
  if (form === undefined) return entraRefusal(9002313)
  const grantType = form.get('grant_type')
  if (grantType === undefined) return entraRefusal(900144, 'grant_type')
  const grant = grants.get(grantType)
  if (grant === undefined) return entraRefusal(70003, grantType)
  const foreign = refuseAuthority(authority, grantType, form, services)
  if (foreign !== undefined) return foreign
  const proven = await authenticateClient(services, form, request.headers.get('authorization'))
  if (isRefusal(proven)) return proven
  const { client, proof } = proven
  const [ipAddress, pageOrigin] = [request.ipAddress, request.headers.get('origin')]
  const claims = readClaimsRequest(form.get('claims'))
  return grant({ services, client, proof, form: version === 1 ? withScope(form) : form, claims, version, ipAddress, pageOrigin })
}

/** v1 names the API by `resource`: the same as its `.default`. */
function withScope(form: Fields): Fields {
  const resource = form.get('resource')
  if (resource === undefined) return form
  return new Map([...form, ['scope', `${resource}/.default ${form.get('scope') ?? 'openid'}`]])
}

/** Personal accounts live elsewhere; an application of no tenant in particular has no service principal to speak for. */
function refuseAuthority({ kind }: Authority, grantType: string, form: Fields, { tenant }: Services): EntraRefusal | undefined {
  if (kind === 'consumers') return entraRefusal(50020, form.get('username') ?? '', tenant.document.tenant.displayName, 'live.com')
  return kind === 'any' && grantType === 'client_credentials' ? entraRefusal(90019) : undefined
}

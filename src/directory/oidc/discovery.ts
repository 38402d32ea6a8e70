import { type Authority, consumersTenant } from './tenant-path.ts'

type Document = Readonly<Record<string, unknown>>

const claims = [
  'sub',
  'iss',
  'cloud_instance_name',
  'cloud_instance_host_name',
  'cloud_graph_host_name',
  'msgraph_host',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'acr',
  'nonce',
  'preferred_username',
  'name',
  'tid',
  'ver',
  'at_hash',
  'c_hash',
  'email',
]

/** What both versions of the metadata say alike. Entra names neither grant types nor PKCE methods. */
const shared = {
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  request_uri_parameter_supported: false,
  http_logout_supported: true,
  frontchannel_logout_supported: true,
  tenant_region_scope: 'WW',
  cloud_instance_name: 'microsoftonline.com',
  cloud_graph_host_name: 'graph.windows.net',
  msgraph_host: 'graph.microsoft.com',
  rbac_url: 'https://pas.windows.net',
}

/** `{t}/v2.0/.well-known/openid-configuration`: every endpoint at the address that was asked, the issuer Entra's own. */
export function discoveryV2(origin: string, { kind, segment }: Authority): Document {
  const base = `${origin}/${segment}`
  const issuer = { tenant: segment, any: '{tenantid}', consumers: consumersTenant }[kind]
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    ...shared,
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `https://login.microsoftonline.com/${issuer}/v2.0`,
    userinfo_endpoint: `${origin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: claims,
    kerberos_endpoint: `${base}/kerberos`,
  }
}

/** `{t}/.well-known/openid-configuration`, whose issuer and audiences are those of v1 tokens. */
export function discoveryV1(origin: string, { kind, segment }: Authority): Document {
  const base = `${origin}/${segment}`
  const issuer = { tenant: segment, any: '{tenantid}', consumers: consumersTenant }[kind]
  return {
    token_endpoint: `${base}/oauth2/token`,
    jwks_uri: `${origin}/common/discovery/keys`,
    ...shared,
    response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
    scopes_supported: ['openid'],
    issuer: `https://sts.windows.net/${issuer}/`,
    microsoft_multi_refresh_token: true,
    authorization_endpoint: `${base}/oauth2/authorize`,
    device_authorization_endpoint: `${base}/oauth2/devicecode`,
    end_session_endpoint: `${base}/oauth2/logout`,
    check_session_iframe: `${base}/oauth2/checksession`,
    userinfo_endpoint: `${base}/openid/userinfo`,
    claims_supported: claims,
  }
}

/** `common/discovery/instance`: which hosts form a cloud. MSAL asks it about an authority that it does not know. */
export function instanceDiscovery(origin: string, tenantId: string): Document {
  const host = new URL(origin).host
  const aliases = ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net']
  const own = aliases.includes(host) ? [] : [{ preferred_network: host, preferred_cache: host, aliases: [host] }]
  return {
    tenant_discovery_endpoint: `${origin}/${tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [...own, { preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net', aliases }],
  }
}

import type { Cloud } from '../../catalog/clouds.ts'
import { issuerTemplate } from '../cloud.ts'
import type { Authority } from './authority.ts'

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
  rbac_url: 'https://pas.windows.net',
}

const cloudMembers = (cloud: Cloud) => ({
  cloud_instance_name: instanceName(cloud),
  cloud_graph_host_name: cloud.name === 'china' ? 'graph.chinacloudapi.cn' : 'graph.windows.net',
  msgraph_host: cloud.graph,
})

/** `microsoftonline.com`, and its like of the other clouds. */
export function instanceName({ login }: Cloud): string {
  return login.replace(/^login\./, '')
}

/** `{t}/v2.0/.well-known/openid-configuration`: every endpoint at the address that was asked, the issuer Entra's own. */
export function discoveryV2(origin: string, authority: Authority, cloud: Cloud): Document {
  const base = `${origin}/${authority.segment}`
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    ...shared,
    ...cloudMembers(cloud),
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuerTemplate(cloud, authority, 2),
    userinfo_endpoint: `${origin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: claims,
    kerberos_endpoint: `${base}/kerberos`,
  }
}

/** `{t}/.well-known/openid-configuration`, whose issuer and audiences are those of v1 tokens. */
export function discoveryV1(origin: string, authority: Authority, cloud: Cloud): Document {
  const base = `${origin}/${authority.segment}`
  return {
    token_endpoint: `${base}/oauth2/token`,
    jwks_uri: `${origin}/common/discovery/keys`,
    ...shared,
    ...cloudMembers(cloud),
    response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
    scopes_supported: ['openid'],
    issuer: issuerTemplate(cloud, authority, 1),
    microsoft_multi_refresh_token: true,
    authorization_endpoint: `${base}/oauth2/authorize`,
    device_authorization_endpoint: `${base}/oauth2/devicecode`,
    end_session_endpoint: `${base}/oauth2/logout`,
    check_session_iframe: `${base}/oauth2/checksession`,
    userinfo_endpoint: `${base}/openid/userinfo`,
    claims_supported: claims,
  }
}

/** The clouds as Entra's own instance discovery has them. */
const networks = [
  {
    preferred_network: 'login.microsoftonline.com',
    preferred_cache: 'login.windows.net',
    aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  },
  {
    preferred_network: 'login.partner.microsoftonline.cn',
    preferred_cache: 'login.partner.microsoftonline.cn',
    aliases: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
  },
  {
    preferred_network: 'login.microsoftonline.us',
    preferred_cache: 'login.microsoftonline.us',
    aliases: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
  },
]

/** `common/discovery/instance`: which hosts form a cloud. MSAL asks it about an authority that it does not know. */
export function instanceDiscovery(origin: string, tenantId: string): Document {
  const host = new URL(origin).host
  const own = networks.some(({ aliases }) => aliases.includes(host))
    ? []
    : [{ preferred_network: host, preferred_cache: host, aliases: [host] }]
  return {
    tenant_discovery_endpoint: `${origin}/${tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [...own, ...networks],
  }
}

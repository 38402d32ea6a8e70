import type { NamedValue } from '../../catalog/catalog.ts'
import type { Connection, CredentialProvider, OAuthGrant } from '../../catalog/credential-provider.ts'
import { type OAuthEndpoints, wellKnownProviders } from '../../catalog/oauth-endpoints.ts'

/** What asking a provider for tokens takes. */
export interface OAuthSettings {
  readonly grant: OAuthGrant
  readonly tokenUrl: string
  readonly refreshUrl: string
  /** For the authorization code grant. */
  readonly authorizationUrl: string | undefined
  readonly clientId: string
  readonly clientSecret: string | undefined
  /** With blanks between; undefined: the provider's default. */
  readonly scope: string | undefined
}

/** Why a connection cannot be used as it is described: a text without secrets. */
export class UnusableConnection {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** The provider's and the connection's parameters as one, named values put in. */
export function oauthSettings(
  provider: CredentialProvider,
  connection: Connection,
  namedValues: readonly NamedValue[],
): OAuthSettings | UnusableConnection {
  const parameters = new Map([...(provider.grants[connection.grant] ?? []), ...connection.parameters])
  const missing = new Set<string>()
  const text = (name: string): string | undefined =>
    parameters
      .get(name)
      ?.trim()
      .replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_, value: string) => {
        const found = namedValues.find(one => one.displayName === value)?.value
        if (found === undefined) missing.add(value)
        return found ?? ''
      })
  const own = provider.identityProvider === 'aad' ? entraEndpoints(text) : wellKnownProviders.get(provider.identityProvider)
  const settings = {
    grant: connection.grant,
    authorizationUrl: text('authorizationUrl') ?? own?.authorizationUrl,
    tokenUrl: text('tokenUrl') ?? own?.tokenUrl,
    refreshUrl: text('refreshUrl'),
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    scope: provider.identityProvider === 'aad' ? entraScope(text, connection.grant) : text('scopes'),
  }
  if (missing.size > 0) return new UnusableConnection(`the named value ${[...missing].join(', ')} has no value here`)
  const { tokenUrl, clientId, authorizationUrl } = settings
  if (clientId === undefined) return new UnusableConnection('no clientId is given')
  if (tokenUrl === undefined || !isAddress(tokenUrl)) return new UnusableConnection('no tokenUrl is given')
  if (authorizationUrl !== undefined && !isAddress(authorizationUrl))
    return new UnusableConnection('the authorizationUrl is no address')
  const refreshUrl = settings.refreshUrl !== undefined && isAddress(settings.refreshUrl) ? settings.refreshUrl : tokenUrl
  return { ...settings, clientId, tokenUrl, refreshUrl }
}

/** A secret and a token go there: in the clear only within this machine. */
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
}

/** The page has version 1.0 of the endpoints, which take a resource; version 2.0 takes it as part of the scopes and gives the same tokens. */
function entraEndpoints(text: (name: string) => string | undefined): OAuthEndpoints {
  const login = (text('loginUri') ?? 'https://login.microsoftonline.com')
    .replace(/\/+$/, '')
    .replace('//login.windows.net', '//login.microsoftonline.com')
  const base = `${login}/${encodeURIComponent(text('tenantId') ?? 'common')}/oauth2/v2.0`
  return { authorizationUrl: `${base}/authorize`, tokenUrl: `${base}/token` }
}

function entraScope(text: (name: string) => string | undefined, grant: OAuthGrant): string | undefined {
  const resource = text('resourceUri')?.replace(/\/+$/, '')
  const all = resource === undefined ? undefined : `${resource}/.default`
  if (grant === 'clientCredentials') return all ?? text('scopes')
  const scopes = (text('scopes') ?? '').split(/\s+/).filter(scope => scope !== '')
  const own = scopes.map(scope =>
    scope.includes('://') || resource === undefined || openId.has(scope) ? scope : `${resource}/${scope}`,
  )
  return [...(own.length === 0 && all !== undefined ? [all] : own), 'offline_access'].join(' ')
}

/** Scopes that belong to no resource. */
const openId = new Set(['openid', 'profile', 'email', 'offline_access'])

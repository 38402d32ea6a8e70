import { publicCloud } from '../../catalog/clouds.ts'
import type { Connection, ConnectionAccess, CredentialProvider } from '../../catalog/credential-provider.ts'
import type { ManagedToken } from '../managed-identity.ts'
import type { TokenRules, TokenVerifier } from '../token-verifier.ts'
import type { ConnectionToken, ConnectionTokens } from './connection-tokens.ts'

/** Who asks for a connection's token: the gateway itself, or the bearer of a token of Entra. */
export type ConnectionCaller = { readonly kind: 'managed' } | { readonly kind: 'jwt'; readonly token: string }

export type ConnectionAnswer =
  | ConnectionToken
  | { readonly kind: 'failure'; readonly reason: 'connection.missing' | 'connection.denied'; readonly message: string }

export interface ManagerOptions {
  readonly providers: readonly CredentialProvider[]
  readonly tokens: ConnectionTokens
  readonly verifier: TokenVerifier
  /** A token of the gateway's own identity for a resource. */
  managedToken(resource: string): ManagedToken | Promise<ManagedToken>
  now(): number
  /** Host of the cloud's authority. */
  readonly loginHost?: string
}

/** The audience that the policy's page asks of a token in `identity`. */
const audiences = ['https://azure-api.net/authorization-manager', 'https://azure-api.net/authorization-manager/']
/** What the gateway's own token is asked for, to learn whose it is: a resource that every tenant has. */
const anyResource = 'https://graph.microsoft.com'

/** Hands tokens of connections to those whom the connections' access policies name. */
export class ConnectionManager {
  readonly #options: ManagerOptions
  readonly #rules = new Map<string, TokenRules>()

  constructor(options: ManagerOptions) {
    this.#options = options
  }

  /** Never rejects. */
  async token(providerId: string, connectionId: string, caller: ConnectionCaller): Promise<ConnectionAnswer> {
    const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase() // as Azure's names are
    const provider = this.#options.providers.find(({ name }) => same(name, providerId))
    const connection = provider?.connections.find(({ name }) => same(name, connectionId))
    if (provider === undefined) return missing(`there is no credential provider ${shown(providerId)}`)
    if (connection === undefined)
      return missing(`the credential provider ${provider.name} has no connection ${shown(connectionId)}`)
    const refused =
      caller.kind === 'managed' ? await this.#refuseGateway(connection) : await this.#refuseBearer(connection, caller.token)
    if (refused !== undefined) return { kind: 'failure', reason: 'connection.denied', message: refused }
    return this.#options.tokens.token(provider, connection)
  }

  /** "By default, access is provided to the system-assigned managed identity." */
  async #refuseGateway({ accessPolicies }: Connection): Promise<string | undefined> {
    if (accessPolicies.length === 0) return undefined
    const own = await this.#options.managedToken(anyResource)
    if (own.kind === 'failure') return `the gateway's own identity is not known: ${own.message}`
    return refuse(claimsIn(own.token), accessPolicies)
  }

  async #refuseBearer({ accessPolicies }: Connection, token: string): Promise<string | undefined> {
    if (accessPolicies.length === 0) return 'no access policy names an identity that may use it'
    const tenants = new Set(accessPolicies.map(({ tenantId }) => tenantId))
    const said = claimsIn(token).tid
    const tenant = typeof said === 'string' ? said.toLowerCase() : ''
    if (!tenants.has(tenant)) return 'the token is of no tenant that an access policy names'
    const verdict = await this.#options.verifier.verify(token, this.#rulesFor(tenant), this.#options.now())
    return verdict.kind === 'refused' ? verdict.message : refuse(verdict.claims, accessPolicies)
  }

  /** One object a tenant: results are remembered by it. */
  #rulesFor(tenant: string): TokenRules {
    const known = this.#rules.get(tenant)
    if (known !== undefined) return known
    const host = this.#options.loginHost ?? publicCloud.login
    const base = `https://${host}/${tenant}`
    const configurations = host === publicCloud.login ? [`${base}/v2.0`] : [`${base}/v2.0`, base]
    const made: TokenRules = {
      keys: configurations.map(one => ({ kind: 'openid-config', url: `${one}/.well-known/openid-configuration` })),
      issuers: host === publicCloud.login ? [`${base}/v2.0`, `https://${publicCloud.sts}/${tenant}/`] : [],
      audiences,
      requireExpirationTime: true,
      requireSignedTokens: true,
      clockSkew: 0,
      decryptionKeys: [],
    }
    this.#rules.set(tenant, made)
    return made
  }
}

type Claims = Readonly<Record<string, unknown>>

/** Undefined when an access policy names the identity, or a group that its token says it is in. */
function refuse(claims: Claims, policies: readonly ConnectionAccess[]): string | undefined {
  const lower = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : '')
  const groups = Array.isArray(claims.groups) ? claims.groups.map(lower) : []
  const ids = new Set([lower(claims.oid), ...groups])
  const application = lower(claims.azp ?? claims.appid)
  const allowed = policies.some(
    ({ objectId, tenantId, appIds }) =>
      tenantId === lower(claims.tid) && ids.has(objectId) && (appIds === undefined || appIds.includes(application)),
  )
  return allowed ? undefined : `no access policy names the identity ${lower(claims.oid) || 'without an object id'}`
}

/** Of a token that is not verified here: the gateway's own, or one that is verified next. */
function claimsIn(token: string): Claims {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Claims) : {} // a JSON object
  } catch {
    return {}
  }
}

const missing = (message: string): ConnectionAnswer => ({ kind: 'failure', reason: 'connection.missing', message })
const shown = (name: string) => name.slice(0, 80).replace(/[^\w .:-]/g, '?')

import { createHash } from 'node:crypto'
import type { NamedValue } from '../../catalog/catalog.ts'
import type { Connection, CredentialProvider } from '../../catalog/credential-provider.ts'
import type { TokenExchange } from '../http-fetch.ts'
import type { ConnectionVault, KeptConnection } from './connection-vault.ts'
import { type OAuthSettings, oauthSettings, UnusableConnection } from './oauth-settings.ts'
import { askToken, type GrantedToken, type TokenAnswer } from './token-endpoint.ts'

export type ConnectionToken =
  | { readonly kind: 'token'; readonly accessToken: string; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failure'; readonly reason: 'connection.not-connected' | 'connection.failed'; readonly message: string }

export interface TokenOptions {
  readonly vault: ConnectionVault
  readonly exchange: TokenExchange
  readonly namedValues: readonly NamedValue[]
  now(): number
  delay(milliseconds: number): Promise<unknown>
}

/** Renewed this long ahead of its end, or after half its life when that is short. */
const ahead = 300_000
/** How long somebody may take to renew it before another one may try, and how long others wait for that. */
const renewalTime = 15_000
const glanceEvery = 100
const pauseFloor = 1000
const pauseCeiling = 30_000

interface Entry {
  kept: KeptConnection | undefined
  pending: Promise<ConnectionToken> | undefined
  failures: number
  /** Milliseconds since 1970: not tried again before. */
  tryAt: number
  failure: ConnectionToken | undefined
}

export const connectionKey = (provider: CredentialProvider, connection: Connection) => `${provider.name}/${connection.name}`

/**
 * Access tokens of connections: kept in memory and in the vault, renewed ahead of their end in the background while the old one still serves. Over all
 * threads and processes one renews at a time: a refresh token may be good for one use only.
 */
export class ConnectionTokens {
  readonly #options: TokenOptions
  readonly #entries = new Map<string, Entry>()

  constructor(options: TokenOptions) {
    this.#options = options
  }

  /** Never rejects, and throws nothing: a vault that cannot be used is a failure like any other. */
  token(provider: CredentialProvider, connection: Connection): ConnectionToken | Promise<ConnectionToken> {
    try {
      return this.#token(provider, connection)
    } catch (error) {
      return unreachable(error)
    }
  }

  #token(provider: CredentialProvider, connection: Connection): ConnectionToken | Promise<ConnectionToken> {
    const settings = oauthSettings(provider, connection, this.#options.namedValues)
    if (settings instanceof UnusableConnection) return failed(settings.message)
    const key = connectionKey(provider, connection)
    const entry = this.#entries.get(key) ?? { kept: undefined, pending: undefined, failures: 0, tryAt: 0, failure: undefined }
    this.#entries.set(key, entry)
    const now = this.#options.now()
    const mark = fingerprintOf(settings)
    // another thread or process may have a newer one
    if (entry.kept === undefined || isDue(entry.kept, now)) entry.kept = this.#options.vault.read(key)
    if (entry.kept?.fingerprint !== mark) entry.kept = undefined
    const { kept } = entry
    if (kept !== undefined && !isDue(kept, now)) return tokenOf(kept.token)
    const alive = kept !== undefined && isAlive(kept.token, now) ? tokenOf(kept.token) : undefined
    if (now < entry.tryAt && entry.failure !== undefined) return alive ?? entry.failure
    if (settings.grant === 'authorizationCode' && kept === undefined) return notConnected
    if (settings.grant === 'authorizationCode' && kept?.token.refreshToken === undefined) return alive ?? ended
    entry.pending ??= this.#renew(key, entry, settings, mark)
      .catch(unreachable)
      .finally(() => {
        entry.pending = undefined
      })
    return alive ?? entry.pending
  }

  async #renew(key: string, entry: Entry, settings: OAuthSettings, mark: string): Promise<ConnectionToken> {
    const { vault, now, delay } = this.#options
    for (const end = now() + renewalTime; !vault.claim(key, now(), now() + renewalTime); ) {
      await delay(glanceEvery)
      const theirs = vault.read(key)
      if (theirs?.fingerprint === mark && !isDue(theirs, now())) {
        entry.kept = theirs
        return tokenOf(theirs.token)
      }
      if (now() >= end) return failed('another thread or process is renewing it, and does not end')
    }
    try {
      // it may have been renewed between the look and the claim
      const kept = vault.read(key)
      if (kept?.fingerprint === mark && !isDue(kept, now())) return this.#keep(key, entry, kept.token, mark)
      const refreshToken = kept?.fingerprint === mark ? kept.token.refreshToken : undefined
      const answer = await this.#ask(settings, refreshToken)
      if (answer.kind === 'granted') return this.#keep(key, entry, withRefresh(answer.token, refreshToken), mark)
      if (answer.final && settings.grant === 'authorizationCode') vault.remove(key)
      return this.#fail(entry, answer.message, answer.final && settings.grant === 'authorizationCode')
    } finally {
      vault.release(key)
    }
  }

  #ask(settings: OAuthSettings, refreshToken: string | undefined): Promise<TokenAnswer> {
    const { exchange, now } = this.#options
    const scope: Record<string, string> = settings.scope === undefined ? {} : { scope: settings.scope }
    if (settings.grant === 'clientCredentials')
      return askToken(settings.tokenUrl, settings, { grant_type: 'client_credentials', ...scope }, exchange, now)
    // §6: the scope is what was granted when none is asked for
    return askToken(
      settings.refreshUrl,
      settings,
      { grant_type: 'refresh_token', refresh_token: refreshToken ?? '' },
      exchange,
      now,
    )
  }

  #keep(key: string, entry: Entry, token: GrantedToken, fingerprint: string): ConnectionToken {
    const kept = { token, fingerprint, grantedAt: this.#options.now() }
    this.#options.vault.save(key, kept)
    Object.assign(entry, { kept, failures: 0, tryAt: 0, failure: undefined })
    return tokenOf(token)
  }

  #fail(entry: Entry, message: string, final: boolean): ConnectionToken {
    entry.failure = final ? notRenewed(message) : failed(message)
    entry.tryAt = this.#options.now() + Math.min(pauseCeiling, pauseFloor * 2 ** entry.failures++)
    return entry.failure
  }
}

/** Of all that a token depends on. */
export function fingerprintOf({ grant, tokenUrl, clientId, scope }: OAuthSettings): string {
  return createHash('sha256')
    .update(JSON.stringify([grant, tokenUrl, clientId, scope]))
    .digest('base64url')
}

function isDue({ token: { expiresAt }, grantedAt }: KeptConnection, now: number): boolean {
  if (expiresAt === undefined) return false
  const life = expiresAt - grantedAt
  return now >= expiresAt - (life > 2 * ahead ? ahead : life / 2)
}

const isAlive = ({ expiresAt }: GrantedToken, now: number) => expiresAt === undefined || now < expiresAt

/** A server that gives no new refresh token means the old one (RFC 6749 §6). */
function withRefresh(token: GrantedToken, old: string | undefined): GrantedToken {
  return token.refreshToken === undefined && old !== undefined ? { ...token, refreshToken: old } : token
}

const tokenOf = ({ accessToken, claims }: GrantedToken): ConnectionToken => ({ kind: 'token', accessToken, claims })
const failed = (message: string): ConnectionToken => ({ kind: 'failure', reason: 'connection.failed', message })
const unreachable = (error: unknown): ConnectionToken =>
  failed(`the kept tokens cannot be reached: ${error instanceof Error ? error.message : 'no reason given'}`)
const notConnected: ConnectionToken = {
  kind: 'failure',
  reason: 'connection.not-connected',
  message: 'nobody has consented to it yet',
}
const ended: ConnectionToken = { ...notConnected, message: 'its token has ended, and there is no refresh token' }
const notRenewed = (message: string): ConnectionToken => ({
  ...notConnected,
  message: `the consent is no longer good: ${message}`,
})

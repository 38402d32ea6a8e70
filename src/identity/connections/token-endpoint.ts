import type { ExchangeAnswer, TokenExchange } from '../http-fetch.ts'
import type { OAuthSettings } from './oauth-settings.ts'

/** What a token endpoint gave (RFC 6749 §5.1). */
export interface GrantedToken {
  readonly accessToken: string
  /** Milliseconds since 1970; undefined: it does not say, and the token is used until it is refused elsewhere. */
  readonly expiresAt?: number
  readonly refreshToken?: string
  /** The other members of the answer. */
  readonly claims: Readonly<Record<string, unknown>>
}

export type TokenAnswer =
  | { readonly kind: 'granted'; readonly token: GrantedToken }
  /** `final`: asking again with the same proof will not do (`invalid_grant`). */
  | { readonly kind: 'failed'; readonly message: string; readonly final: boolean }

/** `proof`: the grant's own parameters, such as a code. Never rejects. */
export async function askToken(
  url: string,
  settings: OAuthSettings,
  proof: Readonly<Record<string, string>>,
  exchange: TokenExchange,
  now: () => number,
): Promise<TokenAnswer> {
  const { host } = new URL(url)
  try {
    const answer = await send(url, settings, proof, exchange, 'body')
    // §2.3.1: a server may know the client's password in the header alone
    const again = answer.status === 401 && settings.clientSecret !== undefined
    return read(again ? await send(url, settings, proof, exchange, 'header') : answer, host, now())
  } catch (error) {
    // the network's own words name hosts and ports, never what was sent
    const why = error instanceof Error ? error.message : 'no answer'
    return { kind: 'failed', message: `${host} gave no token: ${why}`, final: false }
  }
}

function send(
  url: string,
  { clientId, clientSecret }: OAuthSettings,
  proof: Readonly<Record<string, string>>,
  exchange: TokenExchange,
  place: 'body' | 'header',
): Promise<ExchangeAnswer> {
  const form = new URLSearchParams(proof)
  const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  if (place === 'body') {
    form.set('client_id', clientId)
    if (clientSecret !== undefined) form.set('client_secret', clientSecret)
  } else {
    const encoded = [clientId, clientSecret ?? ''].map(part => new URLSearchParams({ part }).toString().slice('part='.length))
    headers.authorization = `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`
  }
  return exchange(url, { method: 'POST', headers, body: form.toString() })
}

function read({ status, body }: ExchangeAnswer, host: string, now: number): TokenAnswer {
  const members = membersOf(body)
  // GitHub answers 200 with an error
  const error = members.get('error')
  if (status !== 200 || typeof error === 'string')
    return { kind: 'failed', message: `${host} answered ${status}${errorOf(members)}`, final: error === 'invalid_grant' }
  const { access_token: accessToken, refresh_token: refreshToken, ...claims } = Object.fromEntries(members)
  // it goes into a header: what could end the line is no token
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken))
    return { kind: 'failed', message: `the answer of ${host} holds no access token`, final: false }
  const life = Number(claims.expires_in ?? Number.NaN)
  return {
    kind: 'granted',
    token: {
      accessToken,
      claims,
      ...(Number.isFinite(life) ? { expiresAt: now + life * 1000 } : {}),
      ...(typeof refreshToken === 'string' && refreshToken !== '' ? { refreshToken } : {}),
    },
  }
}

function membersOf(body: string): ReadonlyMap<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body)
    return new Map(typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? Object.entries(parsed) : [])
  } catch {
    return new Map()
  }
}

/** The server's own words for whoever configures the client: the first line, shortened. */
function errorOf(members: ReadonlyMap<string, unknown>): string {
  const said = members.get('error_description') ?? members.get('error')
  return typeof said === 'string' ? `: ${(said.split(/[\r\n]/)[0] ?? '').slice(0, 200)}` : ''
}

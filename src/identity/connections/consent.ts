import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { TokenExchange } from '../http-fetch.ts'
import type { OAuthSettings } from './oauth-settings.ts'
import { askToken, type TokenAnswer } from './token-endpoint.ts'

/** A consent that was asked for and not given yet. */
export interface AskedConsent {
  /** Where a person's browser goes. */
  readonly url: string
  readonly redirectUri: string
  readonly state: string
  readonly verifier: string
}

/** RFC 6749 §4.1.1 with RFC 7636 (PKCE, S256): a server that does not know PKCE passes it over. Undefined without an authorization URL. */
export function askConsent(settings: OAuthSettings, redirectUri: string): AskedConsent | undefined {
  if (settings.authorizationUrl === undefined) return undefined
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(24).toString('base64url')
  const url = new URL(settings.authorizationUrl)
  const parameters = {
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(settings.scope === undefined ? {} : { scope: settings.scope }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { url: url.href, redirectUri, state, verifier }
}

/** The code in what the browser brought back (§4.1.2), or why there is none; undefined when it is not the answer to this question. */
export function codeIn(
  query: URLSearchParams,
  { state }: AskedConsent,
): { readonly code: string } | { readonly refused: string } | undefined {
  const given = Buffer.from(query.get('state') ?? '')
  const asked = Buffer.from(state)
  if (given.length !== asked.length || !timingSafeEqual(given, asked)) return undefined
  const code = query.get('code')
  if (code !== null && code !== '') return { code }
  return { refused: (query.get('error_description') ?? query.get('error') ?? 'no code came').slice(0, 300) }
}

/** §4.1.3. Never rejects. */
export function redeemCode(
  code: string,
  { redirectUri, verifier }: AskedConsent,
  settings: OAuthSettings,
  exchange: TokenExchange,
  now: () => number,
): Promise<TokenAnswer> {
  const proof = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  return askToken(settings.tokenUrl, settings, proof, exchange, now)
}

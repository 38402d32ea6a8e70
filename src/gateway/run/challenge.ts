import type { Api } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import type { RequestUrl } from '../../policies/context/request-url.ts'

/** What a caller may know of a token that is not accepted; the rest is in the record. Characters of RFC 6750 §3's `error_description` only. */
const badTokens: Partial<Record<ReasonCode, string>> = {
  'token.malformed': 'What was sent is no JSON Web Token',
  'token.algorithm': 'The access token is signed by an algorithm that is not accepted',
  'token.signature': 'The signature of the access token is not valid',
  'token.key-unknown': 'The access token is signed by a key that its issuer does not publish',
  'token.decryption': 'The access token cannot be decrypted',
  'token.issuer': 'The access token is from another issuer',
  'token.audience': 'The access token is for another API',
  'token.expired': 'The access token has expired',
  'token.not-yet-valid': 'The access token is not valid yet',
  'token.no-expiration': 'The access token has no expiration time',
  'token.tenant': 'The access token is from another tenant',
}

/** A new token of the same kind would not do: whoever holds it may not. */
const weakTokens: Partial<Record<ReasonCode, string>> = {
  'token.client': 'The client application may not call this',
  'token.role': 'The access token lacks an app role that this asks for',
  'token.scope': 'The access token lacks a scope that this asks for',
  'token.group': 'The caller is in no group that this asks for',
  'token.claim': 'The access token lacks a claim that this asks for',
}

type ChallengedApi = Pick<Api, 'path' | 'subscriptionKeyNames'>

/** Undefined for what asks for no credentials. `scopes`: those with which a token would do. */
export function challengeFor(
  statusCode: number,
  reason: ReasonCode,
  url: RequestUrl,
  api: ChallengedApi,
  scopes: readonly string[] = [],
): string | undefined {
  if (reason.startsWith('subscription.')) return statusCode === 401 ? keyChallenge(realmOf(url, api), api) : undefined
  if (statusCode !== 401 && statusCode !== 403) return undefined
  if (reason === 'token.missing') return `Bearer realm="${realmOf(url, api)}"`
  const [error, description] =
    badTokens[reason] === undefined ? ['insufficient_scope', weakTokens[reason]] : ['invalid_token', badTokens[reason]]
  if (description === undefined) return undefined
  const scope = reason === 'token.scope' && scopes.length > 0 && scopes.every(isPlain) ? `, scope="${scopes.join(' ')}"` : ''
  return `Bearer realm="${realmOf(url, api)}", error="${error}", error_description="${description}"${scope}`
}

/** As API Management has it. */
function keyChallenge(realm: string, { subscriptionKeyNames: { header } }: ChallengedApi): string {
  return `AzureApiManagementKey realm="${realm}",name="${plain(header)}",type="header"`
}

/** The API at the gateway that the caller knows. */
function realmOf({ scheme, host, port }: RequestUrl, { path }: ChallengedApi): string {
  const isUsual = port === (scheme === 'https' ? 443 : 80)
  return plain(`${scheme}://${host}${isUsual ? '' : `:${port}`}/${path}`)
}

/** A caller's Host, or a name of the workspace, cannot end the text that it stands in. */
const plain = (text: string) => text.replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, '')

/** Without what it cannot be written with it would be another scope. */
const isPlain = (scope: string) => scope !== '' && plain(scope) === scope

import type { TokenRefusal } from './token-verifier.ts'

/** Refusals of tokens, each with our reason and API Management's name for it ("Error handling", predefined errors for policies). */

type Details = Pick<TokenRefusal, 'expected' | 'received'>

function refusal(reason: TokenRefusal['reason'], errorReason: string, message: string, details: Details = {}): TokenRefusal {
  return { kind: 'refused', reason, errorReason, message, ...details }
}

const list = (value: string) => [value]
/** Seconds since 1970 as people read them. */
const moment = (seconds: number) => {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf()) ? String(seconds) : date.toISOString()
}

export const malformed = (what: string) =>
  refusal('token.malformed', 'JwtInvalid', `The token is malformed: ${what}.`, {
    expected: ['a JSON web token'],
    received: list(what),
  })

export const unsigned = () =>
  refusal('token.signature', 'TokenSignatureInvalid', 'The token is not signed. Access denied.', {
    expected: ['a signed token'],
    received: ['a token without a signature'],
  })

export const badAlgorithm = (alg: string, allowed: readonly string[]) =>
  refusal('token.algorithm', 'TokenSignatureInvalid', `The token's algorithm ${alg} does not fit its key. Access denied.`, {
    expected: allowed,
    received: list(alg),
  })

export const badSignature = (kid: string | undefined) =>
  refusal('token.signature', 'TokenSignatureInvalid', 'Signature validation failed. Access denied.', {
    expected: [kid === undefined ? 'a signature by one of the keys' : `a signature by the key ${kid}`],
    received: ['a signature that does not fit'],
  })

export const unknownKey = (kid: string | undefined, known: readonly string[]) =>
  refusal('token.key-unknown', 'TokenSignatureKeyNotFound', 'The signing key of the token was not found. Access denied.', {
    expected: known,
    received: list(kid ?? 'no key id'),
  })

export const undecryptable = () =>
  refusal('token.decryption', 'JwtInvalid', 'The token could not be decrypted.', {
    expected: ['a token encrypted for one of the decryption keys'],
    received: ['a token that none of them opens'],
  })

export const unreachable = (urls: readonly string[]) =>
  refusal('keys.unreachable', 'TokenSignatureKeyNotFound', 'The keys of the token issuer cannot be reached at the moment.', {
    expected: urls,
    received: ['no answer'],
  })

export const expired = (exp: number, now: number) =>
  refusal('token.expired', 'TokenExpired', `The token expired at ${moment(exp)}. Access denied.`, {
    expected: [`an expiry after ${moment(now)}`],
    received: [moment(exp)],
  })

export const notYetValid = (nbf: number, now: number) =>
  refusal('token.not-yet-valid', 'JwtInvalid', `The token is not valid before ${moment(nbf)}.`, {
    expected: [`a validity that began by ${moment(now)}`],
    received: [moment(nbf)],
  })

export const noExpiration = () =>
  refusal('token.no-expiration', 'JwtInvalid', 'The token has no expiration time.', {
    expected: ['an exp claim'],
    received: ['none'],
  })

export const badTime = (claim: string) => malformed(`a claim ${claim} that is no number`)

export const badAudience = (allowed: readonly string[], sent: readonly string[]) =>
  refusal('token.audience', 'TokenAudienceNotAllowed', 'The audience of the token is not allowed. Access denied.', {
    expected: allowed,
    received: sent,
  })

export const badIssuer = (allowed: readonly string[], sent: string) =>
  refusal('token.issuer', 'TokenIssuerNotAllowed', 'The issuer of the token is not allowed. Access denied.', {
    expected: allowed,
    received: list(sent),
  })

export const otherTenant = (allowed: readonly string[], sent: string) =>
  refusal('token.tenant', 'TokenIssuerNotAllowed', 'The token is from a tenant that is not allowed. Access denied.', {
    expected: allowed,
    received: list(sent),
  })

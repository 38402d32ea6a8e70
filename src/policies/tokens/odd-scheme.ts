import type { FoundToken } from './token-source.ts'

/** Schemes of RFC 9110's registry and Azure's own. One that is none of them is not repeated: it may be a secret. */
const known = new Set([
  'basic',
  'digest',
  'negotiate',
  'ntlm',
  'dpop',
  'hoba',
  'mutual',
  'sharedaccesssignature',
  'sharedkey',
  'apikey',
  'token',
])

/** How the header that a malformed token came in was written wrongly, for the record; undefined: nothing odd about it. */
export function oddScheme({ token, scheme = '' }: Extract<FoundToken, { token: string }>): string | undefined {
  if (scheme !== '' && scheme.toLowerCase() !== 'bearer')
    return known.has(scheme.toLowerCase()) ? `the scheme ${scheme}` : 'another scheme'
  if (/^bearer\s/i.test(token)) return 'Bearer stands there twice'
  return /^["']/.test(token) ? 'the token stands in quotes' : undefined
}

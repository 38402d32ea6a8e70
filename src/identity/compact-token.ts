import { isUtf8 } from 'node:buffer'
import { counted } from '../catalog/counted.ts'
import { readJsonObject } from './json-object.ts'

/** The header that a token came with, its members checked: nothing else of it is ever looked at. */
export interface TokenHeader {
  readonly alg: string
  readonly kid?: string
  readonly x5t?: string
  readonly all: Readonly<Record<string, unknown>>
}

/** A signed token cut at its dots (RFC 7515 §3.1). Nothing in it is believed yet. */
export interface SignedToken {
  readonly form: 'signed'
  readonly header: TokenHeader
  readonly claims: Readonly<Record<string, unknown>>
  /** The third part is there. */
  readonly hasSignature: boolean
}

/** An encrypted token (RFC 7516 §3.1): what is in it shows after decryption. */
export interface SealedToken {
  readonly form: 'sealed'
  readonly header: TokenHeader
}

/** A token in parts; a string says what is wrong with it, for the record. */
export type CutToken = SignedToken | SealedToken | string

export function cutToken(token: string, maxBytes: number): CutToken {
  if (token.length > maxBytes) return `a token of ${token.length} bytes, over the limit of ${maxBytes}`
  const parts = token.split('.', 6)
  if (parts.length !== 3 && parts.length !== 5) return `${counted(parts.length, 'part')} in place of three`
  if (!parts.every(part => base64url.test(part))) return 'a part that is not base64url'
  const header = headerOf(parts[0] ?? '')
  if (typeof header === 'string') return header
  if (parts.length === 5) return { form: 'sealed', header }
  const claims = objectOf(parts[1] ?? '')
  if (claims === undefined) return 'a payload that is no JSON object'
  return { form: 'signed', header, claims, hasSignature: parts[2] !== '' }
}

/** RFC 4648 §5 without padding; what Buffer reads tolerantly must not give one token several spellings. */
const base64url = /^[A-Za-z0-9_-]*$/

/** Longest key id that is compared with anything. */
const maxKeyId = 512

function headerOf(part: string): TokenHeader | string {
  const all = objectOf(part)
  if (all === undefined) return 'a header that is no JSON object'
  const { alg, kid, x5t } = all
  if (typeof alg !== 'string' || alg.length > 64) return 'a header without alg'
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKeyId)) return 'a kid that is no short string'
  // RFC 7515 §4.1.11: extensions that must be understood; none is, and RFC 7797's b64=false has no place in a JWT
  if (all.crit !== undefined || all.b64 !== undefined) return 'a header that demands an extension (crit, b64)'
  return {
    alg,
    ...(kid === undefined ? {} : { kid }),
    ...(typeof x5t === 'string' && x5t.length <= maxKeyId ? { x5t } : {}),
    all,
  }
}

function objectOf(part: string): Readonly<Record<string, unknown>> | undefined {
  return claimsOf(Buffer.from(part, 'base64url'))
}

/** A payload as claims; undefined when it is no JSON object in UTF-8 (RFC 7519 §7.2 step 10). */
export function claimsOf(payload: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  return isUtf8(payload) ? readJsonObject(Buffer.from(payload).toString('utf8')) : undefined
}

import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import type { FetchedDocument, KeyFetch } from '../key-fetch.ts'
import type { TokenRules } from '../token-verifier.ts'

/** An issuer for tests: real keys, really signed tokens, and the two documents that it publishes. */

export const tenant = '0f4c2a5e-93d1-4c6b-8a7e-1b2c3d4e5f60'
export const v2Issuer = `https://login.microsoftonline.com/${tenant}/v2.0`
export const v1Issuer = `https://sts.windows.net/${tenant}/`
export const configUrl = `https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`
const keysUrl = `https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`

/** 2026-01-01T00:00:00Z in milliseconds. */
export const frozen = 1_767_225_600_000
export const seconds = frozen / 1000

export interface TestKey {
  readonly id: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function rsaKey(id = 'key-1', alg = 'RS256'): TestKey {
  return { id, alg, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
}

export function ecKey(id = 'ec-1', namedCurve = 'P-256', alg = 'ES256'): TestKey {
  return { id, alg, ...generateKeyPairSync('ec', { namedCurve }) }
}

export function jwkOf(key: TestKey, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...key.publicKey.export({ format: 'jwk' }), kid: key.id, use: 'sig', ...more }
}

export const goodClaims = {
  iss: v2Issuer,
  aud: 'api://articles',
  tid: tenant,
  exp: seconds + 3600,
  nbf: seconds - 60,
  roles: ['readers'],
}

export function sign(
  key: TestKey,
  claims: Record<string, unknown> = goodClaims,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ typ: 'JWT', kid: key.id, alg: key.alg, ...header }).sign(key.privateKey)
}

const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A token of any form, the signature made up. Texts stand as they are. */
export function forge(header: unknown, claims: unknown, signature = 'AAAA'): string {
  return `${encode(header)}.${encode(claims)}.${signature}`
}

/** The web as a test wants it: documents by address, what was asked, and an outage. */
export class TestWeb {
  readonly documents = new Map<string, unknown>()
  readonly asked: string[] = []
  down = false
  origin: FetchedDocument['origin'] = 'network'
  /** While set, answers wait for it. */
  gate: Promise<void> | undefined

  readonly fetch: KeyFetch = async url => {
    this.asked.push(url)
    await this.gate
    if (this.down) throw new Error('connect ECONNREFUSED')
    const document = this.documents.get(url)
    if (document === undefined) return { status: 404, body: '', origin: this.origin }
    return { status: 200, body: JSON.stringify(document), origin: this.origin }
  }

  publish(keys: readonly Record<string, unknown>[], issuer = v2Issuer, url = configUrl, jwksUri = keysUrl): this {
    this.documents.set(url, { issuer, jwks_uri: jwksUri })
    this.documents.set(jwksUri, { keys })
    return this
  }
}

export function rulesFor(change: Partial<TokenRules> = {}): TokenRules {
  return {
    keys: [{ kind: 'openid-config', url: configUrl }],
    issuers: [],
    audiences: ['api://articles'],
    requireExpirationTime: true,
    requireSignedTokens: true,
    clockSkew: 0,
    decryptionKeys: [],
    ...change,
  }
}

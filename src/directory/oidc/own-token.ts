import { createPublicKey } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'
import type { Services } from '../services.ts'

/** An access token that this directory issued, or why it is none. */
export type OwnToken = JWTPayload | 'invalid' | 'expired'

const maxToken = 64 * 1024

/** Verifies a token by the directory's own keys, the former ones among them. Whose it is and what it may do is the caller's to judge. */
export async function readOwnToken(services: Services, token: string): Promise<OwnToken> {
  if (token.length > maxToken) return 'invalid'
  const claims = await verified(services, token)
  const isOurs = claims?.tid === services.tenant.id && typeof claims.exp === 'number'
  if (claims === undefined || !isOurs) return 'invalid'
  return services.now() / 1000 < (claims.exp ?? 0) ? claims : 'expired'
}

async function verified(services: Services, token: string): Promise<JWTPayload | undefined> {
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = services.keys().all.find(one => one.kid === kid)
    if (key === undefined) return undefined
    await compactVerify(token, createPublicKey(key.privateKey), { algorithms: ['RS256'] })
    return decodeJwt(token)
  } catch {
    return undefined // whatever it is, it is not ours
  }
}

import { createHash } from 'node:crypto'
import type { CallContext } from '../../policies/context/call-context.ts'

/**
 * What a session's cookie says of the pool's member: the same on every thread and after every restart, and not the backend's name. It is no
 * secret: whoever sends another value chooses another member, nothing else.
 */
export function memberToken(pool: string, member: string): string {
  return createHash('sha256')
    .update(JSON.stringify([pool, member]))
    .digest('base64url')
    .slice(0, 22)
}

/** The value of a cookie of the request (RFC 6265, section 4.2); the first when there are several. */
export function cookieOf({ request }: CallContext, name: string): string | undefined {
  for (const line of request.headers.getAll('Cookie'))
    for (const pair of line.split(';')) {
      const [key, value] = pair.split('=', 2)
      if (key?.trim() === name && value !== undefined) return value.trim().replace(/^"(.*)"$/, '$1')
    }
  return undefined
}

/** Puts the cookie on the answer, where outbound policies see it. */
export function setCookie({ request, response }: CallContext, name: string, value: string): void {
  const secure = request.originalUrl.scheme === 'https' ? '; Secure' : ''
  response?.headers.append('Set-Cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}`)
}

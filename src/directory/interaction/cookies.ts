import type { DirectoryRequest, DirectoryResponse } from '../http/exchange.ts'

/** `__Host-`: only this very host set it, over TLS, for every path. */
const names = { browser: '__Host-gatehouse-browser', session: '__Host-gatehouse-session' } as const

/**
 * The browser's own mark binds each form to the browser that it was made for, and travels with no request of another site. The session
 * goes along in the hidden frames in which pages renew their tokens; it opens nothing without a fresh form.
 */
const attributes = { browser: 'SameSite=Lax', session: 'SameSite=None' } as const

export function readCookie(request: DirectoryRequest, which: keyof typeof names): string | undefined {
  const prefix = `${names[which]}=`
  const pairs = (request.headers.get('cookie') ?? '').split(';').map(pair => pair.trim())
  const value = pairs.find(pair => pair.startsWith(prefix))?.slice(prefix.length)
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
}

export function setCookie(which: keyof typeof names, value: string): DirectoryResponse['headers'][number] {
  return ['Set-Cookie', `${names[which]}=${value}; Path=/; Secure; HttpOnly; ${attributes[which]}`]
}

export function clearCookie(which: keyof typeof names): DirectoryResponse['headers'][number] {
  return ['Set-Cookie', `${names[which]}=; Path=/; Secure; HttpOnly; ${attributes[which]}; Max-Age=0`]
}

/** Whether a form came from a page of this server, as far as the browser tells: under `no-referrer` it says `null` of our own pages too. */
export function isSameOrigin(request: DirectoryRequest): boolean {
  const origin = request.headers.get('origin')
  return origin === undefined || origin === 'null' || origin === request.origin
}

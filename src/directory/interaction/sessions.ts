import type { DirectoryUser } from '../../catalog/directory.ts'
import type { DirectoryRequest, DirectoryResponse } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import { randomSecret } from '../stores.ts'
import { readCookie, setCookie } from './cookies.ts'

/** Milliseconds that a browser stays signed in. */
const sessionLifetime = 24 * 3_600_000
const maxAccounts = 10

/** The accounts that are signed in in this browser, the latest first; those that the document lost or disabled are not. */
export function signedIn({ stores, tenant, now }: Services, request: DirectoryRequest): readonly DirectoryUser[] {
  const cookie = readCookie(request, 'session')
  const ids = cookie === undefined ? [] : (stores.sessions.get(cookie, now())?.userIds ?? [])
  return ids.flatMap(id => tenant.users.get(id) ?? []).filter(user => user.accountEnabled)
}

/** Adds an account to the browser's session, under a new name each time: one that was planted before the sign-in is worth nothing. */
export function addToSession(
  services: Services,
  request: DirectoryRequest,
  userId: string,
): DirectoryResponse['headers'][number] {
  const { stores, now } = services
  const before = signedIn(services, request).map(user => user.id)
  const old = readCookie(request, 'session')
  if (old !== undefined) stores.sessions.delete(old)
  const name = randomSecret()
  const userIds = [userId, ...before.filter(id => id !== userId)].slice(0, maxAccounts)
  stores.sessions.set(name, { userIds }, now() + sessionLifetime)
  return setCookie('session', name)
}

export function endSession({ stores }: Services, request: DirectoryRequest): void {
  const cookie = readCookie(request, 'session')
  if (cookie !== undefined) stores.sessions.delete(cookie)
}

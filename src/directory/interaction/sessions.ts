import { randomUUID } from 'node:crypto'
import type { DirectoryUser } from '../../catalog/directory.ts'
import type { DirectoryRequest } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import { isPasswordSame, type SignIn, signInAt } from '../sign-in.ts'
import { randomSecret, type Session } from '../stores.ts'
import { readCookie } from './cookies.ts'

/** Milliseconds that a browser stays signed in. */
const sessionLifetime = 24 * 3_600_000
const maxAccounts = 10
const maxClients = 50

/** Somebody who is signed in in a browser. */
export interface SignedIn {
  readonly user: DirectoryUser
  readonly signIn: SignIn
}

/** The accounts that are signed in in this browser, the latest first; those that the document lost, disabled or gave another password are not. */
export function signedIn(services: Services, session: string | undefined): readonly SignedIn[] {
  const { tenant } = services
  return (sessionOf(services, session)?.signIns ?? []).flatMap(signIn => {
    const user = tenant.users.get(signIn.userId)
    return user?.accountEnabled === true && isPasswordSame(signIn, user) ? [{ user, signIn }] : []
  })
}

export function sessionCookie(request: DirectoryRequest): string | undefined {
  return readCookie(request, 'session')
}

export function sessionOf({ stores, now }: Services, session: string | undefined): Session | undefined {
  return session === undefined ? undefined : stores.sessions.get(session, now())
}

/**
 * A sign-in by password that just happened, in the browser's session and with its id. The session gets a new name each time, for the cookie: one
 * that was planted before the sign-in is worth nothing.
 */
export function addToSession(
  services: Services,
  old: string | undefined,
  user: DirectoryUser,
  ipAddress: string,
): { readonly name: string; readonly signIn: SignIn } {
  const before = sessionOf(services, old)
  const sid = before?.sid ?? randomUUID()
  const signIn = signInAt(user, services.now(), ipAddress, sid)
  const name = renew(services, old, { sid, signIns: withSignIn(before, signIn), clients: before?.clients ?? [] })
  return { name, signIn }
}

/** The same sign-in with more shown than before. */
export function strengthen(services: Services, old: string | undefined, signIn: SignIn): string {
  const before = sessionOf(services, old)
  return renew(services, old, { sid: signIn.sid, signIns: withSignIn(before, signIn), clients: before?.clients ?? [] })
}

function withSignIn(before: Session | undefined, signIn: SignIn): readonly SignIn[] {
  return [signIn, ...(before?.signIns ?? []).filter(one => one.userId !== signIn.userId)].slice(0, maxAccounts)
}

function renew({ stores, now }: Services, old: string | undefined, session: Session): string {
  if (old !== undefined) stores.sessions.delete(old)
  const name = randomSecret()
  stores.sessions.set(name, session, now() + sessionLifetime)
  return name
}

/** Remembers that a client was signed in to, so that it can be told when the session ends. */
export function noteClient(services: Services, session: string | undefined, clientId: string): void {
  const there = sessionOf(services, session)
  if (session === undefined || there === undefined || there.clients.includes(clientId)) return
  const until = services.stores.sessions.peek(session)?.until ?? 0
  services.stores.sessions.set(session, { ...there, clients: [clientId, ...there.clients].slice(0, maxClients) }, until)
}

/** Ends the session, or only one account's part of it. Gives what it was. */
export function endSession(services: Services, session: string | undefined, userId?: string): Session | undefined {
  const there = sessionOf(services, session)
  if (session === undefined || there === undefined) return undefined
  const left = userId === undefined ? [] : there.signIns.filter(signIn => signIn.userId !== userId)
  if (left.length === 0) services.stores.sessions.delete(session)
  else services.stores.sessions.set(session, { ...there, signIns: left }, services.stores.sessions.peek(session)?.until ?? 0)
  return there
}

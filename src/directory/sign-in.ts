import { createHash, randomUUID } from 'node:crypto'
import type { DirectoryUser } from '../catalog/directory.ts'

/** What somebody showed: `otp` a code of an authenticator app, `mfa` two factors of whatever kind, `external` another provider's challenge. */
export type SignInMethod = 'pwd' | 'otp' | 'mfa' | 'external'

/** How, when and where somebody signed in. Tokens, however late they are issued, tell of this moment. */
export interface SignIn {
  readonly userId: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly methods: readonly SignInMethod[]
  /** GUID of the browser's session, or of this sign-in where there is no browser. */
  readonly sid: string
  readonly ipAddress: string
  /** Of the password that was shown: when it is another one by now, nothing that came of it is good. Absent in what travels with tokens. */
  readonly passwordMark?: string
}

/** A sign-in by password alone. `at`: milliseconds since 1970; `sid`: of the browser's session, else one of its own. */
export function signInAt(user: DirectoryUser, at: number, ipAddress: string, sid: string = randomUUID()): SignIn {
  return { userId: user.id, at, methods: ['pwd'], sid, ipAddress, passwordMark: passwordMark(user) }
}

/** Whether the user's password is still the one that was shown. */
export function isPasswordSame({ passwordMark: mark }: SignIn, user: DirectoryUser): boolean {
  return mark === undefined || mark === passwordMark(user)
}

/** Tells a changed password, and too little of it to be guessed by. */
function passwordMark({ id, password }: DirectoryUser): string {
  return createHash('sha256')
    .update(JSON.stringify([id, password]))
    .digest('base64url')
    .slice(0, 4)
}

/** The claim `amr`: methods that Entra has a word for. */
export function amrOf({ methods }: SignIn): readonly string[] {
  return methods.filter(method => method !== 'external')
}

/** The sign-in as it travels within tokens, in a claim that nobody else reads (`aio`): the tokens' signature keeps it as it is. */
export function sealSignIn({ at, methods, sid, ipAddress }: SignIn): string {
  return Buffer.from(JSON.stringify([1, at, methods, sid, ipAddress])).toString('base64url')
}

/** What `sealSignIn` made; undefined when it is something else. Only for a claim of a token whose signature was verified. */
export function openSignIn(userId: string, sealed: unknown): SignIn | undefined {
  if (typeof sealed !== 'string') return undefined
  try {
    const [version, at, methods, sid, ipAddress]: unknown[] = JSON.parse(Buffer.from(sealed, 'base64url').toString())
    if (version !== 1 || typeof at !== 'number' || !Array.isArray(methods)) return undefined
    // this directory wrote them, since its signature was verified
    return { userId, at, methods: methods as SignInMethod[], sid: String(sid), ipAddress: String(ipAddress) }
  } catch {
    return undefined // an app-only token's, which is random
  }
}

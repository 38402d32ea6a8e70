import { randomUUID } from 'node:crypto'

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
}

/** A sign-in by password alone and without a browser. `at`: milliseconds since 1970. */
export function signInAt(userId: string, at: number, ipAddress: string): SignIn {
  return { userId, at, methods: ['pwd'], sid: randomUUID(), ipAddress }
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

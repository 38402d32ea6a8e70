import { createHash, randomBytes } from 'node:crypto'
import type { DirectoryEntries } from '../store/directory-entries.ts'
import { Consents } from './consents.ts'
import { ExpiringMap } from './expiring-map.ts'
import type { Interaction } from './interaction/interaction.ts'
import type { RedirectType } from './redirect-type.ts'
import type { SignIn } from './sign-in.ts'
import { Throttle } from './throttle.ts'

/** What an authorization code stands for. */
export interface CodeGrant {
  readonly clientId: string
  readonly redirectUri: string
  readonly redirectType: RedirectType
  readonly signIn: SignIn
  /** The `scope` parameter of the sign-in. */
  readonly scope: string
  readonly nonce?: string
  /** The `claims` parameter of the sign-in. */
  readonly claims?: string
  readonly challenge?: { readonly value: string; readonly method: 'S256' | 'plain' }
  /** What came of it is withdrawn when the code is redeemed twice. */
  readonly family: string
}

export interface RefreshGrant {
  readonly clientId: string
  readonly signIn: SignIn
  /** What the sign-in asked for: a refresh without a scope means it again. */
  readonly scope: string
  readonly redirectType: RedirectType | undefined
  readonly family: string
}

export interface DeviceGrant {
  readonly clientId: string
  readonly scope: string
  readonly claims?: string
  /** Milliseconds since 1970. */
  readonly until: number
  /** Who signed in for it, once somebody did. */
  readonly state: 'pending' | 'declined' | SignIn
}

/** A browser in which somebody signed in. */
export interface Session {
  readonly sid: string
  /** One a user, the latest first. */
  readonly signIns: readonly SignIn[]
  /** appIds of the clients that were signed in to: they are told when it ends. */
  readonly clients: readonly string[]
}

/** Everything that the directory remembers between requests: bounded, each with its end. */
export interface Stores {
  readonly codes: ExpiringMap<CodeGrant>
  /** Families of codes that were redeemed. */
  readonly redeemed: ExpiringMap<string>
  readonly refreshTokens: ExpiringMap<RefreshGrant>
  /** By id, to which device codes and user codes lead. */
  readonly devices: ExpiringMap<DeviceGrant>
  readonly deviceCodes: ExpiringMap<string>
  readonly userCodes: ExpiringMap<string>
  readonly sessions: ExpiringMap<Session>
  readonly interactions: ExpiringMap<Interaction>
  readonly consents: Consents
  readonly signIns: Throttle
  /** One-time codes that came already. */
  readonly usedCodes: ExpiringMap<true>
  readonly deviceEntries: Throttle
}

const many = 10_000
const tenMinutes = 600_000

/** With a store, what a restart of Entra would not lose outlives the process: tokens, codes and cookies only by their digests. */
export function createStores(store?: DirectoryEntries, now = 0): Stores {
  const kept = <V>(kind: string, digest?: (key: string) => string) =>
    new ExpiringMap<V>(many, {
      now,
      ...(digest === undefined ? {} : { digest }),
      ...(store === undefined ? {} : { keeping: store.entries(kind) }),
    })
  return {
    codes: kept('code', digestOf),
    redeemed: kept('redeemed', digestOf),
    refreshTokens: kept('refreshToken', digestOf),
    devices: kept('device'),
    deviceCodes: kept('deviceCode', digestOf),
    userCodes: kept('userCode', digestOf),
    sessions: kept('session', digestOf),
    interactions: new ExpiringMap(many),
    consents: new Consents(kept('consent')),
    signIns: new Throttle(10, tenMinutes),
    usedCodes: new ExpiringMap(many),
    deviceEntries: new Throttle(100, tenMinutes),
  }
}

/** Enough for secrets that nobody can guess: what it came from cannot be found by trying. */
function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** A secret that nobody guesses: 256 bits, base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

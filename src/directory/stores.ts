import { randomBytes } from 'node:crypto'
import { Consents } from './consents.ts'
import { ExpiringMap } from './expiring-map.ts'
import type { Interaction } from './interaction/interaction.ts'
import type { RedirectType } from './redirect-type.ts'
import { Throttle } from './throttle.ts'

/** What an authorization code stands for. */
export interface CodeGrant {
  readonly clientId: string
  readonly redirectUri: string
  readonly redirectType: RedirectType
  readonly userId: string
  /** The `scope` parameter of the sign-in. */
  readonly scope: string
  readonly nonce?: string
  readonly challenge?: { readonly value: string; readonly method: 'S256' | 'plain' }
  /** What came of it is withdrawn when the code is redeemed twice. */
  readonly family: string
}

export interface RefreshGrant {
  readonly clientId: string
  readonly userId: string
  /** What the sign-in asked for: a refresh without a scope means it again. */
  readonly scope: string
  readonly redirectType: RedirectType | undefined
  readonly family: string
}

export interface DeviceGrant {
  readonly deviceCode: string
  readonly userCode: string
  readonly clientId: string
  readonly scope: string
  /** Who signed in for it, once somebody did. */
  state: 'pending' | 'declined' | { readonly userId: string }
}

/** A browser in which somebody signed in: object ids of the accounts, the latest first. */
export interface Session {
  readonly userIds: readonly string[]
}

/** Everything that the directory remembers between requests: in memory, bounded, each with its end. */
export interface Stores {
  readonly codes: ExpiringMap<CodeGrant>
  /** Families of codes that were redeemed. */
  readonly redeemed: ExpiringMap<string>
  readonly refreshTokens: ExpiringMap<RefreshGrant>
  readonly devices: ExpiringMap<DeviceGrant>
  readonly devicesByUserCode: ExpiringMap<DeviceGrant>
  readonly sessions: ExpiringMap<Session>
  readonly interactions: ExpiringMap<Interaction>
  readonly consents: Consents
  readonly signIns: Throttle
  readonly deviceEntries: Throttle
}

const many = 10_000
const tenMinutes = 600_000

export function createStores(): Stores {
  return {
    codes: new ExpiringMap(many),
    redeemed: new ExpiringMap(many),
    refreshTokens: new ExpiringMap(many),
    devices: new ExpiringMap(many),
    devicesByUserCode: new ExpiringMap(many),
    sessions: new ExpiringMap(many),
    interactions: new ExpiringMap(many),
    consents: new Consents(),
    signIns: new Throttle(10, tenMinutes),
    deviceEntries: new Throttle(100, tenMinutes),
  }
}

/** A secret that nobody guesses: 256 bits, base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

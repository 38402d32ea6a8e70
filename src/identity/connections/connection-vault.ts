import type { GrantedToken } from './token-endpoint.ts'

/** What is kept of a connection. */
export interface KeptConnection {
  readonly token: GrantedToken
  /** Of the settings that it was got by: others make it worthless. */
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly grantedAt: number
}

/** Keeps tokens of connections encrypted, shared by threads and processes. Keys are `provider/connection`. */
export interface ConnectionVault {
  read(key: string): KeptConnection | undefined
  save(key: string, kept: KeptConnection): void
  remove(key: string): void
  /** True for the one that may renew it now, until `until` (milliseconds since 1970) or `release`. */
  claim(key: string, now: number, until: number): boolean
  release(key: string): void
}

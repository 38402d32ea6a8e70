import type { Grant } from '../access/grant.ts'

/** What a gateway hears of grants, wherever they lie. */
export interface GrantFeedEvents {
  /** All that were approved, and perhaps others: each time that something may have changed. */
  seen(grants: readonly Grant[]): void
  /** They cannot be read from now on, or can be again: told once each. */
  changed(away: boolean, message: string): void
}

export interface GrantFeed {
  /** Resolves when the first look has ended, well or not. */
  readonly ready: Promise<void>
  /** Tells nothing any more. Resolves soon, whatever the store does. */
  close(): Promise<void>
}

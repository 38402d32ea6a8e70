import { type Grant, standingAt } from '../access/grant.ts'

/** Grants that are kept, the oldest that are over go first; requests past that are refused. */
export const maxGrants = 10_000

/** Where time-boxed grants lie. The command line writes them, several at once; gateways read them. */
export interface AccessGrants {
  /** In the order they were asked for. */
  all(): Promise<readonly Grant[]>
  /** False, and nothing is kept: too many are open. */
  add(grant: Grant): Promise<boolean>
  /** Changes one grant as it is at that moment, whoever else writes; `change` gives the new one, or why not. Undefined: there is none by that id. */
  change<Refusal extends string>(id: string, change: (grant: Grant) => Grant | Refusal): Promise<Grant | Refusal | undefined>
  close(): Promise<void>
}

/** Ids of those that make room for a new one: a tenth at most, so that room is not made for each. Empty: all are open. */
export function replaceable(grants: readonly Grant[], max: number, now: number): readonly string[] {
  const over = grants.filter(grant => !['requested', 'approved'].includes(standingAt(grant, now)))
  return over.slice(0, Math.ceil(max / 10)).map(({ id }) => id)
}

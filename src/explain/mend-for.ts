import { assignmentMends } from './assignment-mends.ts'
import { callMends } from './call-mends.ts'
import { keyMends } from './key-mends.ts'
import { mends } from './mends.ts'
import type { Mends, Refused } from './refused.ts'
import { tokenMends } from './token-mends.ts'

const own: Mends = { ...callMends, ...keyMends, ...tokenMends, ...assignmentMends }

/** The mend of a refusal, in the terms of who can do it where the call says enough; else what the page of its reason says. */
export function mendFor(refused: Refused): string {
  const { reason } = refused.record
  return own[reason]?.(refused) ?? mends[reason]
}

import type { GrantSettings } from '../catalog/settings.ts'
import type { Grant, GrantScope, Person } from './grant.ts'

/** What somebody asks for. */
export interface GrantRequest {
  readonly id: string
  readonly holder: Person
  readonly role: string
  readonly scope: GrantScope
  readonly reason: string
  /** Milliseconds. */
  readonly duration: number
}

/** Why it cannot be asked for so. */
export type RequestRefusal = 'role-text' | 'reason-text' | 'too-long'

/** Characters of a role, as in Entra, and of a reason. */
export const maxRoleLength = 120
export const maxReasonLength = 500

/** The request that waits for an answer. An approver decides by its texts, so they hold nothing that could make up or hide a part of what is shown. */
export function requestGrant(asked: GrantRequest, now: number, { maxDuration }: GrantSettings): Grant | RequestRefusal {
  if (!isPlain(asked.role, maxRoleLength)) return 'role-text'
  if (!isPlain(asked.reason, maxReasonLength)) return 'reason-text'
  if (!(asked.duration > 0 && asked.duration <= maxDuration)) return 'too-long'
  return { ...asked, requestedAt: now, state: 'requested' }
}

/** Control and format characters move the cursor, hide, or turn text round; halves of surrogate pairs are no text at all. */
const unplain = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

function isPlain(text: string, max: number): boolean {
  return text.trim() !== '' && text.length <= max && !unplain.test(text)
}

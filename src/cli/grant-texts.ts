import { type Grant, type GrantRefusal, standingAt } from '../access/grant.ts'
import { maxReasonLength, maxRoleLength, type RequestRefusal } from '../access/grant-request.ts'
import { counted } from '../catalog/counted.ts'
import type { GrantSettings } from '../catalog/settings.ts'

/** Why a request is none. */
export function requestRefusalText(refusal: RequestRefusal, { maxDuration }: GrantSettings): string {
  const plainly = 'without line breaks, control and format characters'
  switch (refusal) {
    case 'role-text':
      return `the role is 1 to ${maxRoleLength} characters, ${plainly}`
    case 'reason-text':
      return `the reason is 1 to ${maxReasonLength} characters, ${plainly}`
    case 'too-long':
      return `a grant is for ${hoursText(maxDuration)} at most (grants.maxHours)`
  }
}

/** Why an answer to a request is none, and what mends it. */
export function refusalText(refusal: GrantRefusal | 'not-approver', { duration }: Grant, { maxDuration }: GrantSettings): string {
  switch (refusal) {
    case 'not-requested':
      return 'it does not wait for an answer any more'
    case 'own-request':
      return 'nobody approves their own request: somebody else has to'
    case 'not-active':
      return 'it is over already'
    case 'not-approver':
      return 'it takes one of the roles in grants.approvers'
    case 'too-long':
      return `it is for ${hoursText(duration)}, and a grant is for ${hoursText(maxDuration)} at most by now (grants.maxHours): deny it, and have it asked for again`
  }
}

/** How a grant stands, and by whom. */
export function standingText(grant: Grant, now: number): string {
  const standing = standingAt(grant, now)
  const by = grant.decidedBy === undefined ? '' : ` by ${grant.decidedBy.name}`
  if (standing === 'approved') return `approved${by} until ${new Date(grant.until ?? 0).toISOString()}`
  if (standing === 'requested') return `requested for ${counted(Math.round(grant.duration / 60_000), 'minute')}`
  return standing === 'denied' || standing === 'revoked' ? `${standing}${by}` : standing
}

function hoursText(duration: number): string {
  return counted(Math.round(duration / 36_000) / 100, 'hour')
}
